// SavepointLog: the page contents that open savepoints (and statement journals) would restore.
//
// One log of saved images for all open savepoints: each savepoint remembers where its part starts. Rolling
// back walks the log backwards to that place, so the oldest image saved since then wins. Saved images beyond
// a memory limit go to a temporary file.
#pragma once
#include <cstdint>
#include <memory>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "pager/image_pool.h"
#include "pager/page.h"

namespace ringlite {

class SavepointLog {
 public:
  struct Savepoint {
    /** Size of the database when it was opened, in pages. */
    Pgno page_count;
    size_t first_entry;
    uint64_t serial;
  };
  struct Entry {
    Pgno pgno;
    /** Whether the image was the transaction's own, i.e. differs from the committed content. */
    bool was_private;
    /** nullptr: the content is in the file. */
    Image* image;
    uint64_t file_offset;
  };

  explicit SavepointLog(Io& io) : io_(io) {}
  ~SavepointLog();

  /** Opens one savepoint; its serial is higher than all before. */
  Status open(Pgno page_count);
  int count() const { return static_cast<int>(savepoints_.size()); }
  Savepoint& at(int index) { return savepoints_[static_cast<size_t>(index)]; }
  /** Serial of the innermost savepoint; 0 when none is open. */
  uint64_t serial() const { return savepoints_.empty() ? 0 : savepoints_[savepoints_.size() - 1].serial; }
  /** Pages above this number need no saving: they did not exist when any open savepoint was opened. */
  Pgno highest_page() const { return highest_page_; }

  /** Keeps `image` (takes a reference of its own). SQLITE_NOMEM, SQLITE_FULL, SQLITE_IOERR. */
  Status save(ImagePool& pool, Image* image, Pgno pgno, bool was_private);
  size_t entry_count() const { return entries_.size(); }
  const Entry& entry(size_t index) const { return entries_[index]; }
  /** The content of an entry as an image with a reference for the caller. */
  Status load(ImagePool& pool, size_t index, Image** image);
  /** Closes savepoints from `index` on; the log is kept for those that stay open. */
  void release(ImagePool& pool, int index);
  /** After a rollback to `index`: closes those inside it, forgets its entries and gives it a new serial. */
  void rewind(ImagePool& pool, int index);
  void clear(ImagePool& pool) { release(pool, 0); }
  /** Bytes of memory that saved images may take before they go to a file. */
  void set_memory_limit(size_t bytes) { memory_limit_ = bytes; }

 private:
  void truncate_entries(ImagePool& pool, size_t count);
  void update_highest_page();
  Status move_to_file(ImagePool& pool);

  Io& io_;
  PodArray<Savepoint> savepoints_;
  PodArray<Entry> entries_;
  uint64_t last_serial_ = 0;
  Pgno highest_page_ = 0;
  /** Entries before this one have their images in the file. */
  size_t first_in_memory_ = 0;
  size_t memory_limit_ = 8 << 20;
  uint64_t file_end_ = 0;
  std::unique_ptr<File> file_;
};

}  // namespace ringlite
