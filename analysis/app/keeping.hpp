// SPDX-License-Identifier: MIT
#pragma once
#include <optional>

#include "tutti/state.hpp"
#include "tutti/time.hpp"

namespace analysis {

/// A part of a checkpoint's entry that tutti::Fields has no way with of its own.
void visit(tutti::Fields& fields, std::optional<tutti::Time>& time);

}  // namespace analysis
