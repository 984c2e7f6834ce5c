// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

namespace viewer {

/// Opens the user's browser, where there is a screen. The address with its token goes through a
/// file that only the user can read, since other users see the arguments of every process.
void open_browser(const std::string& address, const std::filesystem::path& folder);

}  // namespace viewer
