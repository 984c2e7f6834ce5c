// SPDX-License-Identifier: MIT
#include "forward/medium.hpp"

#include <cmath>
#include <numbers>

#include "forward/source.hpp"
#include "one_source.hpp"
#include "test.hpp"

using namespace lfp;

namespace {
const Segment dot_at(Point p) { return {p, p, 0.1, false}; }

// The potential of 1 nA at height `from`, seen at height `to` and horizontal distance r, in tissue
// between z = 0 and h: Sommerfeld's integral ∫ J0(kr) [e^(−k|z−z'|) + A e^(−kz) + B e^(k(z−h))] dk
// with A and B from the continuity of potential and current at both boundaries, by Simpson's rule.
double sommerfeld(double r, double from, double to, double h, double below, double tissue,
                  double above) {
  const double w0 = (tissue - below) / (tissue + below), w1 = (tissue - above) / (tissue + above);
  const auto integrand = [&](double k) {
    const double trip = std::exp(-k * h), loop = 1 - w0 * w1 * trip * trip;
    const double a = w0 * (std::exp(-k * from) + w1 * trip * std::exp(-k * (h - from))) / loop;
    const double b = w1 * (std::exp(-k * (h - from)) + w0 * trip * std::exp(-k * from)) / loop;
    return std::cyl_bessel_j(0, k * r) * (std::exp(-k * std::abs(to - from)) +
                                          a * std::exp(-k * to) + b * std::exp(-k * (h - to)));
  };
  const int n = 40000;
  const double end = 2.0, step = end / n;  // [1/um]; beyond it exp(−2 · 30) is left
  double sum = integrand(0) + integrand(end);
  for (int i = 1; i < n; ++i) sum += (i % 2 == 1 ? 4 : 2) * integrand(i * step);
  return sum * step / 3 / (4 * std::numbers::pi * tissue);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(media)

BOOST_AUTO_TEST_CASE(anisotropic_tissue_has_the_potential_of_its_equation) {
  // φ = I / (4π √(σyσz x² + σxσz y² + σxσy z²)) solves ∇·σ∇φ = −Iδ for a diagonal σ.
  const Medium medium{{0.2, 0.3, 0.45}, {}};
  const Source source{medium, Method::point};
  const Point r{40, -25, 70};
  const double root =
      std::sqrt(0.3 * 0.45 * r.x * r.x + 0.2 * 0.45 * r.y * r.y + 0.2 * 0.3 * r.z * r.z);
  BOOST_CHECK_CLOSE(source.at_point(dot_at({}), r), 1 / (4 * std::numbers::pi * root), 1e-11);
}

BOOST_AUTO_TEST_CASE(an_anisotropic_line_is_the_integral_of_points) {
  const Medium medium{{0.2, 0.3, 0.45}, {}};
  const Source line{medium, Method::line}, point{medium, Method::point};
  const Segment segment{{0, 0, 0}, {30, 40, -50}, 0.1, false};
  const Point electrode{-20, 35, 15};
  const int n = 4000;
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const Point p = static_cast<double>(i) / n * segment.end;
    sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * point.at_point(dot_at(p), electrode);
  }
  BOOST_CHECK_CLOSE(line.at_point(segment, electrode), sum / (3 * n), 1e-9);
}

BOOST_AUTO_TEST_CASE(layers_have_the_potential_of_the_integral_over_wave_numbers) {
  // Glass below, saline above, as a slice on an electrode array.
  const Medium medium{{0.3, 0.3, 0.3}, Slice{0, 200, 0, 1.5}};
  const Source source{medium, Method::point};
  for (const double z : {0.0, 90.0, 200.0}) {
    const double exact = sommerfeld(60, 130, z, 200, 0, 0.3, 1.5);
    BOOST_CHECK_CLOSE(source.at_point(dot_at({0, 0, 130}), {60, 0, z}), exact, 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(on_glass_the_potential_is_twice_that_in_tissue) {
  const Medium glass{{0.3, 0.3, 0.3}, Slice{0, 1e9, 0, 0.3}};
  const Source on_glass{glass, Method::line}, in_tissue{{}, Method::line};
  const Segment segment{{0, 0, 30}, {50, 0, 80}, 2, false};
  BOOST_CHECK_CLOSE(on_glass.at_point(segment, {10, 20, 0}),
                    2 * in_tissue.at_point(segment, {10, 20, 0}), 1e-11);
}

BOOST_AUTO_TEST_CASE(layers_of_one_conductivity_are_no_layers) {
  const Medium same{{0.3, 0.3, 0.3}, Slice{-100, 100, 0.3, 0.3}};
  BOOST_TEST(images(same).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_medium_that_has_no_potential_is_refused) {
  BOOST_CHECK_THROW((Medium{{0.3, 0, 0.3}, {}}.check()), std::invalid_argument);
  BOOST_CHECK_THROW((Medium{{0.3, 0.3, 0.3}, Slice{0, 0, 0, 1.5}}.check()), std::invalid_argument);
  BOOST_CHECK_THROW((Medium{{0.3, 0.3, 0.3}, Slice{0, 200, 0, 0}}.check()), std::invalid_argument);
  BOOST_CHECK_THROW((Medium{{0.2, 0.3, 0.3}, Slice{0, 200, 0, 1.5}}.check()),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
