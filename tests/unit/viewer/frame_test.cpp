// SPDX-License-Identifier: MIT
#include "frame.hpp"

#include <cstring>

#include "test.hpp"
#include "tutti/error.hpp"

namespace {

template <typename T>
T at(const std::string& bytes, std::size_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(viewer_frame)

BOOST_AUTO_TEST_CASE(spikes_lie_where_the_protocol_page_says) {
  viewer::Block block;
  block.from = tutti::time_of(1'000'000'000), block.to = tutti::time_of(3'500'000'000);
  block.lost = 7;
  block.times = {1'500'000'000, 2'000'000'000};
  block.elements = {4, 9};
  const auto bytes = viewer::to_frame(block, 3, 11);
  BOOST_REQUIRE(bytes.size() == 56U + 2 * 8 + 2 * 4);
  BOOST_TEST(at<std::uint32_t>(bytes, 0) == 1U);
  BOOST_TEST(at<std::uint32_t>(bytes, 4) == 3U);
  BOOST_TEST(at<std::uint64_t>(bytes, 8) == 11U);
  BOOST_TEST(at<std::uint64_t>(bytes, 16) == 7U);
  BOOST_TEST(at<double>(bytes, 24) == 1.0);
  BOOST_TEST(at<double>(bytes, 32) == 3.5);
  BOOST_TEST(at<std::uint32_t>(bytes, 40) == 2U);
  BOOST_TEST(at<std::uint32_t>(bytes, 44) == 0U);
  BOOST_TEST(at<double>(bytes, 56) == 1.5);
  BOOST_TEST(at<std::uint32_t>(bytes, 56 + 16 + 4) == 9U);
}

BOOST_AUTO_TEST_CASE(samples_follow_their_times_row_by_row) {
  viewer::Block block;
  block.times = {0, 100'000'000};
  block.width = 3;
  block.values = {1, 2, 3, 4, 5, 6};
  const auto bytes = viewer::to_frame(block, 1, 0);
  BOOST_TEST(at<std::uint32_t>(bytes, 0) == 2U);
  BOOST_TEST(at<std::uint32_t>(bytes, 44) == 3U);
  BOOST_TEST(at<double>(bytes, 56 + 8) == 0.1);  // the nearest double of the tick
  BOOST_TEST(at<float>(bytes, 56 + 16 + 4 * 4) == 5.0F);
}

BOOST_AUTO_TEST_CASE(an_element_that_a_browser_cannot_number_is_refused) {
  viewer::Block block;
  block.times = {1};
  block.elements = {1ULL << 33};
  BOOST_CHECK_THROW(viewer::to_frame(block, 1, 0), tutti::Error);
}

BOOST_AUTO_TEST_SUITE_END()
