// SPDX-License-Identifier: MIT
#include "steered.hpp"

#include <algorithm>
#include <variant>

#include "../checkpoint/past.hpp"

namespace tutti::module {

std::vector<control::Inject> Steered::due(Time begin) {
  std::vector<control::Inject> now;
  for (auto& inject : pending_)
    if (inject.at <= begin) now.push_back(std::move(inject));
  std::erase_if(pending_, [&](const auto& inject) { return inject.at <= begin; });
  return now;
}

void Steered::hold(Time begin) {
  for (const auto& inject : due(begin)) {
    const auto& what = inject.what;
    const Time until = what.duration > Duration::zero() ? inject.at + what.duration : Time::max();
    held_.push_back({what.elements, what.value, what.add, until});
  }
  std::erase_if(held_, [&](const Held& held) { return held.until <= begin; });
}

void Steered::apply(const Elements& elements, std::span<double> values) const {
  std::vector<const Held*> last(values.size(), nullptr);  // of each element
  for (const auto& held : held_) {
    if (held.elements.empty()) {
      std::ranges::fill(last, &held);
      continue;
    }
    held.elements.for_each([&](std::uint64_t element) {
      if (const auto place = elements.index_of(element); place && *place < last.size())
        last[*place] = &held;
    });
  }
  for (std::size_t k = 0; k < values.size(); ++k)
    if (last[k] != nullptr) values[k] = last[k]->value + (last[k]->add ? values[k] : 0.0);
}

void Steered::visit(Fields& fields) {
  std::uint64_t pending = pending_.size(), held = held_.size();
  fields(pending), fields(held);
  pending_.resize(static_cast<std::size_t>(pending)), held_.resize(static_cast<std::size_t>(held));
  for (auto& inject : pending_) {
    std::vector<std::byte> bytes;
    if (fields.saving()) bytes = control::encode(inject);
    fields(bytes);
    if (!fields.saving()) inject = std::get<control::Inject>(control::decode(bytes));
  }
  for (auto& one : held_) {
    checkpoint::visit(fields, one.elements);
    fields(one.value), fields(one.add), fields(one.until);
  }
}

std::vector<Spike> spikes_of(const std::vector<control::Inject>& injects, const Elements& wanted,
                             Time begin) {
  std::vector<Spike> spikes;
  for (const auto& inject : injects) {
    const auto& what = inject.what;
    const auto mine = what.elements.empty() ? wanted : intersection(what.elements, wanted);
    mine.for_each([&](std::uint64_t element) {
      spikes.push_back({begin + Duration{1}, element, what.weight});
    });
  }
  std::ranges::stable_sort(spikes, {}, &Spike::element);
  return spikes;
}

}  // namespace tutti::module
