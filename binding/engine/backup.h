// Backup: copies one database of a connection into a file, some pages at a time, while the connection goes on
// working.
//
// Between steps the source is unlocked and may change. What this connection commits is copied again before
// the next pages; when somebody else committed (or the database has no file) the copy starts over. The
// destination is in one exclusive write transaction from the first step to the last, so it holds its old
// content or all of the new one.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "engine/connection.h"

namespace ringlite {

class Backup {
 public:
  /**
   * `name`: of the database to copy; `file`: where to, created when it does not exist. `remove_unfinished`:
   * the file goes when the backup ends early. SQLITE_CANTOPEN*, SQLITE_ERROR with a text in `message` when
   * there is no such database.
   */
  static Status create(Connection& source, std::string_view name, const std::string& file,
                       bool remove_unfinished, std::unique_ptr<Backup>* out, String* message);
  /** Gives up what is not finished. */
  ~Backup();
  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;

  /**
   * Copies up to `pages` pages (negative: all). kOk while some remain, SQLITE_DONE when the destination is
   * committed. After SQLITE_BUSY and SQLITE_LOCKED it can be tried again; every other error is final.
   */
  Status step(int32_t pages);
  /** As of the last step that got that far. */
  Pgno total_pages() const { return total_pages_; }
  Pgno remaining_pages() const { return remaining_pages_; }

 private:
  Backup() = default;

  Status copy_some(int32_t pages);
  Status lock_destination();
  void notice_changes();
  Status copy_changed();
  Status finish();
  Status commit_destination();

  Btree* source_ = nullptr;
  std::unique_ptr<Btree> destination_;
  PageWatch watch_;
  Io* io_ = nullptr;
  Status status_;
  Pgno next_ = 1;
  Pgno total_pages_ = 0;
  Pgno remaining_pages_ = 0;
  uint32_t data_version_ = 0;
  uint32_t source_page_size_ = 0;
  uint32_t destination_cookie_ = 0;
  bool is_destination_locked_ = false;
  bool removes_unfinished_ = false;
};

}  // namespace ringlite
