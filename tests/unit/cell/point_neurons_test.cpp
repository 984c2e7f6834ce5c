// SPDX-License-Identifier: MIT
// Each kind of point neuron against the solution of its published equations.
#include "point/neurons.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "point/reference.hpp"
#include "test.hpp"

namespace {

using namespace cell::point;

struct One {
  explicit One(const std::string& name, double dt = 0.1,
               const std::vector<std::pair<std::string, double>>& said = {})
      : model{*find_model(name)}, values{model}, dt_ms{dt} {
    for (const auto& [parameter, value] : said) values.set(model.find(parameter), value);
    neurons = make_neurons(model, values, {dt, 5, {0}});
  }
  double get(const char* name) const { return values.of(model.find(name), 0); }
  /// One step with inputs to the two receptors at its end; whether it fired.
  bool step(double first = 0, double second = 0) {
    const double input[2] = {first, second};
    fired.clear();
    neurons->step(input, 1, 0, fired);
    return !fired.empty();
  }
  double v() const { return neurons->state(0, 0); }

  const Model& model;
  Values values;
  double dt_ms;
  std::unique_ptr<Neurons> neurons;
  std::vector<std::uint32_t> fired;
};

/// Classical Runge-Kutta with a small fixed step: an independent high-order solution.
template <std::size_t n>
void rk4(std::array<double, n>& y, double span, int steps,
         const std::function<std::array<double, n>(const std::array<double, n>&)>& f) {
  const double h = span / steps;
  for (int s = 0; s < steps; ++s) {
    const auto at = [&](const std::array<double, n>& k, double by) {
      auto z = y;
      for (std::size_t i = 0; i < n; ++i) z[i] += by * k[i];
      return z;
    };
    const auto k1 = f(y), k2 = f(at(k1, h / 2)), k3 = f(at(k2, h / 2)), k4 = f(at(k3, h));
    for (std::size_t i = 0; i < n; ++i) y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_current_pulse_of_IF_curr_exp_is_the_exact_double_exponential) {
  for (const double tau_s : {5.0, 20.0, 19.999999}) {  // also where it equals tau_m
    One one{"IF_curr_exp", 0.1, {{"tau_syn_E", tau_s}, {"cm", 0.5}, {"v_rest", -60}}};
    one.step(0.2);
    for (int n = 1; n <= 500; ++n) {
      one.step();
      const double t = 0.1 * n;
      const double x = t / tau_s - t / 20;
      const double shape = std::abs(x) < 1e-12 ? 1 : -std::expm1(-x) / x;
      const double exact = -60 + 0.2 / 0.5 * t * std::exp(-t / 20) * shape;
      BOOST_TEST(std::abs(one.v() - exact) < 1e-10, "tau " << tau_s << " t " << t);
    }
  }
}

BOOST_AUTO_TEST_CASE(alpha_currents_peak_at_the_weight_and_charge_the_membrane_exactly) {
  One one{"IF_curr_alpha", 0.1, {{"tau_syn_I", 2}}};
  one.step(0, -0.3);
  double peak = 0;
  std::array<double, 1> v{-65};
  double t0 = 0;
  for (int n = 1; n <= 300; ++n) {
    one.step();
    peak = std::min(peak, one.neurons->state(2, 0));
    std::array<double, 2> y{v[0], t0};
    rk4<2>(y, 0.1, 4, [](const std::array<double, 2>& z) {
      const double i = -0.3 * z[1] / 2 * std::exp(1 - z[1] / 2);
      return std::array<double, 2>{(-65 - z[0]) / 20 + i, 1};
    });
    v[0] = y[0], t0 = y[1];
    BOOST_TEST(std::abs(one.v() - v[0]) < 1e-9);  // RK4 with h = 0.025 errs by 1e-10
  }
  BOOST_TEST(std::abs(peak + 0.3) < 1e-12);  // t = tau is on the grid
}

BOOST_AUTO_TEST_CASE(a_steady_current_makes_a_leaky_neuron_fire_with_its_exact_period) {
  // v crosses where tau ln(RI / (RI - 15)); the period is that rounded up to the grid, plus the
  // refractory time
  One one{"IF_curr_delta", 0.1, {{"i_offset", 1.0}, {"tau_refrac", 2}}};
  const double free_run = 20 * std::log(20.0 / (20.0 - 15.0));
  const int period = static_cast<int>(std::ceil(free_run / 0.1)) + 20;
  std::vector<int> spikes;
  for (int n = 1; n <= 2000; ++n)
    if (one.step()) spikes.push_back(n);
  BOOST_REQUIRE(spikes.size() > 3);
  for (std::size_t k = 1; k < spikes.size(); ++k) BOOST_TEST(spikes[k] - spikes[k - 1] == period);
}

BOOST_AUTO_TEST_CASE(delta_input_moves_the_voltage_at_once_and_is_lost_while_refractory) {
  One one{"IF_curr_delta", 0.1, {{"tau_refrac", 0.3}}};
  one.step(3);
  BOOST_TEST(one.v() == -62);
  BOOST_TEST(one.step(20));
  for (int n = 0; n < 3; ++n) {
    BOOST_TEST(!one.step(50));
    BOOST_TEST(one.v() == -65);
  }
  BOOST_TEST(one.step(50));
}

BOOST_AUTO_TEST_CASE(conductances_follow_a_small_step_solution_to_a_microvolt) {
  for (const bool alpha : {false, true}) {
    One one{alpha ? "IF_cond_alpha" : "IF_cond_exp", 0.1, {{"v_thresh", 100}}};
    const double te = one.get("tau_syn_E"), ti = one.get("tau_syn_I");
    std::array<double, 5> y{-65, 0, 0, 0, 0};
    for (int n = 1; n <= 400; ++n) {
      rk4<5>(y, 0.1, 40, [&](const std::array<double, 5>& z) {
        return std::array<double, 5>{
            (0.05 * (-65 - z[0]) - z[1] * z[0] + z[3] * (-70 - z[0])) / 1.0, -z[1] / te + z[2],
            -z[2] / te, -z[3] / ti + z[4], -z[4] / ti};
      });
      const double e_in = n % 70 == 1 ? 0.02 : 0, i_in = n % 110 == 5 ? 0.05 : 0;
      constexpr double e = 2.718281828459045;
      y[alpha ? 2 : 1] += alpha ? e_in * e / te : e_in;
      y[alpha ? 4 : 3] += alpha ? i_in * e / ti : i_in;
      one.step(e_in, i_in);
      BOOST_TEST(std::abs(one.v() - y[0]) < 1e-3);  // tolerance 1e-7 (1 + |v|) a step, 400 steps
    }
  }
}

BOOST_AUTO_TEST_CASE(adaptive_exponential_neurons_fire_when_a_small_step_solution_does) {
  for (const char* name : {"EIF_cond_exp_isfa_ista", "EIF_cond_alpha_isfa_ista"}) {
    One one{name, 0.1, {{"i_offset", 1.0}}};
    std::array<double, 2> y{-70.6, 0};
    const double g = 0.281 / 9.3667;
    int held = 0, ours = 0, theirs = 0;
    for (int n = 1; n <= 3000; ++n) {
      bool fires = false;
      for (int s = 0; s < 200; ++s) {
        if (held > 0) y[0] = -70.6;
        rk4<2>(y, 0.0005, 1, [&](const std::array<double, 2>& z) {
          return std::array<double, 2>{
              held > 0 ? 0
                       : (g * (-70.6 - z[0] + 2 * std::exp((std::min(z[0], -40.0) + 50.4) / 2)) -
                          z[1] + 1.0) /
                             0.281,
              (0.004 * (z[0] + 70.6) - z[1]) / 144};
        });
        if (held == 0 && y[0] >= -40) {
          y = {-70.6, y[1] + 0.0805};
          held = 1, fires = true;
        }
      }
      if (!fires) held = 0;
      ours += one.step() ? 1 : 0, theirs += fires ? 1 : 0;
      BOOST_TEST(ours == theirs, name << " step " << n);
      if (ours != theirs) break;
    }
    BOOST_TEST(theirs > 10);
  }
}

BOOST_AUTO_TEST_CASE(HH_cond_exp_follows_a_small_step_solution_through_its_spikes) {
  One one{"HH_cond_exp", 0.1, {{"i_offset", 0.5}}};
  std::array<double, 4> y{-65, one.neurons->state(3, 0), one.neurons->state(4, 0),
                          one.neurons->state(5, 0)};
  int spikes = 0;
  for (int n = 1; n <= 500; ++n) {
    rk4<4>(y, 0.1, 100, [](const std::array<double, 4>& z) {
      const double u = z[0] + 63;
      const double am = 0.32 * (13 - u) / (std::exp((13 - u) / 4) - 1);
      const double bm = 0.28 * (u - 40) / (std::exp((u - 40) / 5) - 1);
      const double ah = 0.128 * std::exp((17 - u) / 18), bh = 4 / (1 + std::exp((40 - u) / 5));
      const double an = 0.032 * (15 - u) / (std::exp((15 - u) / 5) - 1);
      const double bn = 0.5 * std::exp((10 - u) / 40);
      return std::array<double, 4>{
          (0.01 * (-65 - z[0]) + 20 * std::pow(z[1], 3) * z[2] * (50 - z[0]) +
           6 * std::pow(z[3], 4) * (-90 - z[0]) + 0.5) /
              0.2,
          am * (1 - z[1]) - bm * z[1], ah * (1 - z[2]) - bh * z[2], an * (1 - z[3]) - bn * z[3]};
    });
    spikes += one.step() ? 1 : 0;
    BOOST_TEST(std::abs(one.v() - y[0]) < 0.02, "step " << n);  // upstrokes move 400 mV/ms
  }
  BOOST_TEST(spikes >= 3);
}

BOOST_AUTO_TEST_CASE(Izhikevich_neurons_of_six_kinds_fire_at_the_exact_times) {
  REQUIRE_SHARED(shared);
  std::ifstream file{shared / "refs/05_point.json"};
  const auto cells = nlohmann::json::parse(file)["izhikevich2003"]["cells"];
  BOOST_TEST(cells.size() == 6);
  constexpr double dt = 0.005;
  for (const auto& [name, cell] : cells.items()) {
    const auto& p = cell["params"];
    One one{"Izhikevich", dt, {{"a", p["a"]}, {"b", p["b"]}, {"c", p["c"]}, {"d", p["d"]}}};
    One driven{"Izhikevich",
               dt,
               {{"a", p["a"]},
                {"b", p["b"]},
                {"c", p["c"]},
                {"d", p["d"]},
                {"i_offset", 1e-3 * p["I"].get<double>()}}};
    One* now = &one;
    now->neurons->set_state(0, 0, -65);
    now->neurons->set_state(1, 0, -65 * p["b"].get<double>());
    std::vector<double> spikes;
    for (int n = 1; n <= static_cast<int>(350 / dt); ++n) {
      if (n == static_cast<int>(50 / dt) + 1 || n == static_cast<int>(300 / dt) + 1) {
        One* next = n < static_cast<int>(200 / dt) ? &driven : &one;
        for (std::size_t s = 0; s < 2; ++s)
          next->neurons->set_state(s, 0, now->neurons->state(s, 0));
        now = next;
      }
      if (now->step()) spikes.push_back(n * dt);
    }
    const auto& exact = cell["exact_ode_event"];
    BOOST_TEST(spikes.size() == exact.size(), name);
    // a spike is reported at the end of its step, and integration tolerance adds up slowly
    for (std::size_t k = 0; k < std::min(spikes.size(), exact.size()); ++k)
      BOOST_TEST(std::abs(spikes[k] - exact[k].get<double>()) < dt + 0.002, name << " " << k);
  }
}

BOOST_AUTO_TEST_CASE(adaptation_of_gsfa_grr_slows_firing_down_and_its_states_decay_exactly) {
  One one{"IF_cond_exp_gsfa_grr", 0.1, {{"i_offset", 1.5}}};
  std::vector<int> spikes;
  for (int n = 1; n <= 5000; ++n) {
    const double before = one.neurons->state(3, 0);
    const bool fired = one.step();
    if (fired) spikes.push_back(n);
    const double expected = before * std::exp(-0.1 / 100) + (fired ? 0.015 : 0);
    BOOST_TEST(std::abs(one.neurons->state(3, 0) - expected) < 1e-7);
  }
  BOOST_REQUIRE(spikes.size() > 3);
  BOOST_TEST(spikes[spikes.size() - 1] - spikes[spikes.size() - 2] > spikes[1] - spikes[0]);
}

BOOST_AUTO_TEST_CASE(GIF_cond_exp_fires_with_the_intensity_its_voltage_says) {
  // at rest, 17 mV below threshold: lambda0 = 1000 Hz makes exp(-17 / 5) per ms
  One one{"GIF_cond_exp",
          0.1,
          {{"delta_v", 5},
           {"lambda0", 1000},
           {"a_eta1", 0},
           {"a_eta2", 0},
           {"a_eta3", 0},
           {"a_gamma1", 0},
           {"a_gamma2", 0},
           {"a_gamma3", 0}}};
  int spikes = 0;
  constexpr int steps = 200000;
  for (int n = 0; n < steps; ++n) spikes += one.step() ? 1 : 0;
  const double intensity = std::exp(-17.0 / 5);  // per ms
  const double mean = 1 / intensity + 4;         // ms; a refractory period before each wait
  const double expected = steps * 0.1 / mean;
  BOOST_TEST(std::abs(spikes - expected) < 4 * std::sqrt(expected), spikes << " " << expected);
}

BOOST_AUTO_TEST_CASE(names_units_and_defaults_are_those_of_PyNN) {
  const auto value = [](const char* model, const char* parameter) {
    const auto* m = find_model(model);
    return m->parameters[static_cast<std::size_t>(m->find(parameter))].value;
  };
  BOOST_TEST(value("HH_cond_exp", "gbar_Na") == 20);
  BOOST_TEST(value("HH_cond_exp", "cm") == 0.2);
  BOOST_TEST(value("HH_cond_exp", "v_offset") == -63);
  BOOST_TEST(value("EIF_cond_exp_isfa_ista", "cm") == 0.281);
  BOOST_TEST(value("EIF_cond_alpha_isfa_ista", "tau_m") == 9.3667);
  BOOST_TEST(value("EIF_cond_exp_isfa_ista", "b") == 0.0805);
  BOOST_TEST(value("IF_curr_exp", "tau_syn_E") == 5);
  BOOST_TEST(value("IF_curr_alpha", "tau_syn_E") == 0.5);
  BOOST_TEST(value("IF_cond_exp_gsfa_grr", "q_rr") == 3000);
  for (const auto& m : models()) BOOST_TEST(m.find("nonsense") == -1);
}

BOOST_AUTO_TEST_CASE(the_page_of_point_neurons_is_made_from_them) {
  std::ifstream file{test::source() / "docs/reference/point-neurons.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  BOOST_TEST((text == model_reference()),
             "write it anew: tutti-cell --point-neurons > docs/reference/point-neurons.md");
}
