// SPDX-License-Identifier: MIT
#include "tutti/time.hpp"

#include "test.hpp"
#include "tutti/error.hpp"

using namespace tutti;

BOOST_AUTO_TEST_SUITE(time_text)

BOOST_AUTO_TEST_CASE(decimal_text_is_read_exactly) {
  BOOST_TEST(ticks(parse_duration("0.1 ms")) == 100'000'000);
  BOOST_TEST(ticks(parse_duration("25 us")) == 25'000'000);
  BOOST_TEST(ticks(parse_duration("1/128 ms")) == 7'812'500);
  BOOST_TEST(ticks(parse_duration("0.000000001ms")) == 1);
  BOOST_TEST(ticks(parse_duration("106 h")) == 106 * 3'600'000'000'000'000LL);
  BOOST_TEST(ticks(parse_duration("-2.5e-1 s")) == -250'000'000'000);
  BOOST_TEST(ticks(parse_duration("1e3 ms")) == 1'000'000'000'000);
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_tick_or_no_time_is_refused) {
  for (const char* text : {"", "ms", "5", "1/3 ms", "0.1 ps", "1 mV", "1e30 s", "0x10 ms", "1/0 ms",
                           "1 ms ms", "--1 ms", "3000 h", "1e99999999 ms", "."})
    BOOST_CHECK_THROW(parse_duration(text), Error);
}

BOOST_AUTO_TEST_CASE(from_ms_takes_grids_and_rejects_what_lies_between_ticks) {
  BOOST_TEST(ticks(from_ms(0.1)) == 100'000'000);
  BOOST_TEST(ticks(from_ms(0.025)) == 25'000'000);
  BOOST_CHECK_THROW(from_ms(1.0 / 3.0), Error);
  BOOST_CHECK_THROW(from_ms(1e300), Error);
  BOOST_TEST(ticks(nearest_tick(1.0 / 3.0)) == 333'333'333);
}

BOOST_AUTO_TEST_CASE(text_comes_back_as_it_went) {
  for (const char* text : {"0.1 ms", "25 us", "500 ms", "1.5 ms", "0 ms", "1 ps", "-0.1 ms"})
    BOOST_TEST(to_string(parse_duration(text)) == text);
}

BOOST_AUTO_TEST_SUITE_END()
