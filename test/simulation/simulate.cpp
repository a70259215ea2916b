// Tells histories: simulate --seed N for one, --from N --seeds N for many. The last line is a summary.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "simulation/history.hpp"

namespace simulation {
namespace {

struct Arguments {
  std::uint64_t from = 1;
  std::uint64_t seeds = 1;
  std::uint64_t jobs = 1;
  bool whole = false;            // tell everything
  bool until_violation = false;  // the first violation is what is looked for
};

std::string summary(const Statistics& all) {
  const auto per = [&](std::uint64_t sum) {
    char text[40];
    std::snprintf(text, sizeof text, "%.1f",
                  static_cast<double>(sum) / static_cast<double>(std::max<std::uint64_t>(1, all.histories)));
    return std::string(text);
  };
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(all.time).count();
  const std::string lost =
      all.lost_jobs == 0 ? "" : " (" + std::to_string(all.lost_jobs) + " jobs were lost)";
  return std::to_string(all.histories) + " histories" + lost + ", " + std::to_string(all.violations) +
         " violations; each has on average " + per(static_cast<std::uint64_t>(minutes)) + " minutes, " +
         per(all.user_steps) + " steps of users, " + per(all.faults) + " faults, " + per(all.processes) +
         " processes (" + per(all.kills) + " killed), " + per(all.operator_steps) +
         " steps of the operator, " + per(all.ec2_calls) + " calls to EC2 with " + per(all.effects) +
         " effects, " + per(all.kube_requests) + " requests to Kubernetes with " + per(all.writes) +
         " writes";
}

void report(const Told& told) {
  for (const auto& violation : told.violations)
    std::printf("seed %llu breaks the law \"%s\": %s\n", static_cast<unsigned long long>(told.seed),
                violation.law.c_str(), violation.what.c_str());
  std::fputs(told.story.c_str(), stdout);
  std::fflush(stdout);
}

// The seeds of one job: each of the jobs takes every so many.
Statistics work(const Arguments& arguments, std::uint64_t job) {
  Statistics all;
  for (std::uint64_t seed = arguments.from + job; seed < arguments.from + arguments.seeds;
       seed += arguments.jobs) {
    const auto told = tell_history(seed, {arguments.whole});
    all.add(told.statistics);
    if (!told.violations.empty() || arguments.whole) report(told);
    if (!told.violations.empty() && arguments.until_violation) break;
  }
  return all;
}

// In processes of their own: a history knows nothing of threads.
Statistics work_in_jobs(const Arguments& arguments) {
  if (arguments.jobs == 1) return work(arguments, 0);
  std::vector<int> ends;
  for (std::uint64_t job = 0; job < arguments.jobs; ++job) {
    int pipes[2];
    if (pipe(pipes) != 0) return {};
    if (fork() == 0) {
      const Statistics mine = work(arguments, job);
      const auto written = write(pipes[1], &mine, sizeof mine);
      _exit(written == sizeof mine ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(pipes[1]);
    ends.push_back(pipes[0]);
  }
  Statistics all;
  for (const int end : ends) {
    Statistics theirs;
    if (read(end, &theirs, sizeof theirs) == sizeof theirs)
      all.add(theirs);
    else
      ++all.lost_jobs;
    close(end);
  }
  while (wait(nullptr) > 0) {
  }
  return all;
}

int run(const Arguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const auto all = work_in_jobs(arguments);
  const auto took = std::chrono::steady_clock::now() - begin;
  std::printf("%s; it took %lld s\n", summary(all).c_str(),
              static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(took).count()));
  if (all.lost_jobs > 0) return EXIT_FAILURE;
  return (all.violations > 0) == arguments.until_violation ? EXIT_SUCCESS : EXIT_FAILURE;
}

int usage() {
  std::fputs("usage: simulate [--seed N [--whole]] [--from N] [--seeds N] [--jobs N] [--until-violation]\n",
             stderr);
  return 2;
}

}  // namespace
}  // namespace simulation

int main(int argc, char** argv) {
  simulation::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const auto number = [&](std::uint64_t& into) {
      if (i + 1 >= argc) return false;
      into = std::strtoull(argv[++i], nullptr, 10);
      return true;
    };
    bool fine = true;
    if (flag == "--seed" || flag == "--from")
      fine = number(arguments.from);
    else if (flag == "--seeds")
      fine = number(arguments.seeds);
    else if (flag == "--jobs")
      fine = number(arguments.jobs) && arguments.jobs > 0;
    else if (flag == "--whole")
      arguments.whole = true;
    else if (flag == "--until-violation")
      arguments.until_violation = true;
    else
      fine = false;
    if (!fine) return simulation::usage();
  }
  return simulation::run(arguments);
}
