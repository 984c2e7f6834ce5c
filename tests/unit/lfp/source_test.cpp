// SPDX-License-Identifier: MIT
#include "forward/source.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "one_source.hpp"
#include "test.hpp"

using namespace lfp;

// Values of ../shared/FORMATS.md, "Extracellular potential": sigma = 0.3 S/m, a segment from x = 0
// to 100 um of diameter 2 um. They were computed there in double precision: what differs is
// rounding.
namespace {
constexpr double rounding = 1e-12 * 100;  // Boost takes per cent
const Segment segment{{0, 0, 0}, {100, 0, 0}, 2, false};
}  // namespace

BOOST_AUTO_TEST_SUITE(sources)

BOOST_AUTO_TEST_CASE(a_point_source_has_the_values_of_the_formats_page) {
  BOOST_CHECK_CLOSE(point_source(segment, {30, 20, 0}, 0.3), 0.009378294959969856, rounding);
  BOOST_CHECK_CLOSE(point_source(segment, {-50, 10, 0}, 0.3), 0.0026394181230365043, rounding);
}

BOOST_AUTO_TEST_CASE(a_line_source_has_the_values_of_the_formats_page) {
  BOOST_CHECK_CLOSE(line_source(segment, {30, 20, 0}, 0.3), 0.008383443360926562, rounding);
  BOOST_CHECK_CLOSE(line_source(segment, {-50, 10, 0}, 0.3), 0.002890965465564327, rounding);
  BOOST_CHECK_CLOSE(line_source(segment, {50, 0.5, 0}, 0.3), 0.02443171706623144, rounding);
}

BOOST_AUTO_TEST_CASE(a_line_source_is_the_integral_of_point_sources) {
  const Segment oblique{{-10, 5, 20}, {40, -30, 60}, 1, false};
  const Point electrode{25, 15, 10};
  // Simpson's rule in the position along the segment; 4000 intervals leave an error near 1e-13.
  const int n = 4000;
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double s = static_cast<double>(i) / n;
    const Point p = oblique.start + s * (oblique.end - oblique.start);
    const double weight = i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight / (4 * std::numbers::pi * 0.3 * length(electrode - p));
  }
  BOOST_CHECK_CLOSE(line_source(oblique, electrode, 0.3), sum / (3 * n), 1e-10);
}

// The two asinh of Holt & Koch cancel where the electrode lies beyond an end, and a thin line has a
// logarithm of a small difference: our form of it must do better than lose digits.
BOOST_AUTO_TEST_CASE(a_line_source_keeps_its_digits_near_and_far) {
  const Segment thin{{0, 0, 0}, {100, 0, 0}, 1e-3, false};
  const double scale = 4 * std::numbers::pi * 0.3 * 100;
  for (const auto& p : {Point{50, 1e-3, 0},
                        {-1e-3, 1e-3, 0},
                        {100.5, 0, 0},
                        {0, 0.2, 0.1},
                        {3e4, 50, 0},
                        {-2e4, 1e4, 5e3},
                        {40, 1e5, 0}}) {
    const long double rho = std::max(std::hypot(p.y, p.z), thin.diameter / 2);
    const long double a = p.x, b = 100 - a;
    const long double value = (std::asinh(b / rho) + std::asinh(a / rho)) / scale;
    // long double loses 4 digits of its 19 where the two cancel, 300 lengths away
    BOOST_CHECK_CLOSE(line_source(thin, p, 0.3), static_cast<double>(value), rounding);
    BOOST_CHECK_CLOSE(Source({}, Method::line).at_point(thin, p), static_cast<double>(value),
                      rounding);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_nearer_than_the_surface) {
  BOOST_TEST(point_source(segment, {50, 0, 0}, 0.3) == point_source(segment, {50, 1, 0}, 0.3));
  BOOST_TEST(line_source(segment, {50, 0, 0}, 0.3) == line_source(segment, {50, 1, 0}, 0.3));
}

BOOST_AUTO_TEST_CASE(a_segment_without_length_is_a_point) {
  const Segment speck{{1, 2, 3}, {1, 2, 3}, 2, false};
  BOOST_TEST(line_source(speck, {10, 2, 3}, 0.3) == point_source(speck, {10, 2, 3}, 0.3));
}

BOOST_AUTO_TEST_CASE(soma_as_point_differs_for_somata_alone) {
  const Source mixed{{}, Method::soma_as_point}, line{{}, Method::line}, point{{}, Method::point};
  Segment soma = segment;
  soma.soma = true;
  BOOST_TEST(mixed.at_point(soma, {30, 20, 0}) == point.at_point(soma, {30, 20, 0}));
  BOOST_TEST(mixed.at_point(segment, {30, 20, 0}) == line.at_point(segment, {30, 20, 0}));
}

BOOST_AUTO_TEST_CASE(a_disc_reports_the_mean_over_its_face) {
  // On the axis at height h a disc of radius R sees 1/(4πσ) · 2(√(h² + R²) − h)/R².
  const Segment speck{{0, 0, 0}, {0, 0, 0}, 0.1, false};
  const Source source{{}, Method::point};
  for (const auto& [height, tolerance] : {std::pair{10.0, 0.2}, {50.0, 0.002}}) {
    const double r = 10;
    const Electrode disc{{0, 0, height}, 0, "", r, {0, 0, -3}};
    const double exact = 2 * (std::hypot(height, r) - height) / (r * r);
    BOOST_CHECK_CLOSE(source.at(speck, disc), exact / (4 * std::numbers::pi * 0.3), tolerance);
  }
  for (const auto& p : disc_points({{1, 2, 3}, 0, "", 5, {1, 1, 0}}, 16)) {
    BOOST_TEST(length(p - Point{1, 2, 3}) <= 5);
    BOOST_TEST(std::abs(lfp::dot(p - Point{1, 2, 3}, {1, 1, 0})) < 1e-14 * 100);
  }
}

BOOST_AUTO_TEST_SUITE_END()
