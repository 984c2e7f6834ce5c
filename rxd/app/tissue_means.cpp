// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>

#include "app/tissue.hpp"

namespace tutti::rxd_app {

/// What one plane of voxels adds to the mean over a segment. Planes are not cut, so parts are the
/// same on any number of ranks; they add up from the lowest plane on.
struct Tissue::Part {
  std::uint64_t element;
  double amount, volume;
};

std::vector<Tissue::Part> Tissue::parts_of_mean(const Entry& entry, std::size_t variable) const {
  const Domain& domain = domains_[entry.domain];
  std::vector<Part> parts;
  std::size_t plane = 0;
  for (const Spot& s : entry.filled) {
    const std::size_t at = domain.voxels.at(domain.space->first_voxel() + s.voxel)[2];
    if (parts.empty() || at != plane) parts.push_back({entry.element, 0, 0});
    plane = at;
    const double volume = s.share * domain.space->size(variable, s.voxel);
    parts.back().volume += volume;
    if (volume > 0) parts.back().amount += volume * domain.space->value(variable, s.voxel);
  }
  return parts;
}

/// Whoever has the middle of a segment says its mean. Others tell the planes they have of it: their
/// ranks are in the order of the planes.
void Tissue::read_means(std::size_t variable, const Elements& at, std::span<double> values) const {
  std::map<std::uint64_t, std::vector<Part>> all;
  const auto add = [&](const Part& part) { all[part.element].push_back(part); };
  const bool cut = !by_cell_ && ranks_.count > 1;
  std::vector<Part> told;
  if (cut)
    for (const Entry& entry : entries_)
      if (!is_own(domains_[entry.domain], entry.middle))
        std::ranges::copy(parts_of_mean(entry, variable), std::back_inserter(told));
  const auto from_ranks =
      cut ? gather_(std::as_bytes(std::span{told})) : std::vector<std::vector<std::byte>>(1);
  for (std::size_t rank = 0; rank < from_ranks.size(); ++rank) {
    if (!cut || rank == static_cast<std::size_t>(ranks_.rank)) {
      at.for_each([&](std::uint64_t element) {
        const Entry& entry = entries_[elements_.index_of(element).value()];
        std::ranges::for_each(parts_of_mean(entry, variable), add);
      });
      continue;
    }
    std::vector<Part> theirs(from_ranks[rank].size() / sizeof(Part));
    if (!theirs.empty())
      std::memcpy(theirs.data(), from_ranks[rank].data(), from_ranks[rank].size());
    for (const Part& part : theirs)
      if (at.index_of(part.element)) add(part);
  }
  std::size_t k = 0;
  at.for_each([&](std::uint64_t element) {
    double amount = 0, volume = 0;
    for (const Part& part : all[element]) amount += part.amount, volume += part.volume;
    values[k++] = amount / volume;
  });
}

}  // namespace tutti::rxd_app
