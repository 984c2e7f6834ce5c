// SPDX-License-Identifier: MIT
#include "network/gaps.hpp"

#include <algorithm>
#include <cstring>

#include "network/network.hpp"
#include "tutti/random.hpp"

namespace cell {

std::vector<Gap> gaps_of(const Model& model, std::uint64_t seed) {
  std::vector<Gap> gaps;
  for (const auto& g : model.gaps) {
    const auto &first = model.populations[g.first], &other = model.populations[g.other];
    const auto join = [&](std::uint64_t a, std::uint64_t b) {
      if (first.first + a != other.first + b)
        gaps.push_back({first.first + a, other.first + b, g.conductance_uS});
    };
    for (const auto& [a, b] : g.list) join(a, b);
    if (!g.probability) continue;
    for (std::uint64_t a = 0; a < first.number; ++a) {
      const tutti::Random random{seed, tutti::stream_id(g.name), a};
      for (std::uint64_t b = g.first == g.other ? a + 1 : 0; b < other.number; ++b)
        if (random.uniform(b) < *g.probability) join(a, b);
    }
  }
  return gaps;
}

void Network::connect_gaps(const Gather& gather) {
  const auto gaps = gaps_of(*model_, atlas_->seed());
  if (gaps.empty()) return;
  std::vector<std::uint64_t> all;  // cells that take part, anywhere
  for (const auto& g : gaps) all.push_back(g.first), all.push_back(g.other);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  const auto place = [&](std::uint64_t gid) {
    return static_cast<std::size_t>(std::ranges::lower_bound(all, gid) - all.begin());
  };
  const auto here = [&](std::uint64_t gid) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(gids_, gid) - gids_.begin());
  };
  const auto ranks = static_cast<std::uint64_t>(ranks_), rank = static_cast<std::uint64_t>(rank_);
  for (const auto& g : gaps) {
    if (g.first % ranks == rank)
      cells_.add_gap({here(g.first), 0, g.conductance_uS, place(g.other)});
    if (g.other % ranks == rank)
      cells_.add_gap({here(g.other), 0, g.conductance_uS, place(g.first)});
  }
  std::vector<std::pair<std::uint32_t, int>> mine;
  for (const auto gid : all)
    if (gid % ranks == rank) mine.emplace_back(here(gid), 0);
  cells_.publish(std::move(mine), all.size(),
                 [gather, all, ranks](std::span<const double> ours, std::span<double> everyones) {
                   const auto parts = gather(std::as_bytes(ours));
                   std::vector<std::size_t> next(parts.size(), 0);  // of each rank, in bytes
                   for (std::size_t k = 0; k < all.size(); ++k) {
                     const auto from = static_cast<std::size_t>(all[k] % ranks);
                     std::memcpy(&everyones[k], parts[from].data() + next[from], sizeof(double));
                     next[from] += sizeof(double);
                   }
                 });
}

}  // namespace cell
