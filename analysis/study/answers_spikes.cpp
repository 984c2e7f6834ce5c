// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>

#include "measures/correlation.hpp"
#include "measures/effective.hpp"
#include "measures/intervals.hpp"
#include "measures/rates.hpp"
#include "study/answers.hpp"
#include "study/series.hpp"
#include "study/shapes.hpp"

namespace study {

namespace {

using measures::Bins;

/// The populations asked for, cut to the range.
std::vector<Population> populations(const Question& q) {
  std::vector<Population> chosen;
  for (const auto& p : q.recording->populations())
    if (q.of.empty() || q.of == p.name) chosen.push_back(p.within(q.range));
  if (chosen.empty()) chosen.push_back(q.recording->population(q.of).within(q.range));
  return chosen;
}

/// Bins that lie whole within the range.
Bins whole_bins(const Range& range, double width_ms) {
  auto bins = Bins::over(range.start_ms, range.stop_ms, width_ms);
  if (bins.count > 1 && bins.edge_ms(bins.count) > range.stop_ms + 1e-9 * width_ms) --bins.count;
  return bins;
}

/// Counts of every neuron.
std::vector<std::vector<double>> counts(const Population& p, const Bins& bins) {
  std::vector<std::vector<double>> all;
  for (const auto& train : p.trains()) all.push_back(measures::bin_counts(train, bins));
  return all;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum;
}

/// The mean of what is known, and how many values that were.
struct Mean {
  double sum = 0;
  double count = 0;
  void add(double v) {
    if (std::isfinite(v)) sum += v, ++count;
  }
  double value() const { return sum / count; }  // NaN for none
};

}  // namespace

Table rates_table(const Question& q) {
  struct Row {
    std::string name;
    double neurons = 0, spikes = 0, rate = 0, spread = 0, active = 0;
  };
  Table table;
  std::vector<Row> rows;
  for (const auto& p : populations(q)) {
    const double seconds = q.range.length_ms() * 1e-3;
    Row row{p.name, static_cast<double>(p.neurons), static_cast<double>(p.times_ms.size())};
    row.rate = row.spikes / row.neurons / seconds;
    double squares = 0, silent = 0;
    for (const auto& train : p.trains()) {
      const double off = static_cast<double>(train.size()) / seconds - row.rate;
      squares += off * off;
      silent += train.empty() ? 1 : 0;
    }
    row.spread = std::sqrt(squares / row.neurons);
    row.active = 1 - silent / row.neurons;
    rows.push_back(std::move(row));
    if (!p.neurons_known)
      table.notes.push_back(fmt::format(
          "{}: the file does not say how many neurons there are; {} is its highest node id + 1",
          p.name, p.neurons));
  }
  table.add("population", names(rows));
  table.add("neurons", "", column(rows, &Row::neurons));
  table.add("spikes", "", column(rows, &Row::spikes));
  table.add("rate", "Hz", column(rows, &Row::rate));
  table.add("SD over neurons", "Hz", column(rows, &Row::spread));
  table.add("active", "1", column(rows, &Row::active));
  return table;
}

Table histogram_table(const Question& q) {
  Table table;
  const auto bins = whole_bins(q.range, q.bin_ms.value_or(5));
  table.notes.push_back(
      fmt::format("spikes per neuron in bins of {} ms, by lower edge", bins.width_ms));
  table.add("time", "ms", lower_edges(bins));
  for (const auto& p : populations(q))
    table.add(p.name, "Hz",
              measures::rates(p.times_ms, bins, std::max<std::uint64_t>(p.neurons, 1)));
  return table;
}

Table psth_table(const Question& q) {
  need_both(q, "psth", "around whose spikes, and whose rate, populations");
  const auto events = q.recording->population(q.from).within(q.range);
  const auto target = q.recording->population(q.to).within(q.range);
  const double reach = q.window_ms.value_or(50);
  // Only events whose surroundings were recorded: others would lower the rate at the ends.
  std::vector<double> inner;
  for (const double t : events.times_ms)
    if (t - reach >= q.range.start_ms && t + reach <= q.range.stop_ms) inner.push_back(t);
  const auto bins = Bins::over(-reach, reach, q.bin_ms.value_or(1));
  Table table;
  table.notes.push_back(
      fmt::format("{} around {} spikes of {}", target.name, inner.size(), events.name));
  const auto neurons = std::max<std::uint64_t>(target.neurons, 1);
  auto rate = measures::psth(target.times_ms, inner, bins, neurons);
  std::vector<double> error;  // of a Poisson count c: √c
  const double per_count = 1e3 / (static_cast<double>(inner.size() * neurons) * bins.width_ms);
  for (const double r : rate) error.push_back(std::sqrt(r * per_count));
  table.add("lag", "ms", lower_edges(bins));
  table.add("rate", "Hz", std::move(rate));
  table.add("standard error", "Hz", std::move(error));
  return table;
}

Table intervals_table(const Question& q) {
  struct Row {
    std::string name;
    double neurons = 0, intervals = 0, cv = 0, cv2 = 0, lv = 0, fano = 0;
  };
  const auto bins = whole_bins(q.range, q.window_ms.value_or(100));
  std::vector<Row> rows;
  for (const auto& p : populations(q)) {
    Mean cv, cv2, lv, fano;
    Row row{p.name};
    for (const auto& train : p.trains()) {
      const auto i = measures::irregularity(measures::intervals(train));
      if (i.intervals >= 2) {
        cv.add(i.cv), cv2.add(i.cv2), lv.add(i.lv);
        row.intervals += static_cast<double>(i.intervals);
      }
      fano.add(measures::fano_factor(measures::bin_counts(train, bins)));
    }
    row.neurons = cv.count;
    row.cv = cv.value(), row.cv2 = cv2.value(), row.lv = lv.value(), row.fano = fano.value();
    rows.push_back(std::move(row));
  }
  Table table;
  table.notes.push_back(
      fmt::format("means over neurons with at least two intervals; Fano factor of counts in {} ms",
                  bins.width_ms));
  table.add("population", names(rows));
  table.add("neurons", "", column(rows, &Row::neurons));
  table.add("intervals", "", column(rows, &Row::intervals));
  table.add("CV", "1", column(rows, &Row::cv));
  table.add("CV2", "1", column(rows, &Row::cv2));
  table.add("LV", "1", column(rows, &Row::lv));
  table.add("Fano factor", "1", column(rows, &Row::fano));
  return table;
}

Table correlation_table(const Question& q) {
  struct Row {
    std::string name;
    double mean = 0, pairs = 0, synchrony = 0, effective = 0;
  };
  const auto bins = whole_bins(q.range, q.bin_ms.value_or(5));
  std::vector<Row> rows;
  for (const auto& p : populations(q)) {
    auto trains = counts(p, bins);
    std::erase_if(trains, [](const auto& t) { return sum_of(t) == 0; });
    if (constexpr std::size_t most = 500; trains.size() > most) trains.resize(most);
    const auto r = measures::pairwise_correlation(trains);
    Mean worth;
    for (const auto& t : trains) worth.add(measures::effective_samples(t));
    rows.push_back({p.name, r.mean, static_cast<double>(r.pairs),
                    trains.empty() ? std::nan("") : measures::synchrony(trains), worth.value()});
  }
  Table table;
  table.notes.push_back(
      fmt::format("spike counts in bins of {} ms; at most 500 neurons of a population are taken",
                  bins.width_ms));
  table.add("population", names(rows));
  table.add("mean correlation", "1", column(rows, &Row::mean));
  table.add("pairs", "", column(rows, &Row::pairs));
  table.add("synchrony", "1", column(rows, &Row::synchrony));
  table.add("effective bins", "", column(rows, &Row::effective));
  return table;
}

Table cross_correlation_table(const Question& q) {
  const auto [from, to] = pair(*q.recording, q.from, q.to, q.range, q.bin_ms, 5);
  const auto reach =
      static_cast<std::size_t>(std::llround(q.window_ms.value_or(100) / from.step_ms));
  auto c = measures::cross_correlation(from.values, to.values, reach);
  std::vector<double> lag;
  for (std::size_t i = 0; i < c.size(); ++i)
    lag.push_back((static_cast<double>(i) - static_cast<double>(reach)) * from.step_ms);
  const double n = measures::effective_samples(from.values, to.values);
  std::size_t peak = 0;
  for (std::size_t i = 1; i < c.size(); ++i)
    if (std::abs(c[i]) > std::abs(c[peak])) peak = i;
  Table table;
  table.notes.push_back(
      fmt::format("{} with {}: {:.3f} at a lag of {:.4g} ms (positive: {} follows)", from.name,
                  to.name, c[peak], lag[peak], to.name));
  table.notes.push_back(
      fmt::format("{} samples, worth {:.0f} independent ones: unrelated series stay within ±{:.3f} "
                  "(95 %) at one lag",
                  from.values.size(), n, 1.96 / std::sqrt(n)));
  table.add("lag", "ms", std::move(lag));
  table.add("correlation", "1", std::move(c));
  return table;
}

}  // namespace study
