// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <string>

#include "tutti/control/messages.hpp"

namespace tutti::cli {

/// Shows how a run gets on: one line that is rewritten on a terminal, plain lines now and then
/// elsewhere.
class Progress {
 public:
  Progress(std::string run, bool quiet);
  void show(const control::Status& status);
  /// Leaves the line for what is printed next.
  void finish();
  double seconds() const;
  bool on_terminal() const { return terminal_; }

 private:
  std::string line(const control::Status& status) const;
  void tell_notices(const control::Status& status);

  std::string run_;
  bool quiet_, terminal_, shown_ = false, paused_ = false;
  std::size_t told_ = 0;  // notices
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace tutti::cli
