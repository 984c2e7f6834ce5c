// SPDX-License-Identifier: MIT
#include <cmath>
#include <numeric>

#include "measures/intervals.hpp"
#include "measures/rates.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

namespace {
// n intervals of mean 10 ms that are sums of `shape` exponential ones: gamma distributed.
std::vector<double> gamma_intervals(std::size_t n, std::size_t shape) {
  const tutti::Random random{1, tutti::stream_id("gamma"), shape};
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < shape; ++k)
      x[i] += 10.0 / static_cast<double>(shape) * random.exponential(i * shape + k);
  return x;
}

double sum(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }
}  // namespace

BOOST_AUTO_TEST_SUITE(spike_statistics)

BOOST_AUTO_TEST_CASE(an_instant_on_an_edge_belongs_to_the_bin_above) {
  const Bins bins{10, 0.1, 50};
  for (std::size_t i = 0; i < bins.count; ++i) {
    BOOST_TEST(bins.index(bins.edge_ms(i)) == i);
    BOOST_TEST(bins.index(std::nextafter(bins.edge_ms(i + 1), 0)) == i);
  }
  BOOST_TEST(bins.index(bins.edge_ms(bins.count)) == bins.count);
  BOOST_TEST(bins.index(9.99) == bins.count);
}

BOOST_AUTO_TEST_CASE(bins_tile_a_stretch_without_a_sliver) {
  BOOST_TEST(Bins::over(0, 500, 0.1).count == 5000U);
  BOOST_TEST(Bins::over(0, 1, 0.3).count == 4U);
  BOOST_TEST(Bins::over(5, 5, 1).count == 0U);
  BOOST_CHECK_THROW(Bins::over(0, 1, 0), std::invalid_argument);
  BOOST_TEST(Bins::within(0, 500, 0.1).count == 5000U);
  BOOST_TEST(Bins::within(0, 1, 0.3).count == 3U);  // a fourth would be cut
  BOOST_TEST(Bins::within(0, 1, 5).count == 1U);
  BOOST_TEST(Bins::within(2, 4, 1).lower_edges() == (std::vector<double>{2, 3}));
}

BOOST_AUTO_TEST_CASE(counts_sum_to_the_number_of_spikes) {  // FORMATS: Σ counts = N
  auto times = gamma_intervals(1000, 1);
  std::partial_sum(times.begin(), times.end(), times.begin());
  const auto bins = Bins::over(0, times.back() + 1, 5);
  BOOST_TEST(sum(bin_counts(times, bins)) == 1000);
  // counts / (n Δ): 1000 spikes of 4 neurons, in Hz.
  BOOST_CHECK_CLOSE(sum(rates(times, bins, 4)) * 5e-3 * 4, 1000.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(a_histogram_around_events_counts_each_spike_once_per_event) {
  const std::vector<double> spikes{99, 101, 104.9, 105, 201, 204}, events{100, 200};
  const auto rate = psth(spikes, events, {-5, 5, 3});
  BOOST_TEST(rate.size() == 3U);
  BOOST_CHECK_CLOSE(rate[0], 1 / (2 * 5e-3), 1e-12);  // 99
  BOOST_CHECK_CLOSE(rate[1], 4 / (2 * 5e-3), 1e-12);  // 101, 104.9, 201, 204
  BOOST_CHECK_CLOSE(rate[2], 1 / (2 * 5e-3), 1e-12);  // 105
}

BOOST_AUTO_TEST_CASE(rates_while_a_run_goes_on_are_those_at_its_end) {
  auto times = gamma_intervals(2000, 1);
  std::partial_sum(times.begin(), times.end(), times.begin());
  const std::int64_t ms = 1'000'000'000, width = 5 * ms;
  RateStream stream{width, 10};
  std::size_t next = 0;
  const auto stop = static_cast<std::int64_t>(times.back()) + 1;
  for (std::int64_t t = 0; t < stop; t += 7) {  // windows that are no multiple of the bins
    for (; next < times.size() && times[next] <= static_cast<double>(t + 7); ++next)
      stream.add(std::llround(times[next] * 1e9));
    stream.advance((t + 7) * ms);
  }
  const auto whole = bin_counts(times, {0, 5, stream.counts().size()});
  BOOST_TEST(std::equal(whole.begin(), whole.end(), stream.counts().begin()));
  BOOST_CHECK_CLOSE(stream.recent_hz(100000, 1e-9),
                    sum(whole) / (10 * 5e-3 * static_cast<double>(whole.size())), 1e-9);
}

BOOST_AUTO_TEST_CASE(a_spike_at_the_end_of_a_window_opens_the_next_bin) {
  RateStream stream{5, 1};
  stream.add(5);
  stream.advance(5);
  BOOST_TEST(stream.counts().size() == 1U);
  BOOST_TEST(stream.counts()[0] == 0U);
  stream.advance(10);
  BOOST_TEST(stream.counts()[1] == 1U);
  BOOST_CHECK_THROW(stream.add(9), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(gamma_intervals_have_the_irregularity_of_their_shape) {
  // FORMATS: CV 1/√k, LV 3/(2k + 1). The standard error of either with 2e5 intervals is at most
  // 1/√(2e5) · 2 = 0.0045 for shape 1 and less for others.
  for (const std::size_t k : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
    const auto i = irregularity(gamma_intervals(200000, k));
    const auto shape = static_cast<double>(k);
    BOOST_TEST(std::abs(i.cv - 1 / std::sqrt(shape)) < 0.01);
    BOOST_TEST(std::abs(i.lv - 3 / (2 * shape + 1)) < 0.01);
    BOOST_TEST(std::abs(i.mean_ms - 10) < 0.1);
    // E|a − b|/(a + b) of two gamma intervals of shape k is (2k)! / (4^k k! k!) · ... = 1/2 at k
    // = 1.
    if (k == 1) BOOST_TEST(std::abs(i.cv2 - 1) < 0.01);
    BOOST_TEST(i.intervals == 200000U);
  }
}

BOOST_AUTO_TEST_CASE(a_dead_time_makes_a_poisson_process_regular) {
  // FORMATS: CV = 1 − d/µ. Dead time 4 ms and exponential rest of mean 6 ms.
  auto x = gamma_intervals(200000, 1);
  for (double& v : x) v = 4 + 0.6 * v;
  BOOST_TEST(std::abs(irregularity(x).cv - (1 - 4.0 / 10)) < 0.006);
}

BOOST_AUTO_TEST_CASE(irregularity_of_few_intervals_is_unknown_and_of_a_clock_none) {
  BOOST_TEST(std::isnan(irregularity({}).mean_ms));
  BOOST_TEST(std::isnan(irregularity(std::vector<double>{5}).cv));
  const auto clock = irregularity(std::vector<double>{5, 5, 5});
  BOOST_TEST(clock.cv == 0);
  BOOST_TEST(clock.cv2 == 0);
  BOOST_TEST(clock.lv == 0);
  BOOST_TEST(irregularity(std::vector<double>{1, 3}).cv2 == 1);
  BOOST_TEST(irregularity(std::vector<double>{1, 3}).lv == 0.75);
  BOOST_CHECK_THROW(intervals(std::vector<double>{3, 1}), std::invalid_argument);
  BOOST_TEST(intervals(std::vector<double>{1, 3, 3.5}) == (std::vector<double>{2, 0.5}));
}

BOOST_AUTO_TEST_CASE(the_fano_factor_of_a_poisson_process_is_one) {
  auto times = gamma_intervals(100000, 1);
  std::partial_sum(times.begin(), times.end(), times.begin());
  const auto counts = bin_counts(times, Bins::over(0, times.back(), 100));
  // 10,000 windows: standard error √(2/10000) = 0.014.
  BOOST_TEST(std::abs(fano_factor(counts) - 1) < 0.045);
  BOOST_TEST(fano_factor(std::vector<double>{4, 4, 4}) == 0);
  BOOST_TEST(fano_factor(std::vector<double>{0, 2}) == 2);
  BOOST_TEST(std::isnan(fano_factor(std::vector<double>{0, 0})));
}

BOOST_AUTO_TEST_SUITE_END()
