// SPDX-License-Identifier: MIT
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>

namespace tutti::cli {

/// `tutti-viewer` beside a run: it prints its address, and opens the browser where there is a
/// screen.
class ViewerBeside {
 public:
  explicit ViewerBeside(const std::filesystem::path& folder);
  /// Ends it.
  ~ViewerBeside();
  ViewerBeside(const ViewerBeside&) = delete;
  ViewerBeside& operator=(const ViewerBeside&) = delete;

  /// After the run, on a terminal: it shows what was recorded until `enough` says so.
  void stay(const std::function<bool()>& enough);

 private:
  bool running();
  pid_t pid_ = -1;
};

}  // namespace tutti::cli
