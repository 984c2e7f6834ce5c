// SPDX-License-Identifier: MIT
#include "viewer_beside.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "../child.hpp"
#include "../prepare.hpp"

namespace tutti::cli {

ViewerBeside::ViewerBeside(const std::filesystem::path& folder)
    : pid_{start_child({(program_folder() / "tutti-viewer").string(), folder.string(), "--open"},
                       {}, {}, false)
               .pid} {}

ViewerBeside::~ViewerBeside() {
  if (!running()) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

bool ViewerBeside::running() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
  return pid_ > 0;
}

void ViewerBeside::stay(const std::function<bool()>& enough) {
  if (::isatty(STDOUT_FILENO) == 0 || enough() || !running()) return;
  std::puts("the viewer shows what was recorded; Ctrl-C ends it");
  while (running() && !enough()) std::this_thread::sleep_for(std::chrono::milliseconds{100});
}

}  // namespace tutti::cli
