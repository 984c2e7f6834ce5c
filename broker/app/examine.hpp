// SPDX-License-Identifier: MIT
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tutti::broker {

/// What the system knows of a process that does not answer, in words that follow its name: that a
/// signal stopped it and how it goes on, that it sleeps in the kernel and where, that it computes.
std::string examine(std::int64_t pid);

/// Has a debugger, where there is one and the system permits, write the stacks of all threads of a
/// process into a file. Nobody waits for it: it is looked after a few times a second.
class StackTrace {
 public:
  StackTrace(std::int64_t pid, const std::filesystem::path& file);
  ~StackTrace();
  StackTrace(const StackTrace&) = delete;
  StackTrace& operator=(const StackTrace&) = delete;
  /// Whether it has ended, or there is no debugger.
  bool over();

 private:
  pid_t child_ = -1;
};

}  // namespace tutti::broker
