// SPDX-License-Identifier: MIT
#include <algorithm>

#include "module/lane.hpp"
#include "test.hpp"
#include "transport/frame.hpp"
#include "transport/index_map.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::transport;

namespace {

Elements some(std::uint64_t seed, std::uint64_t limit) {
  const Random random{seed, stream_id("routes"), 0};
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t e = 0; e < limit; ++e)
    if (random.below(e, 3) > 0) numbers.push_back(e);
  return Elements::of(numbers);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(routes)

BOOST_AUTO_TEST_CASE(what_is_packed_here_is_unpacked_in_its_place_there) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto source = seed % 3 == 0 ? Elements::strided(0, 30, 2) : some(seed, 60);
    const auto target = seed % 5 == 0 ? Elements::range(10, 40) : some(seed + 1000, 60);
    const auto shared = intersection(source, target);
    std::vector<double> from;
    source.for_each([&](auto e) { from.push_back(100.0 + static_cast<double>(e)); });
    std::vector<double> wire(shared.size()), to(target.size(), -1.0);
    IndexMap{shared, source}.gather(from, wire.data());
    IndexMap{shared, target}.scatter(wire.data(), to, 2.0);
    std::size_t k = 0;
    target.for_each([&](auto e) {
      const double expected = source.contains(e) ? 2.0 * (100.0 + static_cast<double>(e)) : -1.0;
      BOOST_REQUIRE(to[k++] == expected);
    });
  }
  BOOST_CHECK_THROW(IndexMap(Elements::range(0, 3), Elements::range(1, 3)), Error);
}

BOOST_AUTO_TEST_CASE(a_million_random_elements_are_mapped) {
  std::vector<std::uint64_t> numbers;
  const Random random{3, stream_id("many"), 0};
  std::uint64_t e = 0;
  for (std::uint64_t k = 0; k < 1'000'000; ++k) numbers.push_back(e += 1 + random.below(k, 7));
  const auto whole = Elements::of(numbers);
  const auto part = intersection(whole, Elements::strided(0, e / 2, 2));
  const IndexMap map{part, whole};
  std::size_t last = 0, count = 0;
  map.visit([&](auto, auto place) {
    BOOST_REQUIRE((count == 0 || place > last));
    BOOST_REQUIRE(numbers[place] % 2 == 0U);
    last = place, ++count;
  });
  BOOST_TEST(count == part.size());
}

BOOST_AUTO_TEST_CASE(a_spike_fits_into_eight_bytes_where_range_permits) {
  using module::KeyForm;
  const KeyForm small{{1000, 5999}, parse_duration("10 ms")};
  BOOST_TEST(small.fits);
  BOOST_TEST(small.base == 1000U);
  BOOST_TEST(small.element_bits == 13U);
  const KeyForm large{{0, 1ULL << 40}, parse_duration("1 s")};
  BOOST_TEST(!large.fits);
  const KeyForm one{{7, 7}, parse_duration("106 h")};
  BOOST_TEST(one.fits);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_frame_are_refused) {
  Buffer buffer;
  open_frame(buffer);
  buffer.push(std::uint64_t{5});
  FrameHeader header;
  header.connection = 3, header.sequence = 9, header.count = 1;
  seal_frame(buffer, header);
  BOOST_TEST(read_header(buffer.view()).sequence == 9U);
  BOOST_TEST(read_header(buffer.view()).bytes == 8U);
  BOOST_CHECK_THROW(read_header(buffer.view().first(31)), Error);
  buffer.data()[0] = std::byte{0};
  BOOST_CHECK_THROW(read_header(buffer.view()), Error);
}

BOOST_AUTO_TEST_SUITE_END()
