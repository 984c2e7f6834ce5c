// SPDX-License-Identifier: MIT
// Gap junctions: reference 05d, two cells with hh, of which one is driven.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;

namespace {

/// Two cells in one population, or each in its own, as on two ranks.
class Pair {
 public:
  Pair(double dt_ms, Scheme scheme, double g_uS, bool apart = false) : type_{hh_cell()} {
    for (int k = 0; k < (apart ? 2 : 1); ++k) sides_.emplace_back(dt_ms, scheme);
    for (std::size_t cell = 0; cell < 2; ++cell) {
      auto& side = sides_[apart ? cell : 0];
      const auto number = side.add_cell(type_, 0, 0);
      if (cell == 0) side.add_clamp({number, 0, 5, 60, 0.3});
      side.add_gap({number, 0, g_uS, 1 - cell});
    }
    if (apart)
      for (std::size_t k = 0; k < 2; ++k)
        sides_[k].publish({{0, 0}}, 2, [this](auto, std::span<double> all) {
          std::ranges::copy(start_, all.begin());
        });
    else
      sides_[0].publish({{0, 0}, {1, 0}}, 2, {});
    for (auto& side : sides_) side.initialise();
  }

  std::array<double, 2> v() const {
    std::array<double, 2> values{};
    for (std::size_t cell = 0; cell < 2; ++cell)
      sides_[sides_.size() == 2 ? cell : 0].read(
          Quantity::v, sides_.size() == 2 ? 0 : static_cast<std::uint32_t>(cell),
          {&values[cell], 1});
    return values;
  }
  void step() {
    start_ = v();  // what both sides of a step see, whoever goes first
    for (auto& side : sides_) side.advance(1, firings_);
  }

 private:
  CellType type_;
  std::vector<Population> sides_;
  std::array<double, 2> start_{};
  std::vector<Firing> firings_;
};

/// v of both cells after 6 ms, when the driven one is in its upstroke.
std::array<double, 2> at_6_ms(double dt_ms, Scheme scheme) {
  Pair pair{dt_ms, scheme, 0.02};
  for (long k = 0; k < std::lround(6 / dt_ms); ++k) pair.step();
  return pair.v();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gap_junctions)

BOOST_AUTO_TEST_CASE(a_pair_follows_neuron_step_by_step) {
  REQUIRE_SHARED(shared);
  for (const std::string g : {"0.002", "0.02"}) {
    const auto table = read_csv(shared / "refs" / ("05d_gap_g" + g + "_be_dt0.025.csv"));
    Pair pair{0.025, Scheme::backward_euler, std::stod(g)};
    double worst = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      if (row > 0) pair.step();
      for (std::size_t cell = 0; cell < 2; ++cell)
        worst = std::max(worst, std::abs(pair.v()[cell] - table.rows[row][cell + 1]));
    }
    // the table has 9 digits: 5e-8 mV where it is written, and rounding that upstrokes amplify
    BOOST_TEST(worst < 1e-6, g);
  }
}

BOOST_AUTO_TEST_CASE(crank_nicolson_is_second_order_across_a_junction) {
  // differences between steps of h, h/2 and h/4 shrink by 4 at second order and by 2 at first
  const auto order = [](Scheme scheme) {
    const auto a = at_6_ms(0.02, scheme), b = at_6_ms(0.01, scheme), c = at_6_ms(0.005, scheme);
    double least = 9;
    for (std::size_t cell = 0; cell < 2; ++cell)
      least = std::min(least, std::log2(std::abs((a[cell] - b[cell]) / (b[cell] - c[cell]))));
    return least;
  };
  BOOST_TEST(order(Scheme::crank_nicolson) > 1.9);
  BOOST_TEST(order(Scheme::backward_euler) < 1.3);
}

BOOST_AUTO_TEST_CASE(a_pair_is_the_same_wherever_its_cells_are) {
  for (const auto scheme : {Scheme::backward_euler, Scheme::crank_nicolson}) {
    Pair together{0.025, scheme, 0.02}, apart{0.025, scheme, 0.02, true};
    bool same = true;
    for (int k = 0; k < 800; ++k) {
      together.step();
      apart.step();
      same = same && together.v() == apart.v();
    }
    BOOST_TEST(same);
  }
}

BOOST_AUTO_TEST_SUITE_END()
