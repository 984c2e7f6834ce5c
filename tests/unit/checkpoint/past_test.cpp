// SPDX-License-Identifier: MIT
#include "checkpoint/past.hpp"

#include "test.hpp"

using namespace tutti;
using namespace tutti::checkpoint;

namespace {
Time at(std::int64_t ps) { return time_of(ps); }
}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint_past)

BOOST_AUTO_TEST_CASE(what_is_no_longer_needed_is_let_go_of_and_the_rest_stays_together) {
  Past spikes;
  spikes.spike(at(5), 1, 0.5), spikes.spike(at(3), 2, 0.25), spikes.spike(at(7), 3, 2);
  spikes.begin_at(at(4));
  spikes.spike(at(4), 9, 1);  // too early for this one
  BOOST_TEST((spikes.times == std::vector{at(5), at(7)}));
  BOOST_TEST((spikes.elements == std::vector<std::uint64_t>{1, 3}));
  BOOST_TEST((spikes.numbers == std::vector{0.5, 2.0}));

  Past samples;
  const auto ids = Elements::range(4, 2);
  for (const std::int64_t t : {0, 1, 2}) {
    const std::vector<double> values{10.0 * static_cast<double>(t), 1.0};
    samples.sample(at(t), ids, values);
  }
  samples.begin_at(at(1));  // the sample at 0 stays: it is what there is before the first delay
  BOOST_TEST((samples.times == std::vector{at(0), at(2)}));
  BOOST_TEST((samples.numbers == std::vector{0.0, 1.0, 20.0, 1.0}));

  Past messages;
  messages.message(at(1), "a", {}), messages.message(at(2), "b", {});
  messages.begin_at(at(1));
  BOOST_TEST((messages.texts == std::vector<std::string>{"b", ""}));
}

BOOST_AUTO_TEST_SUITE_END()
