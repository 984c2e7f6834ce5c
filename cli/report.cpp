// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace tutti::cli {

bool report(const config::Problems& problems) {
  const bool colour = ::isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  std::fflush(stdout);
  for (const auto& problem : problems.all()) {
    const bool error = problem.severity == config::Severity::error;
    const char* on = !colour ? "" : error ? "\x1b[1;31m" : "\x1b[1;33m";
    const auto place = to_string(problem.place);
    fmt::print(stderr, "{}{}{}{}:{} {}\n", place, place.empty() ? "" : ": ", on,
               error ? "error" : "warning", colour ? "\x1b[0m" : "", problem.text);
  }
  if (problems.ok()) return true;
  const auto count = problems.error_count();
  fmt::print(stderr, "{} error{}; nothing was started\n", count, count == 1 ? "" : "s");
  return false;
}

}  // namespace tutti::cli
