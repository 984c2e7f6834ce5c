// SPDX-License-Identifier: MIT
// tutti-lfp: the extracellular potential at electrodes, from the membrane current of every segment.
#include <stdexcept>

#include "forward/electrodes.hpp"
#include "forward/matrix.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/view.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;

const config::Table& schema() {
  static const config::Table table{
      "lfp",
      "Extracellular potential at electrodes, from the membrane current of every segment.",
      {config::path("electrodes", "CSV with a header: x, y, z in um; channel and name if wanted")
           .needed(),
       config::choice("method", {"line_source", "point_source", "soma_as_point"},
                      "line_source after Holt and Koch (1999); soma_as_point takes a point for the "
                      "soma and lines elsewhere")
           .by_default("line_source"),
       config::quantity("sigma", "S/m", "conductivity of the tissue")
           .above(0)
           .by_default("0.3 S/m")}};
  return table;
}

/// A model as it was understood.
struct Probe {
  std::vector<lfp::Electrode> electrodes;
  lfp::Method method = lfp::Method::line;
  lfp::Medium medium;
};

Probe read_probe(const config::Node& model) {
  config::Problems problems;
  const config::View view{model, schema(), problems};
  Probe probe;
  try {
    probe.electrodes = lfp::read_electrodes(view.path("electrodes"));
  } catch (const std::exception& e) {
    view.error("electrodes", "{}", e.what());
  }
  problems.raise();
  const auto method = view.text("method");
  probe.method = method == "point_source"    ? lfp::Method::point
                 : method == "soma_as_point" ? lfp::Method::soma_as_point
                                             : lfp::Method::line;
  const double sigma = view.real("sigma");
  probe.medium.conductivity = {sigma, sigma, sigma};
  return probe;
}

/// This rank's share of the electrodes, and their table; an electrode's number is its place.
std::vector<lfp::Electrode> share(const std::vector<lfp::Electrode>& all, Ranks ranks,
                                  ElementTable& table) {
  std::vector<lfp::Electrode> mine;
  std::vector<std::uint64_t> ids;
  std::vector<double> x, y, z;
  std::vector<std::int64_t> channel;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (static_cast<int>(k % static_cast<std::size_t>(ranks.count)) != ranks.rank) continue;
    mine.push_back(all[k]);
    ids.push_back(k);
    x.push_back(all[k].position.x), y.push_back(all[k].position.y), z.push_back(all[k].position.z);
    channel.push_back(all[k].channel);
  }
  table.kind = "electrode";
  table.ids = Elements::of(ids);
  table.populations = {{"electrodes", 0, all.size()}};
  table.set("channel", channel);
  table.set("x", "um", x), table.set("y", "um", y), table.set("z", "um", z);
  return mine;
}

std::vector<lfp::Segment> segments_of(const ElementTable& table) {
  const auto x0 = table.reals("x0"), y0 = table.reals("y0"), z0 = table.reals("z0");
  const auto x1 = table.reals("x1"), y1 = table.reals("y1"), z1 = table.reals("z1");
  const auto diameter = table.reals("diameter");
  const auto type = table.integers("swc_type");
  std::vector<lfp::Segment> segments;
  for (std::size_t k = 0; k < table.ids.size(); ++k)
    segments.push_back({{x0[k], y0[k], z0[k]}, {x1[k], y1[k], z1[k]}, diameter[k], type[k] == 1});
  return segments;
}

void body(Module& module) {
  const auto probe = read_probe(module.model());
  auto& current = module.signal_input(
      "i_membrane",
      {.unit = "nA", .element = "segment", .doc = "total membrane current, outward positive"});
  auto& potential = module.signal_output(
      "v_ext",
      {.unit = "mV", .element = "electrode", .direct = true, .doc = "potential against far away"});
  module.summarise(fmt::format("{} electrodes", probe.electrodes.size()));
  ElementTable table;
  const auto mine = share(probe.electrodes, module.ranks(), table);
  potential.offer(std::move(table));

  const auto segments = segments_of(current.elements());
  const lfp::ForwardMatrix forward{mine, segments, probe.medium, probe.method};
  std::vector<double> v_ext(mine.size());
  while (const auto window = module.next_window()) {
    forward.apply(current.at(window->begin), v_ext);
    potential.put(window->begin, v_ext);
  }
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, schema(), body); }
