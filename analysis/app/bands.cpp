// SPDX-License-Identifier: MIT
#include "bands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

double sampling_hz(const Flow& flow, const char* what) {
  if (flow.step <= Duration{})
    throw Error{Fault::config,
                "{}: its source has no even sampling; take an input, a rate, an average or a "
                "filter",
                what};
  return 1 / to_s(flow.step);
}

std::vector<std::string> names_of(const Flow& flow) {
  std::vector<std::string> names;
  flow.elements.ids.for_each([&](std::uint64_t id) {
    const auto p = std::ranges::find_if(flow.elements.populations, [&](const Population& one) {
      return id - one.first < one.count;
    });
    names.push_back(p == flow.elements.populations.end() ? std::to_string(id)
                    : p->count == 1                      ? p->name
                                    : fmt::format("{} {}", p->name, id - p->first));
  });
  return names;
}

ElementTable frequency_table(const std::vector<std::string>& names,
                             const std::vector<double>& frequency_hz) {
  const auto rows = frequency_hz.size();
  ElementTable table{"frequency", Elements::range(0, names.size() * rows), {}, {}};
  std::vector<std::int64_t> node;
  std::vector<double> frequency;
  for (std::size_t k = 0; k < names.size(); ++k) {
    table.populations.push_back({names[k], k * rows, rows});
    for (std::size_t f = 0; f < rows; ++f) {
      node.push_back(static_cast<std::int64_t>(f));
      frequency.push_back(frequency_hz[f]);
    }
  }
  table.set("node", std::move(node));
  table.set("frequency", "Hz", std::move(frequency));
  return table;
}

}  // namespace analysis
