// SPDX-License-Identifier: MIT
// Selections, boundaries and the checks that look at several items of a model together.
#include <algorithm>
#include <cmath>
#include <map>

#include "expressions.hpp"
#include "network.hpp"

namespace rxd {

namespace {

/// What a process changes in sum, by variable; nothing where it cancels out.
std::map<std::size_t, double> changes(const Process& process) {
  std::map<std::size_t, double> sum;
  for (const auto& t : process.terms) sum[t.variable] += t.change;
  std::erase_if(sum, [](const auto& entry) { return entry.second == 0; });
  return sum;
}

/// Whether two reactions turn the same into the same, but in other proportions.
bool contradict(const std::map<std::size_t, double>& a, const std::map<std::size_t, double>& b) {
  if (a.size() != b.size()) return false;
  const double ratio = a.begin()->second / b.begin()->second;
  bool differ = false;
  for (auto i = a.begin(), k = b.begin(); i != a.end(); ++i, ++k) {
    const double own = i->second / k->second;
    if (i->first != k->first || own * ratio < 0) return false;
    differ = differ || std::abs(own - ratio) > 1e-12 * std::abs(ratio);
  }
  return differ;
}

bool has_both_signs(const std::map<std::size_t, double>& changes) {
  const auto gains = std::ranges::count_if(changes, [](const auto& c) { return c.second > 0; });
  return gains > 0 && static_cast<std::size_t>(gains) < changes.size();
}

}  // namespace

void Network::check_stoichiometry() {
  const auto complain = [&](const Process& process, const std::string& text) {
    complaints_.push_back({"reactions", process.name, "equation", text, {}});
  };
  std::vector<std::map<std::size_t, double>> all;
  for (std::size_t p = 0; p < model_.reactions.size(); ++p) {
    all.push_back(changes(processes_[p]));
    if (all[p].empty()) complain(processes_[p], "both sides are the same: it changes nothing");
    if (!has_both_signs(all[p])) continue;  // open to the outside, or a growth: any number may be
    for (std::size_t q = 0; q < p; ++q)
      if (has_both_signs(all[q]) && contradict(all[p], all[q]))
        complain(processes_[p], "inconsistent stoichiometry: reaction '" + processes_[q].name +
                                    "' turns the same species into each other in other "
                                    "proportions, which makes matter out of nothing");
  }
}

void Network::add_conditions() {
  for (const auto& r : model_.regions) conditions_.push_back(condition("regions", r.name, r.where));
  for (const auto& c : model_.choices)
    choice_conditions_.push_back(condition(c.section, c.item, c.where));
}

Expr Network::condition(const std::string& section, const std::string& item,
                        const Selection& where) {
  Expr all = pool_.constant(1);
  if (!where.condition.empty())
    within(section, item, "where", [&] { all = parse_static(where.condition); });
  return all;
}

/// An expression of what is known before time begins: parameters and positions.
Expr Network::parse_static(const std::string& text) {
  Names names;
  for (std::uint32_t k = 0; k < positions.size(); ++k)
    names.define(std::string{positions[k]},
                 pool_.input(static_cast<std::uint32_t>(variables_.size()) + k));
  for (std::size_t k = 0; k < parameters_.size(); ++k)
    names.define(model_.parameters[k].name, parameters_[k]);
  return parse(text, names, pool_);
}

void Network::add_profiles() {
  std::vector<std::size_t> used(model_.species.size());
  for (auto& v : variables_) {
    const Species& species = model_.species[v.species];
    const std::size_t nth = used[v.species]++;
    if (nth >= species.profile_by_region.size() || species.profile_by_region[nth].empty()) continue;
    within("species", species.name, "diffusion",
           [&] { v.profile = parse_static(species.profile_by_region[nth]); });
  }
}

void Network::add_boundary(const Boundary& boundary) {
  Hold hold{boundary.name, 0, boundary.where, pool_.constant(1), 0};
  within("boundaries", boundary.name, "species", [&] { hold.variable = variable(boundary.of); });
  hold.condition = condition("boundaries", boundary.name, boundary.where);
  within("boundaries", boundary.name, "value", [&] { hold.value = parse_static(boundary.value); });
  holds_.push_back(std::move(hold));
}

}  // namespace rxd
