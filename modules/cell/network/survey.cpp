// SPDX-License-Identifier: MIT
#include "network/survey.hpp"

#include <algorithm>
#include <cmath>

#include "network/contacts.hpp"

namespace cell {
namespace {

ProjectionSurvey survey_of(const Atlas& atlas, const Projection& p) {
  const auto& model = atlas.model();
  const auto& to = model.populations[p.to];
  const auto connections = atlas.connections(p);
  std::vector<std::uint64_t> mine;
  for (std::uint64_t gid = to.first; gid < to.first + to.number; ++gid)
    if (connections.targets.contains(gid)) mine.push_back(gid);
  ProjectionSurvey s;
  s.projection = &p;
  s.by_source.resize(model.populations.size());
  std::vector<double> in(to.number, 0), out(model.cell_count(), 0), weights, delays;
  const auto place = [&](std::uint64_t gid) {
    return static_cast<std::size_t>(&model.population_of(gid) - model.populations.data());
  };
  const auto count = [&](std::uint64_t source, std::uint64_t target, double weight, double delay) {
    in[target - to.first] += 1, out[source] += 1;
    ++s.by_source[place(source)];
    weights.push_back(weight), delays.push_back(delay);
  };
  if (model.is_point(p.to)) {
    connections.for_each(atlas.seed(), mine, [&](const rules::Connection& c) {
      count(c.source, c.target, c.weight, c.delay_ms);
    });
  } else {
    for_each_contact(atlas, p, mine,
                     [&](const Contact& c) { count(c.source, c.target, c.weight_uS, c.delay_ms); });
  }
  s.synapses = weights.size();
  const auto several = model.is_point(p.to) ? 1 : p.spread.number;
  s.connections = s.synapses / several;
  std::vector<double> in_degree, out_degree;
  for (const auto gid : mine)
    in_degree.push_back(in[gid - to.first] / static_cast<double>(several));
  connections.sources.for_each(
      [&](std::uint64_t gid) { out_degree.push_back(out[gid] / static_cast<double>(several)); });
  for (auto& n : s.by_source) n /= several;
  s.in_degree = Spread::of(in_degree), s.out_degree = Spread::of(out_degree);
  s.weight = Spread::of(weights), s.delay_ms = Spread::of(delays);
  return s;
}

}  // namespace

Spread Spread::of(const std::vector<double>& values) {
  Spread s;
  if (values.empty()) return s;
  s.number = static_cast<double>(values.size());
  const auto [least, most] = std::ranges::minmax(values);
  s.least = least, s.most = most;
  for (const double v : values) s.mean += (v - least) / s.number;
  s.mean += least;
  for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean) / s.number;
  s.deviation = std::sqrt(s.deviation);
  const bool whole = std::ranges::all_of(values, [](double v) { return v == std::floor(v); });
  const double range = most - least;
  // as many whole numbers in each bin, where there are fewer or more than bins
  const double width = whole ? std::ceil((range + 1) / most_bins) : range / most_bins;
  const auto bins = whole ? static_cast<std::size_t>(range / width) + 1 : most_bins;
  s.counts.assign(bins, 0);
  for (const double v : values)
    s.counts[width > 0 ? std::min(static_cast<std::size_t>((v - least) / width), bins - 1) : 0] +=
        1;
  return s;
}

Survey survey(const Atlas& atlas) {
  const auto& model = atlas.model();
  const auto n = model.populations.size();
  Survey s;
  s.matrix.assign(n, std::vector<std::uint64_t>(n, 0));
  for (const auto& p : model.connections) {
    s.projections.push_back(survey_of(atlas, p));
    const auto& one = s.projections.back();
    for (std::size_t from = 0; from < n; ++from) s.matrix[from][p.to] += one.by_source[from];
    s.connections += one.connections, s.synapses += one.synapses;
  }
  return s;
}

}  // namespace cell
