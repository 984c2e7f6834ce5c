// SPDX-License-Identifier: MIT
// Event-driven neurons against NEURON's, and a published network of 300 of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "point/event_network.hpp"
#include "test.hpp"

namespace {

using namespace cell::point;

Ticks ticks(double ms) { return static_cast<Ticks>(std::llround(ms * ticks_per_ms)); }

std::vector<double> response(const std::string& name,
                             const std::vector<std::pair<std::string, double>>& parameters,
                             const std::vector<std::pair<double, double>>& inputs,
                             double window_ms) {
  const auto& model = *find_model(name);
  Values values{model};
  for (const auto& [p, x] : parameters) values.set(model.find(p), x);
  EventNetwork net;
  net.add(model, values, {7});
  for (const auto& [t, w] : inputs) net.arrive(0, ticks(t), w);
  std::vector<double> times;
  for (double t = window_ms; t <= 100; t += window_ms)
    for (const auto& s : net.advance(ticks(t)))
      times.push_back(static_cast<double>(s.time) / ticks_per_ms);
  return times;
}

}  // namespace

BOOST_AUTO_TEST_CASE(IntFire_neurons_fire_when_NEURON_s_do) {
  REQUIRE_SHARED(shared);
  std::ifstream file{shared / "refs/05_point.json"};
  const auto all = nlohmann::json::parse(file)["intfire"];
  const std::vector<std::pair<std::string, std::vector<std::pair<std::string, double>>>> cases{
      {"IntFire1", {{"tau", 10}, {"refrac", 5}}},
      {"IntFire2", {{"taum", 10}, {"taus", 20}, {"ib", 0.2}}},
      {"IntFire4", {{"taue", 5}, {"taui1", 10}, {"taui2", 20}, {"taum", 30}}}};
  for (const auto& [name, parameters] : cases) {
    const auto& reference = all[name];
    std::vector<std::pair<double, double>> inputs;
    for (const auto& in : reference["input_t_w"]) inputs.emplace_back(in[0], in[1]);
    // ours are rounded to 1e-9 ms each, and a rounding moves the next; NEURON's IntFire4 is off by
    // up to 1.6e-6 ms at the seventh spike, as integrating its equations to 1e-13 shows (below)
    const double allowed = name == "IntFire1" ? 1e-9 : name == "IntFire2" ? 1e-8 : 2e-6;
    for (const double window : {100.0, 2.5, 0.1}) {
      const auto ours = response(name, parameters, inputs, window);
      const auto& theirs = reference["cvode_events_exact"];
      BOOST_TEST(ours.size() == theirs.size(), name);
      for (std::size_t k = 0; k < std::min(ours.size(), theirs.size()); ++k)
        BOOST_TEST(std::abs(ours[k] - theirs[k].get<double>()) < allowed,
                   name << " " << k << " " << ours[k] - theirs[k].get<double>());
    }
  }
}

namespace {

/// When a system fires whose first state does at 1 and is then 0: Runge and Kutta's fourth order in
/// steps of a microsecond, the crossing by halving the last step. Knows no closed form.
template <std::size_t n, typename F, typename Jump>
std::vector<double> integrated(std::array<double, n> y,
                               std::vector<std::pair<double, double>> inputs, F&& slope,
                               Jump&& jump) {
  using State = std::array<double, n>;
  const auto step = [&](const State& from, double h) {
    const auto plus = [](State a, const State& b, double x) {
      for (std::size_t i = 0; i < n; ++i) a[i] += x * b[i];
      return a;
    };
    const State a = slope(from), b = slope(plus(from, a, h / 2)), c = slope(plus(from, b, h / 2));
    const State d = slope(plus(from, c, h));
    return plus(plus(plus(plus(from, a, h / 6), b, h / 3), c, h / 3), d, h / 6);
  };
  inputs.emplace_back(100, 0);
  std::ranges::sort(inputs);
  std::vector<double> fired;
  double t = 0;
  for (const auto& [until, weight] : inputs) {
    while (t < until) {
      double h = std::min(1e-3, until - t);
      State next = step(y, h);
      if (next[0] >= 1) {
        double low = 0;
        for (int k = 0; k < 60; ++k) {
          const double middle = (low + h) / 2;
          (step(y, middle)[0] >= 1 ? h : low) = middle;
        }
        next = step(y, h);
        next[0] = 0;
        fired.push_back(t + h);
      }
      y = next, t = until - t - h < 1e-12 ? until : t + h;
    }
    jump(y, weight);
  }
  return fired;
}

}  // namespace

BOOST_AUTO_TEST_CASE(IntFire2_and_4_fire_where_their_equations_cross_the_threshold) {
  const std::vector<std::pair<double, double>> inputs{{3, 0.9},  {7, 0.8},  {7.5, -0.4}, {20, 1.7},
                                                      {24, 1.2}, {33, 2.5}, {50, -1.5},  {52, 3}};
  const auto two = integrated<2>(
      {0, 0.2}, inputs,
      [](const auto& y) {
        return std::array{(y[1] - y[0]) / 10, (0.2 - y[1]) / 20};
      },
      [](auto& y, double w) { y[1] += w; });
  // IntFire4's inputs count so that one alone moves m by its weight at the peak
  const auto four_with = [](double excite, double inhibit) {
    return [=](const auto& y) {
      return std::array{-y[0] / 30 + excite * y[1] + inhibit * y[3], -y[1] / 5, -y[2] / 10,
                        y[2] - y[3] / 20};
    };
  };
  const auto peak = [](auto&& slope, std::array<double, 4> y) {
    double most = 0;
    for (int k = 0; k < 200'000;
         ++k) {  // by Euler's method with a step halved once: enough for a scale
      const auto a = slope(y);
      auto half = y;
      for (std::size_t i = 0; i < 4; ++i) half[i] += 5e-4 * a[i];
      const auto b = slope(half);
      for (std::size_t i = 0; i < 4; ++i) y[i] += 1e-3 * b[i];
      most = std::max(most, y[0]);
    }
    return most;
  };
  const double excite = 1 / peak(four_with(1, 0), {0, 1, 0, 0});
  const double inhibit = 1 / peak(four_with(0, 1), {0, 0, 1, 0});
  const auto four = integrated<4>({}, inputs, four_with(excite, inhibit),
                                  [](auto& y, double w) { y[w > 0 ? 1 : 2] += w; });
  const auto ours2 = response("IntFire2", {{"taum", 10}, {"taus", 20}, {"ib", 0.2}}, inputs, 100);
  const auto ours4 =
      response("IntFire4", {{"taue", 5}, {"taui1", 10}, {"taui2", 20}, {"taum", 30}}, inputs, 100);
  BOOST_TEST((two.size() > 2U && four.size() > 2U));
  BOOST_REQUIRE((ours2.size() == two.size() && ours4.size() == four.size()));
  for (std::size_t k = 0; k < two.size(); ++k) BOOST_TEST(std::abs(ours2[k] - two[k]) < 1e-8, k);
  for (std::size_t k = 0; k < four.size(); ++k)  // the scale is right to some 1e-8
    BOOST_TEST(std::abs(ours4[k] - four[k]) < 1e-6, k << " " << ours4[k] - four[k]);
}

BOOST_AUTO_TEST_CASE(inputs_at_one_instant_are_summed_before_the_threshold_is_tested) {
  BOOST_TEST(response("IntFire1", {}, {{5, 1.2}, {5, -0.5}}, 10).empty());
  BOOST_TEST(response("IntFire1", {}, {{5, -0.5}, {5, 0.8}, {5, 0.8}}, 10).size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_input_alone_moves_IntFire4_by_its_weight_at_the_peak) {
  const auto fires = [](double weight) {
    return !response("IntFire4", {}, {{1, weight}}, 10).empty();
  };
  BOOST_TEST(fires(1 + 1e-9));
  BOOST_TEST(!fires(1 - 1e-9));
}
