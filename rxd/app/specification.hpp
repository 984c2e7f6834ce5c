// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/grid.hpp"
#include "app/sections.hpp"
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

/// A value that comes in by segment: of a parameter, or what a boundary holds a species at.
struct ValueInput {
  std::string port;
  std::string unit;           ///< in which it comes: um, ms, mM, mV or powers of them
  std::size_t driven = 0;     ///< which driven parameter, if `boundary` is empty
  std::string boundary = {};  ///< which boundary
  std::size_t variable = 0;   ///< that the boundary holds
  std::string what = {};      ///< for people
  bool optional = false;
};

/// A concentration (or state) that leaves the model.
struct ConcentrationOutput {
  std::string port;
  std::string variable;
  std::string unit;        ///< "mM"; "1" for a state
  std::size_t choice = 0;  ///< which of the model's choices says where
  bool by_segment = true;  ///< else by voxel
};

/// How time is stepped between samples.
struct Stepping {
  enum class Method { fixed, rodas, cvode };
  Method method = Method::fixed;  ///< fixed: of `scheme`; else steps chosen by `tolerance`
  rxd::Scheme scheme = rxd::Scheme::sdirk2;
  double longest_ms = 0;    ///< of a fixed step; 0: the module's step
  double tolerance = 1e-4;  ///< of one adaptive step, relative
  int threads = 1;          ///< of each rank; results do not depend on it
};

/// All that a model file of tutti-rxd says.
struct Specification {
  rxd::Model model;           ///< choice 0 says which segments take part
  std::vector<Section> cell;  ///< of the model's own cells; empty: segments come from a port
  std::uint64_t cells = 0;    ///< how many such cells
  VoxelGrid grid;             ///< of kind none: the model is one of cables
  std::vector<CurrentInput> currents;
  std::vector<ValueInput> values;
  std::vector<ConcentrationOutput> outputs;
  Stepping stepping;
};

/// The keys of a model file.
const config::Table& schema();

/// Reads a model that fits schema(). Throws Error{config} with all that is wrong, each at its
/// place.
Specification read_specification(const config::Node& model);

}  // namespace tutti::rxd_app
