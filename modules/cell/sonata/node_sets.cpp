// SPDX-License-Identifier: MIT
#include "sonata/node_sets.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace cell::circuit {
namespace {

using Chosen = std::vector<std::set<std::uint64_t>>;  // by population

class Selector {
 public:
  Selector(const Node& sets, const std::vector<NodePopulation>& populations, Problems& problems)
      : sets_{&sets}, populations_{&populations}, problems_{&problems} {}

  Chosen of(const Node& set, int depth = 0) const {
    Chosen chosen(populations_->size());
    if (depth > 32) {
      problems_->error(set.place, "node set \"{}\" contains itself", set.text);
    } else if (set.is_list()) {
      for (const auto& item : set.items) unite(chosen, of(item, depth + 1));
    } else if (set.is_map()) {
      matching(set, chosen);
    } else if (const auto* named = set.is_scalar() ? sets_->find(set.text) : nullptr) {
      return of(*named, depth + 1);
    } else if (set.is_null() || set.text == "all") {
      for (std::size_t k = 0; k < chosen.size(); ++k) whole(k, chosen);
    } else {
      const auto found = std::ranges::find(*populations_, set.text, &NodePopulation::name);
      if (found == populations_->end()) {
        auto known = sets_->keys();
        for (const auto& p : *populations_) known.push_back(p.name);
        problems_->error(set.place, "no node set and no population is called \"{}\"{}", set.text,
                         tutti::config::did_you_mean(set.text, known));
      } else {
        whole(static_cast<std::size_t>(found - populations_->begin()), chosen);
      }
    }
    return chosen;
  }

 private:
  static void unite(Chosen& all, const Chosen& more) {
    for (std::size_t k = 0; k < all.size(); ++k) all[k].insert(more[k].begin(), more[k].end());
  }
  void whole(std::size_t k, Chosen& chosen) const {
    for (std::uint64_t node = 0; node < (*populations_)[k].attributes.size(); ++node)
      chosen[k].insert(chosen[k].end(), node);
  }
  void matching(const Node& conditions, Chosen& chosen) const {
    for (std::size_t k = 0; k < chosen.size(); ++k)
      for (std::uint64_t node = 0; node < (*populations_)[k].attributes.size(); ++node)
        if (std::ranges::all_of(conditions.entries,
                                [&](const auto& c) { return holds(c, k, node); }))
          chosen[k].insert(chosen[k].end(), node);
  }
  bool holds(const tutti::config::Entry& condition, std::size_t k, std::uint64_t node) const {
    const auto is = [&](const Node& value) {
      if (condition.key == "population") return value.text == (*populations_)[k].name;
      if (condition.key == "node_id" || condition.key == "gid")
        return value.text == std::to_string(node);
      const auto& attributes = (*populations_)[k].attributes;
      if (const auto text = attributes.text(node, condition.key)) return *text == value.text;
      const auto number = attributes.real(node, condition.key);
      double wanted = 0;
      const auto read =
          std::from_chars(value.text.data(), value.text.data() + value.text.size(), wanted);
      return number && read.ec == std::errc{} && *number == wanted;
    };
    return condition.value.is_list() ? std::ranges::any_of(condition.value.items, is)
                                     : is(condition.value);
  }

  const Node* sets_;
  const std::vector<NodePopulation>* populations_;
  Problems* problems_;
};

}  // namespace

std::vector<Selection> select(const Node& set, const Node& named_sets,
                              const std::vector<NodePopulation>& populations, Problems& problems) {
  std::vector<Selection> selections;
  const auto chosen = Selector{named_sets, populations, problems}.of(set);
  for (std::size_t k = 0; k < chosen.size(); ++k)
    if (!chosen[k].empty()) selections.push_back({k, {chosen[k].begin(), chosen[k].end()}});
  return selections;
}

}  // namespace cell::circuit
