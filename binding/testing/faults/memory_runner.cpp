// memory-runner BASE PROGRAMS: runs compiled statements with every single allocation failing in turn.
//
// BASE is the database file to start from. PROGRAMS: words [statement count], then the images [byte
// length][image] of SAVEPOINT, ROLLBACK TO and RELEASE, then those of the statements. Each statement runs
// once undisturbed, then with its first allocation failing, its second ... until it ends before the failure
// comes. It must give the same rows or SQLITE_NOMEM each time, and run undisturbed at the end with the same
// rows: the connection stays usable. Loading the program, making the statement and filling the shared buffer
// are part of the run. Leaks are the sanitizer's to find (VARIANT=asan). Output: NUMBER ALLOCATIONS FAILURES
// for each statement, where FAILURES counts runs that ended with SQLITE_NOMEM; a line `wrong: ...` for each
// violation. differential/faults/memory.ts compiles and judges.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "base/memory.h"
#include "engine/connection.h"
#include "engine/statement.h"
#include "io/memory_io.h"
#include "testing/faults/runner.h"

// Small objects come from here; they fail like everything else.
void* operator new(size_t size, const std::nothrow_t&) noexcept { return ringlite::mem_alloc(size); }
void* operator new(size_t size) {
  void* block = std::malloc(size ? size : 1);
  if (!block) std::abort();
  return block;
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }

namespace ringlite {
namespace {

/** After this many allocations every seventh is tried: the rest of a long run is its beginning again. */
constexpr int64_t kEveryAllocation = 1500;

struct Answer {
  Status status;
  /** Hash of all cells and texts of the result. */
  uint64_t hash = 14695981039346656037u;
  void add(const void* bytes, size_t size) {
    const auto* from = static_cast<const uint8_t*>(bytes);
    for (size_t i = 0; i < size; i++) hash = (hash ^ from[i]) * 1099511628211u;
  }
};

class Runner {
 public:
  Runner(const Bytes& base, const Bytes& programs)
      : io_(make_memory_io()), storage_(1 << 14), images_(read_images(programs)) {
    std::unique_ptr<File> file;
    require(io_->files().open("/a.db", OpenFlags{.create = true}, &file), "create");
    require(file->write(base.data(), base.size(), 0), "write");
    file.reset();
    border_.bytes = reinterpret_cast<uint8_t*>(storage_.data());
    border_.size = storage_.size() * sizeof storage_[0];
    require(Connection::open(*io_, "/a.db", ConnectionOptions{.timeout_ms = 0}, &connection_), "open");
    std::shared_ptr<const SchemaIndex> schema;
    require(connection_->read_schema(0, &schema), "read schema");
  }

  size_t count() const { return images_.size() - kControlImages; }

  void sweep(size_t number) {
    const Bytes& image = images_[kControlImages + number];
    const Answer expected = run_once(image, 0);
    // Twice: the first run fills the page cache.
    if (!same(run_once(image, 0), expected)) wrong(number, 0, "is not repeatable");
    int64_t failures = 0;
    int64_t countdown = 1;
    for (;; countdown += countdown < kEveryAllocation ? 1 : 7) {
      bool reached = false;
      const Answer answer = run_once(image, countdown, &reached);
      if (!reached) break;
      if (answer.status.primary() == static_cast<int32_t>(Code::kNomem))
        failures++;
      else if (!same(answer, expected))
        wrong(number, countdown, "gives " + std::to_string(answer.status.extended()));
    }
    if (!same(run_once(image, 0), expected)) wrong(number, countdown, "differs afterwards");
    std::printf("%zu %lld %lld\n", number, static_cast<long long>(countdown - 1),
                static_cast<long long>(failures));
  }

 private:
  static bool same(const Answer& a, const Answer& b) { return a.status == b.status && a.hash == b.hash; }

  static void wrong(size_t number, int64_t allocation, const std::string& what) {
    std::printf("wrong: statement %zu with allocation %lld failing %s\n", number,
                static_cast<long long>(allocation), what.c_str());
  }

  /** Runs it inside a savepoint, which is rolled back. `*reached`: the failure happened. */
  Answer run_once(const Bytes& image, int64_t countdown, bool* reached = nullptr) {
    require(run(images_[kSavepoint]).status, "savepoint");
    mem_fail_after(countdown);
    const Answer answer = run(image);
    if (reached) *reached = mem_failure_happened();
    mem_fail_after(0);
    // Running out of memory may have rolled back everything.
    if (connection_->state().is_in_transaction()) {
      require(run(images_[kRollbackTo]).status, "rollback");
      require(run(images_[kRelease]).status, "release");
    }
    return answer;
  }

  Answer run(const Bytes& image) {
    Answer answer;
    std::unique_ptr<Statement> statement;
    answer.status = connection_->load(image.data(), image.size(), &statement);
    if (!answer.status.ok()) return answer;
    uint32_t flags = border::request_flag::kStart | border::request_flag::kRows;
    for (;;) {
      border_.reply(border::request::kFlags, static_cast<int32_t>(flags));
      border_.reply(border::request::kRowLimit, 50);
      border_.reply(border::request::kColumnLimit, 0);
      statement->execute(border_);
      flags = border::request_flag::kRows;
      if (!take_batch(&answer)) return answer;
    }
  }

  /** Adds a batch to the answer; false at the end. */
  bool take_batch(Answer* answer) {
    switch (static_cast<border::Outcome>(border_.request(border::reply::kOutcome))) {
      case border::Outcome::kError:
        answer->status = Status::from_code(border_.request(border::reply::kErrorCode));
        return false;
      case border::Outcome::kDone:
      case border::Outcome::kRow:
        break;
      default:
        answer->status = Code::kInternal;
        return false;
    }
    // Cells hold offsets of texts, which depend on what else the batch holds: the texts themselves say
    // enough.
    const int32_t rows = border_.request(border::reply::kRowCount);
    answer->add(&rows, sizeof rows);
    answer->add(border_.latin1.data(), border_.latin1.size());
    answer->add(border_.wide.data(), border_.wide.size() * sizeof(char16_t));
    for (uint32_t i = 0; i < border_.far_count; i++)
      answer->add(border_.far_values[i].data(), border_.far_values[i].size());
    return border_.request(border::reply::kOutcome) == static_cast<int32_t>(border::Outcome::kRow);
  }

  std::unique_ptr<Io> io_;
  std::vector<uint64_t> storage_;
  Border border_;
  std::vector<Bytes> images_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace
}  // namespace ringlite

int main(int argc, char** argv) {
  using namespace ringlite;
  if (argc != 3) {
    std::fprintf(stderr, "usage: memory-runner BASE PROGRAMS\n");
    return 2;
  }
  Runner runner(read_file(argv[1]), read_file(argv[2]));
  for (size_t i = 0; i < runner.count(); i++) runner.sweep(i);
  return 0;
}
