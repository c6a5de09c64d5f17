// A forked child that uses and closes the connections that it has inherited: it gets errors, and the parent's
// transaction, journal, log and locks stay what they are.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/endian.h"
#include "io/posix_io.h"
#include "pager/pager.h"
#include "testing/test.h"

namespace ringlite {
namespace {

constexpr Pgno kPages = 40;

class Directory {
 public:
  Directory() {
    char name[] = "/tmp/ringlite-fork-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Directory() {
    const std::string command = "rm -rf " + path_;
    if (std::system(command.c_str()) != 0) std::abort();
  }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

Status set_all(Pager& pager, uint32_t value) {
  for (Pgno pgno = 2; pgno <= kPages; pgno++) {
    PageRef page;
    RETURN_IF_ERROR(pager.get(pgno, &page));
    RETURN_IF_ERROR(pager.write(page));
    store_be32(page.mutable_data() + 200, value);
  }
  return kOk;
}

Status set_up(Pager& pager, JournalMode mode) {
  RETURN_IF_ERROR(pager.set_page_size(512, 0));
  RETURN_IF_ERROR(pager.begin(true, false));
  PageRef page;
  RETURN_IF_ERROR(pager.get(1, &page));
  RETURN_IF_ERROR(pager.write(page));
  std::memcpy(page.mutable_data(), "SQLite format 3", 16);
  store_be16(page.mutable_data() + 16, 512);
  page.mutable_data()[18] = page.mutable_data()[19] = 1;
  page.reset();
  RETURN_IF_ERROR(set_all(pager, 1));
  RETURN_IF_ERROR(pager.commit());
  pager.end_read();
  JournalMode result;
  return pager.set_journal_mode(mode, &result);
}

/** Whether all pages have the value. */
bool has_all(Pager& pager, uint32_t value) {
  for (Pgno pgno = 2; pgno <= kPages; pgno++) {
    PageRef page;
    if (!pager.get(pgno, &page).ok() || load_be32(page.data() + 200) != value) return false;
  }
  return true;
}

/** What a child does with an idle connection and with one that writes; its exit code. */
int use_inherited(std::unique_ptr<Pager>& idle, std::unique_ptr<Pager>& writer) {
  if (idle->begin(true, false).ok()) return 1;
  if (idle->begin_read().ok()) return 2;
  if (writer->commit().ok()) return 3;
  ignore_status(writer->rollback());
  writer->end_read();
  writer.reset();
  idle.reset();
  return 0;
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void check_fork(JournalMode mode) {
  Directory directory;
  const std::string path = directory.file("a.db");
  std::unique_ptr<Pager> writer;
  std::unique_ptr<Pager> idle;
  CHECK_OK(Pager::open(posix_io(), path.c_str(), PagerOpenOptions{}, &writer));
  CHECK_OK(set_up(*writer, mode));
  CHECK_OK(Pager::open(posix_io(), path.c_str(), PagerOpenOptions{}, &idle));
  CHECK_OK(idle->begin_read());
  CHECK(has_all(*idle, 1));
  idle->end_read();
  // So small that pages go to the journal and the file, or to the log, before the commit.
  writer->set_cache_size(10);
  CHECK_OK(writer->begin(true, false));
  CHECK_OK(set_all(*writer, 2));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(use_inherited(idle, writer));
  CHECK_EQ(wait_for(child), 0);
  // Nobody else can write, and a journal is still there for who would have to roll back.
  CHECK(idle->begin(true, false).is(Code::kBusy));
  if (mode == JournalMode::kDelete) CHECK(::access(directory.file("a.db-journal").c_str(), F_OK) == 0);
  const pid_t peer = ::fork();
  if (peer == 0) {
    std::unique_ptr<Pager> own;
    if (!Pager::open(posix_io(), path.c_str(), PagerOpenOptions{}, &own).ok()) ::_exit(1);
    ::_exit(own->begin(true, false).primary() == static_cast<int32_t>(Code::kBusy) ? 0 : 2);
  }
  CHECK_EQ(wait_for(peer), 0);
  CHECK(has_all(*writer, 2));
  CHECK_OK(writer->commit());
  writer->end_read();
  CHECK_OK(idle->begin_read());
  CHECK(has_all(*idle, 2));
  idle->end_read();
}

}  // namespace

TEST(forked_child_leaves_a_transaction_with_a_journal_alone) {
  check_fork(JournalMode::kDelete);
  check_fork(JournalMode::kTruncate);
  check_fork(JournalMode::kPersist);
}
TEST(forked_child_leaves_a_transaction_in_the_log_alone) { check_fork(JournalMode::kWal); }

}  // namespace ringlite
