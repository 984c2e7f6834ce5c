// SPDX-License-Identifier: MIT
// What a network's elements are: the tables that travel with its ports.
#include "network/network.hpp"

namespace cell {
namespace {

Point middle_of(const Segment& s) {
  return {0.5 * (s.begin.x + s.end.x), 0.5 * (s.begin.y + s.end.y), 0.5 * (s.begin.z + s.end.z), 0};
}

}  // namespace

tutti::ElementTable Network::neuron_table() const {
  tutti::ElementTable table;
  table.kind = "neuron";
  table.ids = tutti::Elements::of(neurons_);
  for (const auto& p : model_->populations)
    table.populations.push_back({p.name, p.first, p.number});
  std::vector<std::int64_t> node;
  std::vector<double> x, y, z;
  for (const auto gid : neurons_) {
    const auto at = atlas_->position(gid);
    node.push_back(static_cast<std::int64_t>(gid - model_->population_of(gid).first));
    x.push_back(at.x), y.push_back(at.y), z.push_back(at.z);
  }
  table.set("node", node);
  table.set("x", "um", x), table.set("y", "um", y), table.set("z", "um", z);
  return table;
}

tutti::ElementTable Network::segment_table() const {
  tutti::ElementTable table;
  table.kind = "segment";
  std::vector<std::uint64_t> ids;
  std::map<std::string, std::vector<double>> reals;
  std::map<std::string, std::vector<std::int64_t>> integers;
  for (const auto gid : gids_) {
    const auto& cell = model_->cell_of(gid);
    const auto& segments = cell.type.cable.segments;
    const auto soma = atlas_->position(gid);
    const auto turn = atlas_->rotation(gid);
    const auto middle = middle_of(segments.front());
    // the cell stands where its soma's middle is, about which it is turned
    const auto in_space = [&](const Point& p) {
      const auto from = turn({p.x - middle.x, p.y - middle.y, p.z - middle.z, p.d});
      return Point{soma.x + from.x, soma.y + from.y, soma.z + from.z, p.d};
    };
    const auto first = first_segment_[gid];
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const auto& g = segments[s];
      const auto begin = in_space(g.begin), end = in_space(g.end);
      ids.push_back(first + s);
      integers["cell"].push_back(static_cast<std::int64_t>(gid));
      integers["section"].push_back(
          static_cast<std::int64_t>(first) +
          cell.type.cable.first_segment[static_cast<std::size_t>(g.section)]);
      integers["segment"].push_back(g.index);
      integers["swc_type"].push_back(g.type);
      integers["parent"].push_back(g.parent < 0 ? -1 : static_cast<std::int64_t>(first) + g.parent);
      reals["parent_at"].push_back(g.parent_at);
      reals["x0"].push_back(begin.x), reals["x1"].push_back(end.x);
      reals["y0"].push_back(begin.y), reals["y1"].push_back(end.y);
      reals["z0"].push_back(begin.z), reals["z1"].push_back(end.z);
      reals["d0"].push_back(begin.d), reals["d1"].push_back(end.d);
      reals["length"].push_back(g.length), reals["diameter"].push_back(g.diameter);
      reals["area"].push_back(g.area), reals["volume"].push_back(g.volume);
    }
  }
  table.ids = tutti::Elements::of(std::move(ids));
  for (const auto& p : model_->populations)
    table.populations.push_back({p.name, first_segment_[p.first],
                                 first_segment_[p.first + p.number] - first_segment_[p.first]});
  for (const char* name : {"cell", "section", "segment", "swc_type", "parent"})
    table.set(name, integers[name]);
  for (const char* name : {"parent_at", "x0", "y0", "z0", "x1", "y1", "z1", "d0", "d1", "length",
                           "diameter", "area", "volume"}) {
    const std::string_view n{name};
    table.set(name,
              n == "parent_at" ? ""
              : n == "area"    ? "um2"
              : n == "volume"  ? "um3"
                               : "um",
              reals[name]);
  }
  return table;
}

}  // namespace cell
