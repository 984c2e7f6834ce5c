// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace cell {

/// Prints what was found in a reconstruction (SWC), with a picture for the terminal; writes one as
/// SVG to `picture` unless that is empty. Throws tutti::Error where the file is wrong.
void inspect_morphology(const std::string& file, const std::string& picture);

}  // namespace cell
