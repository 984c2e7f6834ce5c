// SPDX-License-Identifier: MIT
// The worked example of docs/guide/mechanisms.md, cut out of the page by CMake: it compiles, and
// does what the page says.
#include <cmath>

#include "engine/membrane.hpp"
#include "kdr_squid.hpp"
#include "test.hpp"

using namespace cell::engine;
namespace tt = boost::test_tools;
using S = Vectors<Baseline>;

/// The solver's loops take it as it is: cells of one type, and of several side by side.
template void Membrane<Baseline, false>::pass<KdrSquid>(const Membrane<Baseline, false>::Task&);
template void Membrane<Baseline, true>::pass<KdrSquid>(const Membrane<Baseline, true>::Task&);

BOOST_AUTO_TEST_CASE(the_mechanism_of_the_guide_has_the_gate_of_hodgkin_and_huxley) {
  const auto info = KdrSquid::info();
  static_assert(KdrSquid::carries == Ion::k && KdrSquid::reads == Reads::nothing);
  BOOST_TEST(info.states.size() == static_cast<std::size_t>(KdrSquid::states));
  double settled[4], stepping[4];
  KdrSquid::constants({.dt_ms = 1e9, .celsius = 16.3}, settled);
  KdrSquid::constants({.dt_ms = 0.1, .celsius = 16.3}, stepping);
  for (double v = -100; v <= 40; v += 7) {
    const double a = 0.01 * -(v + 55) / (std::exp(-(v + 55) / 10) - 1);
    const double b = 0.125 * std::exp(-(v + 65) / 80);
    S::real n[1] = {};
    KdrSquid::advance<S>(splat<S::real>(v), S::real{}, n, settled);
    BOOST_TEST(n[0][0] == a / (a + b), tt::tolerance(1e-12));
    n[0] = splat<S::real>(1);
    KdrSquid::advance<S>(splat<S::real>(v), S::real{}, n, stepping);
    const double left = std::exp(-0.1 * 3 * (a + b));  // ten degrees make it three times as fast
    BOOST_TEST(n[0][0] == a / (a + b) + (1 - a / (a + b)) * left, tt::tolerance(1e-12));
    const double gbar = 2;
    const auto i = KdrSquid::current<S>(splat<S::real>(v), splat<S::real>(-77), n, &gbar, stepping);
    BOOST_TEST(i.g[0] == gbar * std::pow(n[0][0], 4), tt::tolerance(1e-12));
    BOOST_TEST(i.gE[0] == i.g[0] * -77, tt::tolerance(1e-12));
  }
}
