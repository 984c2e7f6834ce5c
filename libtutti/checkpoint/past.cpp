// SPDX-License-Identifier: MIT
#include "past.hpp"

#include <tuple>

namespace tutti::checkpoint {

void visit(Fields& fields, Elements& elements) {
  std::vector<ElementRange> ranges{elements.ranges().begin(), elements.ranges().end()};
  fields(ranges);
  if (!fields.saving()) elements = Elements::from_ranges(std::move(ranges));
}

void Past::begin_at(Time start) {
  from = start;
  const std::size_t count = times.size();
  if (count == 0) return;
  const bool samples = elements.empty() && texts.empty();
  std::size_t kept = 0;
  const auto keep = [&](auto& values, std::size_t k) {
    const std::size_t each = values.size() / count;
    for (std::size_t n = 0; n < each && kept != k; ++n)
      values[kept * each + n] = std::move(values[k * each + n]);
  };
  for (std::size_t k = 0; k < count; ++k) {
    if (samples ? !wants_sample(times[k]) : times[k] <= from) continue;
    keep(times, k), keep(elements, k), keep(numbers, k), keep(texts, k);
    ++kept;
  }
  const auto cut = [&](auto& values) { values.resize(kept * (values.size() / count)); };
  cut(elements), cut(numbers), cut(texts), cut(times);
}

void Past::visit(Fields& fields) {
  fields(from), fields(times), fields(elements), fields(numbers);
  checkpoint::visit(fields, ids);
  std::uint64_t count = texts.size();
  fields(count);
  texts.resize(static_cast<std::size_t>(std::min<std::uint64_t>(count, 2 * times.size())));
  for (auto& text : texts) fields(text);
}

std::vector<PastSpike> spikes(std::span<const Past> pasts, const Elements& own) {
  std::vector<PastSpike> all;
  for (const auto& past : pasts)
    for (std::size_t k = 0; k < past.times.size(); ++k)
      if (own.contains(past.elements[k]))
        all.push_back({past.times[k], past.elements[k], past.numbers[k]});
  std::ranges::stable_sort(all, [](const PastSpike& a, const PastSpike& b) {
    return std::tie(a.time, a.element) < std::tie(b.time, b.element);
  });
  return all;
}

}  // namespace tutti::checkpoint
