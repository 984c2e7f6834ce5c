// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "flow.hpp"

namespace analysis {

/// Frequencies of a stage [Hz].
struct Edges {
  double low_hz = 0, high_hz = 0;
};

/// Samples per second of a flow. Throws tutti::Error{config}, in the name of `what`, where its
/// samples come as they come.
double sampling_hz(const Flow& flow, const char* what);

/// Names of a flow's elements: the population's where it has one element, "probe 3" otherwise.
std::vector<std::string> names_of(const Flow& flow);

/// A table with an element for each name and frequency: populations are the names, and a column
/// `frequency` [Hz] says the rest.
tutti::ElementTable frequency_table(const std::vector<std::string>& names,
                                    const std::vector<double>& frequency_hz);

}  // namespace analysis
