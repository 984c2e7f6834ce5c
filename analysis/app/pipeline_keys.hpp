// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "bands.hpp"
#include "tutti/config/view.hpp"

namespace analysis {

/// What may be written under `inputs:` and under `pipeline:`.
const tutti::config::Table& input_table();
const tutti::config::Table& stage_table();

/// The band that is written; `otherwise` where none is. Adds a problem where it is no band.
Edges band_of(const tutti::config::View& view, Edges otherwise);

/// The unit that a measure's port has, known before anything has joined, from its source's.
std::string unit_of(const std::string& measure, const std::string& source);

/// "rate[exc]" is the element exc of rate, "rate" all of it. Nothing where brackets do not match.
struct Reference {
  std::string stage, element;
};
std::optional<Reference> reference_of(const std::string& text);

}  // namespace analysis
