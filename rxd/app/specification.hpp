// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "solver/cable.hpp"
#include "solver/model.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"

namespace tutti::rxd_app {

/// A current that enters the model: flux of a species by charge and volume.
struct CurrentInput {
  std::string port;
  std::string variable;  ///< "ca[cyt]"
  int charge = 0;        ///< of one particle
  bool optional = false;
};

/// A concentration (or state) that leaves the model.
struct ConcentrationOutput {
  std::string port;
  std::string variable;
  std::string unit;  ///< "mM"; "1" for a state
};

/// How time is stepped between samples.
struct Stepping {
  bool adaptive = false;  ///< steps of the solver's choice, by `tolerance`; else of `scheme`
  rxd::Scheme scheme = rxd::Scheme::sdirk2;
  double longest_ms = 0;    ///< of a fixed step; 0: the module's step
  double tolerance = 1e-4;  ///< of one adaptive step, relative
};

/// All that a model file of tutti-rxd says.
struct Specification {
  rxd::Model model;
  std::vector<int> types;  ///< SWC types of the segments that take part; empty: all
  std::vector<CurrentInput> inputs;
  std::vector<ConcentrationOutput> outputs;
  Stepping stepping;
};

/// The keys of a model file.
const config::Table& schema();

/// Reads a model that fits schema(). Throws Error{config} with all that is wrong, each at its
/// place.
Specification read_specification(const config::Node& model);

}  // namespace tutti::rxd_app
