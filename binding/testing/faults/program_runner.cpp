// program-runner BASE PROGRAMS SEED MUTANTS: runs program images that no compiler would write.
//
// BASE and PROGRAMS are as memory_runner.cpp has them. Each mutant is one of the statements with some
// operands, opcodes, instructions or bytes of the pool changed, drawn from SEED and its number alone. It must
// be refused, fail or end; it runs on a database of its own. Children do the work, so that a crash costs one
// mutant: the parent prints a line `wrong: mutant NUMBER of statement NUMBER ...` and goes on behind it. The
// last line is REFUSED FAILED ENDED STOPPED.
//
// Two things are the compiler's duty, not the verifier's: that every loop polls for interrupts (mutants that
// don't are stopped by force), and that a register shared by SCopy is not changed before its copy was used
// (mutants have Copy in its place).
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "base/endian.h"
#include "engine/connection.h"
#include "engine/statement.h"
#include "io/memory_io.h"
#include "testing/faults/runner.h"
#include "vdbe/program.h"

namespace ringlite {
namespace {

constexpr uint32_t kHeaderWords = program_format::kHeaderWordCount;
constexpr uint32_t kInstructionWords = 6;
/** Of processor time. */
constexpr int kSecondsPerMutant = 3;
/** Calls of the progress hook before it interrupts, and jumps between two of them. */
constexpr int kPollLimit = 200;
constexpr uint64_t kPollPeriod = 100;

/** What the children tell the parent. */
struct Tally {
  uint64_t current;
  uint64_t refused;
  uint64_t failed;
  uint64_t ended;
};

/** Changes words of one image. */
class Mutator {
 public:
  Mutator(Bytes* image, uint64_t seed)
      : image_(*image),
        random_(seed),
        instruction_count_(word(program_format::header_word::kInstructionCount)) {}

  void mutate() {
    for (uint32_t count = 1 + below(3); count > 0; count--) {
      if (below(8) == 0)
        set_word(below(word_count()), any_word());
      else
        change_instruction();
    }
    for (uint32_t at = 0; at + kHeaderWords <= word_count(); at++)
      if (word(at) == program_format::kMagic) replace_shared_copies(at);
  }

 private:
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  uint32_t word_count() const { return static_cast<uint32_t>(image_.size() / 4); }
  uint32_t word(uint32_t at) const { return load_le32(&image_[size_t{at} * 4]); }
  void set_word(uint32_t at, uint32_t value) { store_le32(&image_[size_t{at} * 4], value); }
  uint32_t any_word() {
    const uint32_t draw = static_cast<uint32_t>(random_());
    const uint32_t choices[] = {draw % 8, draw % 64, draw % 70000, 0xffffffff, 0x7fffffff, 0x80000000, draw};
    return choices[below(7)];
  }
  uint32_t address_of(uint32_t instruction) const { return kHeaderWords + instruction * kInstructionWords; }

  /** In the image that begins at word `start`: the outermost or a subprogram's. */
  void replace_shared_copies(uint32_t start) {
    const uint32_t count = word(start + program_format::header_word::kInstructionCount);
    for (uint32_t i = 0; i < count; i++) {
      const uint32_t at = start + address_of(i);
      if (at + kInstructionWords > word_count()) return;
      if (word(at) != static_cast<uint32_t>(Opcode::kSCopy)) continue;
      set_word(at, static_cast<uint32_t>(Opcode::kCopy));
      set_word(at + 3, 0);
    }
  }

  void change_instruction() {
    const uint32_t at = address_of(below(instruction_count_));
    const uint32_t other = address_of(below(instruction_count_));
    switch (below(8)) {
      case 0:
        return set_word(at, below(static_cast<uint32_t>(kOpcodeCount)));
      case 1:  // the same operand of another instruction
      {
        const uint32_t operand = 1 + below(5);
        return set_word(at + operand, word(other + operand));
      }
      case 2:
        for (uint32_t i = 0; i < kInstructionWords; i++) set_word(at + i, word(other + i));
        return;
      case 3:
        for (uint32_t i = 0; i < kInstructionWords; i++) {
          const uint32_t kept = word(at + i);
          set_word(at + i, word(other + i));
          set_word(other + i, kept);
        }
        return;
      case 4:
        return set_word(at + 5, word(at + 5) ^ (1u << below(12)));
      case 5:
        return set_word(at + 1 + below(5), any_word());
      default: {
        const uint32_t operand = at + 1 + below(5);
        return set_word(operand, word(operand) + (below(2) ? 1 + below(3) : 0u - 1 - below(3)));
      }
    }
  }

  Bytes& image_;
  std::mt19937_64 random_;
  const uint32_t instruction_count_;  // of the unchanged image
};

class Runner {
 public:
  Runner(const Bytes& base, const Bytes& programs, uint64_t seed)
      : base_(base), seed_(seed), storage_(1 << 14), images_(read_images(programs)) {
    border_.bytes = reinterpret_cast<uint8_t*>(storage_.data());
    border_.size = storage_.size() * sizeof storage_[0];
  }

  size_t statement_of(uint64_t mutant) const { return mutant % (images_.size() - kControlImages); }

  void run(uint64_t mutant, Tally* tally) {
    Bytes image = images_[kControlImages + statement_of(mutant)];
    Mutator(&image, seed_ * 0x9e3779b97f4a7c15 + mutant).mutate();
    const std::unique_ptr<Io> io = make_memory_io();
    std::unique_ptr<File> file;
    require(io->files().open("/a.db", OpenFlags{.create = true}, &file), "create");
    require(file->write(base_.data(), base_.size(), 0), "write");
    file.reset();
    std::unique_ptr<Connection> connection;
    require(Connection::open(*io, "/a.db", ConnectionOptions{.timeout_ms = 0}, &connection), "open");
    std::shared_ptr<const SchemaIndex> schema;
    require(connection->read_schema(0, &schema), "read schema");
    int polls = 0;
    ConnectionState& state = connection->state();
    state.progress_hook = [](void* context) { return ++*static_cast<int*>(context) > kPollLimit; };
    state.progress_context = &polls;
    state.progress_period = kPollPeriod;
    std::unique_ptr<Statement> statement;
    if (!connection->load(image.data(), image.size(), &statement).ok()) {
      tally->refused++;
      return;
    }
    const bool failed = !execute(*statement);
    (failed ? tally->failed : tally->ended)++;
    // What it left behind must be readable or an error as well.
    ignore_status(connection->read_schema(0, &schema));
  }

 private:
  static constexpr int kBatchLimit = 100;

  /** Runs it to its end; host calls are answered by giving up. */
  bool execute(Statement& statement) {
    uint32_t flags = border::request_flag::kStart | border::request_flag::kRows;
    for (int batch = 0; batch < kBatchLimit; batch++) {
      border_.reply(border::request::kFlags, static_cast<int32_t>(flags));
      border_.reply(border::request::kRowLimit, 50);
      border_.reply(border::request::kColumnLimit, 0);
      statement.execute(border_);
      flags = border::request_flag::kRows;
      switch (static_cast<border::Outcome>(border_.request(border::reply::kOutcome))) {
        case border::Outcome::kDone:
          return true;
        case border::Outcome::kRow:
          break;
        default:
          statement.reset();
          return false;
      }
    }
    statement.reset();
    return true;
  }

  const Bytes& base_;
  const uint64_t seed_;
  std::vector<uint64_t> storage_;
  Border border_;
  std::vector<Bytes> images_;
};

/** Runs mutants from `*next` on in a child; false when it died, with `*next` behind the one that it died of.
 */
bool run_in_child(Runner& runner, uint64_t* next, uint64_t end, Tally* tally, uint64_t* stopped) {
  const pid_t child = fork();
  if (child == 0) {
    for (uint64_t mutant = *next; mutant < end; mutant++) {
      tally->current = mutant;
      const itimerval limit{{}, {kSecondsPerMutant, 0}};
      setitimer(ITIMER_PROF, &limit, nullptr);
      runner.run(mutant, tally);
    }
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) {
    ++*stopped;
    std::printf("stopped: mutant %llu of statement %zu\n", static_cast<unsigned long long>(tally->current),
                runner.statement_of(tally->current));
  } else {
    std::printf("wrong: mutant %llu of statement %zu ended with status %d\n",
                static_cast<unsigned long long>(tally->current), runner.statement_of(tally->current), status);
  }
  std::fflush(stdout);
  *next = tally->current + 1;
  return false;
}

}  // namespace
}  // namespace ringlite

int main(int argc, char** argv) {
  using namespace ringlite;
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: program-runner BASE PROGRAMS SEED MUTANTS [ONLY]\n");
    return 2;
  }
  const Bytes base = read_file(argv[1]);
  Runner runner(base, read_file(argv[2]), std::strtoull(argv[3], nullptr, 10));
  if (argc == 6) {  // one mutant in this process, for a debugger
    Tally tally{};
    runner.run(std::strtoull(argv[5], nullptr, 10), &tally);
    return 0;
  }
  auto* tally = static_cast<Tally*>(
      mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (tally == MAP_FAILED) return 2;
  const uint64_t end = std::strtoull(argv[4], nullptr, 10);
  uint64_t stopped = 0;
  for (uint64_t next = 0; next < end && !run_in_child(runner, &next, end, tally, &stopped);) continue;
  std::printf("%llu %llu %llu %llu\n", static_cast<unsigned long long>(tally->refused),
              static_cast<unsigned long long>(tally->failed), static_cast<unsigned long long>(tally->ended),
              static_cast<unsigned long long>(stopped));
  return 0;
}
