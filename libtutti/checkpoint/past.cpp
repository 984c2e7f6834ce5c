// SPDX-License-Identifier: MIT
#include "past.hpp"

#include <tuple>

namespace tutti::checkpoint {

void visit(Fields& fields, Elements& elements) {
  std::vector<ElementRange> ranges{elements.ranges().begin(), elements.ranges().end()};
  fields(ranges);
  if (!fields.saving()) elements = Elements::from_ranges(std::move(ranges));
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
