// SPDX-License-Identifier: MIT
// What each stage of a pipeline goes on from when a run is resumed.
#include "keeping.hpp"

#include "look_back.hpp"
#include "signal_stages.hpp"
#include "stages.hpp"

namespace analysis {

using namespace tutti;

void visit(Fields& fields, std::optional<Time>& time) {
  std::int64_t tick = time ? ticks(*time) : -1;
  fields(tick);
  if (!fields.saving()) time = tick < 0 ? std::nullopt : std::optional{time_of(tick)};
}

void visit(Fields& fields, std::vector<Flow::Sample>& samples) {
  std::vector<Time> times;
  std::vector<double> values, effective;
  for (const auto& sample : samples) {
    times.push_back(sample.time);
    effective.push_back(sample.effective);
    values.insert(values.end(), sample.values.begin(), sample.values.end());
  }
  fields(times), fields(effective), fields(values);
  if (fields.saving()) return;
  effective.resize(times.size());
  const auto width = static_cast<std::ptrdiff_t>(times.empty() ? 0 : values.size() / times.size());
  samples.clear();
  auto from = values.begin();
  for (std::size_t i = 0; i < times.size(); ++i, from += width)
    samples.push_back({times[i], {from, from + width}, effective[i]});
}

void RateStage::visit(Fields& fields) {
  rates_.visit(fields);
  fields(told_);
}

void AverageStage::visit(Fields& fields) { fields(std::span{sum_}), fields(count_); }

void FilterStage::visit(Fields& fields) {
  for (auto& filter : filters_) filter.visit(fields);
}

void BandPowerStage::visit(Fields& fields) {
  for (auto& samples : recent_) fields(samples);
}

void SpectrogramStage::visit(Fields& fields) {
  for (auto& stream : streams_) stream.visit(fields);
  std::uint8_t started = started_ ? 1 : 0;
  fields(started), fields(start_);
  started_ = started != 0;
}

/// What is being computed is waited for; how long that takes matters as little as ever.
void LookBackStage::visit(Fields& fields) {
  for (auto& signal : signals_) {
    fields(signal.first);
    analysis::visit(fields, signal.values);
  }
  analysis::visit(fields, spikes_);
  fields(next_), fields(effective_);
  std::uint8_t computing = pending_.valid() ? 1 : 0;
  fields(computing);
  if (computing == 0) return;
  auto found = fields.saving() ? pending_.get() : Found{};
  fields(found.values), fields(found.effective);
  std::promise<Found> again;
  again.set_value(std::move(found));
  pending_ = again.get_future();
}

void TriggerStage::visit(Fields& fields) {
  std::uint8_t high = high_ ? 1 : 0;
  fields(high);
  high_ = high != 0;
  analysis::visit(fields, last_);
  fields(fired_);
}

}  // namespace analysis
