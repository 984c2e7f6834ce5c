// SPDX-License-Identifier: MIT
#include "point/release.hpp"

#include <cmath>
#include <map>

namespace cell::point {

Release::Release(const ShortTerm& parameters, const SynapseTable& table, std::size_t sources,
                 double dt_ms, std::uint64_t seed, std::uint64_t stream, std::uint64_t first_source,
                 const std::vector<std::uint32_t>& gids, std::size_t stride)
    : p_{parameters}, dt_ms_{dt_ms}, seed_{seed}, stream_{stream}, rows_(sources) {
  std::map<std::uint32_t, std::uint8_t> seen;
  for (std::size_t s = 0; s < sources; ++s) {
    first_.push_back(element_.size());
    seen.clear();
    for (std::uint64_t k = 0; k < table.row_size(s); ++k) {
      const auto target = table.at(s, k).target;
      element_.push_back((first_source + s) << 32 | gids[target % stride]);
      copy_.push_back(seen[target]++);
    }
  }
  empty_.assign(element_.size(), 0);
}

void Release::deliver(std::size_t source, std::uint64_t instant, const SynapseTable& table,
                      double* ring, std::size_t width, std::uint64_t mask) {
  auto& row = rows_[source];
  const double passed = dt_ms_ * static_cast<double>(instant - row.last);
  const bool first = row.spikes == 0;
  const double kept = first || p_.tau_facil <= 0 ? 0 : row.u * std::exp(-passed / p_.tau_facil);
  row.u = kept + p_.U * (1 - kept);
  const double still_empty = p_.tau_rec > 0 ? std::exp(-passed / p_.tau_rec) : 0;
  const auto sites = p_.sites;
  for (std::uint64_t k = 0; k < table.row_size(source); ++k) {
    const auto place = first_[source] + k;
    const tutti::Random random{seed_, stream_, element_[place]};
    std::uint32_t released = 0, empty = 0;
    for (std::uint32_t site = 0; site < sites; ++site) {
      const auto bits = random.bits(row.spikes << 16 | std::uint64_t{copy_[place]} << 8 | site);
      const auto unit = [](std::uint64_t x) { return static_cast<double>(x >> 11) * 0x1p-53; };
      if (site < empty_[place] && unit(bits[0]) < still_empty) {
        ++empty;
      } else if (unit(bits[1]) < row.u) {
        ++empty, ++released;
      }
    }
    empty_[place] = static_cast<std::uint8_t>(empty);
    const auto c = table.at(source, k);
    ring[((instant + c.delay) & mask) * width + c.target] +=
        c.weight * static_cast<double>(released) / static_cast<double>(sites);
  }
  row.last = instant;
  ++row.spikes;
}

}  // namespace cell::point
