// SPDX-License-Identifier: MIT
#include "solver/tree.hpp"

#include "cables.hpp"
#include "solver/error.hpp"
#include "test.hpp"

namespace {

/// Resistance between two points of a tree along the path that joins them.
double path_resistance(const rxd::Tree& tree, std::size_t a, std::size_t b) {
  double sum = 0;
  while (a != b) {
    auto& later = a > b ? a : b;
    for (std::size_t k = 0; k < tree.points[later].edge.pieces; ++k)
      sum += tree.points[later].edge.piece[k].resistance;
    later = static_cast<std::size_t>(tree.points[later].parent);
  }
  return sum;
}

std::size_t branch_points(const rxd::Tree& tree) {
  return static_cast<std::size_t>(
      std::ranges::count(tree.points, rxd::Point::none, &rxd::Point::segment));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_tree_suite)

BOOST_AUTO_TEST_CASE(a_chain_has_no_branch_points_and_follows_itself) {
  const auto tree = rxd::build_tree(test::cylinder(10, 10, 2));
  BOOST_TEST(branch_points(tree) == 0U);
  for (std::size_t i = 1; i < tree.points.size(); ++i)
    BOOST_TEST(tree.points[i].parent == static_cast<std::ptrdiff_t>(i) - 1);
}

BOOST_AUTO_TEST_CASE(a_frustum_resists_as_its_integral_says) {
  std::vector<rxd::Segment> two = test::cylinder(2, 8, 1);
  two[0].d0 = 3, two[0].d1 = 2, two[1].d0 = 2, two[1].d1 = 1;
  const auto tree = rxd::build_tree(two);
  // Integral of 4 dx / (pi d^2) over half a frustum of 4 um: 4 (L/2) / (pi d_middle d_end).
  const double expected =
      4 * 2 / (std::numbers::pi * 2.5 * 2) + 4 * 2 / (std::numbers::pi * 2 * 1.5);
  BOOST_TEST(path_resistance(tree, 0, 1) == expected, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(children_attach_at_ends_at_the_middle_and_in_between) {
  for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    auto segments = test::cylinder(3, 30, 2);
    const auto child = static_cast<std::size_t>(test::add_cylinder(segments, 1, 10, 1, 1, at));
    const auto other = static_cast<std::size_t>(test::add_cylinder(segments, 1, 10, 1, 1, at));
    const auto tree = rxd::build_tree(segments);
    BOOST_TEST_CONTEXT("attached at " << at) {
      BOOST_TEST(branch_points(tree) == (at == 0.5 ? 0U : 1U));
      const double own_half = 4 * 5 / std::numbers::pi;                           // of a child
      const double along = std::abs(at - 0.5) * 10 * 4 / (std::numbers::pi * 4);  // of the parent
      BOOST_TEST(path_resistance(tree, tree.point_of[1], tree.point_of[child]) == own_half + along,
                 boost::test_tools::tolerance(1e-14));
      // Two children of one place meet there, not in the middle of the parent.
      BOOST_TEST(path_resistance(tree, tree.point_of[other], tree.point_of[child]) == 2 * own_half,
                 boost::test_tools::tolerance(1e-14));
      for (std::size_t i = 1; i < tree.points.size(); ++i)
        BOOST_TEST(tree.points[i].parent < static_cast<std::ptrdiff_t>(i));
    }
  }
}

BOOST_AUTO_TEST_CASE(children_of_a_roots_near_end_meet_there) {
  auto segments = test::cylinder(1, 20, 4);
  test::add_cylinder(segments, 1, 10, 1, 0, 0);
  BOOST_TEST(branch_points(rxd::build_tree(segments)) == 0U);  // just two meet: in series
  test::add_cylinder(segments, 1, 10, 1, 0, 0);
  const auto tree = rxd::build_tree(segments);
  BOOST_TEST(branch_points(tree) == 1U);
  BOOST_TEST(
      path_resistance(tree, tree.point_of[1], tree.point_of[2]) == 2 * 4 * 5 / std::numbers::pi,
      boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(impossible_segments_are_refused_by_number) {
  auto loop = test::cylinder(3, 3, 1);
  loop[0].parent = 2;
  BOOST_CHECK_THROW(rxd::build_tree(loop), rxd::Error);
  BOOST_CHECK_THROW(rxd::split_trees(loop), rxd::Error);
  auto flat = test::cylinder(3, 3, 1);
  flat[1].volume = 0;
  BOOST_CHECK_EXCEPTION(rxd::build_tree(flat), rxd::Error, [](const rxd::Error& e) {
    return std::string{e.what()}.find("segment 1: its volume") == 0;
  });
}

BOOST_AUTO_TEST_CASE(segments_split_into_their_trees) {
  std::vector<rxd::Segment> all;
  test::add_cylinder(all, 2, 2, 1);
  test::add_cylinder(all, 3, 3, 1);
  const auto trees = rxd::split_trees(all);
  BOOST_REQUIRE(trees.size() == 2U);
  BOOST_TEST(trees[0] == (std::vector<std::size_t>{0, 1}));
  BOOST_TEST(trees[1] == (std::vector<std::size_t>{2, 3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
