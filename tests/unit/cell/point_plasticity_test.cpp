// SPDX-License-Identifier: MIT
// Plastic synapses against windows, closed forms and a plain integration of the published rules.
#include "point/plastic_table.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "point/network.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

using namespace cell::point;

namespace {

constexpr double dt = 0.1;
constexpr std::uint64_t delay = 15;  // 1.5 ms

/// One synapse that sees spikes of its source and of its target at times of your choice [steps];
/// those of the target count from when the synapse sees them.
double weight_after(const Plasticity& rule, double start, std::vector<std::uint64_t> source,
                    std::vector<std::uint64_t> target, const Rewards& rewards = {},
                    std::uint64_t end = 100'000, std::uint64_t settle_each = 0) {
  PlasticTable table{rule, 1, Owners{8}, dt, [&](const auto& found) {
                       found(Contact{0, 3, start, delay});
                     }};
  std::ranges::sort(source), std::ranges::sort(target);
  std::size_t k = 0;
  const auto know = [&](std::uint64_t until) {
    for (; k < target.size() && target[k] <= until; ++k) table.fired(3, target[k] - delay);
  };
  std::uint64_t settled = settle_each;
  for (const auto t : source) {
    for (; settle_each > 0 && settled < t; settled += settle_each) {
      know(settled);
      table.settle(settled, rewards);
    }
    know(t);
    table.deliver(0, t, rewards, [](std::uint32_t, std::uint64_t, double) {});
  }
  know(end);
  table.settle(end, rewards);
  return table.at(0, 0).weight;
}

/// The rules as they are published: traces that decay and jump, step by step.
double plainly(const Plasticity& r, double w, const std::vector<std::uint64_t>& source,
               const std::vector<std::uint64_t>& target, std::uint64_t end) {
  double r1 = 0, r2 = 0, o1 = 0, o2 = 0;
  const double range = r.w_max - r.w_min;
  double u = (w - r.w_min) / range;
  const auto up = [&](double a) { u = std::clamp(u + a * std::pow(1 - u, r.mu_plus), 0.0, 1.0); };
  const auto down = [&](double a) { u = std::clamp(u - a * std::pow(u, r.mu_minus), 0.0, 1.0); };
  const bool triplet = r.timing == Plasticity::Timing::triplet;
  for (std::uint64_t t = 0; t <= end; ++t) {
    const bool pre = std::ranges::find(source, t) != source.end();
    const bool post = std::ranges::find(target, t) != target.end();
    if (post) up(r1 * (r.A_plus + (triplet ? r.A3_plus * o2 : 0)));
    if (pre && r.timing == Plasticity::Timing::vogels)
      u = std::clamp(u + r.A_plus * (o1 - 2 * r.rho_per_ms * r.tau_plus), 0.0, 1.0);
    else if (pre)
      down(o1 * (r.A_minus + (triplet ? r.A3_minus * r2 : 0)));
    if (pre) r1 += 1, r2 += 1;
    if (post) o1 += 1, o2 += 1;
    r1 *= std::exp(-dt / r.tau_plus), r2 *= std::exp(-dt / r.tau_x);
    o1 *= std::exp(-dt / r.tau_minus), o2 *= std::exp(-dt / r.tau_y);
  }
  return r.w_min + u * range;
}

std::vector<std::uint64_t> irregular(std::uint64_t id, std::uint64_t number) {
  std::vector<std::uint64_t> times;
  std::uint64_t t = 100;
  for (std::uint64_t k = 0; k < number; ++k) {
    t += 1 + static_cast<std::uint64_t>(200 * tutti::Random{1, 2, id}.exponential(k));
    times.push_back(t);
  }
  return times;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pair_of_spikes_changes_a_weight_by_the_window) {
  Plasticity rule{.tau_plus = 17, .tau_minus = 34, .A_plus = 0.02, .A_minus = 0.01, .w_max = 2};
  for (const int apart : {-400, -101, -7, -1, 1, 5, 80, 333}) {  // target after source [steps]
    const double found =
        weight_after(rule, 1, {2000}, {static_cast<std::uint64_t>(2000 + apart)}) - 1;
    const double expected =
        apart > 0 ? 2 * 0.02 * std::exp(-apart * dt / 17) : -2 * 0.01 * std::exp(apart * dt / 34);
    BOOST_TEST(std::abs(found - expected) < 1e-14, apart << " steps");
  }
  BOOST_TEST(weight_after(rule, 1, {2000}, {2000}) == 1);  // at one instant: no pair
}

BOOST_AUTO_TEST_CASE(bounds_weigh_changes_as_they_say) {
  const auto change = [](double mu_plus, double mu_minus, double start, bool up) {
    const Plasticity rule{.A_plus = 0.1,
                          .A_minus = 0.2,
                          .w_min = 1,
                          .w_max = 5,
                          .mu_plus = mu_plus,
                          .mu_minus = mu_minus};
    return weight_after(rule, start, {2000}, {up ? 2001U : 1999U}) - start;
  };
  const double e = std::exp(-dt / 20), u = 0.25, start = 2;
  for (const double mu : {0.0, 0.3, 1.0}) {
    BOOST_TEST(std::abs(change(mu, 0, start, true) - 4 * 0.1 * e * std::pow(1 - u, mu)) < 1e-14);
    BOOST_TEST(std::abs(change(0, mu, start, false) + 4 * 0.2 * e * std::pow(u, mu)) < 1e-14);
  }
  BOOST_TEST(change(0, 0, 4.9, true) == 5 - 4.9, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(irregular_trains_give_what_the_published_rules_give_step_by_step) {
  const auto source = irregular(1, 60), target = irregular(2, 60);
  using Timing = Plasticity::Timing;
  const Plasticity rules[] = {
      {.tau_plus = 16.8, .tau_minus = 33.7, .A_plus = 0.01, .A_minus = 0.012},
      {.A_plus = 0.03, .A_minus = 0.03, .mu_plus = 0.4, .mu_minus = 0.7},
      // Pfister and Gerstner 2006, table 4: visual cortex, all to all
      {.timing = Timing::triplet,
       .tau_plus = 16.8,
       .tau_minus = 33.7,
       .A_plus = 5e-10,
       .A_minus = 7e-3,
       .tau_x = 101,
       .tau_y = 125,
       .A3_plus = 6.2e-3,
       .A3_minus = 2.3e-4},
      {.timing = Timing::vogels, .A_plus = 0.01, .rho_per_ms = 0.005},
  };
  for (const auto& rule : rules) {
    const double expected = plainly(rule, 0.5, source, target, 20'000);
    BOOST_TEST(expected != 0.5);
    // sixty exponentials of some hundred steps each differ by their rounding
    BOOST_TEST(std::abs(weight_after(rule, 0.5, source, target, {}, 20'000) - expected) < 1e-11);
    BOOST_TEST(weight_after(rule, 0.5, source, target, {}, 20'000, 37) ==
               weight_after(rule, 0.5, source, target, {}, 20'000));  // whenever it is settled
  }
}

BOOST_AUTO_TEST_CASE(inhibition_of_vogels_rests_where_the_target_fires_at_its_rate) {
  // both trains regular: at each source spike o1 is known, and the mean change vanishes where
  // sum of pairs = 2 rho tau: with the same rate r for both and phase 1/2 the traces are equal
  const Plasticity rule{.timing = Plasticity::Timing::vogels, .A_plus = 0.001, .rho_per_ms = 0.01};
  for (const double rate : {0.005, 0.02}) {  // [1/ms], below and above rho = 10 Hz
    std::vector<std::uint64_t> source, target;
    const auto period = static_cast<std::uint64_t>(1 / rate / dt);
    for (std::uint64_t k = 1; k <= 40; ++k)
      source.push_back(k * period), target.push_back(k * period + period / 2);
    const double change = weight_after(rule, 0.5, source, target, {}, 41 * period) - 0.5;
    const double x = std::exp(-static_cast<double>(period) * dt / 20);
    const double mean = 2 * std::sqrt(x) / (1 - x) - 2 * 0.01 * 20;  // after transients
    BOOST_TEST((change > 0) == (mean > 0));
    BOOST_TEST(std::abs(change / 40 / 0.001 - mean) < 0.1 * std::abs(mean) + 0.05);
  }
}

BOOST_AUTO_TEST_CASE(a_reward_turns_eligibility_into_weight) {
  const Plasticity rule{
      .A_plus = 0.1, .A_minus = 0.1, .rewarded = true, .tau_c = 500, .baseline = 0.2};
  const double c = 0.1 * std::exp(-5.0 / 20);  // target 5 ms after source
  const auto at = [](double ms) { return static_cast<std::uint64_t>(ms / dt + 0.5); };
  Rewards rewards;
  rewards.set(at(400), 3), rewards.set(at(600), 0);
  // u' = c exp(-(t - 205 ms)/500 ms) (reward - 0.2) per second, and nothing else until 2 s
  const auto part = [&](double from, double to, double reward) {
    return c * (reward - 0.2) * 0.5 * (std::exp(-(from - 205) / 500) - std::exp(-(to - 205) / 500));
  };
  const double expected = 0.5 + part(205, 400, 0) + part(400, 600, 3) + part(600, 2000, 0);
  const double found = weight_after(rule, 0.5, {at(200)}, {at(205)}, rewards, at(2000));
  BOOST_TEST(std::abs(found - expected) < 1e-12);
  const double often = weight_after(rule, 0.5, {at(200)}, {at(205)}, rewards, at(2000), 130);
  BOOST_TEST(std::abs(often - expected) < 1e-12);
  // a second spike of the source takes from what is eligible
  const double less = weight_after(rule, 0.5, {at(200), at(215)}, {at(205)}, rewards, at(2000));
  BOOST_TEST(less < found);
}

BOOST_AUTO_TEST_CASE(plastic_weights_are_the_same_for_any_ranks_threads_and_windows) {
  const auto weights = [](std::uint64_t ranks, std::uint64_t threads, std::uint64_t window) {
    const auto& model = *find_model("IF_curr_delta");
    Values v{model};
    v.set(model.find("tau_refrac"), 2);
    std::vector<Network> all;
    for (std::uint64_t rank = 0; rank < ranks; ++rank) {
      auto& net = all.emplace_back(dt, 7, Share{rank, ranks, threads});
      net.add({0, 60, &model, v});
      net.connect(
          {.connections = {.name = "p",
                           .rule = {.kind = cell::rules::Rule::Kind::fixed_indegree, .number = 20},
                           .sources = tutti::Elements::range(0, 60),
                           .targets = tutti::Elements::range(0, 60),
                           .same = true,
                           .weight = {{Distribution::Kind::uniform, 0.2, 0.8}},
                           .delay_ms = {{Distribution::Kind::uniform, 1, 3}}},
           .least_delay = 10,
           .plasticity = Plasticity{.w_max = 1}});
      net.drive({"out", 0, 0, 10, 0.16});
      net.start(window);
    }
    for (std::uint64_t to = window; to <= 8000; to += window) {
      std::vector<Spike> now;
      for (auto& net : all) {
        const auto fired = net.advance(to);
        now.insert(now.end(), fired.begin(), fired.end());
      }
      std::ranges::sort(now, {}, [](const Spike& s) { return std::pair{s.instant, s.source}; });
      for (auto& net : all) net.deliver(now);
    }
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t, double>> found;
    for (auto& net : all) {
      net.settle();
      net.for_each_contact(
          [&](auto s, auto t, double w, auto d) { found.emplace_back(t, s, d, w); });
    }
    std::ranges::sort(found);
    return found;
  };
  const auto one = weights(1, 1, 10);
  BOOST_TEST(one.size() == 1200U);
  BOOST_TEST(std::ranges::any_of(one, [](const auto& c) {  // they begin between 0.2 and 0.8
    return std::get<3>(c) > 0.85;
  }));
  BOOST_TEST((weights(3, 1, 10) == one));
  BOOST_TEST((weights(1, 2, 10) == one));
  BOOST_TEST((weights(2, 2, 5) == one));
}

BOOST_AUTO_TEST_CASE(a_weight_that_begins_out_of_bounds_is_refused) {
  BOOST_CHECK_THROW(weight_after({.w_max = 1}, 1.5, {}, {}), tutti::Error);
}

BOOST_AUTO_TEST_CASE(sites_release_on_average_what_the_mean_synapse_gives) {
  const ShortTerm stochastic{.U = 0.4, .tau_rec = 200, .tau_facil = 300, .sites = 3};
  constexpr std::uint32_t synapses = 20'000;
  std::vector<std::vector<Release::Ends>> rows(1);
  for (std::uint32_t k = 0; k < synapses; ++k) rows[0].push_back({0, k});
  Release release{stochastic, rows, dt, 5, 6};
  ShortTermStates mean{stochastic, 1, dt};
  for (const std::uint64_t instant : {0U, 100U, 150U, 160U, 900U, 3000U}) {
    std::vector<double> shares(synapses);
    release.deliver(0, instant, [&](std::size_t k, double share) { shares[k] = share; });
    double sum = 0, squares = 0;
    for (const double x : shares) sum += x, squares += x * x;
    const double expected = mean.spike(0, instant);
    const double found = sum / synapses;
    const double deviation = std::sqrt((squares / synapses - found * found) / synapses);
    BOOST_TEST(std::abs(found - expected) < 4 * deviation, "at " << instant);
    for (const double x : shares) BOOST_REQUIRE(std::abs(3 * x - std::round(3 * x)) < 1e-12);
  }
}
