// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>

#include "source.hpp"

namespace viewer {

/// The run that goes on in a folder, or what was recorded there. Throws Error{config} where there
/// is neither.
std::unique_ptr<Source> open_source(const std::filesystem::path& folder);

}  // namespace viewer
