// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

namespace recorder {

/// Which of `ranks` writes each file, given what each costs (bytes a second, or anything in
/// proportion): the dearest first, each to whoever has least so far, the lower rank where equal.
std::vector<int> share_files(const std::vector<double>& costs, int ranks);

}  // namespace recorder
