// SPDX-License-Identifier: MIT
#include "look_back.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "bands.hpp"
#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

namespace {

constexpr std::size_t fewest = 32;  // samples from which a spectrum can be had

/// The place of an element among a flow's values, by its population's name or number from 0.
std::size_t place_of(const Operand& operand, const std::string& what) {
  const auto& table = operand.flow->elements;
  std::vector<std::string> names;
  for (const auto& p : table.populations) {
    if (p.count != 1) continue;
    if (p.name == operand.element) return *table.ids.index_of(p.first);
    names.push_back(p.name);
  }
  std::size_t number = 0;
  const char* last = operand.element.data() + operand.element.size();
  const auto [end, fault] = std::from_chars(operand.element.data(), last, number);
  if (fault == std::errc{} && end == last && number < table.ids.size()) return number;
  throw Error{Fault::config,
              "{}: {} has no element \"{}\"; it has {}{}",
              what,
              operand.name,
              operand.element,
              table.ids.size() > 1 ? fmt::format("0 to {}", table.ids.size() - 1) : "0",
              names.empty() ? "" : fmt::format(", or {}", fmt::join(names, ", "))};
}

}  // namespace

void LookBackStage::add_signal(const Operand& operand) {
  const double fs = analysis::sampling_hz(*operand.flow, what_.c_str());
  if (!signals_.empty() && operand.flow->step != signals_.front().flow->step)
    throw Error{Fault::config,
                "{}: {} has a sample every {} and {} every {}; bring them to one grid by a stage "
                "`average` or another bin",
                what_,
                operands_.front().name,
                signals_.front().flow->step,
                operand.name,
                operand.flow->step};
  frame_.sampling_hz = fs;
  const auto names = names_of(*operand.flow);
  const auto add = [&](std::size_t element) {
    signals_.push_back({operand.flow, element, {}, {}});
    frame_.names.push_back(names[element]);
  };
  if (!operand.element.empty())
    add(place_of(operand, what_));
  else
    for (std::size_t e = 0; e < names.size(); ++e) add(e);
}

void LookBackStage::add_spikes(const Operand& operand) {
  events_ = operand.events;
  const auto& populations = operand.events->elements.populations;
  count_ = std::numeric_limits<std::uint64_t>::max();
  if (operand.element.empty()) return;
  std::vector<std::string> names;
  for (const auto& p : populations) {
    names.push_back(p.name);
    if (p.name == operand.element) {
      first_ = p.first, count_ = p.count;
      return;
    }
  }
  throw Error{Fault::config,   "{}: {} has no population \"{}\"; it has: {}",
              what_,           operand.name,
              operand.element, fmt::join(names, ", ")};
}

void LookBackStage::prepare() {
  for (const auto& operand : operands_) {
    if (operand.events != nullptr)
      add_spikes(operand);
    else
      add_signal(operand);
  }
  const auto step = signals_.front().flow->step;
  frame_.samples = static_cast<std::size_t>(window_ / step);
  if (frame_.samples < fewest)
    throw Error{Fault::config,
                "{}: a window of {} holds {} samples, which come every {}; needed are {}: choose a "
                "longer one or a finer source",
                what_,
                window_,
                frame_.samples,
                step,
                fewest};
  try {
    look_ = maker_(frame_);
  } catch (const std::invalid_argument& e) {
    throw Error{Fault::config, "{}: {}", what_, e.what()};
  }
  flow_.shape(flow_.unit, every_, look_.elements);
  next_ = time_zero + window_;
}

void LookBackStage::take() {
  for (auto& signal : signals_)
    for (const auto& sample : signal.flow->fresh) {
      if (signal.values.empty()) signal.first = sample.time;
      signal.values.push_back(sample.values[signal.element]);
    }
  if (events_ == nullptr) return;
  for (const auto& spike : events_->fresh)
    if (spike.element - first_ < count_) spikes_.push_back(spike.time);
}

void LookBackStage::forget(Time until) {
  const auto step = signals_.front().flow->step;
  for (auto& signal : signals_)
    for (; !signal.values.empty() && signal.first <= until; signal.first += step)
      signal.values.pop_front();
  while (!spikes_.empty() && spikes_.front() <= until) spikes_.pop_front();
}

Stretch LookBackStage::stretch() const {
  Stretch result{frame_.sampling_hz, {}, {}};
  for (const auto& [flow, element, first, values] : signals_) {
    if (values.size() < frame_.samples || first > next_ - window_ + flow->step) return {};
    result.signals.emplace_back(values.begin(),
                                values.begin() + static_cast<std::ptrdiff_t>(frame_.samples));
  }
  for (const Time t : spikes_)
    if (t <= next_) result.spikes_ms.push_back(to_ms(t - signals_.front().first));
  return result;
}

void LookBackStage::work(Window window) {
  take();
  // Signals are there up to the window's begin; rates and spikes, which are ahead, wait for them.
  if (window.begin < next_) return;
  if (pending_.valid()) {
    auto found = pending_.get();
    effective_ = found.effective;
    if (!found.values.empty()) flow_.push(next_, std::move(found.values), found.effective);
  }
  forget(next_ - window_);
  auto data = stretch();
  next_ += every_;
  if (data.signals.empty()) return;  // a source that began late
  pending_ = std::async(std::launch::async, [find = look_.find, data = std::move(data)]() -> Found {
    try {
      return find(data);
    } catch (const std::invalid_argument&) {  // a silent population has no spectrum: no news
      return {};
    }
  });
}

std::string LookBackStage::line() const {
  return fmt::format("{} (of {:.1f})", look_.line(flow_.latest), effective_);
}

}  // namespace analysis
