// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "measures/granger.hpp"
#include "measures/transfer_entropy.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

// Values named "FORMATS" are those of ../shared/FORMATS.md, "Analysis".
namespace {
constexpr double sampling_hz = 200;

// AR(2), diagonal 0.55 and −0.8, coupling 0.25 from 2 to 1 at lag 1, unit noise.
Autoregressive reference_model() {
  Autoregressive model;
  model.coefficient = {Eigen::Matrix2d{{0.55, 0.25}, {0, 0.55}},
                       -0.8 * Eigen::Matrix2d::Identity()};
  model.noise = Eigen::Matrix2d::Identity();
  return model;
}

std::vector<double> grid(std::size_t intervals) {
  std::vector<double> f;
  for (std::size_t k = 0; k <= intervals; ++k)
    f.push_back(sampling_hz / 2 * static_cast<double>(k) / static_cast<double>(intervals));
  return f;
}

std::vector<std::vector<double>> simulated(const Autoregressive& model, std::size_t n) {
  const tutti::Random random{1, tutti::stream_id("innovations"), 0};
  std::vector<std::vector<double>> x(2);
  Eigen::Vector2d before{0, 0}, now{0, 0};
  for (std::size_t t = 0; t < n; ++t) {
    const Eigen::Vector2d next = model.coefficient[0] * now + model.coefficient[1] * before +
                                 Eigen::Vector2d{random.normal(2 * t), random.normal(2 * t + 1)};
    before = now, now = next;
    x[0].push_back(next(0)), x[1].push_back(next(1));
  }
  return x;
}

void check_reference(const Granger& g, double tolerance) {
  const auto& f = g.second_to_first;
  const auto peak = std::ranges::max_element(f);
  BOOST_TEST(std::abs(*peak - 1.002698) < tolerance);
  BOOST_TEST(std::abs(f.front() - 0.039221) < tolerance);
  BOOST_TEST(std::abs(f.back() - 0.011254) < tolerance);
  BOOST_TEST(std::abs(g.mean_second_to_first() - 0.143561) < tolerance);
  for (const double reverse : g.first_to_second) BOOST_TEST(std::abs(reverse) < tolerance);
  BOOST_TEST(std::abs(g.frequency_hz[static_cast<std::size_t>(peak - f.begin())] - 39.99) < 0.05);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(causality)

BOOST_AUTO_TEST_CASE(granger_of_the_model_has_the_values_of_the_formats_page) {
  const auto f = grid(10000);
  check_reference(granger(factor_of(reference_model(), f, sampling_hz), f), 1e-6);
}

BOOST_AUTO_TEST_CASE(wilsons_factor_of_the_models_spectrum_gives_the_same_causality) {
  const auto f = grid(2048);
  const auto exact = factor_of(reference_model(), f, sampling_hz);
  std::vector<Eigen::MatrixXcd> density;
  for (const auto& h : exact.transfer) density.push_back(h * h.adjoint());
  const auto factor = wilson_factor(density);
  BOOST_TEST(factor.residual < 1e-10);
  BOOST_TEST((factor.noise - exact.noise).cwiseAbs().maxCoeff() < 1e-9);
  check_reference(granger(factor, f), 1e-6);
}

BOOST_AUTO_TEST_CASE(a_fit_recovers_the_model_from_its_samples) {
  const auto fit = fit_autoregressive(simulated(reference_model(), 100'000), 2);
  // Standard error of a coefficient: below 1/√(1e5) = 0.0032.
  for (std::size_t k = 0; k < 2; ++k)
    BOOST_TEST((fit.coefficient[k] - reference_model().coefficient[k]).cwiseAbs().maxCoeff() <
               0.012);
  BOOST_TEST((fit.noise - reference_model().noise).cwiseAbs().maxCoeff() < 0.015);
  const auto f = grid(1000);
  const auto g = granger(factor_of(fit, f, sampling_hz), f);
  BOOST_TEST(std::abs(g.mean_second_to_first() - 0.143561) < 0.01);
  BOOST_TEST(g.mean_first_to_second() < 1e-3);
}

BOOST_AUTO_TEST_CASE(causality_without_a_model_finds_the_direction) {
  const auto x = simulated(reference_model(), 400'000);
  const auto g = granger(x[0], x[1], sampling_hz, 400);
  // 2000 segments: the spectra are right to some 2 %, and Hann's window smears the peak a little.
  BOOST_TEST(std::abs(g.mean_second_to_first() - 0.143561) < 0.015);
  BOOST_TEST(g.mean_first_to_second() < 0.01);
  const auto peak = std::ranges::max_element(g.second_to_first) - g.second_to_first.begin();
  BOOST_TEST(std::abs(g.frequency_hz[static_cast<std::size_t>(peak)] - 40) < 1.5);
  BOOST_TEST(g.averages == 1999U);
}

BOOST_AUTO_TEST_CASE(two_copies_of_one_signal_have_no_factor) {
  const auto x = simulated(reference_model(), 5000);
  BOOST_CHECK_THROW(granger(x[0], x[0], sampling_hz, 100), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(transfer_entropy_has_the_values_of_the_formats_page) {
  const std::size_t n = 100'000;
  const tutti::Random coin{1, tutti::stream_id("coin"), 0}, flip{1, tutti::stream_id("flip"), 0};
  // FORMATS: y_t = x_{t−1} flipped with ε has 1 − h₂(ε); the reverse is 0.
  for (const auto& [epsilon, expected] : {std::pair{0.0, 1.0}, {0.1, 0.5310}, {0.25, 0.1887}}) {
    std::vector<double> x(n), y(n);
    for (std::size_t t = 0; t < n; ++t) {
      x[t] = coin.uniform(t) < 0.5 ? 1 : 0;
      const bool flipped = flip.uniform(t) < epsilon;
      if (t > 0) y[t] = (x[t - 1] > 0) != flipped ? 1 : 0;
    }
    const auto forward = transfer_entropy(x, y), backward = transfer_entropy(y, x);
    // Standard error: d(1 − h₂)/dε = log₂((1 − ε)/ε) ≤ 3.2 times √(ε(1 − ε)/n) ≤ 0.0014.
    BOOST_TEST(std::abs(forward.normalised - expected) < 0.01);
    BOOST_TEST(std::abs(backward.normalised) < 1e-3);
    BOOST_TEST(forward.samples == n - 1);
    BOOST_TEST(forward.shuffled < 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(transfer_entropy_is_a_function_of_its_seed) {
  const tutti::Random random{1, tutti::stream_id("counts"), 0};
  std::vector<double> x(500), y(500);
  for (std::size_t t = 0; t < 500; ++t)
    x[t] = static_cast<double>(random.below(2 * t, 4)),
    y[t] = static_cast<double>(random.below(2 * t + 1, 3));
  BOOST_TEST(transfer_entropy(x, y, 5, 3).normalised == transfer_entropy(x, y, 5, 3).normalised);
  BOOST_TEST(transfer_entropy(x, y, 5, 3).shuffled != transfer_entropy(x, y, 5, 4).shuffled);
  // Unrelated trains: what is left after the bias is taken away lies near 0.
  BOOST_TEST(std::abs(transfer_entropy(x, y).normalised) < 0.02);
  BOOST_TEST(transfer_entropy(x, std::vector<double>(500)).normalised == 0);
}

BOOST_AUTO_TEST_SUITE_END()
