// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "tutti/elements.hpp"

namespace tutti::cli {

/// Reads a set of elements: "3", "0..9", "0..90 by 10", "1,5,20..29". Throws Error{usage}.
Elements parse_elements(const std::string& text);

}  // namespace tutti::cli
