// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <optional>
#include <vector>

#include "flow.hpp"
#include "tutti/state.hpp"

namespace analysis {

/// Parts of a checkpoint's entry that tutti::Fields has no way with of its own.
void visit(tutti::Fields& fields, std::optional<tutti::Time>& time);
template <typename T>
void visit(tutti::Fields& fields, std::deque<T>& queue) {
  std::vector<T> all(queue.begin(), queue.end());
  fields(all);
  if (!fields.saving()) queue.assign(all.begin(), all.end());
}
/// Samples that all have as many values.
void visit(tutti::Fields& fields, std::vector<Flow::Sample>& samples);

}  // namespace analysis
