// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "tutti/config/node.hpp"
#include "tutti/config/problems.hpp"

namespace tutti::config {

/// Closing brackets without an opening one: what is left behind the comma of `{p: max(0.1, x)}`.
bool ends_a_cut_formula(std::string_view text);

/// YAML ends a word at a comma within {...} and [...], and so cuts `max(0.1, x)` in two. Puts the
/// pieces of such formulas in a list or map together again and says of each how to write it, so
/// that nobody is told of keys named "x)".
void mend_cut_formulas(Node& node, Problems& problems);

}  // namespace tutti::config
