// Damaged files: bytes of a sound database are changed, then everything the interface offers is done to it.
// Any error is fine; a crash, a hang or a read outside the pages (under AddressSanitizer) is not.
#include "btree/btree_test_support.h"

namespace ringlite::testing {
namespace {

/** A file with a schema-less set of trees: two tables, two indexes, overflow chains, a freelist. */
std::string make_database(uint64_t seed, const DatabaseOptions& options, std::vector<Pgno>* roots) {
  Generator random(seed);
  TestDatabase database(options);
  Btree& btree = *database;
  CHECK_OK(btree.begin_write());
  roots->resize(4);
  for (int i = 0; i < 4; i++)
    CHECK_OK(btree.create_tree(i < 2 ? TreeKind::kTable : TreeKind::kIndex, &(*roots)[i]));
  for (int i = 0; i < 4; i++) {
    Cursor cursor;
    CHECK_OK(cursor.open(btree, (*roots)[i], true, i < 2 ? nullptr : &test_key_info()));
    for (int k = 0; k < 150; k++) {
      const std::string payload =
          random.bytes(random.below(random.chance(10) ? 3 * options.page_size : options.page_size / 6));
      if (i < 2) {
        CHECK_OK(cursor.insert(row(random.below(1000), payload), kInsertDefault, 0));
      } else {
        TestKey key(random.below(1000), payload);
        CHECK_OK(cursor.insert(key.entry(), kInsertDefault, 0));
      }
    }
    for (int k = 0; k < 50; k++) {
      bool empty;
      CHECK_OK(cursor.first(&empty));
      if (!empty) CHECK_OK(cursor.remove(kDeleteDefault));
    }
  }
  CHECK_OK(btree.commit());
  database.btree.reset();
  std::unique_ptr<File> file;
  CHECK_OK(database.io->files().open(kTestPath, OpenFlags{}, &file));
  uint64_t size;
  CHECK_OK(file->size(&size));
  std::string bytes(size, '\0');
  size_t got;
  CHECK_OK(file->read(bytes.data(), bytes.size(), 0, &got));
  return bytes;
}

/** Errors end an operation, not the test. */
class Abuser {
 public:
  Abuser(Btree& btree, const std::vector<Pgno>& roots, Generator& random)
      : btree_(btree), roots_(roots), random_(random) {}

  void run() {
    if (!btree_.begin_read().ok()) return;
    read();
    if (btree_.begin_write().ok()) {
      for (int i = 0; i < 6; i++) write();
      IntegrityReport report;
      ignore_status(btree_.integrity_check(all_roots().data(), nullptr, roots_.size() + 1, 100, &report));
      if (random_.chance(50) || !btree_.commit().ok()) ignore_status(btree_.rollback());
    }
    btree_.end_read();
  }

 private:
  std::vector<Pgno> all_roots() const {
    std::vector<Pgno> all = {1};
    all.insert(all.end(), roots_.begin(), roots_.end());
    return all;
  }
  const KeyInfo* key_info(size_t tree) const { return tree < 2 ? nullptr : &test_key_info(); }

  void read() {
    IntegrityReport report;
    ignore_status(btree_.integrity_check(all_roots().data(), nullptr, roots_.size() + 1, 100, &report));
    for (size_t tree = 0; tree < roots_.size(); tree++) {
      Cursor cursor;
      if (!cursor.open(btree_, roots_[tree], false, key_info(tree)).ok()) continue;
      scan(cursor, true);
      scan(cursor, false);
      seek(cursor);
      int64_t count;
      ignore_status(cursor.count(&count));
    }
  }

  void scan(Cursor& cursor, bool forward) {
    bool empty = true;
    Status status = forward ? cursor.first(&empty) : cursor.last(&empty);
    for (int steps = 0; status.ok() && !empty && steps < 3000; steps++) {
      uint32_t available;
      const uint8_t* bytes = cursor.payload_fetch(&available);
      for (uint32_t i = 0; i < available; i++) sum_ += bytes[i];
      if (cursor.payload_size() < 100'000) {
        std::string payload(cursor.payload_size(), '\0');
        ignore_status(cursor.payload(0, static_cast<uint32_t>(payload.size()), payload.data()));
      }
      if (random_.chance(1)) {
        bool different;
        if (!cursor.save_position().ok() || !cursor.restore(&different).ok()) return;
      }
      status = forward ? cursor.next() : cursor.previous();
    }
  }

  void seek(Cursor& cursor) {
    for (int i = 0; i < 20; i++) {
      int result;
      if (cursor.is_table()) {
        ignore_status(cursor.seek_rowid(random_.below(1000), &result));
      } else {
        TestKey key(random_.below(1000), "");
        ignore_status(cursor.seek_key(key.key, &result));
      }
    }
  }

  void write() {
    const size_t tree = random_.below(4);
    switch (random_.below(12)) {
      case 0: {
        Pgno root;
        ignore_status(btree_.create_tree(random_.chance(50) ? TreeKind::kTable : TreeKind::kIndex, &root));
        return;
      }
      case 1: {
        int64_t rows = 0;
        ignore_status(btree_.clear_tree(roots_[tree], &rows));
        return;
      }
      case 2: {
        Pgno moved;
        if (random_.chance(30)) ignore_status(btree_.drop_tree(roots_[tree], &moved));
        return;
      }
      case 3:
        ignore_status(btree_.incremental_vacuum());
        return;
      case 4:
        ignore_status(btree_.open_savepoints(1));
        change(tree);
        ignore_status(btree_.rollback_to_savepoint(0));
        return;
      default:
        change(tree);
    }
  }

  void change(size_t tree) {
    Cursor cursor;
    if (!cursor.open(btree_, roots_[tree], true, key_info(tree)).ok()) return;
    for (int i = 0; i < 25; i++) {
      const std::string payload = random_.bytes(random_.below(random_.chance(10) ? 5000 : 200));
      Status status;
      int result = 0;
      if (random_.chance(50)) {
        if (tree < 2) {
          status = cursor.insert(row(random_.below(1000), payload),
                                 random_.chance(50) ? kInsertSavePosition : 0, 0);
        } else {
          TestKey key(random_.below(1000), payload);
          status = cursor.insert(key.entry(), 0, 0);
        }
      } else if (tree < 2) {
        status = cursor.seek_rowid(random_.below(1000), &result);
        if (status.ok() && cursor.is_valid())
          status = cursor.remove(random_.chance(50) ? kDeleteSavePosition : 0);
      } else {
        TestKey key(random_.below(1000), "");
        status = cursor.seek_key(key.key, &result);
        if (status.ok() && cursor.is_valid())
          status = cursor.remove(random_.chance(50) ? kDeleteSavePosition : 0);
      }
      if (!status.ok()) return;
      if (random_.chance(20)) ignore_status(cursor.next());
    }
  }

  Btree& btree_;
  const std::vector<Pgno>& roots_;
  Generator& random_;
  uint64_t sum_ = 0;
};

void damage(std::string& bytes, uint32_t page_size, Generator& random) {
  const uint32_t pages = static_cast<uint32_t>(bytes.size() / page_size);
  for (uint32_t i = 1 + random.below(6); i > 0; i--) {
    const uint32_t page = random.below(pages);
    const uint32_t start = page * page_size;
    switch (random.below(5)) {
      case 0:  // anywhere
        bytes[random.below(static_cast<uint32_t>(bytes.size()))] = static_cast<char>(random.next());
        break;
      case 1:  // the tree page's header and first pointers
        bytes[start + (page == 0 ? 100 : 0) + random.below(20)] = static_cast<char>(random.next());
        break;
      case 2:  // one bit
        bytes[start + random.below(page_size)] ^= static_cast<char>(1 << random.below(8));
        break;
      case 3: {  // page numbers are small: a page in another's place
        const uint32_t other = random.below(pages);
        bytes.replace(start + 100 * (page == 0), page_size - 100 * (page == 0),
                      bytes.substr(other * page_size, page_size - 100 * (page == 0)));
        break;
      }
      default:  // a number that could be a page number
        store_be32(bytes.data() + start + random.below(page_size - 4), random.below(pages + 2));
    }
  }
}

void fuzz(uint64_t seed, int variants) {
  static constexpr uint32_t kPageSizes[] = {512, 1024, 4096};
  DatabaseOptions options;
  options.page_size = kPageSizes[seed % 3];
  options.auto_vacuum = static_cast<AutoVacuum>(seed / 3 % 3);
  options.journal_mode = JournalMode::kDelete;
  std::vector<Pgno> roots;
  const std::string sound = make_database(seed, options, &roots);
  for (int variant = 0; variant < variants; variant++) {
    Generator random(seed * 1000 + static_cast<uint64_t>(variant));
    std::string bytes = sound;
    if (variant > 0) damage(bytes, options.page_size, random);
    std::unique_ptr<Io> io = make_memory_io();
    {
      std::unique_ptr<File> file;
      OpenFlags flags;
      flags.create = true;
      CHECK_OK(io->files().open(kTestPath, flags, &file));
      CHECK_OK(file->write(bytes.data(), bytes.size(), 0));
    }
    std::unique_ptr<Pager> pager;
    CHECK_OK(Pager::open(*io, kTestPath, PagerOpenOptions{}, &pager));
    std::unique_ptr<Btree> btree;
    CHECK_OK(Btree::open(std::move(pager), &btree));
    btree->set_secure_delete(static_cast<SecureDelete>(random.below(3)));
    Abuser(*btree, roots, random).run();
  }
}

TEST(btree_fuzz) {
  const uint64_t start = test_seed(1);
  const uint64_t count = std::getenv("RINGLITE_TEST_SEED") ? 1 : 9;
  for (uint64_t seed = start; seed < start + count; seed++) fuzz(seed, 40);
}

}  // namespace
}  // namespace ringlite::testing
