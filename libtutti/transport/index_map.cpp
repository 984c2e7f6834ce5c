// SPDX-License-Identifier: MIT
#include "index_map.hpp"

#include <limits>

#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// The place of every element of `part` in `whole`, by walking both once: each range of the part is
/// looked up where it begins and followed as long as it stays inside one range of the whole.
std::vector<std::uint32_t> places_of(const Elements& part, const Elements& whole) {
  std::vector<std::uint32_t> places;
  places.reserve(part.size());
  const auto ranges = whole.ranges();
  std::size_t r = 0;
  std::uint64_t before = 0;
  part.for_each([&](std::uint64_t element) {
    while (r < ranges.size() && ranges[r].last() < element) before += ranges[r++].count;
    const auto distance = r < ranges.size() ? element - ranges[r].first : 1;
    if (r == ranges.size() || element < ranges[r].first || distance % ranges[r].stride != 0)
      throw Error{Fault::protocol, "element {} is not in the set that is routed", element};
    places.push_back(static_cast<std::uint32_t>(before + distance / ranges[r].stride));
  });
  return places;
}

}  // namespace

IndexMap::IndexMap(const Elements& part, const Elements& whole)
    : count_{part.size()}, identity_{part == whole} {
  if (whole.size() > std::numeric_limits<std::uint32_t>::max())
    throw Error{Fault::config, "{} elements on one rank; at most 2^32", whole.size()};
  if (count_ == 0 || identity_) return;
  places_ = places_of(part, whole);
  first_ = places_.front();
  stride_ = count_ > 1 ? places_[1] - places_[0] : 1;
  for (std::size_t k = 1; k < count_; ++k)
    if (places_[k] - places_[k - 1] != stride_) return;
  places_ = {};
}

}  // namespace tutti::transport
