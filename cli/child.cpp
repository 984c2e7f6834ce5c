// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "tutti/error.hpp"

extern char** environ;

namespace tutti::cli {
namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error{Fault::io, "cannot make a pipe: {}", std::strerror(errno)};
    read = ends[0], write = ends[1];
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Between fork and exec only async-signal-safe calls: everything is prepared before.
pid_t spawn(std::vector<std::string> command, std::vector<std::string> environment, int out,
            int err, const char* folder = nullptr) {
  auto arguments = pointers(command);
  auto variables = pointers(environment);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Error{Fault::io, "cannot start {}: {}", command.front(), std::strerror(errno)};
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  if (out >= 0) ::dup2(out, STDOUT_FILENO);
  if (err >= 0) ::dup2(err, STDERR_FILENO);
  if (folder != nullptr && ::chdir(folder) != 0) ::_exit(127);
  ::execvpe(arguments.front(), arguments.data(), variables.data());
  ::_exit(127);
}

std::vector<std::string> environment_of(
    const std::vector<std::pair<std::string, std::string>>& over,
    const std::vector<std::string>& scrub) {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text{*variable};
    const auto name = text.substr(0, text.find('='));
    const bool gone =
        std::ranges::any_of(scrub, [&](const auto& prefix) { return name.starts_with(prefix); }) ||
        std::ranges::any_of(over, [&](const auto& pair) { return pair.first == name; });
    if (!gone) result.push_back(text);
  }
  for (const auto& [name, value] : over) result.push_back(name + "=" + value);
  return result;
}

/// Appends what is there to read; false at the end.
bool drain(int fd, std::string& into) {
  std::array<char, 4096> bytes{};
  const auto got = ::read(fd, bytes.data(), bytes.size());
  if (got <= 0) return got < 0 && errno == EINTR;
  into.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

bool is_gone(pid_t pid) {
  std::ifstream stat{fmt::format("/proc/{}/stat", pid)};
  std::string text;
  if (!std::getline(stat, text)) return true;
  const auto end = text.rfind(')');  // the program's name may hold anything
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] == 'Z';
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

int code_of_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string ChildResult::how() const {
  return code > 128 ? fmt::format("killed by signal {} ({})", code - 128, ::strsignal(code - 128))
                    : fmt::format("exit code {}", code);
}

ChildResult run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  Pipe out, err;
  const pid_t pid = spawn(command, environment_of({}, {}), out.write, err.write);
  ::close(out.write), ::close(err.write);
  ChildResult result;
  const auto end = std::chrono::steady_clock::now() + limit;
  std::array<pollfd, 2> ends{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      result.timed_out = true;
      ::kill(pid, SIGKILL);
      break;
    }
    ::poll(ends.data(), ends.size(), static_cast<int>(left.count()));
    if (ends[0].revents != 0 && !drain(out.read, result.output)) ends[0].fd = -1;
    if (ends[1].revents != 0 && !drain(err.read, result.error)) ends[1].fd = -1;
  }
  ::close(out.read), ::close(err.read);
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.code = code_of_status(status);
  while (!result.error.empty() && result.error.back() == '\n') result.error.pop_back();
  return result;
}

Child start_child(const std::vector<std::string>& command,
                  const std::vector<std::pair<std::string, std::string>>& environment,
                  const std::vector<std::string>& scrub, bool capture) {
  Child child;
  if (!capture) {
    child.pid = spawn(command, environment_of(environment, scrub), -1, -1);
    return child;
  }
  Pipe pipe;
  child.pid = spawn(command, environment_of(environment, scrub), pipe.write, pipe.write);
  ::close(pipe.write);
  ::fcntl(pipe.read, F_SETFL, O_NONBLOCK);
  child.output = pipe.read;
  return child;
}

Child start_child(const std::vector<std::string>& command,
                  const std::vector<std::pair<std::string, std::string>>& environment,
                  const std::vector<std::string>& scrub, const std::filesystem::path& log,
                  const std::filesystem::path& folder) {
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0)
    throw Error{Fault::io, "cannot write the log {}: {}", log.string(), std::strerror(errno)};
  Child child;
  child.pid = spawn(command, environment_of(environment, scrub), file, file, folder.c_str());
  ::close(file);
  return child;
}

}  // namespace tutti::cli
