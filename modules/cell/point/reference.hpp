// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace cell::point {

/// All kinds of point neurons and sources with their parameters, units and defaults, as Markdown.
std::string model_reference();

}  // namespace cell::point
