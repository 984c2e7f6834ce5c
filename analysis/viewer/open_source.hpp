// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>

#include "source.hpp"

namespace viewer {

/// The run that goes on in a folder, or what was recorded there. Throws Error{config} where there
/// is neither.
std::unique_ptr<Source> open_source(const std::filesystem::path& folder);

/// What a run that is over has recorded; nothing while it is not written, or where nothing was.
std::unique_ptr<Source> recordings_of(const std::filesystem::path& folder);

}  // namespace viewer
