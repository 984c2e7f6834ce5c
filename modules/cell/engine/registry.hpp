// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// A mechanism as the solver's set-up sees it, made from the struct of its file.
struct MechanismEntry {
  MechanismInfo info;
  int states = 0;
  Reads reads = Reads::nothing;
  Ion carries = Ion::none;
  void (*constants)(const Environment&, double*) = nullptr;
  double (*at_rest)(const double* p) = nullptr;  ///< Reads::i_ca only: cai at the start [mM].
};

/// All of them; a mechanism's number is its place.
std::span<const MechanismEntry> registry();

/// The number of a mechanism, -1 if there is none of that name.
int mechanism_number(std::string_view name);

}  // namespace cell::engine
