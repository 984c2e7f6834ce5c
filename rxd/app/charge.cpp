// SPDX-License-Identifier: MIT
#include "app/charge.hpp"

#include <algorithm>
#include <chrono>

namespace tutti::rxd_app {

namespace {
double in_ms(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }
}  // namespace

Charge::Charge(Elements elements, Duration window)
    : elements_{std::move(elements)},
      window_ms_{in_ms(window)},
      current_(elements_.size()),
      received_(elements_.size()) {}

Charge::Source& Charge::source_of(const Sample& sample, bool& fresh) {
  const std::uint64_t first = sample.elements->front();
  const auto found = std::ranges::find(sources_, first, &Source::first);
  fresh = found == sources_.end();
  if (!fresh) return *found;
  Source source{first, sample.arrival, {}};
  sample.elements->for_each(
      [&](std::uint64_t e) { source.at.push_back(elements_.index_of(e).value()); });
  sources_.push_back(std::move(source));
  return sources_.back();
}

void Charge::take(std::span<const Sample> samples) {
  std::vector<bool> begun(sources_.size() + samples.size(), false);
  for (const Sample& sample : samples) {
    if (sample.elements->empty()) continue;
    bool fresh = false;
    Source& source = source_of(sample, fresh);
    // The first sample is the source's initial one: it has no step before it and carries nothing.
    const double step_ms = fresh ? 0 : in_ms(sample.arrival - source.last);
    source.last = sample.arrival;
    const auto index = static_cast<std::size_t>(&source - sources_.data());
    const bool held = step_ms > window_ms_ * (1 + 1e-12);
    for (std::size_t k = 0; k < source.at.size(); ++k) {
      const std::size_t n = source.at[k];
      received_[n] += sample.values[k] * step_ms;
      if (!begun[index]) current_[n] = 0;
      current_[n] += held ? sample.values[k] : sample.values[k] * step_ms / window_ms_;
    }
    begun[index] = true;
  }
}

}  // namespace tutti::rxd_app
