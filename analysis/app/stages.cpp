// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

namespace {

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

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

void RateStage::prepare() {
  rates_ = {events_->elements.populations, bin_};
  std::vector<std::string> names;
  for (const auto& p : rates_.populations()) names.push_back(p.name);
  flow_.shape("Hz", bin_, table_of("population", names));
}

void RateStage::work(Window window) {
  rates_.take(events_->fresh, window.end);
  const auto& streams = rates_.streams();
  const auto closed = streams.empty() ? 0 : streams.front().counts().size();
  for (; told_ < closed; ++told_) {
    std::vector<double> rates;
    for (const auto& stream : streams)
      rates.push_back(stream.counts()[told_] /
                      (static_cast<double>(stream.neurons()) * to_s(bin_)));
    flow_.push(time_zero + static_cast<std::int64_t>(told_ + 1) * bin_, std::move(rates));
  }
}

std::string RateStage::line() const {
  std::string text;
  for (std::size_t k = 0; k < flow_.latest.size(); ++k)
    text += fmt::format("{}{} {:.1f} Hz", k > 0 ? "  " : "", rates_.populations()[k].name,
                        flow_.latest[k]);
  return text;
}

SignalStage::SignalStage(SignalInput& input, std::string unit) : input_{&input} {
  flow_.unit = std::move(unit);
}

void SignalStage::prepare() { flow_.shape(flow_.unit, input_->step(), input_->elements()); }

void SignalStage::work(Window) {
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

void MeanStage::prepare() { flow_.shape(source_->unit, source_->step, table_of("mean", {"mean"})); }

void MeanStage::work(Window) {
  for (const auto& sample : source_->fresh) flow_.push(sample.time, {mean_of(sample.values)});
}

std::string MeanStage::line() const {
  return fmt::format("{:.3g} {}", flow_.latest[0], flow_.unit);
}

void AverageStage::prepare() {
  if (source_->step <= Duration{} || bin_ % source_->step != Duration{})
    throw Error{Fault::config,
                "average: a bin of {} is no whole number of samples, which come every {}; choose a "
                "multiple of that",
                bin_, source_->step};
  flow_.shape(source_->unit, bin_, source_->elements);
  sum_.assign(source_->latest.size(), 0.0);
}

void AverageStage::work(Window) {
  for (const auto& sample : source_->fresh) {
    if (sample.time <= time_zero) continue;  // the initial state is in no bin
    for (std::size_t e = 0; e < sum_.size(); ++e) sum_[e] += sample.values[e];
    ++count_;
    if (sample.time.time_since_epoch() % bin_ != Duration{}) continue;
    for (double& sum : sum_) sum /= static_cast<double>(count_);
    flow_.push(sample.time, sum_);
    std::ranges::fill(sum_, 0.0);
    count_ = 0;
  }
}

TriggerStage::TriggerStage(const Flow& source, SpikeOutput& output, double above,
                           Duration refractory)
    : FlowStage{source}, output_{&output}, above_{above}, refractory_{refractory} {
  output.offer(table_of("neuron", {output.name()}));  // known before its source is
}

void TriggerStage::work(Window window) {
  for (const auto& sample : source_->fresh) high_ = mean_of(sample.values) > above_;
  if (!high_ || window.empty() || (last_ && window.end - *last_ < refractory_)) return;
  output_->send(0, window.end);
  last_ = window.end;
  ++fired_;
}

std::string TriggerStage::line() const { return fmt::format("{} fired", fired_); }

}  // namespace analysis
