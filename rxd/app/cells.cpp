// SPDX-License-Identifier: MIT
#include "app/cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

/// Rows of the table that take part, by cell.
std::map<std::int64_t, std::vector<std::size_t>> choose(const ElementTable& table,
                                                        const std::vector<int>& types) {
  std::map<std::int64_t, std::vector<std::size_t>> cells;
  const auto cell = table.integers("cell");
  const auto type = table.integers("swc_type");
  for (std::size_t row = 0; row < cell.size(); ++row)
    if (types.empty() || std::ranges::find(types, type[row]) != types.end())
      cells[cell[row]].push_back(row);
  return cells;
}

/// The cells of one rank: the largest first, each to the rank that has least so far.
std::vector<std::int64_t> deal(const std::map<std::int64_t, std::vector<std::size_t>>& cells,
                               Ranks ranks) {
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

/// Segments of some rows, with parents counted among these rows.
std::vector<rxd::Segment> segments_of(const ElementTable& table,
                                      const std::vector<std::size_t>& rows) {
  const auto column = [&](const char* name) { return table.reals(name); };
  const auto parent = table.integers("parent");
  const auto type = table.integers("swc_type");
  std::map<std::int64_t, std::ptrdiff_t> index_of;
  for (std::size_t k = 0; k < rows.size(); ++k)
    index_of[static_cast<std::int64_t>(table.ids.at(rows[k]))] = static_cast<std::ptrdiff_t>(k);
  std::vector<rxd::Segment> all;
  for (const std::size_t row : rows) {
    rxd::Segment s;
    s.length = column("length")[row];
    s.d0 = column("d0")[row];
    s.d1 = column("d1")[row];
    s.volume = column("volume")[row];
    s.area = column("area")[row];
    s.parent_at = column("parent_at")[row];
    s.type = static_cast<int>(type[row]);
    s.centre = {(column("x0")[row] + column("x1")[row]) / 2,
                (column("y0")[row] + column("y1")[row]) / 2,
                (column("z0")[row] + column("z1")[row]) / 2};
    const auto found = index_of.find(parent[row]);
    s.parent = found == index_of.end() ? -1 : found->second;
    all.push_back(s);
  }
  return all;
}

}  // namespace

Cells::Cells(const rxd::Network& network, const std::vector<int>& types,
             const ElementTable& segments, Ranks ranks)
    : network_{network} {
  const auto cells = choose(segments, types);
  if (cells.empty())  // a cell without such dendrites is no mistake: there is nothing to compute
    fmt::print(stderr,
               "warning: none of the {} segments on offer is of a type that `where: {{swc_type: "
               "...}}` asks for\n",
               segments.ids.size());
  cells_ = deal(cells, ranks);
  std::vector<std::uint64_t> numbers;
  for (const auto cell : cells_)
    for (const std::size_t row : cells.at(cell)) numbers.push_back(segments.ids.at(row));
  elements_ = Elements::of(std::move(numbers));
  places_.resize(elements_.size());
  for (const auto cell : cells_) add_cell(network, segments, cell, cells.at(cell));
}

void Cells::add_cell(const rxd::Network& network, const ElementTable& table, std::int64_t cell,
                     const std::vector<std::size_t>& rows) {
  const auto index =
      static_cast<std::size_t>(std::ranges::lower_bound(cells_, cell) - cells_.begin());
  const std::vector<rxd::Segment> all = segments_of(table, rows);
  try {
    for (const auto& members : rxd::split_trees(all)) {
      std::vector<std::ptrdiff_t> local(all.size(), -1);
      for (std::size_t k = 0; k < members.size(); ++k)
        local[members[k]] = static_cast<std::ptrdiff_t>(k);
      std::vector<rxd::Segment> tree;
      for (std::size_t k = 0; k < members.size(); ++k) {
        tree.push_back(all[members[k]]);
        if (tree.back().parent >= 0)
          tree.back().parent = local[static_cast<std::size_t>(tree.back().parent)];
        const auto n = elements_.index_of(table.ids.at(rows[members[k]])).value();
        places_[n] = {index, cables_.size(), k};
      }
      cables_.push_back(std::make_unique<rxd::Cable>(network, tree));
      cell_of_tree_.push_back(index);
    }
  } catch (const rxd::Error& e) {
    throw Error{Fault::config, "cell {}: {}", cell, e.what()};
  }
}

bool Cells::has(std::size_t variable, std::size_t n) const {
  return cables_[places_[n].tree]->size(variable, places_[n].segment) > 0;
}

Elements Cells::where(std::size_t variable) const {
  std::vector<std::uint64_t> numbers;
  for (std::size_t n = 0; n < places_.size(); ++n)
    if (has(variable, n)) numbers.push_back(elements_.at(n));
  return Elements::of(std::move(numbers));
}

void Cells::read(std::size_t variable, const Elements& at, std::span<double> values) const {
  std::size_t k = 0;
  std::size_t n = 0;
  at.for_each([&](std::uint64_t element) {
    while (n < places_.size() && elements_.at(n) < element) ++n;
    values[k++] = cables_[places_[n].tree]->value(variable, places_[n].segment);
  });
}

void Cells::set_source(std::size_t variable, std::size_t n, double amount_per_ms) {
  cables_[places_[n].tree]->set_source(variable, places_[n].segment, amount_per_ms);
}

void Cells::refuse_negative(const rxd::Negative& found, std::size_t tree, double at_ms) const {
  const auto place = std::ranges::find_if(
      places_, [&](const Place& p) { return p.tree == tree && p.segment == found.segment; });
  throw Error{
      Fault::model,
      "cell {}, element {}: {} is {:.3g} at {} ms; most is taken by {}: a concentration must not "
      "be "
      "negative, so its rate has to vanish with it (or the current is too strong for the volume)",
      cells_[cell_of_tree_[tree]],
      elements_.at(static_cast<std::size_t>(place - places_.begin())),
      network_.variables()[found.variable].name,
      found.value,
      at_ms,
      found.cause};
}

void Cells::advance(double from_ms, double length_ms, const Stepping& stepping) {
  const double longest_ms = stepping.longest_ms > 0 ? stepping.longest_ms : length_ms;
  const auto steps = static_cast<int>(std::ceil(length_ms / longest_ms * (1 - 1e-12)));
  for (std::size_t tree = 0; tree < cables_.size(); ++tree) {
    try {
      if (stepping.adaptive)
        cables_[tree]->advance(length_ms, stepping.tolerance);
      else
        for (int i = 0; i < steps; ++i) cables_[tree]->step(length_ms / steps, stepping.scheme);
    } catch (const rxd::Error& e) {
      throw Error{Fault::model,
                  "cell {}, in ({} ms, {} ms]: {}",
                  cells_[cell_of_tree_[tree]],
                  from_ms,
                  from_ms + length_ms,
                  e.what()};
    }
    if (const auto found = cables_[tree]->negative())
      refuse_negative(*found, tree, from_ms + length_ms);
  }
}

std::vector<double> Cells::amounts(std::size_t variable) const {
  std::vector<double> all(cells_.size());
  for (std::size_t tree = 0; tree < cables_.size(); ++tree)
    all[cell_of_tree_[tree]] += cables_[tree]->amount(variable);
  return all;
}

}  // namespace tutti::rxd_app
