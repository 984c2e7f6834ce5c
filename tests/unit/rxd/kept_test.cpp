// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE rxd_kept
#include "bushy_tree.hpp"
#include "spaces.hpp"
#include "test.hpp"
#include "tutti/state.hpp"

namespace {

using rxd::Scheme;

/// Two species whose rates are linear (the matrix is kept from step to step), or not.
rxd::Model pair_of(const std::string& loss) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  m.species = {{.name = "a", .regions = {"cyt"}, .diffusion = 0.7, .initial = "0.3 + 0.1*(x > 9)"},
               {.name = "b", .regions = {"cyt"}, .initial = "0.2"}};
  m.reactions = {{.name = "change", .equation = "a <> b", .forward = "0.31", .backward = "0.17"}};
  m.rates = {{.of = "b", .expression = loss}};
  return m;
}

/// Writes what visit(fields, what) visits of one and reads it into another.
template <typename What, typename Visit>
void hand_over(What& from, What& to, Visit visit) {
  std::vector<std::byte> bytes;
  tutti::Fields out{bytes};
  visit(out, from);
  tutti::Fields in{bytes, "what 0"};
  visit(in, to);
  in.finish();
}

/// Lets one go on for 20 ms, another likewise from what was saved of the first after `cut` ms. Both
/// must agree to the last bit.
template <typename Make, typename Go, typename Values, typename Visit>
void check(Make make, Go go, Values values, Visit visit) {
  for (const int cut : {1, 2, 7, 13}) {
    auto whole = make(), later = make();
    for (int t = 0; t < cut; ++t) go(*whole, t);
    hand_over(*whole, *later, visit);
    for (int t = cut; t < 20; ++t) go(*whole, t), go(*later, t);
    BOOST_TEST(values(*whole) == values(*later), boost::test_tools::per_element());
  }
}

template <std::size_t variables>
std::vector<double> values_of(const rxd::Cable& cable) {
  std::vector<double> all;
  for (std::size_t k = 0; k < variables; ++k)
    for (std::size_t s = 0; s < cable.segments(); ++s) all.push_back(cable.value(k, s));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_kept)

BOOST_AUTO_TEST_CASE(a_cable_goes_on_from_what_was_saved_to_the_last_bit) {
  for (const char* loss : {"-0.05*b", "-0.05*b*a/(a + 0.1)"}) {
    const rxd::Network network{pair_of(loss)};
    const auto make = [&] { return std::make_unique<rxd::Cable>(network, test::bushy_tree()); };
    const auto visit = [](tutti::Fields& fields, rxd::Cable& cable) { cable.visit(fields); };
    for (const auto scheme : {Scheme::backward_euler, Scheme::sdirk2})
      check(
          make,
          [&](rxd::Cable& cable, int t) {
            if (t == 5) cable.set_source(0, 3, 0.4);  // and holds it
            cable.step(1, scheme);
          },
          values_of<2>, visit);
    check(
        make,
        [](rxd::Cable& cable, int t) {
          if (t == 5) cable.set_source(0, 3, 0.4);
          cable.advance(1, 1e-6);
        },
        values_of<2>, visit);
  }
}

/// A front in a long cable: short steps are taken near it alone, in parts of parts.
BOOST_AUTO_TEST_CASE(a_cable_in_parts_goes_on_from_what_was_saved_to_the_last_bit) {
  const rxd::Network network{test::bistable(1, 0.1, "if(x < 20, 1, 0)")};
  const auto visit = [](tutti::Fields& fields, rxd::Cable& cable) { cable.visit(fields); };
  bool in_parts = false;
  check([&] { return std::make_unique<rxd::Cable>(network, test::cylinder(800, 400, 1)); },
        [&](rxd::Cable& cable, int) {
          cable.advance(1, 1e-6);
          in_parts = in_parts || cable.points_stepped() % cable.segments() != 0;
        },
        values_of<1>, visit);
  BOOST_TEST(in_parts);
}

/// Plain diffusion, whose steps are of another kind.
BOOST_AUTO_TEST_CASE(a_cable_whose_equations_are_separate_goes_on_to_the_last_bit) {
  rxd::Model m = pair_of("-0.05*b");
  m.reactions.clear();
  const rxd::Network network{m};
  const auto visit = [](tutti::Fields& fields, rxd::Cable& cable) { cable.visit(fields); };
  const auto make = [&] { return std::make_unique<rxd::Cable>(network, test::bushy_tree()); };
  for (const int how : {0, 1, 2})
    check(
        make,
        [&](rxd::Cable& cable, int t) {
          if (t == 5) cable.set_source(0, 3, 0.4);
          if (how == 2) return cable.advance(1, 1e-6);
          cable.step(1, how == 0 ? Scheme::backward_euler : Scheme::sdirk2);
        },
        values_of<2>, visit);
}

/// CVODE's history is in no checkpoint: both begin anew from there, so they agree with each other
/// to the bit and with a cable that was never saved within the tolerance.
BOOST_AUTO_TEST_CASE(a_cable_with_cvode_begins_anew_where_it_was_saved) {
  const rxd::Network network{pair_of("-0.05*b*a/(a + 0.1)")};
  const auto make = [&] { return std::make_unique<rxd::Cable>(network, test::bushy_tree()); };
  const auto go = [](rxd::Cable& cable, int) { cable.advance_cvode(1, 1e-6); };
  check(make, go, values_of<2>,
        [](tutti::Fields& fields, rxd::Cable& cable) { cable.visit(fields); });
  auto whole = make(), saved = make();
  std::vector<std::byte> bytes;
  for (int t = 0; t < 20; ++t) {
    go(*whole, t), go(*saved, t);
    tutti::Fields out{bytes};
    saved->visit(out);
  }
  const auto a = values_of<2>(*whole), b = values_of<2>(*saved);
  for (std::size_t i = 0; i < a.size(); ++i)  // some dozens of steps, each of 1e-6, may add up
    BOOST_TEST(a[i] == b[i], boost::test_tools::tolerance(2e-5));
}

BOOST_AUTO_TEST_CASE(a_space_goes_on_from_what_was_saved_to_the_last_bit) {
  const rxd::Network network{test::bistable(0.25, 0.1, "if(x < 0, 1, 0)")};
  const rxd::Voxels voxels = rxd::voxelise(std::vector{test::ball(3)}, {.edge = {1, 1, 1}});
  const auto make = [&] {
    return std::make_unique<rxd::Space>(network, voxels, std::span<const rxd::Segment>{},
                                        test::whole(voxels), test::alone());
  };
  const auto values = [&](const rxd::Space& space) {
    std::vector<double> all;
    for (std::size_t v = 0; v < space.voxels(); ++v) all.push_back(space.value(0, v));
    return all;
  };
  const auto visit = [](tutti::Fields& fields, rxd::Space& space) {  // in two parts, as planes are
    space.visit(0, space.voxels() / 3, fields);
    space.visit(space.voxels() / 3, space.voxels(), fields);
  };
  check(
      make, [](rxd::Space& space, int) { space.advance(1, 1e-4); }, values, visit);
  check(
      make, [](rxd::Space& space, int) { space.step(1, Scheme::sdirk2); }, values, visit);
}

BOOST_AUTO_TEST_SUITE_END()
