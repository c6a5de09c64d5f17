// Reading and overwriting the payload of the entry under a cursor, along its overflow chain.
#include "btree/cursor.h"
#include "btree/read_tracker.h"

namespace ringlite {

/** Page number of the entry's overflow page `number` (from 0). Remembers the chain as far as it was walked,
   so that reading a large payload piece by piece stays linear. */
Status Cursor::find_overflow_page(uint32_t number, Pgno* pgno) {
  const CellInfo& cell = info();
  const uint32_t capacity = btree_->usable_size() - overflow_page::kContent;
  const uint32_t pages = (cell.payload_size - cell.local_size + capacity - 1) / capacity;
  CORRUPT_IF(number >= pages || pages > btree_->page_count());
  if (overflow_page_count_ == 0) {
    RETURN_IF_ERROR(overflow_pages_.resize(pages * sizeof(Pgno)));
    const Pgno first = cell.overflow();
    std::memcpy(overflow_pages_.data(), &first, sizeof first);
    overflow_page_count_ = 1;
  }
  auto* known = reinterpret_cast<Pgno*>(overflow_pages_.data());
  while (overflow_page_count_ <= number) {
    const Pgno last = known[overflow_page_count_ - 1];
    CORRUPT_IF(last < 2 || last > btree_->page_count());
    if (tracker_) tracker_->page_read(last);
    RETURN_IF_ERROR(btree_->file_.next_overflow_page(last, nullptr, &known[overflow_page_count_]));
    overflow_page_count_++;
  }
  *pgno = known[number];
  CORRUPT_IF(*pgno < 2 || *pgno > btree_->page_count());
  return kOk;
}

/** Calls visit(page bytes, count) for each piece of [offset, offset + amount), in order. With `write` the
   pages are made writable first. */
template <typename Visit>
Status Cursor::visit_payload(uint32_t offset, uint32_t amount, bool write, Visit visit) {
  if (state_ == State::kTripped) return trip_code_;
  CORRUPT_IF(state_ != State::kValid && state_ != State::kSkip);
  PathLevel& level = path_.last();
  const CellInfo* cell = &info();
  CORRUPT_IF(static_cast<uint64_t>(offset) + amount > cell->payload_size);
  CORRUPT_IF(cell->payload + cell->local_size + (cell->has_overflow() ? 4 : 0) > level.node.end());
  if (offset < cell->local_size) {
    if (write) {
      RETURN_IF_ERROR(btree_->pager_->write(level.node.page()));
      parse_info();  // the page may have moved
    }
    uint32_t piece = cell->local_size - offset;
    if (piece > amount) piece = amount;
    visit(const_cast<uint8_t*>(cell->payload) + offset, piece);
    amount -= piece;
    offset += piece;
  }
  const uint32_t capacity = btree_->usable_size() - overflow_page::kContent;
  while (amount > 0) {
    const uint32_t position = offset - cell->local_size;
    Pgno pgno;
    RETURN_IF_ERROR(find_overflow_page(position / capacity, &pgno));
    PageRef page;
    if (tracker_) tracker_->page_read(pgno);
    RETURN_IF_ERROR(btree_->pager_->get(pgno, &page));
    if (write) {
      CORRUPT_IF(page.pin_count() > 1);  // not ours alone: a tree page, which its cursor believes to know
      RETURN_IF_ERROR(btree_->pager_->write(page));
    }
    const uint32_t start = position % capacity;
    uint32_t piece = capacity - start;
    if (piece > amount) piece = amount;
    visit(const_cast<uint8_t*>(page.data()) + overflow_page::kContent + start, piece);
    // The next page of the chain is at hand now.
    const uint32_t number = position / capacity;
    if (piece < amount && overflow_page_count_ == number + 1) {
      reinterpret_cast<Pgno*>(overflow_pages_.data())[overflow_page_count_++] =
          load_be32(page.data() + overflow_page::kNext);
    }
    amount -= piece;
    offset += piece;
  }
  return kOk;
}

Status Cursor::payload(uint32_t offset, uint32_t amount, void* buffer) {
  uint8_t* target = static_cast<uint8_t*>(buffer);
  return visit_payload(offset, amount, false, [&](uint8_t* bytes, uint32_t count) {
    std::memcpy(target, bytes, count);
    target += count;
  });
}

Status Cursor::put_payload(uint32_t offset, uint32_t amount, const void* data) {
  ASSERT(is_writable_ && btree_->is_writing());
  if (state_ == State::kSaved) {
    bool different_row;
    RETURN_IF_ERROR(restore(&different_row));
    if (different_row) return Code::kAbort;
  }
  RETURN_IF_ERROR(btree_->save_all_cursors(root_, this));
  const uint8_t* source = static_cast<const uint8_t*>(data);
  return visit_payload(offset, amount, true, [&](uint8_t* bytes, uint32_t count) {
    std::memcpy(bytes, source, count);
    source += count;
  });
}

Status Cursor::note_pages(PageSet* pages) const {
  for (int level = 0; level < path_.depth; level++)
    RETURN_IF_ERROR(pages->add(path_.levels[level].node.pgno()));
  if (!has_info_) return kOk;
  const auto* known = reinterpret_cast<const Pgno*>(overflow_pages_.data());
  for (uint32_t i = 0; i < overflow_page_count_; i++) RETURN_IF_ERROR(pages->add(known[i]));
  return kOk;
}

/** Replaces the whole payload by `size` bytes and then zeros, together as many as it has. */
Status Cursor::overwrite_payload(const uint8_t* data, uint32_t size, uint32_t zero_tail) {
  RETURN_IF_ERROR(visit_payload(0, size, true, [&](uint8_t* bytes, uint32_t count) {
    std::memcpy(bytes, data, count);
    data += count;
  }));
  return visit_payload(size, zero_tail, true,
                       [](uint8_t* bytes, uint32_t count) { std::memset(bytes, 0, count); });
}

/** Puts the whole payload of a cell of `node` (checked to lie within it) together. */
Status Cursor::read_payload_of(const Node& node, const CellInfo& cell, uint8_t* buffer) {
  std::memcpy(buffer, cell.payload, cell.local_size);
  if (!cell.has_overflow()) return kOk;
  const uint32_t capacity = btree_->usable_size() - overflow_page::kContent;
  uint32_t done = cell.local_size;
  Pgno pgno = cell.overflow();
  while (done < cell.payload_size) {
    CORRUPT_IF(pgno < 2 || pgno > btree_->page_count());
    if (tracker_) tracker_->page_read(pgno);
    PageRef page;
    RETURN_IF_ERROR(btree_->pager_->get(pgno, &page));
    uint32_t piece = cell.payload_size - done;
    if (piece > capacity) piece = capacity;
    std::memcpy(buffer + done, page.data() + overflow_page::kContent, piece);
    done += piece;
    pgno = load_be32(page.data() + overflow_page::kNext);
  }
  return kOk;
}

}  // namespace ringlite
