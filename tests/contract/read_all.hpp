// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "case.hpp"
#include "machine.hpp"
#include "tutti/plan/rules.hpp"

namespace contract {

/// What a target reads at `t`, from all its connections. `sample_at(edge, t)` returns the source's
/// values at t, by element.
template <typename SampleAt>
Readings read_all(const Case& model, const Graph& graph, const std::vector<tutti::Time>& ends,
                  std::size_t target, std::int64_t t, SampleAt&& sample_at) {
  using namespace tutti::plan;
  Readings result;
  std::vector<std::pair<std::int64_t, double>> parts;
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const Edge& edge = graph.edges[e];
    if (edge.to != target || edge.kind != Kind::signal) continue;
    const Delivery rules = graph.delivery(e);
    const ConnectionSpec& spec = model.connections[e];
    const std::int64_t first = model.modules[edge.from].first + spec.offset;
    const tutti::Time end = ends[edge.from];
    if (edge.take == Take::all) {
      const tutti::Window taken = taken_by_all(rules, tutti::time_of(t));
      if (taken.end < tutti::time_zero) continue;
      const tutti::Time from = std::max(taken.begin + tutti::duration_of(1), tutti::time_zero);
      for (tutti::Time s = up(from, rules.source_step); s <= std::min(taken.end, end);
           s += rules.source_step) {
        std::int64_t element = first;
        for (const double x : sample_at(e, s))
          result.trace.push_back({tutti::ticks(s + edge.delay), element++, scaled(x, spec.scale)});
      }
      continue;
    }
    const auto where = reading(rules, tutti::time_of(t), end);
    for (std::int64_t k = 0; k < model.modules[edge.from].count; ++k) {
      if (!where) {
        parts.emplace_back(first + k, spec.initial.value());
        continue;
      }
      const auto n = static_cast<std::size_t>(k);
      double x = sample_at(e, where->before)[n];
      if (where->between)
        x = between(x, sample_at(e, where->before + rules.source_step)[n], where->weight);
      parts.emplace_back(first + k, scaled(x, spec.scale));
    }
  }
  std::ranges::sort(parts);
  for (const auto& [element, value] : parts) result.signals.push_back(value);
  std::ranges::sort(result.trace, {}, [](const TakenSample& s) {
    return std::tuple{s.arrival, s.element, s.value};
  });
  return result;
}

}  // namespace contract
