// SPDX-License-Identifier: MIT
#include "point/release.hpp"

#include <cmath>
#include <map>

namespace cell::point {

Release::Release(const ShortTerm& parameters, const std::vector<std::vector<Ends>>& rows,
                 double dt_ms, std::uint64_t seed, std::uint64_t stream)
    : p_{parameters}, dt_ms_{dt_ms}, seed_{seed}, stream_{stream}, rows_(rows.size()) {
  std::map<std::uint64_t, std::uint8_t> seen;
  first_.push_back(0);
  for (const auto& row : rows) {
    seen.clear();
    for (const auto& ends : row) {
      element_.push_back(ends.source << 32 | ends.target);
      copy_.push_back(seen[ends.target]++);
    }
    first_.push_back(element_.size());
  }
  empty_.assign(element_.size(), 0);
}

double Release::begin_spike(std::size_t source, std::uint64_t instant) {
  auto& row = rows_[source];
  const double passed = dt_ms_ * static_cast<double>(instant - row.last);
  const bool first = row.spikes == 0;
  const double kept = first || p_.tau_facil <= 0 ? 0 : row.u * std::exp(-passed / p_.tau_facil);
  row.u = kept + p_.U * (1 - kept);
  row.last = instant;
  return p_.tau_rec > 0 ? std::exp(-passed / p_.tau_rec) : 0;
}

double Release::release(const Row& row, std::size_t place, double still_empty) {
  const tutti::Random random{seed_, stream_, element_[place]};
  const auto unit = [](std::uint64_t x) { return static_cast<double>(x >> 11) * 0x1p-53; };
  std::uint32_t released = 0, empty = 0;
  for (std::uint32_t site = 0; site < p_.sites; ++site) {
    const auto bits = random.bits(row.spikes << 16 | std::uint64_t{copy_[place]} << 8 | site);
    if (site < empty_[place] && unit(bits[0]) < still_empty) {
      ++empty;
    } else if (unit(bits[1]) < row.u) {
      ++empty, ++released;
    }
  }
  empty_[place] = static_cast<std::uint8_t>(empty);
  return static_cast<double>(released) / static_cast<double>(p_.sites);
}

void Release::visit(tutti::State& state, const std::string& part, std::uint64_t first,
                    std::span<const std::uint64_t> gids) {
  for (std::size_t source = 0; source < rows_.size(); ++source)
    visit_known(state, part + " sources", first + source, rows_[source].spikes > 0,
                [&](tutti::Fields& fields) { fields(rows_[source]); });
  std::map<std::uint64_t, std::vector<std::size_t>> synapses;  // by target, in order of sources
  constexpr std::uint64_t target = 0xFFFFFFFF;
  for (std::size_t k = 0; k < element_.size(); ++k) synapses[element_[k] & target].push_back(k);
  for (const auto gid : gids) {
    const auto own = synapses.find(gid);
    if (own == synapses.end()) continue;
    state.entry(part + " targets", gid, [&](tutti::Fields& fields) {
      for (const auto k : own->second) fields(empty_[k]);
    });
  }
}

}  // namespace cell::point
