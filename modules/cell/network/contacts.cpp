// SPDX-License-Identifier: MIT
#include "network/contacts.hpp"

#include <algorithm>

#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell {
namespace {

/// The places of a cell that take synapses, as shares of one way through all of them.
class Places {
 public:
  Places(const CellModel& cell, const SpreadModel& spread, const Point& soma, const Rotation& turn)
      : columns_{columns_of(cell.type.cable, soma, turn)} {
    const auto& segments = cell.type.cable.segments;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      if (!takes(cell, spread, segments[s])) continue;
      double share = spread.by_length ? segments[s].length : segments[s].area;
      if (spread.map) share *= in_map(*spread.map, s);
      if (spread.density) share *= spread.density->of_cell(columns_, s, {0, 0, 0});
      if (!(share >= 0))
        throw tutti::Error{tutti::Fault::config,
                           "the density of synapses \"{}\" is {} on segment {} of {}; it must be 0 "
                           "or more",
                           spread.density->text(),
                           share,
                           s,
                           cell.name};
      if (share <= 0) continue;
      segments_.push_back(static_cast<int>(s));
      up_to_.push_back((up_to_.empty() ? 0.0 : up_to_.back()) + share);
    }
  }
  bool empty() const { return segments_.empty(); }
  int at(double share) const {
    const auto found = std::ranges::upper_bound(up_to_, share * up_to_.back());
    const auto place =
        std::min(static_cast<std::size_t>(found - up_to_.begin()), segments_.size() - 1);
    return segments_[place];
  }
  double path(int segment) const {
    return columns_.find("path")->second[static_cast<std::size_t>(segment)];
  }

 private:
  static bool takes(const CellModel& cell, const SpreadModel& spread, const Segment& segment) {
    if (segment.path < spread.from_um || segment.path > spread.to_um) return false;
    if (!spread.sections.empty())
      return std::ranges::find(
                 spread.sections,
                 cell.morphology.sections[static_cast<std::size_t>(segment.section)].name) !=
             spread.sections.end();
    return std::ranges::find(spread.regions, segment.type) != spread.regions.end();
  }

  double in_map(const SynapseMap& map, std::size_t segment) const {
    const auto of = [&](const char* name) { return columns_.find(name)->second[segment]; };
    return map.at(of("x"), map.by_depth ? of("depth") : of("y") + map.soma_y);
  }

  static rules::Columns columns_of(const Cable& cable, const Point& soma, const Rotation& turn) {
    rules::Columns c;
    const auto& root = cable.segments.front();
    const auto middle = [](const Segment& s) {
      return Point{(s.begin.x + s.end.x) / 2, (s.begin.y + s.end.y) / 2, (s.begin.z + s.end.z) / 2,
                   0};
    };
    const auto from = middle(root);
    for (const auto& segment : cable.segments) {
      const auto own = middle(segment);
      const auto at = turn({own.x - from.x, own.y - from.y, own.z - from.z, 0});
      c["path"].push_back(segment.path);
      c["x"].push_back(at.x), c["y"].push_back(at.y), c["z"].push_back(at.z);
      c["depth"].push_back(at.y + soma.y);
      c["diameter"].push_back(segment.diameter), c["length"].push_back(segment.length);
      c["area"].push_back(segment.area);
    }
    return c;
  }

  rules::Columns columns_;
  std::vector<int> segments_;
  std::vector<double> up_to_;
};

Places places_of(const Atlas& atlas, const Projection& p, std::uint64_t gid) {
  return {atlas.model().cell_of(gid), p.spread, atlas.position(gid), atlas.rotation(gid)};
}

/// Whether each cell takes synapses at places of its own.
bool differs_by_cell(const SpreadModel& spread, const PopulationModel& population) {
  if (!population.kinds.empty()) return true;
  const bool turned =
      !population.rotation_each.empty() ||
      std::ranges::any_of(population.rotation, [](const auto& q) { return !q.is_constant(); });
  if (turned) return spread.density || spread.map;
  return (spread.map && spread.map->by_depth) ||
         (spread.density && std::ranges::find(spread.density->reads_of_targets(), "depth") !=
                                spread.density->reads_of_targets().end());
}

/// A quantity that reads the path: at one contact.
double at_contact(const rules::Formula& formula, const rules::Connections& c,
                  const rules::Connection& one, const tutti::Random& random, std::uint64_t draw,
                  double path) {
  double value = 0;
  formula.evaluate({.of_sources = c.pre,
                    .of_targets = c.post,
                    .target = one.target,
                    .sources = {&one.source, 1},
                    .draws = {&draw, 1},
                    .random = &random,
                    .path = {&path, 1}},
                   {&value, 1});
  return value;
}

}  // namespace

void for_each_contact(const Atlas& atlas, const Projection& p, std::span<const std::uint64_t> mine,
                      const std::function<void(const Contact&)>& found) {
  const auto& model = atlas.model();
  const auto& population = model.populations[p.to];
  const auto connections = atlas.connections(p);
  std::vector<std::uint64_t> cells;
  for (const auto gid : mine)
    if (gid - population.first < population.number && connections.targets.contains(gid))
      cells.push_back(gid);
  if (cells.empty()) return;
  auto places = places_of(atlas, p, cells.front());
  std::uint64_t placed = cells.front();
  const bool each = differs_by_cell(p.spread, population);
  const auto stream = [&](const char* what) { return tutti::stream_id(p.name + what); };
  const auto place = stream("/place"), weight = stream("/weight"), delay = stream("/delay");
  connections.for_each(atlas.seed(), cells, [&](const rules::Connection& one) {
    if (each && one.target != placed) {
      places = places_of(atlas, p, one.target);
      placed = one.target;
    }
    if (!p.spread.listed.empty()) {
      const auto& [section, at] = p.spread.listed[one.draw];
      found({one.source, one.target, model.cell_of(one.target).type.cable.segment_at(section, at),
             one.weight, one.delay_ms});
      return;
    }
    if (places.empty()) return;
    const tutti::Random random{atlas.seed(), place, one.target};
    for (std::uint64_t k = 0; k < p.spread.number; ++k) {
      const auto draw = one.draw * p.spread.number + k;
      const double share =
          p.spread.even ? (static_cast<double>(k) + 0.5) / static_cast<double>(p.spread.number)
                        : random.uniform(draw);
      Contact c{one.source, one.target, places.at(share), one.weight, one.delay_ms};
      const auto again = [&](const rules::Quantity& q, std::uint64_t from, double& to) {
        if (q.formula && q.formula->reads_path())
          to = at_contact(*q.formula, connections, one, {atlas.seed(), from, one.target}, draw,
                          places.path(c.segment));
      };
      again(p.weight, weight, c.weight_uS);
      again(p.delay_ms, delay, c.delay_ms);
      found(c);
    }
  });
}

tutti::config::Problems idle_places(const Atlas& atlas) {
  const auto& model = atlas.model();
  tutti::config::Problems problems;
  const auto look = [&](const Projection& p) {
    const auto& to = model.populations[p.to];
    if (model.is_point(p.to) || to.number == 0 || !p.spread.listed.empty()) return;
    const auto last = differs_by_cell(p.spread, to) ? to.first + to.number : to.first + 1;
    for (auto gid = to.first; gid < last; ++gid)
      if (!places_of(atlas, p, gid).empty()) return;
    problems.warning(p.place,
                     "{}: no cell of \"{}\" has a place for its synapses; look at `region:`, "
                     "`sections:` and `spread:`",
                     p.name, to.name);
  };
  for (const auto& p : model.connections) look(p);
  for (const auto& input : model.inputs)
    for (const auto& p : input.second) look(p);
  return problems;
}

}  // namespace cell
