// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace cell::engine {

/// All mechanisms with parameters, units, equations, temperature and source, as Markdown.
std::string mechanism_reference();

}  // namespace cell::engine
