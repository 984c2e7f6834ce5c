// SPDX-License-Identifier: MIT
#include "measures/correlation.hpp"

#include <cmath>

#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

namespace {
// Trains that keep each spike of one common input (probability 0.02 a bin) with probability 0.5.
std::vector<std::vector<double>> thinned(std::size_t trains, std::size_t bins) {
  const tutti::Random common{1, tutti::stream_id("common"), 0};
  std::vector<std::vector<double>> result(trains, std::vector<double>(bins));
  for (std::size_t c = 0; c < trains; ++c) {
    const tutti::Random keep{1, tutti::stream_id("keep"), c};
    for (std::size_t i = 0; i < bins; ++i)
      result[c][i] = common.uniform(i) < 0.02 && keep.uniform(i) < 0.5 ? 1 : 0;
  }
  return result;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(correlations)

BOOST_AUTO_TEST_CASE(thinned_common_input_has_the_correlation_of_the_formats_page) {
  const auto trains = thinned(2, 1'000'000);
  // FORMATS: .4949 = (pk² − p²k²)/(pk(1 − pk)). About 5,000 common spikes: standard error 0.006.
  BOOST_TEST(std::abs(correlation(trains[0], trains[1]) - 0.4949) < 0.018);
  BOOST_TEST(correlation(trains[0], trains[0]) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_delayed_copy_peaks_at_its_delay) {
  const auto train = thinned(1, 10000)[0];
  std::vector<double> delayed(train.size());
  for (std::size_t i = 3; i < train.size(); ++i) delayed[i] = train[i - 3];
  const auto c = cross_correlation(train, delayed, 5);
  BOOST_TEST(c.size() == 11U);
  BOOST_TEST(c[5 + 3] > 0.99);
  BOOST_TEST(std::abs(c[5 - 3]) < 0.1);
}

BOOST_AUTO_TEST_CASE(many_lags_are_those_of_few) {
  // Above 24 lags Fourier transforms take over: rounding alone may differ.
  const auto trains = thinned(2, 1000);
  const auto few = cross_correlation(trains[0], trains[1], 20);
  const auto many = cross_correlation(trains[0], trains[1], 999);
  for (std::size_t i = 0; i < few.size(); ++i) BOOST_TEST(std::abs(few[i] - many[i + 979]) < 1e-13);
}

BOOST_AUTO_TEST_CASE(pairs_are_averaged_and_silent_trains_left_out) {
  auto trains = thinned(4, 300'000);
  trains.emplace_back(300'000, 0.0);
  const auto pairs = pairwise_correlation(trains);
  BOOST_TEST(pairs.pairs == 6U);
  BOOST_TEST(std::abs(pairs.mean - 0.4949) < 0.02);
  BOOST_TEST(std::isnan(pairwise_correlation({}).mean));
}

BOOST_AUTO_TEST_CASE(synchrony_tells_one_from_many) {
  std::vector<std::vector<double>> same(10, {0, 1, 0, 2}), independent;
  BOOST_CHECK_CLOSE(synchrony(same), 1.0, 1e-12);
  for (std::size_t c = 0; c < 25; ++c) {
    const tutti::Random random{1, tutti::stream_id("independent"), c};
    independent.emplace_back(20000);
    for (std::size_t i = 0; i < 20000; ++i) independent.back()[i] = random.normal(i);
  }
  // χ² of n independent members is 1/n: √(1/25) within a few of its standard errors 0.2 · 0.005.
  BOOST_TEST(std::abs(synchrony(independent) - 0.2) < 0.004);
}

BOOST_AUTO_TEST_CASE(what_does_not_vary_or_match_has_no_correlation) {
  const std::vector<double> flat{1, 1, 1}, slope{1, 2, 3}, shorter{1, 2};
  BOOST_TEST(std::isnan(correlation(flat, slope)));
  BOOST_CHECK_THROW(correlation(slope, shorter), std::invalid_argument);
  BOOST_CHECK_THROW(cross_correlation(slope, slope, 3), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
