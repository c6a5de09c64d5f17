// Engines that are broken on purpose, each by one small change to a copy of a source file: the simulator must catch every one of
// them, or it could not catch such a bug of ours. A change names the text that it replaces, which must be there exactly once.

export interface Change {
  /** Below binding/. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Mutant extends Change {
  readonly name: string;
  /** Where two safeguards stand for each other, the second one must go, too. In another file. */
  readonly also?: Change;
}

export const mutants: readonly Mutant[] = [
  // --- write-ahead log ---
  {
    name: 'a WAL commit is not synced',
    file: 'pager/pager_wal_mode.cpp',
    from: 'if (status.ok() && synchronous() >= Synchronous::kFull) status = wal.sync(sync_kind());',
    to: '',
  },
  {
    name: 'recovery does not look at checksums',
    file: 'wal/wal_recovery.cpp',
    from: ' &&\n                sum.first == load_be32(bytes + 16) && sum.second == load_be32(bytes + 20);',
    to: ';',
  },
  {
    name: 'recovery does not look at salts and checksums',
    file: 'wal/wal_recovery.cpp',
    from: ` && std::memcmp(bytes + 8, header->salts, 8) == 0 &&
                sum.first == load_be32(bytes + 16) && sum.second == load_be32(bytes + 20);`,
    to: ';',
  },
  {
    name: 'recovery takes frames without a commit',
    file: 'wal/wal_recovery.cpp',
    from: 'if (const uint32_t page_count = load_be32(bytes + 4)) {',
    to: `if (const uint32_t page_count = load_be32(bytes + 4) ? load_be32(bytes + 4) : header->page_count) {`,
  },
  {
    name: 'the index header is published before the frames are written',
    file: 'wal/wal.cpp',
    from: '  RETURN_IF_ERROR(write_frames(&tail, pages, count, commit_page_count, page_size));',
    to: `  if (commit_page_count > 0) {
    for (size_t i = 0; i < count; i++)
      RETURN_IF_ERROR(index_->append(frame + 1 + static_cast<uint32_t>(i), pages[i].pgno));
    WalIndexHeader early = tail;
    early.mx_frame = frame + static_cast<uint32_t>(count);
    early.page_count = commit_page_count;
    early.change++;
    index_->write_header(&early);
  }
  RETURN_IF_ERROR(write_frames(&tail, pages, count, commit_page_count, page_size));`,
  },
  {
    name: 'a checkpoint ignores the marks of readers',
    file: 'wal/wal_checkpoint.cpp',
    from: '      *safe_frame = mark;\n',
    to: '',
  },
  {
    name: 'a checkpoint does not lock out readers of the bare file',
    file: 'wal/wal_checkpoint.cpp',
    from: `      status = lock_patiently(kWalReadLock0, 1, &busy);
      if (status.ok()) {
        // The writer may have started the log over since the header was read: then there is nothing to copy.
        if (index_->has_salts(header.salts)) status = backfill(request, header, safe_frame, database);
        locks_->unlock_exclusive(kWalReadLock0, 1);
      }`,
    to: '      if (index_->has_salts(header.salts)) status = backfill(request, header, safe_frame, database);',
  },
  {
    name: 'a checkpoint does not sync the log first',
    file: 'wal/wal_checkpoint.cpp',
    from: 'if (request.sync) RETURN_IF_ERROR(file_->sync(request.kind));',
    to: '',
  },
  {
    name: 'a checkpoint does not sync the database',
    file: 'wal/wal_checkpoint.cpp',
    from: 'if (request.sync) RETURN_IF_ERROR(database.sync(request.kind));',
    to: '',
  },
  {
    name: 'the log is started over beside readers',
    file: 'wal/wal.cpp',
    from: `    const Status locked = locks_->lock_exclusive(kWalReadLock0 + 1, kReaders);
    if (locked.ok()) {
      restart(&session.header);
      session.is_restarted = true;
      locks_->unlock_exclusive(kWalReadLock0 + 1, kReaders);
    }`,
    to: `    const Status locked = kOk;
    restart(&session.header);
    session.is_restarted = true;`,
  },
  {
    name: 'a log that is started over keeps its salts',
    file: 'wal/wal.cpp',
    from: `  checkpoint_sequence_++;
  header->mx_frame = 0;
  auto* salts = reinterpret_cast<uint8_t*>(header->salts);
  store_be32(salts, load_be32(salts) + 1);
  io_.random().fill(salts + 4, 4);`,
    to: `  checkpoint_sequence_++;
  header->mx_frame = 0;`,
  },
  {
    name: 'a reader does not look at the header again after locking its mark',
    file: 'wal/wal.cpp',
    from: 'if (index_->read_mark(best) != best_mark || !index_->is_current(session.header)) {',
    to: 'if (index_->read_mark(best) != best_mark) {',
    also: {
      file: 'pager/store.cpp',
      from: '  std::unique_lock lock(mutex_);\n  if (!wal_->is_current(client.wal)) return false;',
      to: '  std::unique_lock lock(mutex_);',
    },
  },
  {
    name: 'a reader does not look at its mark again after locking it',
    file: 'wal/wal.cpp',
    from: 'if (index_->read_mark(best) != best_mark || !index_->is_current(session.header)) {',
    to: 'if (!index_->is_current(session.header)) {',
  },
  {
    name: 'a writer writes upon an old snapshot',
    file: 'wal/wal.cpp',
    from: '  if (!index_->is_current(session.header)) {\n    locks_->unlock_exclusive(kWalWriteLock, 1);',
    to: '  if (false) {\n    locks_->unlock_exclusive(kWalWriteLock, 1);',
  },
  {
    name: 'a reader takes a header that is being written',
    file: 'wal/wal_index.cpp',
    from: 'return same(*header, copy) && header->is_initialized && checksum_of(*header) == header->checksum;',
    to: 'return header->is_initialized;',
  },
  {
    name: 'the first opener trusts the wal-index that a crash left',
    file: 'wal/wal.cpp',
    from: '    RETURN_IF_ERROR(memory_->clear());',
    to: '    ;',
  },
  {
    name: 'a writer keeps what one who died has left in the index',
    file: 'wal/wal_index.cpp',
    from: `  if (index == 1) clear_after(region, number, 0);
  // A writer who died has left frames here: they go, with all after them.
  else if (load_word(page) != 0)
    clear_after(region, number, index - 1);`,
    to: '',
  },
  {
    name: 'the pages that other processes change are not forgotten',
    file: 'pager/store.cpp',
    from: '    pool_.publish((*changes)[i], nullptr, after, keep_old);',
    to: '    (void)keep_old;',
  },
  // --- rollback journal ---
  {
    name: 'the journal is not synced',
    file: 'pager/rollback_journal.cpp',
    from: `  if (settings_.synchronous >= Synchronous::kFull) RETURN_IF_ERROR(file_->sync(settings_.sync_kind));
  uint8_t head[12];
  std::memcpy(head, kJournalMagic, sizeof kJournalMagic);
  store_be32(head + 8, segment_records_);
  RETURN_IF_ERROR(file_->write(head, sizeof head, segment_offset_));
  return file_->sync(settings_.sync_kind);`,
    to: `  uint8_t head[12];
  std::memcpy(head, kJournalMagic, sizeof kJournalMagic);
  store_be32(head + 8, segment_records_);
  return file_->write(head, sizeof head, segment_offset_);`,
  },
  {
    name: "the journal's name is not made durable",
    file: 'pager/rollback_journal.cpp',
    from: '    RETURN_IF_ERROR(io_.files().sync_directory(path_.c_str()));',
    to: '',
  },
  {
    name: 'the database is not synced before the journal goes',
    file: 'pager/pager_rollback_mode.cpp',
    from: 'if (synchronous() != Synchronous::kOff) RETURN_IF_ERROR(state.file()->sync(sync_kind()));\n  state.phase_one_done',
    to: 'state.phase_one_done',
  },
  {
    name: 'a hot journal is ignored',
    file: 'pager/pager_rollback_mode.cpp',
    from: '  *hot = got == 1 && first != 0;',
    to: '',
  },
  {
    name: 'a hot journal goes before what it restored is durable',
    file: 'pager/pager_rollback_mode.cpp',
    from: '    if (durable) RETURN_IF_ERROR(state.file()->sync(sync_kind()));',
    to: '',
  },
  {
    name: 'a hot journal is rolled back while others read',
    file: 'pager/pager_rollback_mode.cpp',
    from: '  RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kExclusive));\n  const Status status = recover_hot_journal();',
    to: '  const Status status = recover_hot_journal();',
  },
  {
    name: 'readers take no SHARED lock',
    file: 'pager/store_locks.cpp',
    from: 'return pending ? Status(Code::kBusy) : lock_bytes(kSharedFirst, kSharedSize, LockKind::kShared);',
    to: 'return pending ? Status(Code::kBusy) : kOk;',
  },
  {
    name: 'a writer does not wait for readers',
    file: 'pager/store_locks.cpp',
    from: '  RETURN_IF_ERROR(lock_bytes(kSharedFirst, kSharedSize, LockKind::kExclusive));',
    to: '',
  },
  {
    name: 'the change counter stays',
    file: 'pager/pager_transaction.cpp',
    from: '  const uint32_t counter = load_be32(data + 24) + 1;',
    to: '  const uint32_t counter = load_be32(data + 24);',
  },
];
