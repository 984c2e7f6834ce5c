// SPDX-License-Identifier: MIT
#include "sonata/join.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "sonata/numbers.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {

using tutti::Error;
using tutti::Fault;

namespace {

std::optional<double> first_of(const Attributes& a, std::size_t element,
                               std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto value = a.real(element, name)) return value;
  return std::nullopt;
}

/// A section by its number in SONATA, or -1.
int section_numbered(const Morphology& morphology, std::uint64_t number) {
  const auto numbers = section_numbers(morphology);
  const auto found = std::ranges::find(numbers, number);
  return found == numbers.end() ? -1 : static_cast<int>(found - numbers.begin());
}

/// Where edges onto a point neuron arrive: at the receptor of that name, else at the first.
std::size_t receptor(const EdgePopulation& edges, std::size_t edge, const point::Model& kind) {
  const auto name = edges.attributes.text(edge, "model_template").value_or("");
  const auto found = std::ranges::find(kind.receptors, name);
  return found == kind.receptors.end() ? 0
                                       : static_cast<std::size_t>(found - kind.receptors.begin());
}

}  // namespace

std::vector<std::uint32_t> section_numbers(const Morphology& morphology) {
  std::vector<std::size_t> order(morphology.sections.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t k) {
    const auto& section = morphology.sections[k];
    return section.name.starts_with("axon_stub") ? apic + 1 : section.type;
  });
  std::vector<std::uint32_t> numbers(order.size());
  for (std::uint32_t k = 0; k < order.size(); ++k) numbers[order[k]] = k;
  return numbers;
}

Joiner::Joiner(const Config& config, const std::vector<NodePopulation>& nodes,
               const std::vector<std::size_t>& place, Model& model)
    : config_{&config}, nodes_{&nodes}, place_{&place}, model_{&model} {}

std::size_t Joiner::population(const EdgePopulation& edges, const std::string& name) const {
  const auto found = std::ranges::find(*nodes_, name, &NodePopulation::name);
  if (found == nodes_->end())
    throw Error{Fault::config, "edges {} join a population \"{}\" that the circuit has not",
                edges.name, name};
  return static_cast<std::size_t>(found - nodes_->begin());
}

std::size_t Joiner::input(const std::string& name) {
  auto& inputs = model_->inputs;
  const auto found =
      std::ranges::find_if(inputs, [&](const auto& entry) { return entry.first == name; });
  if (found == inputs.end()) inputs.emplace_back(name, std::vector<Projection>{});
  return static_cast<std::size_t>(
      std::ranges::find_if(inputs, [&](const auto& entry) { return entry.first == name; }) -
      inputs.begin());
}

void Joiner::join(const EdgePopulation& edges) {
  const auto from = population(edges, edges.source), to = population(edges, edges.target);
  if ((*place_)[to] == none) return;
  std::map<std::uint64_t, std::vector<std::size_t>> by_type;
  for (std::size_t e = 0; e < edges.attributes.size(); ++e)
    by_type[edges.attributes.type(e)].push_back(e);
  for (auto& [type, list] : by_type) {
    auto p = projection(edges, list.front(), from, to);
    const double sign = number(dynamics(edges, list.front()), "sign", 1);
    // by target, so that connections of one cell are made at one go
    std::ranges::stable_sort(list, {}, [&](std::size_t e) { return edges.targets[e]; });
    for (const auto e : list) add_edge(edges, e, sign, p);
    if (!p.spread.listed.empty() && p.spread.listed.size() != p.rule.pairs.size())
      throw Error{Fault::config, "{}: some edges name a section of their target and others do not",
                  p.name};
    if (p.input)
      model_->inputs[*p.input].second.push_back(std::move(p));
    else
      model_->connections.push_back(std::move(p));
  }
}

Projection Joiner::projection(const EdgePopulation& edges, std::size_t first, std::size_t from,
                              std::size_t to) {
  Projection p;
  p.name = "edges/" + edges.name + "/" + std::to_string(edges.attributes.type(first));
  p.place = edges.place;
  p.to = (*place_)[to];
  p.targets = {p.to};
  if ((*place_)[from] == none)
    p.input = input(edges.source);
  else
    p.from = {(*place_)[from]};
  p.rule.kind = rules::Rule::Kind::list;
  p.rule.self = true;
  if (model_->is_point(p.to)) {
    p.receptor = receptor(edges, first, *model_->cells[model_->populations[p.to].cell].point);
    return p;
  }
  p.synapse = synapse(edges, first, dynamics(edges, first));
  p.spread = spread(edges, first);
  return p;
}

/// An edge of nsyns synapses is as many of them on a cable cell, and one so much stronger on a
/// point neuron.
void Joiner::add_edge(const EdgePopulation& edges, std::size_t e, double sign,
                      Projection& p) const {
  const auto& a = edges.attributes;
  const auto weight = a.real(e, "syn_weight"), delay = a.real(e, "delay");
  if (!weight)
    throw Error{Fault::config, "{}: edge {} has no syn_weight, nor has its type", p.name, e};
  const bool point = model_->is_point(p.to);
  const double synapses = a.real(e, "nsyns").value_or(1);
  const auto section = point ? std::nullopt : first_of(a, e, {"afferent_section_id", "sec_id"});
  const auto where = first_of(a, e, {"afferent_section_pos", "sec_x"});
  const auto times = point ? 1 : static_cast<std::uint64_t>(synapses);
  for (std::uint64_t k = 0; k < times; ++k) {
    p.rule.pairs.emplace_back(edges.sources[e], edges.targets[e]);
    p.rule.weights.push_back(*weight * (point ? sign * synapses : 1));
    p.rule.delays_ms.push_back(delay.value_or(0));
    if (!section) continue;
    const auto& population = model_->populations[p.to];
    const auto& shape = model_->cell_of(population.first + edges.targets[e]).morphology;
    const int number = section_numbered(shape, static_cast<std::uint64_t>(*section));
    if (number < 0 || !(where.value_or(0.5) >= 0 && where.value_or(0.5) <= 1))
      throw Error{
          Fault::config,
          "{}: edge {} ends at {} of section {}; node {} has sections 0 to {}, and places on "
          "them lie between 0 and 1",
          p.name,
          e,
          where.value_or(0.5),
          *section,
          edges.targets[e],
          shape.sections.size() - 1};
    p.spread.listed.emplace_back(number, where.value_or(0.5));
  }
}

Node Joiner::dynamics(const EdgePopulation& edges, std::size_t edge) const {
  const auto name = edges.attributes.text(edge, "dynamics_params");
  const auto folder = config_->components.find("synaptic_models_dir");
  if (!name) return {};
  if (folder == config_->components.end())
    throw Error{Fault::config, "{} is in no folder: the components have no synaptic_models_dir",
                *name};
  return tutti::config::read_yaml(folder->second / *name);
}

std::size_t Joiner::synapse(const EdgePopulation& edges, std::size_t edge, const Node& dynamics) {
  auto kind = edges.attributes.text(edge, "model_template").value_or("");
  if (kind.empty())
    if (const auto* level = dynamics.find("level_of_detail")) kind = level->text;
  std::ranges::transform(kind, kind.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  SynapseModel s;
  s.name = edges.attributes.text(edge, "dynamics_params").value_or(kind);
  if (kind == "exp2syn") {
    s.kind = engine::SynapseKind::exp2;
    s.tau1_ms = number(dynamics, "tau1", 0.1);
    s.tau2_ms = number(dynamics, "tau2", 10);
  } else if (kind == "expsyn" || kind == "alphasynapse") {
    if (kind == "alphasynapse") s.kind = engine::SynapseKind::alpha;
    s.tau2_ms = number(dynamics, "tau", 0.1);
  } else if (kind == "nmda") {
    s.kind = engine::SynapseKind::nmda;
    s.tau1_ms = number(dynamics, "tau1", 5);
    s.tau2_ms = number(dynamics, "tau2", 50);
    s.magnesium_mM = number(dynamics, "mg", 1);
  } else {
    throw Error{Fault::config,
                "edges {}: synapse \"{}\" onto cable cells; known are exp2syn, expsyn, "
                "alphasynapse and nmda",
                edges.name, kind};
  }
  s.e_mV = number(dynamics, "erev", 0);
  const auto same = std::ranges::find_if(model_->synapses, [&](const SynapseModel& o) {
    return o.name == s.name && o.kind == s.kind && o.tau1_ms == s.tau1_ms &&
           o.tau2_ms == s.tau2_ms && o.e_mV == s.e_mV;
  });
  const auto place = static_cast<std::size_t>(same - model_->synapses.begin());
  if (same == model_->synapses.end()) model_->synapses.push_back(s);
  return place;
}

/// `target_sections`: "['basal', 'apical']", "somatic"; `distance_range`: "[0.0, 150.0]" [um].
SpreadModel Joiner::spread(const EdgePopulation& edges, std::size_t edge) const {
  SpreadModel s;
  const auto sections = edges.attributes.text(edge, "target_sections").value_or("");
  const auto has = [&](const char* word) { return sections.find(word) != std::string::npos; };
  if (has("soma")) s.regions.push_back(soma);
  if (has("axon")) s.regions.push_back(axon);
  if (has("basal") || has("dend")) s.regions.push_back(dend);
  if (has("apic")) s.regions.push_back(apic);
  if (s.regions.empty()) s.regions = {soma, dend, apic};
  const auto range = edges.attributes.text(edge, "distance_range").value_or("");
  std::sscanf(range.c_str(), " [ %lf , %lf", &s.from_um, &s.to_um);
  return s;
}

}  // namespace cell::circuit
