// SPDX-License-Identifier: MIT
#include "app/cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/segments.hpp"
#include "solver/domain.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

Cells::Cells(const rxd::Network& network, const ElementTable& table, Ranks ranks, int threads)
    : network_{network}, table_{table}, workers_{std::make_unique<Workers>(threads)} {
  const std::vector<rxd::Segment> all = segments_of(table);
  const Rows cells = choose(network, all);
  if (cells.empty())  // a cell without such dendrites is no mistake: there is nothing to compute
    fmt::print(stderr, "warning: `where:` selects none of the {} segments on offer\n",
               table.ids.size());
  cells_ = deal(cells, ranks);
  std::vector<std::uint64_t> numbers;
  for (const auto cell : cells_)
    for (const std::size_t row : cells.at(cell)) numbers.push_back(table.ids.at(row));
  elements_ = Elements::of(std::move(numbers));
  places_.resize(elements_.size());
  segments_.resize(elements_.size());
  for (const auto cell : cells_) add_cell(table, all, cell, cells.at(cell));
}

void Cells::add_cell(const ElementTable& table, const std::vector<rxd::Segment>& segments,
                     std::int64_t cell, const std::vector<std::size_t>& rows) {
  const auto index =
      static_cast<std::size_t>(std::ranges::lower_bound(cells_, cell) - cells_.begin());
  const auto parent = table.integers("parent");
  std::map<std::int64_t, std::ptrdiff_t> index_of;
  for (std::size_t k = 0; k < rows.size(); ++k)
    index_of[static_cast<std::int64_t>(table.ids.at(rows[k]))] = static_cast<std::ptrdiff_t>(k);
  std::vector<rxd::Segment> all;
  for (const std::size_t row : rows) {
    all.push_back(segments[row]);
    const auto found = index_of.find(parent[row]);
    all.back().parent = found == index_of.end() ? -1 : found->second;
  }
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
        segments_[n] = tree.back();
      }
      cables_.push_back(std::make_unique<rxd::Cable>(network_, tree));
      if (const auto found = cables_.back()->negative()) {
        const auto& at = tree[found->segment].centre;
        throw Error{
            Fault::config,
            "cell {}: the initial value of {} is {:.3g} mM at ({:.4g}, {:.4g}, {:.4g}) um: a "
            "concentration must not be negative",
            cell,
            network_.variables()[found->variable].name,
            found->value,
            at[0],
            at[1],
            at[2]};
      }
      cell_of_tree_.push_back(index);
    }
  } catch (const rxd::Error& e) {
    throw Error{Fault::config, "cell {}: {}", cell, e.what()};
  }
}

bool Cells::has(std::size_t variable, std::size_t n) const {
  return cables_[places_[n].tree]->size(variable, places_[n].segment) > 0;
}

Elements Cells::where(std::size_t variable) const { return chosen(variable, 0); }

Elements Cells::chosen(std::size_t variable, std::size_t choice) const {
  const auto& selection = network_.model().choices[choice].where;
  std::vector<std::uint64_t> numbers;
  for (std::size_t n = 0; n < places_.size(); ++n)
    if (has(variable, n) &&
        rxd::selects(network_, selection, network_.choice_condition(choice), segments_[n]))
      numbers.push_back(elements_.at(n));
  return Elements::of(std::move(numbers));
}

Elements Cells::held(std::size_t variable) const {
  std::vector<std::uint64_t> numbers;
  for (std::size_t n = 0; n < places_.size(); ++n)
    if (cables_[places_[n].tree]->held(variable, places_[n].segment))
      numbers.push_back(elements_.at(n));
  return Elements::of(std::move(numbers));
}

void Cells::set_driven(std::size_t parameter, std::size_t n, double value) {
  cables_[places_[n].tree]->set_driven(parameter, places_[n].segment, value);
}

void Cells::set_held(std::size_t variable, std::size_t n, double value) {
  rxd::Cable& cable = *cables_[places_[n].tree];
  if (cable.value(variable, places_[n].segment) != value)
    cable.set_value(variable, places_[n].segment, value);
}

ElementTable Cells::offer(const ConcentrationOutput& output, std::size_t variable) const {
  return table_.rows(chosen(variable, output.choice));
}

void Cells::read(const ConcentrationOutput&, std::size_t variable, const Elements& at,
                 std::span<double> values) const {
  read(variable, at, values);
}

void Cells::read(std::size_t variable, const Elements& at, std::span<double> values) const {
  std::size_t k = 0;
  std::size_t n = 0;
  at.for_each([&](std::uint64_t element) {
    while (n < places_.size() && elements_.at(n) < element) ++n;
    values[k++] = cables_[places_[n].tree]->value(variable, places_[n].segment);
  });
}

void Cells::set_sources(std::size_t variable, std::span<const double> amount_per_ms) {
  for (std::size_t n = 0; n < places_.size(); ++n) set_source(variable, n, amount_per_ms[n]);
}

void Cells::set_source(std::size_t variable, std::size_t n, double amount_per_ms) {
  cables_[places_[n].tree]->set_source(variable, places_[n].segment, amount_per_ms);
}

std::uint64_t Cells::element_at(std::size_t tree, std::size_t segment) const {
  const auto place = std::ranges::find_if(
      places_, [&](const Place& p) { return p.tree == tree && p.segment == segment; });
  return elements_.at(static_cast<std::size_t>(place - places_.begin()));
}

void Cells::refuse_negative(const rxd::Negative& found, std::size_t tree, double at_ms) const {
  throw Error{
      Fault::model,
      "cell {}, element {}: {} is {:.3g} at {} ms; most is taken by {}: a concentration must not "
      "be "
      "negative, so its rate has to vanish with it (or the current is too strong for the volume)",
      cells_[cell_of_tree_[tree]],
      element_at(tree, found.segment),
      network_.variables()[found.variable].name,
      found.value,
      at_ms,
      found.cause};
}

void Cells::step(std::size_t tree, double from_ms, double length_ms, const Stepping& stepping) {
  rxd::Cable& cable = *cables_[tree];
  try {
    switch (stepping.method) {
      case Stepping::Method::fixed: {
        const double longest_ms = stepping.longest_ms > 0 ? stepping.longest_ms : length_ms;
        const auto steps = static_cast<int>(std::ceil(length_ms / longest_ms * (1 - 1e-12)));
        for (int i = 0; i < steps; ++i) cable.step(length_ms / steps, stepping.scheme);
        break;
      }
      case Stepping::Method::rodas:
        cable.advance(length_ms, stepping.tolerance);
        break;
      case Stepping::Method::cvode:
        cable.advance_cvode(length_ms, stepping.tolerance);
    }
  } catch (const rxd::StepFailure& e) {
    throw Error{Fault::model,
                "cell {}, element {}, in ({} ms, {} ms]: {}",
                cells_[cell_of_tree_[tree]],
                element_at(tree, e.segment()),
                from_ms,
                from_ms + length_ms,
                e.what()};
  }
  if (const auto found = cable.negative()) refuse_negative(*found, tree, from_ms + length_ms);
}

void Cells::advance(double from_ms, double length_ms, const Stepping& stepping) {
  workers_->run(cables_.size(),
                [&](std::size_t tree) { step(tree, from_ms, length_ms, stepping); });
}

/// A tree's number is that of its first element, which no other tree has.
void Cells::visit(State& state) {
  std::vector<bool> seen(cables_.size(), false);
  for (std::size_t n = 0; n < places_.size(); ++n) {
    const std::size_t tree = places_[n].tree;
    if (seen[tree]) continue;
    seen[tree] = true;
    state.entry("trees", elements_.at(n), [&](Fields& fields) { cables_[tree]->visit(fields); });
  }
}

double Cells::region_size(std::size_t region, std::size_t n) const {
  return cables_[places_[n].tree]->region_size(region, places_[n].segment);
}

std::vector<double> Cells::jacobian(std::size_t n) const {
  return cables_[places_[n].tree]->jacobian(places_[n].segment);
}

std::vector<double> Cells::amounts(std::size_t variable) const {
  std::vector<double> all(cells_.size());
  for (std::size_t tree = 0; tree < cables_.size(); ++tree)
    all[cell_of_tree_[tree]] += cables_[tree]->amount(variable);
  return all;
}

}  // namespace tutti::rxd_app
