// SPDX-License-Identifier: MIT
#include "browser.hpp"

#include <fmt/format.h>
#include <spawn.h>

#include <array>
#include <cstdlib>
#include <fstream>

extern char** environ;

namespace viewer {

void open_browser(const std::string& address, const std::filesystem::path& folder) {
  const bool screen =
      std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
  const auto control = folder / "control";
  std::error_code ignored;
  if (!screen || !std::filesystem::exists(control, ignored)) return;
  auto file = (control / "viewer.html").string();
  std::ofstream{file};
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  std::ofstream{file} << fmt::format(
      "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url={}\">\n", address);
  std::string program = "xdg-open";
  std::array<char*, 3> arguments{program.data(), file.data(), nullptr};
  pid_t child = 0;
  // where there is no xdg-open, the address was printed all the same
  ::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
}

}  // namespace viewer
