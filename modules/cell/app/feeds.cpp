// SPDX-License-Identifier: MIT
#include "app/feeds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "tutti/error.hpp"

namespace cell {
namespace {

using namespace tutti;

/// Those of our segments that somebody offers; only they are sent.
Elements ours(SignalInput& port, const Elements& segments) {
  if (!port.connected()) return {};
  const auto mine = intersection(port.elements().ids, segments);
  port.want(mine);
  return mine;
}

void check_whole_cells(const Elements& given, const Network& network) {
  const auto& first = network.first_segment();
  for (const auto gid : network.gids()) {
    const auto cell = Elements::range(first[gid], first[gid + 1] - first[gid]);
    const auto covered = intersection(given, cell).size();
    if (covered != 0 && covered != cell.size())
      throw Error{Fault::config,
                  "v_ext has values for {} of the {} segments of cell {} (elements {} to {}); it "
                  "needs all of a cell's segments or none, since a jump of potential between "
                  "neighbours would stimulate",
                  covered,
                  cell.size(),
                  gid,
                  first[gid],
                  first[gid + 1] - 1};
  }
}

/// Of a port that all elements of the model rest at: each has its own value.
constexpr double as_said = std::numeric_limits<double>::quiet_NaN();

std::string doc_of(const ControlModel& c, const Model& model) {
  if (c.what == ControlModel::What::gain)
    return "factor on the conductance of " + model.synapses[c.place].name;
  if (c.what == ControlModel::What::amplitude)
    return "current of " + model.clamps[c.place].name + ", inward positive";
  const auto& info = engine::mechanisms()[static_cast<std::size_t>(c.mechanism)];
  const auto& parameter = info.parameters[static_cast<std::size_t>(c.parameter)];
  return fmt::format("{} of {}: {}", parameter.name, info.name, parameter.doc);
}

}  // namespace

void Feeds::declare(Module& module, const Model& model) {
  const auto input = [&](const char* name, const char* unit, const char* doc) {
    return &module.signal_input(name,
                                {.unit = unit, .element = "segment", .optional = true, .doc = doc});
  };
  using engine::Ion, engine::Side;
  concentrations_ = {
      {Ion::ca, Side::inside, input("ca_i", "mM", "calcium inside, of any segments")},
      {Ion::ca, Side::outside, input("ca_o", "mM", "calcium outside, of any segments")},
      {Ion::na, Side::inside, input("na_i", "mM", "sodium inside, of any segments")},
      {Ion::na, Side::outside, input("na_o", "mM", "sodium outside, of any segments")},
      {Ion::k, Side::inside, input("k_i", "mM", "potassium inside, of any segments")},
      {Ion::k, Side::outside, input("k_o", "mM", "potassium outside, of any segments")}};
  i_inject_ = input("i_inject", "nA", "current into any segments, inward positive");
  v_ext_ = input("v_ext", "mV", "potential outside, of all segments of any cells");
  for (const auto& c : model.controls)
    controls_.push_back({c, &module.signal_input(c.port, {.unit = c.unit,
                                                          .element = c.uniform ? "" : "segment",
                                                          .optional = true,
                                                          .doc = doc_of(c, model)})});
}

void Feeds::start(const Network& network, const Sum& sum) {
  const auto segments = network.segment_table().ids;
  for (auto& c : concentrations_) c.segments = ours(*c.port, segments);
  injected_ = ours(*i_inject_, segments);
  if (!i_inject_->connected() &&
      network.model().scheme != engine::Scheme::cvode) {  // but people may
    i_inject_->want(segments);
    i_inject_->rest({0});
    injected_ = segments;
  }
  outside_ = ours(*v_ext_, segments);
  check_whole_cells(outside_, network);
  for (auto& c : controls_) start(c, network);
  check_reach(network, sum);
}

/// A connection that feeds nobody is a slip: wrong numbers, or a choice of segments that are not.
void Feeds::check_reach(const Network& network, const Sum& sum) const {
  struct Port {
    SignalInput* port;
    std::uint64_t chosen, fed;  // segments of this rank
    bool control = false;
  };
  const auto all = network.segment_table().ids.size();
  std::vector<Port> ports;
  for (const auto& c : concentrations_) ports.push_back({c.port, all, c.segments.size()});
  ports.push_back({i_inject_, all, injected_.size()});
  ports.push_back({v_ext_, all, outside_.size()});
  for (const auto& c : controls_) {
    const auto chosen = c.control->elements().size();
    const bool each = c.port->connected() && !c.model.uniform;
    ports.push_back({c.port, chosen, each ? c.port->wanted().size() : chosen, true});
  }
  std::vector<std::uint64_t> numbers;
  for (const auto& p : ports) numbers.insert(numbers.end(), {p.chosen, p.fed});
  numbers = sum(std::move(numbers));
  for (std::size_t k = 0; k < ports.size(); ++k) {
    auto& port = *ports[k].port;
    const auto chosen = numbers[2 * k], fed = numbers[2 * k + 1];
    if (chosen == 0 && ports[k].control)
      throw Error{Fault::config,
                  "controls.{}: no segment that it chooses has what it sets; see its "
                  "`populations:`, `region:` and `distance:`, and the cells' `membrane:`",
                  port.name()};
    if (!port.connected() || fed > 0 || port.elements().ids.empty()) continue;
    throw Error{Fault::config,
                "{}: its sources have elements {}, and none of them is among the {} segments that "
                "it sets, whose numbers are those of `v`; give the connection an `offset:`, or the "
                "source elements of these numbers",
                port.name(), to_string(port.elements().ids), chosen};
  }
}

/// What nobody sets stays as the model says it; people may set it though nobody is connected.
void Feeds::start(Controlled& c, const Network& network) {
  c.control.emplace(c.model, network);
  const auto said = c.control->said();
  c.values.assign(said.begin(), said.end());
  const auto& segments = c.control->elements();
  if (c.port->connected()) {
    if (!c.model.uniform) c.port->want(intersection(c.port->elements().ids, segments));
  } else if (c.model.uniform) {
    c.port->want(Elements::range(0, 1));
    c.port->rest({as_said});
  } else {
    c.port->want(segments);
    c.port->rest(c.values);
  }
}

void Feeds::apply(Controlled& c, Network& network, Time t) {
  if (!c.port->in_use() || c.values.empty()) return;
  const auto given = c.port->at(t);
  if (c.model.uniform) {
    double sum = 0;
    for (const double value : given) sum += value;
    const double mean = sum / static_cast<double>(given.size());
    const auto said = c.control->said();
    for (std::size_t k = 0; k < said.size(); ++k) c.values[k] = std::isnan(mean) ? said[k] : mean;
  } else {
    std::size_t k = 0;
    c.port->wanted().for_each([&](std::uint64_t segment) {
      c.values[*c.control->elements().index_of(segment)] = given[k++];
    });
  }
  c.control->set(network, c.values);
}

void Feeds::apply(Network& network, Time t) {
  const auto each = [&](SignalInput& port, const Elements& elements, auto&& set) {
    if (elements.empty() || !port.in_use()) return;
    const auto values = port.at(t);
    std::size_t k = 0;
    elements.for_each([&](std::uint64_t segment) { set(segment, values[k++]); });
  };
  for (const auto& c : concentrations_)
    each(*c.port, c.segments,
         [&](auto segment, double mM) { network.set_concentration(c.ion, c.side, segment, mM); });
  each(*i_inject_, injected_, [&](auto segment, double nA) { network.inject(segment, nA); });
  if (!outside_.empty()) network.set_v_ext(outside_, v_ext_->at(t));
  for (auto& c : controls_) apply(c, network, t);
}

}  // namespace cell
