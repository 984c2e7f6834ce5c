// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "forward/geometry.hpp"
#include "forward/medium.hpp"
#include "forward/source.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"

namespace lfp {

/// The module's model as it was understood.
struct Model {
  std::vector<Electrode> electrodes;  ///< An electrode's number is its place.
  Medium medium;
  Method method = Method::line;
  bool csd = false;
  double spacing = 0;          ///< of a laminar probe [um]; where csd
  bool at_source = true;       ///< Whether sources multiply, or we do.
  double along_sigma() const;  ///< Conductivity along the laminar probe [S/m].
};

/// The keys of `model:`.
const tutti::config::Table& model_schema();

/// Reads files and checks everything that can be known without cells. Throws Error{config} with the
/// place of everything that is wrong.
Model read_model(const tutti::config::Node& node);

}  // namespace lfp
