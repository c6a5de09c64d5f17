// simulator PROGRAMS [--from SEED] [--count N] [--minutes M] [--stop-at N] [--trace FILE] [NAME=VALUE...]
//
// Runs seeds one after the other, each in a process of its own, so that an engine that crashes or hangs is a
// failing seed like any other. For each failure a line `FAILED seed S: ...` and the settings of the run; at
// the end the totals. NAME=VALUE overrides a setting of every run (config.h). With --trace the (one) run is
// written to the file, step by step. Exit code 1 after failures.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "testing/sim/simulation.h"

namespace ringlite::sim {
namespace {

constexpr unsigned kTimeoutSeconds = 60;
constexpr size_t kMaxProblem = 64 << 10;

struct Options {
  const char* programs = nullptr;
  uint64_t from = 1;
  uint64_t count = UINT64_MAX;
  double minutes = 0;
  uint64_t stop_at = 10;
  const char* trace = nullptr;
  std::vector<std::string> settings;
};

[[noreturn]] void fail_usage() {
  std::fprintf(stderr,
               "usage: simulator PROGRAMS [--from SEED] [--count N] [--minutes M] [--stop-at N] [--trace "
               "FILE] [NAME=VALUE...]\n");
  std::exit(2);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    if (argument.substr(0, 2) != "--") {
      if (argument.find('=') != std::string::npos)
        options.settings.push_back(argument);
      else
        options.programs = argv[i];
      continue;
    }
    if (++i == argc) fail_usage();
    if (argument == "--from")
      options.from = std::strtoull(argv[i], nullptr, 10);
    else if (argument == "--count")
      options.count = std::strtoull(argv[i], nullptr, 10);
    else if (argument == "--minutes")
      options.minutes = std::atof(argv[i]);
    else if (argument == "--stop-at")
      options.stop_at = std::strtoull(argv[i], nullptr, 10);
    else if (argument == "--trace")
      options.trace = argv[i];
    else
      fail_usage();
  }
  if (!options.programs || (options.count == UINT64_MAX && options.minutes == 0)) fail_usage();
  return options;
}

Config make_config(const Options& options, uint64_t seed) {
  Config config = Config::draw(seed);
  for (const std::string& setting : options.settings)
    if (!config.set(setting)) fail_usage();
  return config;
}

void write_all(int descriptor, const void* data, size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  for (size_t done = 0; done < size;) {
    const ssize_t count = ::write(descriptor, bytes + done, size - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

/** What the process of a run writes to its parent: the figures, then the problem. */
void run_and_report(const Options& options, const Programs& programs, const Config& config, int descriptor) {
  ::alarm(kTimeoutSeconds);
  FILE* trace = options.trace ? std::fopen(options.trace, "w") : nullptr;
  if (trace) std::setvbuf(trace, nullptr, _IOLBF, 0);
  Report report = simulate(config, programs, trace);
  if (trace) std::fclose(trace);
  std::string problem = report.problem.substr(0, kMaxProblem);
  const uint64_t figures[] = {report.transactions, report.commits, report.kills,
                              report.crashes,      report.faults,  report.points};
  write_all(descriptor, figures, sizeof figures);
  write_all(descriptor, problem.data(), problem.size());
}

/** As run_and_report(), in a child process. */
Report run_apart(const Options& options, const Programs& programs, const Config& config) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(2);
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child < 0) std::exit(2);
  if (child == 0) {
    ::close(ends[0]);
    run_and_report(options, programs, config, ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<size_t>(count));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Report report;
  uint64_t figures[6] = {};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.size() < sizeof figures) {
    const bool is_late = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    report.problem = is_late ? "does not end" : "the engine crashed, status " + std::to_string(status);
    return report;
  }
  std::memcpy(figures, answer.data(), sizeof figures);
  report.transactions = figures[0];
  report.commits = figures[1];
  report.kills = figures[2];
  report.crashes = figures[3];
  report.faults = figures[4];
  report.points = figures[5];
  report.problem = answer.substr(sizeof figures);
  return report;
}

int run(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  const Programs programs = Programs::read(options.programs);
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed_seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Report total;
  uint64_t seeds = 0;
  uint64_t failures = 0;
  while (seeds < options.count && failures < options.stop_at) {
    if (options.minutes > 0 && elapsed_seconds() >= options.minutes * 60) break;
    const uint64_t seed = options.from + seeds++;
    const Config config = make_config(options, seed);
    const Report report = run_apart(options, programs, config);
    total.transactions += report.transactions;
    total.commits += report.commits;
    total.kills += report.kills;
    total.crashes += report.crashes;
    total.faults += report.faults;
    if (report.problem.empty()) continue;
    failures++;
    std::printf("FAILED seed %llu: %s\n  %s\n", static_cast<unsigned long long>(seed), report.problem.c_str(),
                config.text().c_str());
  }
  const double seconds = elapsed_seconds();
  std::printf(
      "%llu seeds, %llu failed; %llu transactions, %llu commits, %llu kills, %llu power cuts, %llu faults; "
      "%.0f s, %.0f seeds/s\n",
      static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(failures),
      static_cast<unsigned long long>(total.transactions), static_cast<unsigned long long>(total.commits),
      static_cast<unsigned long long>(total.kills), static_cast<unsigned long long>(total.crashes),
      static_cast<unsigned long long>(total.faults), seconds,
      static_cast<double>(seeds) / (seconds > 0 ? seconds : 1));
  return failures ? 1 : 0;
}

}  // namespace
}  // namespace ringlite::sim

int main(int argc, char** argv) { return ringlite::sim::run(argc, argv); }
