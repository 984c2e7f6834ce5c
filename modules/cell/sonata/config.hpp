// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tutti/config/node.hpp"

/// Circuits in SONATA's format (Dai et al. 2020, PLoS Comput Biol 16:e1007696), as the Allen
/// Institute and the Blue Brain Project publish them.
namespace cell::circuit {

using tutti::config::Location;
using tutti::config::Node;
using tutti::config::Problems;

/// Nodes or edges: an HDF5 file with the table of their types.
struct ElementFiles {
  std::filesystem::path elements, types;
  Location place;
};

/// One entry of `inputs`.
struct InputConfig {
  std::string name, type, module;
  Node node_set;
  std::filesystem::path file;  ///< Of spikes.
  double amp_nA = 0, delay_ms = 0, duration_ms = 0;
  Location place;
};

/// One entry of `reports`.
struct ReportConfig {
  std::string name, module, variable, sections;
  Node cells;
  double dt_ms = 0;                  ///< 0: the run's.
  std::filesystem::path electrodes;  ///< Of an extracellular report.
  Location place;
};

/// A circuit with its simulation, paths resolved.
struct Config {
  Location place;
  double tstop_ms = 0, dt_ms = 0.1;
  double dL_um = 20;  ///< The longest compartment.
  double threshold_mV = -15;
  double celsius = 34, v_init_mV = -80;
  std::map<std::string, std::filesystem::path> components;
  std::vector<ElementFiles> nodes, edges;
  Node node_sets;
  std::vector<InputConfig> inputs;
  std::vector<ReportConfig> reports;
};

/// Whether a tree is a SONATA configuration: of a simulation, or of a circuit and a simulation.
bool is_config(const Node& root);

/// Reads what the tree says and the files it names. What is wrong goes to `problems`.
Config read_config(const Node& root, Problems& problems);

}  // namespace cell::circuit
