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

Bins whole_bins(const Question& q, double otherwise_ms) {
  return Bins::within(q.range.start_ms, q.range.stop_ms, q.bin_ms.value_or(otherwise_ms));
}

/// Rate per neuron in each bin [Hz].
std::vector<double> rate_of(const Population& p, const Bins& bins) {
  return measures::rates(p.times_ms, bins, std::max<std::uint64_t>(p.neurons, 1));
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
  double value() const { return count > 0 ? sum / count : std::nan(""); }
};

/// The standard error of the mean of values in time, from as many as are independent of each other.
double error_of(const std::vector<double>& values, double effective) {
  const auto n = static_cast<double>(values.size());
  const double mean = sum_of(values) / n;
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return n > 1 ? std::sqrt(squares / (n - 1) / effective) : std::nan("");
}

}  // namespace

Table rates_table(const Question& q) {
  struct Row {
    std::string name;
    double neurons = 0, spikes = 0, rate = 0, error = 0, effective = 0, spread = 0, active = 0;
  };
  Table table;
  std::vector<Row> rows;
  const auto bins = whole_bins(q, 5);
  for (const auto& p : populations_for(q)) {
    const double seconds = q.range.length_ms() * 1e-3;
    Row row{p.name, static_cast<double>(p.neurons), static_cast<double>(p.times_ms.size())};
    row.rate = row.spikes / row.neurons / seconds;
    const auto over_time = rate_of(p, bins);
    row.effective = measures::effective_samples(over_time);
    row.error = error_of(over_time, row.effective);
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
  table.notes.push_back(
      fmt::format("standard error over time, from {} bins of {} ms, worth as many independent ones "
                  "as the column \"effective bins\" says",
                  bins.count, bins.width_ms));
  add_rows<Row>(table, rows,
                {{"neurons", "", &Row::neurons},
                 {"spikes", "", &Row::spikes},
                 {"rate", "Hz", &Row::rate},
                 {"standard error", "Hz", &Row::error},
                 {"effective bins", "", &Row::effective},
                 {"SD over neurons", "Hz", &Row::spread},
                 {"active", "1", &Row::active}});
  return table;
}

Table histogram_table(const Question& q) {
  Table table;
  const auto bins = whole_bins(q, 5);
  std::string worth;
  table.add("time", "ms", bins.lower_edges());
  for (const auto& p : populations_for(q)) {
    auto rate = rate_of(p, bins);
    worth += fmt::format("{}{} {:.0f}", worth.empty() ? "" : ", ", p.name,
                         measures::effective_samples(rate));
    table.add(p.name, "Hz", std::move(rate));
  }
  table.notes.push_back(
      fmt::format("spikes per neuron in bins of {} ms, by lower edge; {} bins, worth so many "
                  "independent ones: {}",
                  bins.width_ms, bins.count, worth));
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
  need_events(events, inner.size(), reach);
  const auto bins = Bins::over(-reach, reach, q.bin_ms.value_or(1));
  const auto all = Bins::within(q.range.start_ms, q.range.stop_ms, bins.width_ms);
  const double effective = measures::effective_events(measures::bin_counts(inner, all),
                                                      measures::bin_counts(target.times_ms, all));
  Table table;
  table.notes.push_back(fmt::format("{} around {} spikes of {}, worth {:.0f} independent ones",
                                    target.name, inner.size(), events.name, effective));
  const auto neurons = std::max<std::uint64_t>(target.neurons, 1);
  auto rate = measures::psth(target.times_ms, inner, bins, neurons);
  std::vector<double> error;  // of a Poisson count c around independent events: √c
  const double per_count = 1e3 / (effective * static_cast<double>(neurons) * bins.width_ms);
  for (const double r : rate) error.push_back(std::sqrt(r * per_count));
  table.add("lag", "ms", bins.lower_edges());
  table.add("rate", "Hz", std::move(rate));
  table.add("standard error", "Hz", std::move(error));
  return table;
}

Table intervals_table(const Question& q) {
  struct Row {
    std::string name;
    double neurons = 0, intervals = 0, effective = 0, cv = 0, cv2 = 0, lv = 0, fano = 0;
  };
  const auto bins = Bins::within(q.range.start_ms, q.range.stop_ms, q.window_ms.value_or(100));
  std::vector<Row> rows;
  for (const auto& p : populations_for(q)) {
    Mean cv, cv2, lv, fano;
    Row row{p.name};
    for (const auto& train : p.trains()) {
      const auto intervals = measures::intervals(train);
      const auto i = measures::irregularity(intervals);
      if (i.intervals >= 2) {
        cv.add(i.cv), cv2.add(i.cv2), lv.add(i.lv);
        row.intervals += static_cast<double>(i.intervals);
        row.effective += measures::effective_samples(intervals);
      }
      fano.add(measures::fano_factor(measures::bin_counts(train, bins)));
    }
    row.neurons = cv.count;
    row.cv = cv.value(), row.cv2 = cv2.value(), row.lv = lv.value(), row.fano = fano.value();
    rows.push_back(std::move(row));
  }
  Table table;
  table.notes.push_back(
      fmt::format("means over neurons with at least two intervals; effective: intervals less what "
                  "neighbours repeat; Fano factor of counts in {} windows of {} ms",
                  bins.count, bins.width_ms));
  add_rows<Row>(table, rows,
                {{"neurons", "", &Row::neurons},
                 {"intervals", "", &Row::intervals},
                 {"effective intervals", "", &Row::effective},
                 {"CV", "1", &Row::cv},
                 {"CV2", "1", &Row::cv2},
                 {"LV", "1", &Row::lv},
                 {"Fano factor", "1", &Row::fano}});
  return table;
}

Table correlation_table(const Question& q) {
  struct Row {
    std::string name;
    double mean = 0, pairs = 0, synchrony = 0, effective = 0;
  };
  const auto bins = whole_bins(q, 5);
  std::vector<Row> rows;
  for (const auto& p : populations_for(q)) {
    std::vector<std::vector<double>> counts;
    constexpr std::size_t most = 500;
    for (const auto& train : p.trains())
      if (!train.empty() && counts.size() < most)
        counts.push_back(measures::bin_counts(train, bins));
    const auto r = measures::pairwise_correlation(counts);
    Mean worth;
    for (const auto& c : counts) worth.add(measures::effective_samples(c));
    rows.push_back({p.name, r.mean, static_cast<double>(r.pairs),
                    counts.empty() ? std::nan("") : measures::synchrony(counts), worth.value()});
  }
  Table table;
  table.notes.push_back(
      fmt::format("spike counts in {} bins of {} ms; at most 500 neurons of a population are taken",
                  bins.count, bins.width_ms));
  add_rows<Row>(table, rows,
                {{"mean correlation", "1", &Row::mean},
                 {"pairs", "", &Row::pairs},
                 {"synchrony", "1", &Row::synchrony},
                 {"effective bins", "", &Row::effective}});
  return table;
}

Table cross_correlation_table(const Question& q) {
  need_both(q, "cross-correlation", "populations or signals");
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
  const double limit = 1.96 / std::sqrt(n);
  Table table;
  table.notes.push_back(
      fmt::format("{} with {}: {:.3f} at a lag of {:.4g} ms (positive: {} follows)", from.name,
                  to.name, c[peak], lag[peak], to.name));
  table.notes.push_back(
      fmt::format("{} samples, worth {:.0f} independent ones: unrelated series stay within ±{:.3f} "
                  "(95 %) at one lag",
                  from.values.size(), n, limit));
  table.add("lag", "ms", std::move(lag));
  table.add("correlation", "1", std::move(c));
  table.add("95 % of chance", "1", std::vector<double>(table.rows(), limit));
  return table;
}

}  // namespace study
