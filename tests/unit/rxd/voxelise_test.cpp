// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>

#include "solver/error.hpp"
#include "spaces.hpp"
#include "test.hpp"

namespace {

using std::numbers::pi;
using test::sum;

rxd::Voxels made(const std::vector<rxd::Frustum>& shape, double edge) {
  return rxd::voxelise(shape, {.edge = {edge, edge, edge}});
}

/// log2 of how much smaller an error becomes when the edge is halved.
double order(double coarse, double fine) { return std::log2(std::abs(coarse / fine)); }

/// What a sum over voxels must come to, with what order at least, and how near at the end.
struct Goal {
  double exact = 0, order = 0, error = 0;
};

/// Halves the edge twice and looks at the errors of a shape's volume and membrane.
void check_convergence(const rxd::Frustum& shape, const Goal& volume, const Goal& area) {
  double last_volume = 0, last_area = 0;
  for (const double edge : {1.0, 0.5, 0.25}) {
    const auto v = made({shape}, edge);
    const double volume_error = sum(v.volume) / volume.exact - 1,
                 area_error = sum(v.area) / area.exact - 1;
    BOOST_TEST_MESSAGE("edge " << edge << ": volume " << volume_error << ", area " << area_error);
    if (last_volume != 0) {
      BOOST_TEST(order(last_volume, volume_error) > volume.order);
      BOOST_TEST(order(last_area, area_error) > area.order);
    }
    last_volume = volume_error;
    last_area = area_error;
  }
  BOOST_TEST(std::abs(last_volume) < volume.error);
  BOOST_TEST(std::abs(last_area) < area.error);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(voxelise)

BOOST_AUTO_TEST_CASE(volume_and_surface_of_a_ball_converge_with_the_square_of_the_edge) {
  const double radius = 4.3, volume = 4 * pi / 3 * std::pow(radius, 3),
               area = 4 * pi * radius * radius;
  check_convergence(test::ball(radius), {volume, 1.8, 1e-3}, {area, 1.8, 1e-3});
}

BOOST_AUTO_TEST_CASE(an_oblique_frustum_converges_too_its_surface_with_the_rims_to_first_order) {
  const rxd::Frustum f{{0.1, 0.2, 0.3}, {9.1, 6.2, 4.3}, 2, 3.2, 0};
  const double length = std::sqrt(81 + 36 + 16);
  const double volume = pi / 3 * length * (4 + 6.4 + 10.24);
  const double area = pi * 5.2 * std::hypot(length, 1.2) + pi * (4 + 10.24);
  check_convergence(f, {volume, 1.7, 2e-3}, {area, 0.8, 1e-2});
}

BOOST_AUTO_TEST_CASE(a_jump_of_diameter_stays_a_jump) {
  // A soma and a dendrite that begins at its flat end: volumes add up, nothing tapers.
  const auto v = made({{{0, 0, 0}, {10, 0, 0}, 5, 5, 0}, {{10, 0, 0}, {30, 0, 0}, 1, 1, 1}}, 0.25);
  double soma = 0, dendrite = 0, membrane = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    (v.label[i] == 0 ? soma : dendrite) += v.volume[i];
    membrane += v.area[i];
  }
  // Second order: the edge is a twentieth and a fourth of the radii, errors some of its squares.
  BOOST_TEST(soma == pi * 25 * 10, boost::test_tools::tolerance(0.005));
  BOOST_TEST(dendrite == pi * 20, boost::test_tools::tolerance(0.03));
  const double outside =
      2 * pi * 25 + 2 * pi * 5 * 10 + 2 * pi * 20;  // the hole makes up for the tip
  BOOST_TEST(membrane == outside, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(ends_that_touch_are_no_wall) {
  // A cylinder in segments shorter than it is wide, whose ends lie on nodes of the grid.
  std::vector<rxd::Frustum> pieces;
  for (int i = 0; i < 8; ++i)
    pieces.push_back({{2.0 * i, 0, 0}, {2.0 * i + 2, 0, 0}, 4, 4, static_cast<std::uint32_t>(i)});
  const auto cut = made(pieces, 0.5), whole = made({{{0, 0, 0}, {16, 0, 0}, 4, 4, 0}}, 0.5);
  BOOST_TEST((cut.place == whole.place));
  // Inside, distances near an end are less than to the side, which moves the surface a little.
  BOOST_TEST(sum(cut.area) == sum(whole.area), boost::test_tools::tolerance(1e-3));
  BOOST_TEST(sum(cut.volume) == sum(whole.volume), boost::test_tools::tolerance(1e-3));
  std::vector<double> part(8);
  for (std::size_t v = 0; v < cut.size(); ++v) part[cut.label[v]] += cut.volume[v];
  for (const double p : part)  // of four planes of voxels one may go to a neighbour
    BOOST_TEST(std::abs(p - sum(cut.volume) / 8) < 0.26 * sum(cut.volume) / 8);
}

BOOST_AUTO_TEST_CASE(overlaps_count_once_and_bends_are_filled) {
  const auto twice = made({test::ball(3), {{1, 0, 0}, {1, 0, 0}, 3, 3, 1}}, 0.25);
  // Two balls of radius 3 at distance 1: the lens they share counts once.
  const double lens = pi * std::pow(6 - 1, 2) * (1 + 12) / 12;
  BOOST_TEST(sum(twice.volume) == 2 * 4 * pi / 3 * 27 - lens, boost::test_tools::tolerance(0.005));
  const auto bend =
      made({{{0, 0, 0}, {10, 0, 0}, 1, 1, 0}, {{10, 0, 0}, {10, 10, 0}, 1, 1, 1}}, 0.1);
  // Two cylinders that meet at right angles share a quarter of a Steinmetz solid (16/3 r^3); the
  // ball fills a quarter of its own volume outside the corner.
  const double exact = pi * 20 - 4.0 / 3 + pi / 3;
  BOOST_TEST(sum(bend.volume) == exact, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(faces_agree_with_volumes_by_the_divergence_theorem) {
  // The flux of (x, 0, 0) out of a ball is its volume; through voxels it is a sum over open faces.
  // Here: every voxel's faces are those of its neighbours, and whole voxels have whole faces.
  const auto v = made({test::ball(3)}, 0.5);
  std::size_t whole = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v.volume[i] < 0.125 * (1 - 1e-12) || v.area[i] > 0) continue;
    ++whole;
    for (const auto& open : v.open)
      BOOST_TEST(open[i] == 0.25, boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(whole > 500U);
  for (std::size_t i = 0; i < v.size(); ++i)
    for (std::size_t d = 0; d < 3; ++d) {
      auto there = v.centre(i);
      there[d] += 0.5;
      if (v.open[d][i] > 0) BOOST_TEST(v.find(there) < v.size());
    }
}

BOOST_AUTO_TEST_CASE(a_label_image_has_the_volume_of_its_voxels_and_a_smooth_surface) {
  const std::array<std::uint64_t, 3> count{64, 64, 64};
  std::vector<std::uint32_t> image(64 * 64 * 64);
  double inside = 0;
  for (std::uint64_t n = 0; n < image.size(); ++n) {
    const double x = static_cast<double>(n % 64) - 31.5,
                 y = static_cast<double>(n / 64 % 64) - 31.5,
                 z = static_cast<double>(n / 4096) - 31.5;
    image[n] = x * x + y * y + z * z < 25 * 25 ? 7 : 0;
    inside += image[n] > 0 ? 1 : 0;
  }
  const auto v = rxd::from_labels({0, 0, 0}, {0.1, 0.1, 0.1}, count, image, {7});
  BOOST_TEST(sum(v.volume) == inside * 1e-3, boost::test_tools::tolerance(1e-12));
  // Steps of the border as such would be half as much again.
  BOOST_TEST(sum(v.area) == 4 * pi * 2.5 * 2.5, boost::test_tools::tolerance(0.03));
  BOOST_TEST(rxd::from_labels({0, 0, 0}, {0.1, 0.1, 0.1}, count, image, {3}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(slivers_are_merged_without_loss) {
  const auto all =
      rxd::voxelise(std::vector{test::ball(3)}, {.edge = {0.5, 0.5, 0.5}, .sliver = 0});
  const auto merged = made({test::ball(3)}, 0.5);
  BOOST_TEST(merged.size() < all.size());
  BOOST_TEST(sum(merged.volume) == sum(all.volume), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(sum(merged.area) == sum(all.area), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(std::ranges::min(merged.volume) >= 0.01 * 0.125);
}

BOOST_AUTO_TEST_CASE(what_no_voxel_sees_is_an_error) {
  BOOST_CHECK_EXCEPTION(made({{{0.2, 0.2, 0}, {0.2, 0.2, 10}, 0.01, 0.01, 0}}, 1), rxd::Error,
                        [](const rxd::Error& e) {
                          return std::string{e.what()}.find("no voxel is inside") !=
                                 std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
