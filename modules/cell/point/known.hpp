// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "tutti/state.hpp"

namespace cell::point {

/// Visits an entry that several ranks and threads know alike, such as the traces of a source: saved
/// by each rank once, and only where there is `any`thing to tell; else it stays as it is.
template <typename Visit>
void visit_known(tutti::State& state, const std::string& part, std::uint64_t number, bool any,
                 Visit&& visit) {
  const bool there = state.has(part, number);
  if (state.saving() ? any && !there : there) state.entry(part, number, std::forward<Visit>(visit));
}

}  // namespace cell::point
