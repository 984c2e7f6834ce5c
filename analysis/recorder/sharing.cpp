// SPDX-License-Identifier: MIT
#include "sharing.hpp"

#include <algorithm>
#include <numeric>

namespace recorder {

std::vector<int> share_files(const std::vector<double>& costs, int ranks) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return costs[a] > costs[b]; });
  std::vector<double> load(static_cast<std::size_t>(ranks), 0.0);
  std::vector<int> writer(costs.size());
  for (const std::size_t file : order) {
    const auto least = std::ranges::min_element(load);
    writer[file] = static_cast<int>(least - load.begin());
    *least += costs[file];
  }
  return writer;
}

}  // namespace recorder
