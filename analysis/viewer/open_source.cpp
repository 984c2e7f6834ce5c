// SPDX-License-Identifier: MIT
#include "open_source.hpp"

#include "folder_source.hpp"
#include "tutti/error.hpp"

namespace viewer {

std::unique_ptr<Source> open_source(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw tutti::Error{tutti::Fault::config, "{} is no folder", folder.string()};
  return std::make_unique<FolderSource>(std::filesystem::canonical(folder));
}

}  // namespace viewer
