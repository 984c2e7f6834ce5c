// SPDX-License-Identifier: MIT
#include "forward/dipole.hpp"

#include <vector>

#include "forward/source.hpp"
#include "one_source.hpp"
#include "test.hpp"

using namespace lfp;

BOOST_AUTO_TEST_SUITE(dipole)

BOOST_AUTO_TEST_CASE(the_far_field_has_the_value_of_the_formats_page) {
  // ../shared/FORMATS.md gives nine digits.
  BOOST_CHECK_CLOSE(dipole_potential({10, 10, 10}, {1000, 0, 5000}, 0.3), 1.20049432e-7, 1e-6);
}

BOOST_AUTO_TEST_CASE(far_away_segments_whose_currents_cancel_look_like_their_dipole) {
  const std::vector<Segment> cell{{{0, 0, 0}, {0, 0, 20}, 20, true},
                                  {{0, 0, 20}, {30, 0, 120}, 3, false},
                                  {{30, 0, 120}, {30, 40, 320}, 2, false}};
  const std::vector<double> current{-0.5, 0.2, 0.3};
  const Point p = dipole_moment(cell, current);
  const Source line{{}, Method::line};
  // The quadrupole is what is left: the relative error falls as the cell's extent over distance.
  double before = 1;
  for (const double distance : {1e4, 1e5, 1e6}) {
    const Point far = distance * Point{0.48, 0.6, 0.64};
    double potential = 0;
    for (std::size_t i = 0; i < cell.size(); ++i)
      potential += current[i] * line.at_point(cell[i], far);
    const double error = std::abs(potential / dipole_potential(p, far, 0.3) - 1);
    BOOST_TEST(error < before / 8);
    before = error;
  }
}

BOOST_AUTO_TEST_SUITE_END()
