// fault-runner BASE PROGRAMS KINDS STRIDE REMOVALS OUT: runs a workload of compiled programs over a faulty
// disk, once for each I/O operation.
//
// BASE is the database file to start from. PROGRAMS holds the workload: words [transaction count], for each
// transaction [program count], for each program [byte length] and its image; then likewise one program that
// rolls back. KINDS: letters of fail (f), fail from here (F), tear (t), crash (c). REMOVALS: `durable` when a
// removed file stays removed after a crash, `both` to try also that it comes back where the directory was not
// synced (synchronous=EXTRA forbids that a commit depends on it, FULL does not). For every fault the
// surviving files go to OUT/NUMBER/ and a line to standard output: NUMBER KIND OPERATION ANSWERS, one
// character a transaction: 1 committed, 0 failed, - not tried, then a word: `finalization` when the fault
// left a commit done but perhaps not durable, else `-`. The last line is `operations N`.
// differential/faults/run.ts compiles and checks.
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "engine/connection.h"
#include "io/fault_io.h"
#include "testing/faults/runner.h"
#include "vdbe/program.h"
#include "vdbe/vm.h"

namespace ringlite {
namespace {

constexpr const char* kDatabase = "/a.db";

struct Workload {
  std::vector<std::vector<Bytes>> transactions;
  Bytes rollback;
};

class WordReader {
 public:
  explicit WordReader(const Bytes& bytes) : bytes_(bytes) {}
  uint32_t word() {
    uint32_t value;
    std::memcpy(&value, bytes_.data() + at_, 4);
    at_ += 4;
    return value;
  }
  Bytes image() {
    const uint32_t size = word();
    Bytes image(bytes_.begin() + at_, bytes_.begin() + at_ + size);
    at_ += size;
    return image;
  }

 private:
  const Bytes& bytes_;
  size_t at_ = 0;
};

Workload read_workload(const char* path) {
  const Bytes bytes = read_file(path);
  WordReader reader(bytes);
  Workload workload;
  workload.transactions.resize(reader.word());
  for (auto& transaction : workload.transactions) {
    transaction.resize(reader.word());
    for (Bytes& image : transaction) image = reader.image();
  }
  workload.rollback = reader.image();
  return workload;
}

/** Runs one program to its end. */
Status run(Connection& connection, const Bytes& image) {
  std::shared_ptr<const Program> program;
  RETURN_IF_ERROR(Program::load(image.data(), image.size(), connection.state().encoding, &program));
  std::unique_ptr<Vm> vm;
  RETURN_IF_ERROR(Vm::create(connection.state(), program, &vm));
  for (;;) {
    switch (vm->step()) {
      case StepOutcome::kRow:
        break;
      case StepOutcome::kDone:
        vm->reset();
        return kOk;
      default: {
        const Status status = vm->error();
        vm->reset();
        return status;
      }
    }
  }
}

/** One character a transaction, see the header. */
std::string run_workload(FaultIo& io, const Workload& workload) {
  std::string answers(workload.transactions.size(), '-');
  std::unique_ptr<Connection> connection;
  if (!Connection::open(io, kDatabase, ConnectionOptions{.timeout_ms = 0}, &connection).ok()) return answers;
  std::shared_ptr<const SchemaIndex> schema;
  if (!connection->read_schema(0, &schema).ok() && io.has_crashed()) return answers;
  for (size_t i = 0; i < workload.transactions.size() && !io.has_crashed(); i++) {
    answers[i] = '1';
    for (const Bytes& image : workload.transactions[i]) {
      if (run(*connection, image).ok()) continue;
      answers[i] = '0';
      if (!connection->state().autocommit) ignore_status(run(*connection, workload.rollback));
      break;
    }
  }
  return answers;
}

void store_base(FaultIo& io, const Bytes& base) {
  std::unique_ptr<File> file;
  require(io.files().open(kDatabase, OpenFlags{.create = true}, &file), "create");
  require(file->write(base.data(), base.size(), 0), "write");
  require(file->sync(SyncKind::kFull), "sync");
  require(io.files().sync_directory(kDatabase), "sync directory");
}

void dump_file(FaultIo& io, const std::string& suffix, const std::string& folder) {
  const std::string path = kDatabase + suffix;
  bool exists = false;
  require(io.files().exists(path.c_str(), &exists), "exists");
  if (!exists) return;
  std::unique_ptr<File> file;
  require(io.files().open(path.c_str(), OpenFlags{.readonly = true}, &file), "open");
  uint64_t size = 0;
  require(file->size(&size), "size");
  Bytes bytes(size);
  size_t got = 0;
  if (size > 0) require(file->read(bytes.data(), size, 0, &got), "read");
  std::ofstream out(folder + "/a.db" + suffix, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
}

int dump_count = 0;

void dump(FaultIo& io, const char* out, char kind, int64_t operation, const std::string& answers) {
  const std::string folder = std::string(out) + "/" + std::to_string(++dump_count);
  mkdir(folder.c_str(), 0700);
  for (const char* suffix : {"", "-journal", "-wal"}) dump_file(io, suffix, folder);
  std::printf("%d %c %lld %s %s\n", dump_count, kind, static_cast<long long>(operation), answers.c_str(),
              io.hit_finalization() ? "finalization" : "-");
}

constexpr struct {
  char letter;
  FaultKind kind;
} kKinds[] = {{'f', FaultKind::kFail},
              {'F', FaultKind::kFailFromHere},
              {'t', FaultKind::kTear},
              {'c', FaultKind::kCrash}};

constexpr Survival kSurvivals[] = {Survival::kNothing, Survival::kEverything, Survival::kPrefix,
                                   Survival::kSomeOperations, Survival::kSomeSectors};

/** Runs with the fault at `operation`; false when the workload ended before it. */
bool try_fault(const Bytes& base, const Workload& workload, char letter, FaultKind kind, int64_t operation,
               bool are_removals_durable, const char* out) {
  const int outcomes = kind == FaultKind::kCrash ? 10 : 1;
  for (int i = 0; i < outcomes; i++) {
    const std::unique_ptr<FaultIo> io = FaultIo::make(static_cast<uint64_t>(operation) * 31 + i);
    store_base(*io, base);
    io->set_fault(kind, operation);
    const std::string answers = run_workload(*io, workload);
    const bool was_hit = io->operation_count() >= operation;
    if (!was_hit) return false;
    io->clear_fault();
    if (kind == FaultKind::kCrash || kind == FaultKind::kFailFromHere)
      io->restart(kSurvivals[i / 2], static_cast<uint64_t>(operation) * 7 + i,
                  are_removals_durable || i % 2 == 1);
    dump(*io, out, letter, operation, answers);
  }
  return true;
}

}  // namespace
}  // namespace ringlite

int main(int argc, char** argv) {
  using namespace ringlite;
  if (argc != 7) {
    std::fprintf(stderr, "usage: fault-runner BASE PROGRAMS KINDS STRIDE durable|both OUT\n");
    return 2;
  }
  const Bytes base = read_file(argv[1]);
  const Workload workload = read_workload(argv[2]);
  const int stride = std::atoi(argv[4]);
  const bool are_removals_durable = std::strcmp(argv[5], "durable") == 0;
  int64_t operations = 0;
  for (const auto& [letter, kind] : kKinds) {
    if (!std::strchr(argv[3], letter)) continue;
    int64_t operation = 1;
    while (try_fault(base, workload, letter, kind, operation, are_removals_durable, argv[6]))
      operation += stride;
    operations = operation;
  }
  std::printf("operations %lld\n", static_cast<long long>(operations));
  return 0;
}
