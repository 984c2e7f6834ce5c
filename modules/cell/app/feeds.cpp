// SPDX-License-Identifier: MIT
#include "app/feeds.hpp"

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

}  // namespace

void Feeds::declare(Module& module) {
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
}

void Feeds::start(const Network& network) {
  const auto segments = network.segment_table().ids;
  for (auto& c : concentrations_) c.segments = ours(*c.port, segments);
  injected_ = ours(*i_inject_, segments);
  outside_ = ours(*v_ext_, segments);
  check_whole_cells(outside_, network);
}

void Feeds::apply(Network& network, Time t) const {
  const auto each = [&](SignalInput& port, const Elements& elements, auto&& set) {
    if (elements.empty()) return;
    const auto values = port.at(t);
    std::size_t k = 0;
    elements.for_each([&](std::uint64_t segment) { set(segment, values[k++]); });
  };
  for (const auto& c : concentrations_)
    each(*c.port, c.segments,
         [&](auto segment, double mM) { network.set_concentration(c.ion, c.side, segment, mM); });
  each(*i_inject_, injected_, [&](auto segment, double nA) { network.inject(segment, nA); });
  if (!outside_.empty()) network.set_v_ext(outside_, v_ext_->at(t));
}

}  // namespace cell
