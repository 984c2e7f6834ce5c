// SPDX-License-Identifier: MIT
#include "tutti/elements.hpp"

#include <algorithm>

#include "test.hpp"
#include "tutti/element_table.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

using namespace tutti;

namespace {

std::vector<std::uint64_t> random_numbers(std::uint64_t seed) {
  const Random random{seed, stream_id("elements"), 0};
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t k = 0; k < random.below(0, 60); ++k)
    numbers.push_back(random.below(2 * k + 1, 10) < 7 ? k * (1 + seed % 4)
                                                      : random.below(2 * k + 2, 200));
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elements)

BOOST_AUTO_TEST_CASE(block_and_round_robin_sets_are_one_range) {
  BOOST_TEST(Elements::range(5, 1000).ranges().size() == 1U);
  std::vector<std::uint64_t> every_third;
  for (std::uint64_t k = 0; k < 100; ++k) every_third.push_back(3 * k + 1);
  const auto set = Elements::of(every_third);
  BOOST_TEST(set.ranges().size() == 1U);
  BOOST_TEST((set == Elements::strided(1, 100, 3)));
  BOOST_TEST(to_string(set) == "1..298 by 3");
}

BOOST_AUTO_TEST_CASE(any_set_keeps_its_elements_their_places_and_its_algebra) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto a = random_numbers(seed), b = random_numbers(seed + 1000);
    const auto x = Elements::of(a), y = Elements::of(b);
    for (auto* v : {&a, &b}) {
      std::ranges::sort(*v);
      v->erase(std::unique(v->begin(), v->end()), v->end());
    }
    BOOST_REQUIRE((x.numbers() == a));
    for (std::uint64_t k = 0; k < a.size(); ++k) {
      BOOST_REQUIRE(x.at(k) == a[k]);
      BOOST_REQUIRE(x.index_of(a[k]).value() == k);
    }
    for (std::uint64_t e = 0; e < 250; ++e)
      BOOST_REQUIRE(x.contains(e) == std::ranges::binary_search(a, e));
    std::vector<std::uint64_t> expected;
    std::ranges::set_intersection(a, b, std::back_inserter(expected));
    BOOST_REQUIRE((intersection(x, y).numbers() == expected));
    expected.clear();
    std::ranges::set_difference(a, b, std::back_inserter(expected));
    BOOST_REQUIRE((difference(x, y).numbers() == expected));
    expected.clear();
    std::ranges::set_union(a, b, std::back_inserter(expected));
    BOOST_REQUIRE((united(x, y).numbers() == expected));
    const auto ranges = x.ranges();
    BOOST_REQUIRE((Elements::from_ranges({ranges.begin(), ranges.end()}) == x));
  }
}

BOOST_AUTO_TEST_CASE(sets_of_a_billion_elements_are_no_work_unless_they_interleave) {
  const auto all = Elements::range(0, 1ULL << 40);
  const auto some = Elements::strided(5, 100, 1ULL << 31);
  BOOST_TEST((united(all, some) == all));
  BOOST_TEST((united(some, all) == all));
  BOOST_TEST((united(all, all) == all));
  BOOST_TEST(
      (united(all, Elements::range(1000, 1ULL << 40)) == Elements::range(0, (1ULL << 40) + 1000)));
  const auto twos = Elements::strided(0, 1ULL << 30, 2),
             threes = Elements::strided(0, 1ULL << 30, 3);
  BOOST_CHECK_THROW(united(twos, threes), Error);  // would be gigabytes of ranges
}

BOOST_AUTO_TEST_CASE(ranges_from_outside_are_checked) {
  using Ranges = std::vector<ElementRange>;
  BOOST_CHECK_THROW(Elements::from_ranges(Ranges{{0, 0, 1}}), Error);
  BOOST_CHECK_THROW(Elements::from_ranges(Ranges{{0, 2, 0}}), Error);
  BOOST_CHECK_THROW(Elements::from_ranges(Ranges{{5, 5, 1}, {9, 1, 1}}), Error);
  BOOST_CHECK_THROW(Elements::from_ranges(Ranges{{1, ~0ULL, 2}}), Error);
  BOOST_CHECK_THROW(Elements::from_ranges(Ranges{{0, 100, 1}}, 99), Error);
}

BOOST_AUTO_TEST_CASE(tables_of_ranks_join_by_element) {
  ElementTable even{"segment", Elements::strided(0, 3, 2), {{"cells", 0, 5}}, {}};
  even.set("x", "um", {0.0, 2.0, 4.0});
  ElementTable odd{"segment", Elements::strided(1, 2, 2), {{"cells", 0, 5}}, {}};
  odd.set("x", "um", {1.0, 3.0});
  const std::vector<ElementTable> parts{even, odd};
  const auto all = joined(parts);
  BOOST_TEST((all.ids == Elements::range(0, 5)));
  BOOST_TEST(all.populations.size() == 1U);
  for (std::size_t k = 0; k < 5; ++k) BOOST_TEST(all.reals("x")[k] == static_cast<double>(k));
  BOOST_TEST((all.rows(odd.ids) == odd));
  const std::vector<ElementTable> twice{even, even};
  BOOST_CHECK_THROW(joined(twice), Error);
  BOOST_CHECK_THROW(all.reals("diameter"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
