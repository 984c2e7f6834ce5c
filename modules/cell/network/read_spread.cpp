// SPDX-License-Identifier: MIT
#include "network/read_spread.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "network/read_cells.hpp"
#include "network/read_table.hpp"
#include "network/read_values.hpp"
#include "tutti/error.hpp"

namespace cell {

using namespace tutti::config;

namespace {

bool ascends(const std::vector<double>& points) {
  return std::ranges::adjacent_find(points, std::greater_equal{}) == points.end();
}

/// Columns [x,] y and value: one row for every point of the grid, in any order.
void read_map_file(const View& m, SynapseMap& map) {
  const auto path = m.path("file");
  const auto table = read_table(path);
  const auto *x = table.find("x"), *y = table.find("y"), *value = table.find("value");
  if (y == nullptr || value == nullptr) {
    m.error("file",
            "{} needs the columns y [um] and value, and x [um] for a map of two dimensions; "
            "it has {}",
            path.string(), list_of(table.names));
    return;
  }
  const auto points = [](const std::vector<double>* column) {
    const std::set<double> all{column->begin(), column->end()};
    return std::vector<double>{all.begin(), all.end()};
  };
  if (x != nullptr) map.x = points(x);
  map.y = points(y);
  map.values.assign(std::max<std::size_t>(map.x.size(), 1) * map.y.size(),
                    std::numeric_limits<double>::quiet_NaN());
  const auto place = [](const std::vector<double>& all, double point) {
    return static_cast<std::size_t>(std::ranges::lower_bound(all, point) - all.begin());
  };
  for (std::size_t k = 0; k < table.rows(); ++k)
    map.values[(x == nullptr ? 0 : place(map.x, (*x)[k])) * map.y.size() + place(map.y, (*y)[k])] =
        (*value)[k];
  if (table.rows() != map.values.size() ||
      std::ranges::any_of(map.values, [](double v) { return std::isnan(v); }))
    m.error("file", "{} has {} rows; a grid of {} by {} points needs one for each", path.string(),
            table.rows(), std::max<std::size_t>(map.x.size(), 1), map.y.size());
}

/// `values:`, a number for each y; or for each x a list of them.
void read_map_values(const View& m, SynapseMap& map) {
  map.x = m.reals("x"), map.y = m.reals("y");
  if (map.y.empty() || !ascends(map.x) || !ascends(map.y)) {
    m.error("y", "map: `y:` (and `x:`) need lengths in ascending order: [0 um, 100 um, 200 um]");
    return;
  }
  const auto& values = m.node("values");
  const auto fail = [&](const Node& at, std::size_t needed, const char* of) {
    m.problems().error(at.place, "values: {} where {} are needed, one for each {}",
                       at.is_list() ? fmt::format("{}", at.items.size()) : describe(at), needed,
                       of);
  };
  const auto take = [&](const Node& column) {
    if (!column.is_list() || column.items.size() != map.y.size())
      return fail(column, map.y.size(), "y");
    for (const auto& item : column.items)
      map.values.push_back(number(item, "1", m.problems()).value_or(0));
  };
  if (map.x.empty()) return take(values);
  if (!values.is_list() || values.items.size() != map.x.size())
    return fail(values, map.x.size(), "x");
  for (const auto& column : values.items) take(column);
}

void read_map(const View& m, SpreadModel& spread) {
  const auto before = m.problems().error_count();
  SynapseMap map;
  try {
    if (m.has("file"))
      read_map_file(m, map);
    else
      read_map_values(m, map);
  } catch (const tutti::Error& e) {
    m.error("file", "{}", e.what());
  }
  map.soma_y = m.real("soma_y");
  map.by_depth = m.boolean("depth");
  if (map.by_depth && m.has("soma_y"))
    m.error("soma_y",
            "map: with `depth: true` y is that of space, wherever the soma is; leave "
            "`soma_y` out");
  if (m.problems().error_count() > before) return;
  if (std::ranges::any_of(map.values, [](double v) { return !(v >= 0 && v < 1e300); }))
    m.error("values", "map: densities are numbers of 0 or more");
  else if (std::ranges::none_of(map.values, [](double v) { return v > 0; }))
    m.error("values", "map: all densities are 0, so there is no place for a synapse");
  else
    spread.map = std::move(map);
}

}  // namespace

void read_spread(const View& view, const CellModel& cell, SpreadModel& spread) {
  for (const auto& region : view.texts("region")) spread.regions.push_back(region_type(region));
  spread.number = static_cast<std::uint64_t>(view.integer("synapses"));
  std::vector<std::string> sections;
  for (const auto& s : cell.morphology.sections) sections.push_back(s.name);
  if (view.has("sections")) {
    spread.regions.clear();
    for (const auto& word : view.node("sections").items)
      spread.sections.push_back(
          sections.empty()
              ? std::string{}
              : sections[named(word, "section of " + cell.name, sections, view.problems())]);
  }
  const auto s = view.child("spread");
  spread.by_length = s.text("by") == "length";
  spread.even = s.boolean("even");
  if (s.has("map")) read_map(s.child("map"), spread);
  if (!s.has("density")) return;
  rules::Words words;
  words.attributes = {"path", "x", "y", "z", "depth", "diameter", "length", "area"};
  spread.density = formula(s.node("density"), words, rules::About::cell, view.problems());
}

}  // namespace cell
