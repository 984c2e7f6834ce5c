// SPDX-License-Identifier: MIT
#include "app/segments.hpp"

#include <algorithm>

#include "solver/domain.hpp"

namespace tutti::rxd_app {

namespace {

/// Neurons that are only points, each a cell of its own.
std::vector<rxd::Segment> points_of(const ElementTable& table) {
  const auto x = table.reals("x"), y = table.reals("y"), z = table.reals("z");
  std::vector<rxd::Segment> all(table.ids.size());
  for (std::size_t row = 0; row < all.size(); ++row) {
    all[row].cell = static_cast<std::int64_t>(table.ids.at(row));
    all[row].centre = {x[row], y[row], z[row]};
  }
  return all;
}

}  // namespace

std::vector<rxd::Segment> segments_of(const ElementTable& table) {
  if (!table.has("x0")) return points_of(table);
  const auto type = table.integers("swc_type"), cell = table.integers("cell");
  const auto length = table.reals("length"), d0 = table.reals("d0"), d1 = table.reals("d1"),
             volume = table.reals("volume"), area = table.reals("area"),
             parent_at = table.reals("parent_at");
  const auto x0 = table.reals("x0"), y0 = table.reals("y0"), z0 = table.reals("z0"),
             x1 = table.reals("x1"), y1 = table.reals("y1"), z1 = table.reals("z1");
  std::vector<rxd::Segment> all(table.ids.size());
  for (std::size_t row = 0; row < all.size(); ++row) {
    rxd::Segment& s = all[row];
    s.length = length[row];
    s.d0 = d0[row];
    s.d1 = d1[row];
    s.volume = volume[row];
    s.area = area[row];
    s.parent_at = parent_at[row];
    s.type = static_cast<int>(type[row]);
    s.cell = cell[row];
    s.centre = {(x0[row] + x1[row]) / 2, (y0[row] + y1[row]) / 2, (z0[row] + z1[row]) / 2};
  }
  if (table.has("section"))
    for (std::size_t row = 0; row < all.size(); ++row)
      all[row].section = table.integers("section")[row];
  return all;
}

Rows choose(const rxd::Network& network, const std::vector<rxd::Segment>& segments) {
  Rows cells;
  for (std::size_t row = 0; row < segments.size(); ++row)
    if (rxd::selects(network, network.model().choices[0].where, network.choice_condition(0),
                     segments[row]))
      cells[segments[row].cell].push_back(row);
  return cells;
}

std::vector<std::int64_t> deal(const Rows& cells, Ranks ranks) {
  std::vector<std::int64_t> order;
  for (const auto& [cell, rows] : cells) order.push_back(cell);
  std::ranges::stable_sort(order, std::greater<>{},
                           [&](std::int64_t c) { return cells.at(c).size(); });
  std::vector<std::size_t> load(static_cast<std::size_t>(ranks.count));
  std::vector<std::int64_t> mine;
  for (const auto cell : order) {
    const auto least = std::ranges::min_element(load);
    *least += cells.at(cell).size();
    if (least - load.begin() == ranks.rank) mine.push_back(cell);
  }
  std::ranges::sort(mine);
  return mine;
}

}  // namespace tutti::rxd_app
