// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "sonata/attributes.hpp"

namespace cell::circuit {

/// Some nodes of one population.
struct Selection {
  std::size_t population = 0;  ///< Index into the populations.
  std::vector<std::uint64_t> nodes;
};

/// The nodes that a set chooses: a name of a set or of a population, "all", a map of conditions
/// that must all hold, or a list of which any may. What is unknown goes to `problems`.
std::vector<Selection> select(const Node& set, const Node& named_sets,
                              const std::vector<NodePopulation>& populations, Problems& problems);

}  // namespace cell::circuit
