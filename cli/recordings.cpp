// SPDX-License-Identifier: MIT
#include "recordings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sonata/repair.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// Whether a process of ours on this machine has the file open. A recorder on another machine
/// cannot be seen; its run has a launcher, which closes the files.
bool is_open_somewhere(const fs::path& file) {
  std::error_code ignored;
  const auto target = fs::canonical(file, ignored);
  for (const auto& process : fs::directory_iterator{"/proc", ignored}) {
    const auto name = process.path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    std::error_code gone;  // processes and descriptors come and go while we look
    for (fs::directory_iterator it{process.path() / "fd", gone}, end; !gone && it != end;
         it.increment(gone))
      if (fs::read_symlink(it->path(), ignored) == target) return true;
  }
  return false;
}

}  // namespace

std::vector<fs::path> sound_recordings(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() != ".h5") continue;
    try {
      if (sonata::recording_of(entry.path()).state == sonata::State::open &&
          !is_open_somewhere(entry.path()))
        sonata::close_after_crash(entry.path());
      files.push_back(entry.path());
    } catch (const std::exception& first) {
      try {  // too damaged to be asked for its state
        if (!is_open_somewhere(entry.path())) sonata::close_after_crash(entry.path());
        files.push_back(entry.path());
      } catch (const std::exception&) {
        fmt::print(stderr, "{}: left out: {}\n", entry.path().string(), first.what());
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace tutti::cli
