// SPDX-License-Identifier: MIT
#include "examine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <fstream>

extern char** environ;

namespace tutti::broker {
namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  return line;
}

/// The letter of /proc/PID/stat: R, S, D, T, t, Z.
char state_of(std::int64_t pid) {
  const auto stat = first_line(fmt::format("/proc/{}/stat", pid));
  const auto end = stat.rfind(')');  // the program's name may hold anything
  return end != std::string::npos && end + 2 < stat.size() ? stat[end + 2] : '?';
}

}  // namespace

std::string examine(std::int64_t pid) {
  const auto place = first_line(fmt::format("/proc/{}/wchan", pid));
  const auto where = place.empty() || place == "0" ? "" : fmt::format(" in {}", place);
  switch (state_of(pid)) {
    case 'T':
      return fmt::format("process {0} was stopped by a signal; `kill -CONT {0}` lets one go on",
                         pid);
    case 't':
      return fmt::format("process {} is held by a debugger", pid);
    case 'D':
      return fmt::format("process {} waits{} for a disk or a file system", pid, where);
    case 'S':
      return fmt::format("process {} sleeps{}", pid, where);
    case 'R':
      return fmt::format("process {} computes, but its control thread gets no time", pid);
    default:
      return fmt::format("process {} is dead", pid);
  }
}

StackTrace::StackTrace(std::int64_t pid, const std::filesystem::path& file) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  std::array<std::string, 7> words{"gdb",    "-p",  std::to_string(pid),         "-nx",
                                   "-batch", "-ex", "thread apply all backtrace"};
  std::array<char*, 8> arguments{};
  for (std::size_t k = 0; k < words.size(); ++k) arguments[k] = words[k].data();
  if (::posix_spawnp(&child_, "gdb", &files, nullptr, arguments.data(), environ) != 0) child_ = -1;
  ::posix_spawn_file_actions_destroy(&files);
}

StackTrace::~StackTrace() {
  if (over()) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

bool StackTrace::over() {
  if (child_ > 0 && ::waitpid(child_, nullptr, WNOHANG) == child_) child_ = -1;
  return child_ <= 0;
}

}  // namespace tutti::broker
