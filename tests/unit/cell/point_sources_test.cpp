// SPDX-License-Identifier: MIT
// Trains and currents against what they promise, and cells with receptors of the user's own.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "point/network.hpp"
#include "point/neurons.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

using namespace cell::point;

namespace {

constexpr double dt = 0.1;

struct Given {
  const char* name;
  double value;
};

Values with(const Model& model, std::initializer_list<Given> given) {
  Values v{model};
  for (const auto& g : given) v.set(model.find(g.name), g.value);
  return v;
}

/// Times at which each of `n` neurons fires in the first `ms` [ms].
std::vector<std::vector<double>> trains(const Model& model, const Values& values, std::size_t n,
                                        double ms) {
  Setting setting{dt, 3, {}};
  for (std::size_t i = 0; i < n; ++i) setting.ids.push_back(100 + i);
  const auto neurons = make_neurons(model, values, setting);
  std::vector<std::vector<double>> times(n);
  std::vector<std::uint32_t> fired;
  const std::vector<double> silence(2 * n, 0);
  for (int k = 1; k <= static_cast<int>(ms / dt + 0.5); ++k) {
    fired.clear();
    neurons->step(silence.data(), n, 0, fired);
    for (const auto i : fired) times[i].push_back(k * dt);
  }
  return times;
}

std::vector<std::vector<double>> trains(const char* name, std::initializer_list<Given> given,
                                        std::size_t n, double ms) {
  const auto& model = *find_model(name);
  return trains(model, with(model, given), n, ms);
}

struct Statistics {
  double rate, cv, shortest;  // [Hz], 1, [ms]
};

Statistics statistics(const std::vector<std::vector<double>>& times, double ms) {
  double spikes = 0, n = 0, sum = 0, squares = 0, shortest = 1e300;
  for (const auto& t : times) {
    spikes += static_cast<double>(t.size());
    for (std::size_t k = 1; k < t.size(); ++k) {
      const double gap = t[k] - t[k - 1];
      ++n, sum += gap, squares += gap * gap, shortest = std::min(shortest, gap);
    }
  }
  const double mean = sum / n;
  return {spikes / static_cast<double>(times.size()) / ms * 1e3,
          std::sqrt(squares / n - mean * mean) / mean, shortest};
}

}  // namespace

BOOST_AUTO_TEST_CASE(trains_have_their_rates_and_their_regularity) {
  struct Case {
    const char* name;
    std::vector<std::vector<double>> times;
    double rate, cv, shortest;
  };
  const double ms = 20'000;
  const Case cases[] = {
      {"poisson", trains("SpikeSourcePoisson", {{"rate", 40}}, 100, ms), 40, 1, 0},
      {"refractory",
       trains("SpikeSourcePoissonRefractory", {{"rate", 40}, {"tau_refrac", 10}}, 100, ms), 40, 0.6,
       10},
      {"gamma", trains("SpikeSourceGamma", {{"alpha", 4}, {"beta", 160}}, 100, ms), 40, 0.5, 0},
      {"regular", trains("SpikeSourceRegular", {{"rate", 40}}, 3, ms), 40, 0, 25},
      {"netstim", trains("NetStim", {{"interval", 25}, {"number", 1e9}, {"noise", 0.5}}, 100, ms),
       40, 0.5, 12.5},
  };
  for (const auto& c : cases) {
    const auto found = statistics(c.times, ms);
    // 80000 intervals: rates within 4 cv / sqrt(80000), and a start of 50 ms without spikes
    BOOST_TEST(std::abs(found.rate / c.rate - 1) < 0.015 * c.cv + 0.005,
               c.name << " " << found.rate);
    BOOST_TEST(std::abs(found.cv - c.cv) < 0.02, c.name << " " << found.cv);
    BOOST_TEST(found.shortest > c.shortest - 1.5 * dt, c.name << " " << found.shortest);
  }
}

BOOST_AUTO_TEST_CASE(netstim_without_noise_fires_as_neurons_does) {
  const auto times = trains("NetStim", {{"interval", 7}, {"number", 4}, {"start", 20}}, 1, 200);
  BOOST_REQUIRE(times[0].size() == 4U);
  for (std::size_t k = 0; k < 4; ++k)
    BOOST_TEST(std::abs(times[0][k] - (20 + 7 * static_cast<double>(k))) < 1e-9);
  BOOST_TEST(trains("NetStim", {{"number", 0}}, 1, 200)[0].empty());
}

BOOST_AUTO_TEST_CASE(rates_that_change_are_followed_bin_by_bin) {
  const auto& poisson = *find_model("SpikeSourceInhPoisson");
  Values v{poisson};
  v.set_lists(poisson.find("times"), {{0, 100, 300}});
  v.set_lists(poisson.find("rates"), {{50, 0, 200}});
  const auto& gamma = *find_model("SpikeSourceInhGamma");
  Values g{gamma};
  g.set_lists(gamma.find("tbins"), {{0, 100, 300}});
  g.set_lists(gamma.find("a"), {{3, 3, 3}});
  g.set_lists(gamma.find("b"), {{1 / 150.0, 1e9, 1 / 600.0}});
  for (const auto& times : {trains(poisson, v, 4000, 400), trains(gamma, g, 4000, 400)}) {
    double counts[3]{};
    for (const auto& train : times)
      for (const double t : train) ++counts[t <= 100 ? 0 : t <= 300 ? 1 : 2];
    BOOST_TEST(std::abs(counts[0] - 4000 * 5) <
               4000 * 0.5 + 4 * std::sqrt(20000));  // gamma starts late
    BOOST_TEST(counts[1] == 0);
    BOOST_TEST(std::abs(counts[2] - 4000 * 20) < 4000 * 0.5 + 4 * std::sqrt(80000));
  }
  v.set_lists(poisson.find("rates"), {{50, 0}});
  BOOST_CHECK_THROW(trains(poisson, v, 1, 10), tutti::Error);
}

namespace {

/// 20 (1 + sin(2 pi t / 200)) Hz.
double wave(double t) { return 20 * (1 + std::sin(2 * std::numbers::pi * t / 200)); }

/// Chi square of counts in ten bins of one cycle against the integral of wave().
double chi_square_of_wave(const std::array<double, 10>& counts, double cycles_of_all) {
  double sum = 0;
  for (std::size_t k = 0; k < 10; ++k) {
    const double a = 2 * std::numbers::pi * 0.1 * static_cast<double>(k),
                 b = a + 0.2 * std::numbers::pi;
    const double expected =
        cycles_of_all * 0.02 * 200 * (0.1 + (std::cos(a) - std::cos(b)) / (2 * std::numbers::pi));
    sum += (counts[k] - expected) * (counts[k] - expected) / expected;
  }
  return sum;
}

void courses_of_wave(double t, std::span<const std::uint64_t> gids, std::span<double> values) {
  for (std::size_t i = 0; i < gids.size(); ++i) values[i] = wave(t);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rate_that_is_a_formula_of_time_is_followed_step_by_step) {
  const auto& poisson = *find_model("SpikeSourceInhPoisson");
  Values v{poisson};
  v.set_course(poisson.find("rate"), courses_of_wave);
  std::array<double, 10> counts{};
  const auto times = trains(poisson, v, 500, 4000);
  double n = 0, squares = 0;
  for (const auto& train : times) {
    n += static_cast<double>(train.size());
    squares += static_cast<double>(train.size() * train.size());
    for (const double t : train)
      ++counts[static_cast<std::size_t>(std::fmod(t - dt / 2, 200.0) / 20)];
  }
  // chi square of ten bins: mean 10, above 29.6 once in a thousand seeds
  BOOST_TEST(chi_square_of_wave(counts, 500 * 20) < 29.6);
  // counts of 500 independent Poisson trains: variance over mean is 1 within 4 sqrt(2/500)
  const double mean = n / 500;
  BOOST_TEST(std::abs((squares / 500 - mean * mean) / mean - 1) < 4 * std::sqrt(2.0 / 500));
  // a gamma train of shape 4 in the time that the rate makes pass: counts vary a quarter as much
  const auto& gamma = *find_model("SpikeSourceGamma");
  Values g{gamma};
  g.set(gamma.find("alpha"), 4);
  g.set_course(gamma.find("beta"), [](double t, auto gids, auto values) {
    courses_of_wave(t, gids, values);
    for (double& x : values) x *= 4;
  });
  double spikes = 0, spread = 0;
  for (const auto& train : trains(gamma, g, 500, 4000)) {
    const auto count = static_cast<double>(train.size());
    spikes += count, spread += count * count;
  }
  BOOST_TEST(std::abs(spikes / 500 - 80) < 1);  // 80 expected, less half a spike at the start
  const double fano = (spread / 500 - spikes / 500 * spikes / 500) / (spikes / 500);
  BOOST_TEST(std::abs(fano / 0.25 - 1) < 4 * std::sqrt(2.0 / 500));
}

BOOST_AUTO_TEST_CASE(a_drive_whose_rate_is_a_formula_of_time_follows_it) {
  const auto& model = *find_model("IF_curr_delta");
  Network net{dt, 5, {}};
  net.add({0, 200, &model, Values{model}});
  DriveSpec drive;
  drive.name = "wave", drive.rate_hz = wave;
  net.drive(drive);
  net.start(1);
  std::array<double, 10> counts{};
  std::uint64_t before = 0;
  for (std::uint64_t k = 1; k <= 40'000; ++k) {
    net.advance(k);
    counts[(k - 1) % 2000 / 200] += static_cast<double>(net.events() - before);
    before = net.events();
  }
  BOOST_TEST(chi_square_of_wave(counts, 200 * 20) < 29.6);
  drive.rate_hz = [](double t) { return 10 - t; };
  Network bad{dt, 5, {}};
  bad.add({0, 1, &model, Values{model}});
  bad.drive(drive);
  bad.start(1);
  BOOST_CHECK_EXCEPTION(for (std::uint64_t k = 1; k <= 200; ++k) bad.advance(k), tutti::Error,
                        [](const auto& e) {
                          return std::string{e.what()}.find("its rate is -0.") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_CASE(patterns_fire_when_they_say) {
  const auto& array = *find_model("SpikeSourceArray");
  Values v{array};
  v.set_lists(array.find("spike_times"), {{3, 1.25, 3}, {7}});
  const auto told = trains(array, v, 2, 10);
  BOOST_TEST((told[0].size() == 3U && std::abs(told[0][0] - 1.3) < 1e-9));  // up to the grid
  BOOST_TEST((told[1].size() == 1U && std::abs(told[1][0] - 7) < 1e-9));
  const auto evoked =
      trains("SpikeSourceEvoked", {{"start", 60}, {"start_std", 5}, {"spikes", 3}}, 3000, 120);
  double sum = 0, squares = 0, n = 0;
  for (const auto& train : evoked)
    for (const double t : train) ++n, sum += t, squares += (t - 60) * (t - 60);
  BOOST_TEST(n == 9000);
  BOOST_TEST(std::abs(sum / n - 60 - dt / 2) < 4 * 5 / std::sqrt(n));
  BOOST_TEST(std::abs(std::sqrt(squares / n) - 5) < 0.2);
  const auto rhythm =
      trains("SpikeSourceRhythmic",
             {{"start", 50}, {"freq", 20}, {"events_per_cycle", 2}, {"stop", 200}}, 1, 300);
  const double expected[] = {45, 55, 95, 105, 145, 155};
  BOOST_REQUIRE(rhythm[0].size() == 6U);
  for (std::size_t k = 0; k < 6; ++k) BOOST_TEST(std::abs(rhythm[0][k] - expected[k]) < 1e-9);
  const auto& pulses = *find_model("SpikeSourcePulses");
  Values p{pulses};
  p.set(pulses.find("noise"), 0);
  p.set_lists(pulses.find("starts"), {{10, 100}});
  p.set_lists(pulses.find("ends"), {{30, 125}});
  p.set_lists(pulses.find("rates"), {{100, 200}});
  const auto pulsed = trains(pulses, p, 1, 200);
  for (const double t : pulsed[0]) BOOST_TEST(((t >= 10 && t <= 30) || (t >= 100 && t <= 125)));
  BOOST_TEST(pulsed[0].size() == 8U);  // at 10, 20, 30; time stands still; from 105 every 5 ms
}

BOOST_AUTO_TEST_CASE(currents_move_a_membrane_as_its_equation_says) {
  const auto& model = *find_model("IF_curr_exp");
  const auto values = with(model, {{"tau_m", 20}, {"cm", 0.5}, {"v_thresh", 1e9}});
  const double R = 20 / 0.5;  // [MOhm]
  const auto voltages = [&](const Current& current, double ms) {
    Network net{dt, 1, {}};
    net.add({0, 2, &model, values});
    net.inject({"i", 0, tutti::Elements::range(1, 1), current});
    net.start(1);
    std::vector<double> v;
    for (std::uint64_t k = 1; k <= static_cast<std::uint64_t>(ms / dt + 0.5); ++k) {
      net.advance(k);
      v.push_back(net.state(1, 0) + 65);
      BOOST_REQUIRE(net.state(0, 0) == -65);
    }
    return v;
  };
  const auto dc = voltages({.start_ms = 10, .stop_ms = 50, .amplitude = 0.1}, 80);
  for (std::size_t k = 0; k < dc.size(); ++k) {
    const double t = static_cast<double>(k + 1) * dt;
    const double up = 1 - std::exp(-(std::min(t, 50.0) - 10) / 20);
    const double expected = t <= 10 ? 0 : 0.1 * R * up * std::exp(-std::max(0.0, t - 50) / 20);
    BOOST_REQUIRE(std::abs(dc[k] - expected) < 1e-9);
  }
  // settled: |1 / (1 + i w tau)| of R times the amplitude; held over a step, so right to (w dt)^2
  const double w = 2 * std::numbers::pi * 0.02;
  const auto ac = voltages({.kind = Current::Kind::ac, .amplitude = 0.1, .per_ms = 0.02}, 400);
  const double top = *std::max_element(ac.end() - 500, ac.end());
  BOOST_TEST(std::abs(top / (0.1 * R / std::hypot(1, w * 20)) - 1) < 1e-4);
  const auto steps =
      voltages({.kind = Current::Kind::step, .times_ms = {5, 200}, .amplitudes = {0.2, -0.1}}, 400);
  BOOST_TEST(std::abs(steps[1999] - 0.2 * R * (1 - std::exp(-195 / 20.0))) < 1e-9);
  BOOST_TEST(std::abs(steps[3999] + 0.1 * R) < 0.2 * R * 2 * std::exp(-10));
  // white on the scale of a step: v is autoregressive with a = exp(-dt/tau), of variance
  // (R sd)^2 (1 - a) / (1 + a); 20 s are some 500 independent values
  const auto noise = voltages(
      {.kind = Current::Kind::noise, .amplitude = 2, .offset = 0.1, .interval_ms = dt}, 20'000);
  double sum = 0, squares = 0;
  for (std::size_t k = 2000; k < noise.size(); ++k)
    sum += noise[k], squares += std::pow(noise[k] - 0.1 * R, 2);
  const double n = static_cast<double>(noise.size() - 2000), a = std::exp(-dt / 20);
  const double variance = std::pow(2 * R, 2) * (1 - a) / (1 + a);
  BOOST_TEST(std::abs(sum / n - 0.1 * R) < 4 * std::sqrt(variance / 495));
  BOOST_TEST(std::abs(squares / n / variance - 1) < 4 * std::sqrt(2.0 / 990));
}

BOOST_AUTO_TEST_CASE(izhikevich_2007_follows_its_equations) {
  const auto& model = *find_model("Izhikevich2007");
  const auto values = with(model, {{"i_offset", 0.1}});
  const auto found = trains(model, values, 1, 300)[0];
  // the same by Runge and Kutta's fourth order in steps of a microsecond
  double v = -60, u = 0;
  std::vector<double> expected;
  const auto dv = [](double x, double y) { return (0.0007 * (x + 60) * (x + 40) - y + 0.1) / 0.1; };
  const auto du = [](double x, double y) { return 0.03 * (-0.002 * (x + 60) - y); };
  constexpr double h = 1e-3;
  for (int k = 0; k < 300'000; ++k) {
    const double a = dv(v, u), b = du(v, u);
    const double c = dv(v + h / 2 * a, u + h / 2 * b), d = du(v + h / 2 * a, u + h / 2 * b);
    const double e = dv(v + h / 2 * c, u + h / 2 * d), f = du(v + h / 2 * c, u + h / 2 * d);
    const double g = dv(v + h * e, u + h * f), i = du(v + h * e, u + h * f);
    v += h / 6 * (a + 2 * c + 2 * e + g), u += h / 6 * (b + 2 * d + 2 * f + i);
    if (v >= 35) expected.push_back((k + 1) * h), v = -50, u += 0.1;
  }
  BOOST_REQUIRE(found.size() == expected.size());
  BOOST_TEST(found.size() > 3U);
  for (std::size_t k = 0; k < found.size(); ++k)  // up to the grid, and a step of h for each reset
    BOOST_TEST((found[k] - expected[k] > -0.005 && found[k] - expected[k] < dt + 0.005), k);
}

namespace {

Model with_receptors(const char* name, std::vector<Receptor> responses) {
  auto model = *find_model(name);
  for (std::size_t k = 0; k < responses.size(); ++k) {
    model.receptors.push_back(std::string(1, static_cast<char>('a' + k)));
    model.states.push_back("g"), model.states.push_back("x");
  }
  model.responses = std::move(responses);
  return model;
}

/// v after each step, and the first receptor's g, with inputs of `w` into receptor `r` at 5 and 9
/// ms.
std::pair<std::vector<double>, std::vector<double>> course(const Model& model, const Values& values,
                                                           std::size_t r, double w, std::size_t g) {
  const auto neurons = make_neurons(model, values, {dt, 1, {0}});
  std::vector<double> v, conductance;
  std::vector<std::uint32_t> fired;
  for (int k = 1; k <= 1000; ++k) {
    std::vector<double> input(8, 0);
    if (k == 50 || k == 90) input[r] = w;
    neurons->step(input.data(), 1, 0, fired);
    v.push_back(neurons->state(0, 0)), conductance.push_back(neurons->state(g, 0));
  }
  return {v, conductance};
}

}  // namespace

BOOST_AUTO_TEST_CASE(receptors_of_ones_own_are_those_of_the_standard_cells) {
  using Shape = Receptor::Shape;
  struct Case {
    const char *standard, *own;
    Receptor receptor;
    double weight;
  };
  const Case cases[] = {{"IF_curr_exp", "LIF", {Shape::curr_exp, 0, 5, 0}, 0.4},
                        {"IF_cond_exp", "LIF", {Shape::cond_exp, 0, 5, 0}, 0.02},
                        {"IF_cond_alpha", "LIF", {Shape::cond_alpha, 0, 0.3, 0}, 0.1},
                        {"EIF_cond_exp_isfa_ista", "AdExp", {Shape::cond_exp, 0, 5, 0}, 0.02}};
  for (const auto& c : cases) {
    const auto& standard = *find_model(c.standard);
    const auto own = with_receptors(
        c.own, {{Shape::cond_exp, 0, 9, -70}, c.receptor, {Shape::cond_exp, 0, 2, 0}});
    const auto one = course(standard, Values{standard}, 0, c.weight, 0).first;
    const auto other = course(own, Values{own}, 1, c.weight, 0).first;
    double worst = 0;
    for (std::size_t k = 0; k < one.size(); ++k)
      worst = std::max(worst, std::abs(one[k] - other[k]));
    // both err by 1e-7 of their size in each step; the exact method of IF_curr_exp does not
    BOOST_TEST(worst < 2e-5, c.standard << " " << worst);
    BOOST_TEST(*std::ranges::max_element(one) > one.front() + 0.5, c.standard);
  }
}

BOOST_AUTO_TEST_CASE(a_receptor_of_two_time_constants_peaks_at_the_weight) {
  const auto own = with_receptors("LIF", {{Receptor::Shape::cond_beta, 1, 6, 0}});
  const auto neurons = make_neurons(own, Values{own}, {dt, 1, {0}});
  const double rate = 5.0 / 6, peak = std::log(6.0) / rate;
  std::vector<std::uint32_t> fired;
  double most = 0;
  for (int k = 1; k <= 300; ++k) {
    const double input = k == 1 ? 0.003 : 0;
    neurons->step(&input, 1, 0, fired);
    const double t = (k - 1) * dt, g = neurons->state(1, 0);
    const double shape =
        (std::exp(-t / 6) - std::exp(-t)) / (std::exp(-peak / 6) - std::exp(-peak));
    BOOST_REQUIRE(std::abs(g - 0.003 * shape) < 1e-6);
    most = std::max(most, g);
  }
  BOOST_TEST(std::abs(most / 0.003 - 1) < 1e-3);  // the grid passes beside the peak
}
