// SPDX-License-Identifier: MIT
#include <algorithm>

#include "module/spike_merger.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::module;

namespace {

std::vector<std::uint64_t> some_keys(const SpikeCode& code, std::uint64_t seed) {
  const Random random{seed, stream_id("keys"), 0};
  std::vector<std::uint64_t> keys;
  for (std::uint64_t k = 0; k < random.below(0, 60); ++k)
    keys.push_back(random.below(2 * k + 1, 40) << code.element_bits | random.below(2 * k + 2, 100));
  std::ranges::sort(keys);
  return keys;
}

bool in_order(const Spike& a, const Spike& b) {
  return std::pair{a.time, a.element} < std::pair{b.time, b.element};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spikes_of_a_window)

BOOST_AUTO_TEST_CASE(pieces_are_merged_by_time_and_element_whatever_they_are) {
  SpikeMerger merger;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<std::vector<std::uint64_t>> keys;
    std::vector<std::vector<Spike>> spikes;
    std::vector<SpikeCode> codes;
    std::vector<Spike> expected;
    for (std::uint64_t p = 0; p < seed % 5; ++p) {
      const bool another_connection = seed % 3 == 0;
      codes.push_back({time_of(another_connection ? static_cast<std::int64_t>(p) : 5), 1000, 7});
      keys.push_back(some_keys(codes.back(), seed * 10 + p));
      for (const auto& spike : Spikes{keys.back(), codes.back()}) expected.push_back(spike);
    }
    for (std::uint64_t p = 0; p < seed % 3; ++p) {
      const auto raw = some_keys({{}, 0, 7}, seed * 10 + 7 + p);
      auto& piece = spikes.emplace_back();
      for (auto spike : Spikes{raw, SpikeCode{{}, 0, 7}}) {
        spike.weight = 0.5 + static_cast<double>(p);
        piece.push_back(spike);
        expected.push_back(spike);
      }
    }
    SpikePieces pieces;
    for (std::size_t p = 0; p < keys.size(); ++p)
      if (!keys[p].empty()) pieces.keys.push_back({keys[p], codes[p]});
    for (const auto& piece : spikes)
      if (!piece.empty()) pieces.spikes.emplace_back(piece);
    const auto merged = merger.merge(pieces);
    BOOST_REQUIRE(merged.size() == expected.size());
    BOOST_REQUIRE(std::is_sorted(merged.begin(), merged.end(), in_order));
    const auto all = [](const Spike& a, const Spike& b) {
      return std::tuple{a.time, a.element, a.weight} < std::tuple{b.time, b.element, b.weight};
    };
    std::vector<Spike> got(merged.begin(), merged.end());
    std::ranges::sort(got, all);
    std::ranges::sort(expected, all);
    BOOST_REQUIRE((got == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_range_of_spikes_is_a_range) {
  const SpikeCode code{time_of(10), 100, 4};
  const std::vector<std::uint64_t> keys{1 << 4 | 3, 1 << 4 | 5, 7 << 4};
  const Spikes spikes{keys, code};
  BOOST_TEST(spikes.size() == 3U);
  BOOST_TEST((spikes.front() == Spike{time_of(11), 103, 1.0}));
  BOOST_TEST((spikes.back() == Spike{time_of(17), 100, 1.0}));
  BOOST_TEST((spikes.end() - spikes.begin() == 3));
  BOOST_TEST((spikes.begin()[1] == Spike{time_of(11), 105, 1.0}));
  BOOST_TEST(Spikes{}.empty());
}

BOOST_AUTO_TEST_SUITE_END()
