// SPDX-License-Identifier: MIT
#pragma once
#include <map>

#include "sonata/attributes.hpp"
#include "sonata/build.hpp"

namespace cell::circuit {

/// The number that SONATA gives each section: the soma, then axons, basal and apical dendrites,
/// each in the order of the morphology; last what was put in the place of an axon.
std::vector<std::uint32_t> section_numbers(const Morphology& morphology);

/// Turns populations of edges into connections of a model: one for each type of edge.
class Joiner {
 public:
  /// `place` has for each node population its place among the model's populations, or none.
  Joiner(const Config& config, const std::vector<NodePopulation>& nodes,
         const std::vector<std::size_t>& place, Model& model);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// Throws Error{config} where it names what is not there. Edges onto virtual nodes count for
  /// nothing; those from virtual ones become an input under their population's name.
  void join(const EdgePopulation& edges);

 private:
  Projection projection(const EdgePopulation& edges, std::size_t first, std::size_t from,
                        std::size_t to);
  void add_edge(const EdgePopulation& edges, std::size_t edge, double sign, Projection& p) const;
  std::size_t synapse(const EdgePopulation& edges, std::size_t edge, const Node& dynamics);
  SpreadModel spread(const EdgePopulation& edges, std::size_t edge) const;
  Node dynamics(const EdgePopulation& edges, std::size_t edge) const;
  std::size_t population(const EdgePopulation& edges, const std::string& name) const;
  std::size_t input(const std::string& name);

  const Config* config_;
  const std::vector<NodePopulation>* nodes_;
  const std::vector<std::size_t>* place_;
  Model* model_;
};

}  // namespace cell::circuit
