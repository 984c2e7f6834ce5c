// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "measures/csd.hpp"
#include "measures/granger.hpp"
#include "measures/welch.hpp"
#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

namespace {

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// One element of a kind of its own for each name.
ElementTable table_of(std::string kind, const std::vector<std::string>& names) {
  ElementTable table{std::move(kind), Elements::range(0, names.size()), {}, {}};
  std::vector<std::int64_t> nodes;
  for (std::uint64_t k = 0; k < names.size(); ++k) {
    table.populations.push_back({names[k], k, 1});
    nodes.push_back(0);
  }
  table.set("node", std::move(nodes));
  return table;
}

/// The time between samples, from the first two that came; none before.
std::optional<Duration> step_of(std::optional<Time>& first, const Flow& flow) {
  for (const auto& sample : flow.fresh) {
    if (!first)
      first = sample.time;
    else if (sample.time > *first)
      return sample.time - *first;
  }
  return std::nullopt;
}

}  // namespace

void RateStage::prepare() {
  std::vector<std::string> names;
  for (const auto& p : input_->elements().populations) {
    populations_.push_back(p);
    names.push_back(p.name);
    streams_.emplace_back(bin_.count(), p.count);
  }
  flow_.unit = "Hz";
  flow_.elements = table_of("population", names);
  flow_.latest.assign(names.size(), 0.0);
}

void RateStage::work(Time now) {
  for (const auto& spike : input_->take())
    for (std::size_t k = 0; k < populations_.size(); ++k)
      if (spike.element - populations_[k].first < populations_[k].count)
        streams_[k].add(ticks(spike.time));
  for (auto& stream : streams_) stream.advance(ticks(now));
  const auto closed = streams_.empty() ? 0 : streams_.front().counts().size();
  for (; told_ < closed; ++told_) {
    std::vector<double> rates;
    for (const auto& stream : streams_)
      rates.push_back(stream.counts()[told_] /
                      (static_cast<double>(stream.neurons()) * to_s(bin_)));
    flow_.push(time_zero + static_cast<std::int64_t>(told_ + 1) * bin_, std::move(rates));
  }
}

std::string RateStage::line() const {
  std::string text;
  for (std::size_t k = 0; k < populations_.size(); ++k)
    text += fmt::format("{}{} {:.1f} Hz", k > 0 ? "  " : "", populations_[k].name, flow_.latest[k]);
  return text;
}

SignalStage::SignalStage(SignalInput& input, std::string unit) : input_{&input} {
  flow_.unit = std::move(unit);
}

void SignalStage::prepare() {
  flow_.elements = input_->elements();
  flow_.latest.assign(flow_.elements.ids.size(), 0.0);
}

void SignalStage::work(Time) {
  // Sources may tell their elements apart, at the same instant: one sample holds them all.
  for (const auto& sample : input_->all()) {
    if (flow_.fresh.empty() || flow_.fresh.back().time != sample.arrival)
      flow_.push(sample.arrival, flow_.latest);
    std::size_t k = 0;
    sample.elements->for_each([&](std::uint64_t id) {
      const auto place = *input_->wanted().index_of(id);
      flow_.fresh.back().values[place] = flow_.latest[place] = sample.values[k++];
    });
  }
}

void MeanStage::prepare() {
  flow_.unit = source_->unit;
  flow_.elements = table_of("mean", {"mean"});
  flow_.latest.assign(1, 0.0);
}

void MeanStage::work(Time) {
  for (const auto& sample : source_->fresh) flow_.push(sample.time, {mean_of(sample.values)});
}

std::string MeanStage::line() const {
  return fmt::format("{:.3g} {}", flow_.latest[0], flow_.unit);
}

void DensityStage::prepare() {
  const auto& table = source_->elements;
  std::array<std::span<const double>, 3> axes{table.reals("x"), table.reals("y"), table.reals("z")};
  const auto width = [](std::span<const double> v) {
    return v.empty() ? 0.0 : std::ranges::max(v) - std::ranges::min(v);
  };
  const auto along = *std::ranges::max_element(axes, {}, width);
  order_.resize(along.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::ranges::stable_sort(order_, {}, [&](std::size_t e) { return along[e]; });
  if (order_.size() > 1) spacing_um_ = along[order_[1]] - along[order_[0]];
  bool even = order_.size() >= 3 && spacing_um_ > 0;
  for (std::size_t i = 1; i < order_.size(); ++i)
    even = even &&
           std::abs(along[order_[i]] - along[order_[i - 1]] - spacing_um_) < 1e-6 * spacing_um_;
  if (!even)
    throw Error{
        Fault::config,
        "csd: three or more electrodes at even distances along a line are needed; the source "
        "has {}",
        order_.size()};
  std::vector<std::uint64_t> inner;
  for (std::size_t i = 1; i + 1 < order_.size(); ++i) inner.push_back(table.ids.at(order_[i]));
  flow_.unit = "uA/mm^3";
  flow_.elements = table.rows(Elements::of(inner));
  flow_.latest.assign(inner.size(), 0.0);
}

void DensityStage::work(Time) {
  constexpr double per_mm3 = 1e6;  // nA/um3 in uA/mm3
  std::vector<double> column(order_.size());
  for (const auto& sample : source_->fresh) {
    for (std::size_t i = 0; i < order_.size(); ++i) column[i] = sample.values[order_[i]];
    const auto along = measures::csd(column, spacing_um_, conductivity_);
    std::vector<double> values(along.size());
    for (std::size_t i = 0; i < along.size(); ++i)  // back to ascending element numbers
      values[*flow_.elements.ids.index_of(source_->elements.ids.at(order_[i + 1]))] =
          along[i] * per_mm3;
    flow_.push(sample.time, std::move(values));
  }
}

void FilterStage::prepare() {
  flow_.unit = source_->unit;
  flow_.elements = source_->elements;
  flow_.latest.assign(source_->latest.size(), 0.0);
}

void FilterStage::work(Time) {
  if (filters_.empty()) {
    const auto step = step_of(first_, *source_);
    if (!step) return;  // at most one sample so far, which is left out
    for (std::size_t e = 0; e < flow_.latest.size(); ++e)
      filters_.emplace_back(band_.low_hz, band_.high_hz, 1 / to_s(*step), order_);
  }
  for (const auto& sample : source_->fresh) {
    std::vector<double> values;
    for (std::size_t e = 0; e < filters_.size(); ++e)
      values.push_back(filters_[e].next(sample.values[e]));
    flow_.push(sample.time, std::move(values));
  }
}

void BandPowerStage::prepare() {
  flow_.unit = source_->unit + "^2";
  flow_.elements = source_->elements;
  flow_.latest.assign(source_->latest.size(), 0.0);
  recent_.resize(source_->latest.size());
}

void BandPowerStage::work(Time now) {
  if (source_->fresh.empty()) return;
  if (length_ == 0)
    if (const auto step = step_of(first_, *source_)) {
      length_ = static_cast<std::size_t>(std::max<std::int64_t>(2, window_ / *step));
      sampling_hz_ = 1 / to_s(*step);
    }
  for (const auto& sample : source_->fresh)
    for (std::size_t e = 0; e < recent_.size(); ++e) recent_[e].push_back(sample.values[e]);
  if (length_ == 0 || recent_.empty() || recent_.front().size() < length_) return;
  std::vector<double> power;
  for (auto& samples : recent_) {
    samples.erase(samples.begin(), samples.end() - static_cast<std::ptrdiff_t>(length_));
    power.push_back(
        measures::welch(samples, sampling_hz_, length_).power(band_.low_hz, band_.high_hz));
  }
  flow_.push(now, std::move(power));
}

std::string BandPowerStage::line() const {
  return fmt::format("{:.3g} {}", mean_of(flow_.latest), flow_.unit);
}

std::size_t GrangerStage::find(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& p : source_->elements.populations) {
    if (p.name == name) return *source_->elements.ids.index_of(p.first);
    names.push_back(p.name);
  }
  throw Error{Fault::config, "granger: its source has no \"{}\"; it has: {}", name,
              fmt::join(names, ", ")};
}

void GrangerStage::prepare() {
  a_ = find(from_), b_ = find(to_);
  flow_.unit = "1";
  flow_.elements = table_of("direction", {from_ + "_to_" + to_, to_ + "_to_" + from_});
  flow_.latest.assign(2, 0.0);
  next_ = time_zero + window_;
}

void GrangerStage::work(Time now) {
  for (const auto& sample : source_->fresh) {
    times_.push_back(sample.time);
    first_.push_back(sample.values[a_]);
    second_.push_back(sample.values[b_]);
  }
  if (now < next_) return;
  if (pending_.valid())
    if (auto values = pending_.get(); !values.empty()) flow_.push(next_, std::move(values));
  const auto old = std::ranges::upper_bound(times_, next_ - window_) - times_.begin();
  times_.erase(times_.begin(), times_.begin() + old);
  first_.erase(first_.begin(), first_.begin() + old);
  second_.erase(second_.begin(), second_.begin() + old);
  next_ += every_;
  if (times_.size() < 32) return;  // too little for a spectrum
  const double fs = 1 / to_s(times_[1] - times_[0]);
  const auto segment = 2 * times_.size() / 9;
  pending_ = std::async(std::launch::async, [a = first_, b = second_, fs, segment] {
    try {
      const auto g = measures::granger(a, b, fs, segment - segment % 2);
      return std::vector{g.mean_first_to_second(), g.mean_second_to_first()};
    } catch (const std::invalid_argument&) {  // a silent population has no spectrum: no news
      return std::vector<double>{};
    }
  });
}

std::string GrangerStage::line() const {
  return fmt::format("{}→{} {:.3f} {:.3f} nat", from_, to_, flow_.latest[0], flow_.latest[1]);
}

TriggerStage::TriggerStage(const Flow& source, SpikeOutput& output, double above,
                           Duration refractory)
    : source_{&source}, output_{&output}, above_{above}, refractory_{refractory} {
  output.offer(table_of("neuron", {output.name()}));  // known before its source is
}

void TriggerStage::work(Time) {
  for (const auto& sample : source_->fresh) high_ = mean_of(sample.values) > above_;
}

void TriggerStage::fire(Time end) {
  if (!high_ || (last_ && end - *last_ < refractory_)) return;
  output_->send(0, end);
  last_ = end;
  ++fired_;
}

std::string TriggerStage::line() const { return fmt::format("{} fired", fired_); }

}  // namespace analysis
