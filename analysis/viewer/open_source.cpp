// SPDX-License-Identifier: MIT
#include "open_source.hpp"

#include "folder_source.hpp"
#include "tutti/error.hpp"

namespace viewer {

namespace fs = std::filesystem;

std::unique_ptr<Source> open_source(const fs::path& wanted) {
  if (!fs::is_directory(wanted))
    throw tutti::Error{tutti::Fault::config, "{} is no folder", wanted.string()};
  return std::make_unique<FolderSource>(fs::canonical(wanted));
}

std::unique_ptr<Source> recordings_of(const fs::path& folder) {
  if (!fs::exists(folder / "summary.json")) return nullptr;
  try {
    return std::make_unique<FolderSource>(fs::canonical(folder));
  } catch (const std::exception&) {
    return nullptr;  // nothing was recorded: what came live stays to be looked at
  }
}

}  // namespace viewer
