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
      received_(elements_.size()),
      heard_(elements_.size()) {}

Charge::Source& Charge::source_of(const Sample& sample, bool& fresh) {
  const std::uint64_t first = sample.elements->front();
  const auto found = std::ranges::find(sources_, first, &Source::first);
  fresh = found == sources_.end();
  if (!fresh) return *found;
  Source source{first, sample.arrival, {}};
  sample.elements->for_each(
      [&](std::uint64_t e) { source.at.push_back(elements_.index_of(e).value()); });
  if (const auto before = heard_[source.at.front()]) {
    source.last = *before;
    fresh = false;
  }
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

/// Which elements come together may be another when the run goes on, with other ranks; when each
/// was heard last is not.
void Charge::visit(State& state, const std::string& part) {
  for (const Source& source : sources_)
    for (const std::size_t n : source.at) heard_[n] = source.last;
  for (std::size_t n = 0; n < elements_.size(); ++n)
    state.entry(part, elements_.at(n), [&](Fields& fields) {
      std::int64_t last = heard_[n] ? ticks(*heard_[n]) : -1;
      fields(last), fields(current_[n]), fields(received_[n]);
      if (!fields.saving() && last >= 0) heard_[n] = time_of(last);
    });
}

}  // namespace tutti::rxd_app
