// SPDX-License-Identifier: MIT
// HH_cond_exp, Izhikevich and GIF_cond_exp. Units: mV, ms, nF, nA, uS.
#include <cmath>
#include <numeric>

#include "point/ode_neurons.hpp"

namespace cell::point {
namespace {

struct Conductances {
  double tau[2], reversal[2];
  double slope(const double* y, double* dy) const {
    double current = 0;
    for (std::size_t s = 0; s < 2; ++s) {
      current += y[1 + s] * (reversal[s] - y[0]);
      dy[1 + s] = -y[1 + s] / tau[s];
    }
    return current;
  }
};

Conductances conductances(const Model& m, const Values& v, std::size_t i) {
  const auto get = [&](const char* name) { return v.of(m.find(name), i); };
  return {{get("tau_syn_E"), get("tau_syn_I")}, {get("e_rev_E"), get("e_rev_I")}};
}

/// x / (exp(x / k) - 1), by its series where that is 0 / 0.
double linoid(double x, double k) {
  return std::abs(x / k) < 1e-6 ? k * (1 - x / (2 * k)) : x / std::expm1(x / k);
}

/// Traub & Miles 1991 as in benchmark 3 of Brette et al. 2007. A spike is 0 mV crossed upwards.
struct HodgkinHuxley {
  static constexpr std::size_t size = 6;
  static constexpr bool at_once = false, holds_delta = false;
  using State = std::array<double, size>;
  double g_na, g_k, g_leak, cm, shift, e_na, e_k, e_leak, offset;
  double v_reset = 0;
  std::int32_t refractory = 0;
  Conductances synapses;

  HodgkinHuxley(const Model& m, const Values& v, std::size_t i, const Setting&)
      : synapses{conductances(m, v, i)} {
    const auto get = [&](const char* name) { return v.of(m.find(name), i); };
    g_na = get("gbar_Na"), g_k = get("gbar_K"), g_leak = get("g_leak"), cm = get("cm");
    shift = get("v_offset"), e_na = get("e_rev_Na"), e_k = get("e_rev_K");
    e_leak = get("e_rev_leak"), offset = get("i_offset");
  }
  /// Opening and closing rates of m, h, n [1/ms].
  std::array<std::array<double, 2>, 3> rates(double v) const {
    const double u = v - shift;
    return {{{0.32 * linoid(13 - u, 4), 0.28 * linoid(u - 40, 5)},
             {0.128 * std::exp((17 - u) / 18), 4 / (1 + std::exp((40 - u) / 5))},
             {0.032 * linoid(15 - u, 5), 0.5 * std::exp((10 - u) / 40)}}};
  }
  State rest() const {
    State y{e_leak};
    const auto r = rates(e_leak);
    for (std::size_t k = 0; k < 3; ++k) y[3 + k] = r[k][0] / (r[k][0] + r[k][1]);
    return y;
  }
  void slope(const State& y, State& dy) const {
    const auto r = rates(y[0]);
    for (std::size_t k = 0; k < 3; ++k) dy[3 + k] = r[k][0] * (1 - y[3 + k]) - r[k][1] * y[3 + k];
    const double m3h = y[3] * y[3] * y[3] * y[4], n4 = y[5] * y[5] * y[5] * y[5];
    dy[0] = (g_leak * (e_leak - y[0]) + g_na * m3h * (e_na - y[0]) + g_k * n4 * (e_k - y[0]) +
             synapses.slope(y.data(), dy.data()) + offset) /
            cm;
  }
  void receive(State& y, std::size_t receptor, double w) const { y[1 + receptor] += w; }
  bool fires(const State& before, const State& y) const { return before[0] < 0 && y[0] >= 0; }
  void reset(State&) const {}
};

/// Izhikevich 2003; i_offset in nA counts as a thousand of the paper's units, as in PyNN.
struct Izhikevich {
  static constexpr std::size_t size = 2;
  static constexpr bool at_once = true, holds_delta = true;
  using State = std::array<double, size>;
  double a, b, v_reset, d, offset;
  std::int32_t refractory = 0;

  Izhikevich(const Model& m, const Values& v, std::size_t i, const Setting&) {
    const auto get = [&](const char* name) { return v.of(m.find(name), i); };
    a = get("a"), b = get("b"), v_reset = get("c"), d = get("d"), offset = get("i_offset");
  }
  /// PyNN starts at v = -70, u = b v, wherever rest is.
  State rest() const { return {-70, -70 * b}; }
  void slope(const State& y, State& dy) const {
    dy[0] = 0.04 * y[0] * y[0] + 5 * y[0] + 140 - y[1] + 1e3 * offset;
    dy[1] = a * (b * y[0] - y[1]);
  }
  void receive(State& y, std::size_t, double w) const { y[0] += w; }
  bool fires(const State&, const State& y) const { return y[0] >= 30; }
  void reset(State& y) const {
    y[0] = v_reset;
    y[1] += d;
  }
};

/// Izhikevich 2007: C v' = k (v - v_rest)(v - v_thresh) - u + I, u' = a (b (v - v_rest) - u).
struct Izhikevich2007 {
  static constexpr std::size_t size = 4;
  static constexpr bool at_once = true, holds_delta = false;
  using State = std::array<double, size>;
  double cm, k, v_rest, v_thresh, v_peak, a, b_uS, v_reset, d, offset;
  std::int32_t refractory = 0;
  Conductances synapses;

  Izhikevich2007(const Model& m, const Values& v, std::size_t i, const Setting&)
      : synapses{conductances(m, v, i)} {
    const auto get = [&](const char* name) { return v.of(m.find(name), i); };
    cm = get("cm"), k = get("k"), v_rest = get("v_rest"), v_thresh = get("v_thresh");
    v_peak = get("v_peak"), a = get("a"), b_uS = 1e-3 * get("b"), v_reset = get("c");
    d = get("d"), offset = get("i_offset");
  }
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    dy[0] = (k * (y[0] - v_rest) * (y[0] - v_thresh) - y[3] + synapses.slope(y.data(), dy.data()) +
             offset) /
            cm;
    dy[3] = a * (b_uS * (y[0] - v_rest) - y[3]);
  }
  void receive(State& y, std::size_t receptor, double w) const { y[1 + receptor] += w; }
  bool fires(const State&, const State& y) const { return y[0] >= v_peak; }
  void reset(State& y) const {
    y[0] = v_reset;
    y[3] += d;
  }
};

/// Pozzorini et al. 2015: fires with intensity lambda0 exp((v - threshold) / delta_v); each spike
/// adds currents eta and moves the threshold by gamma.
struct Stochastic {
  static constexpr std::size_t size = 9;
  static constexpr bool at_once = false, holds_delta = false;
  using State = std::array<double, size>;
  double v_rest, cm, g, offset, v_reset, delta, v_star, lambda_per_ms, dt;
  std::array<double, 3> tau_eta, tau_gamma, a_eta, a_gamma;
  std::int32_t refractory;
  Conductances synapses;
  tutti::Random random;
  mutable std::uint64_t draws = 0;

  Stochastic(const Model& m, const Values& v, std::size_t i, const Setting& s)
      : dt{s.dt_ms},
        synapses{conductances(m, v, i)},
        random{s.seed, tutti::stream_id("escape"), s.ids[i]} {
    const auto get = [&](const std::string& name) { return v.of(m.find(name), i); };
    v_rest = get("v_rest"), cm = get("cm"), g = cm / get("tau_m"), offset = get("i_offset");
    v_reset = get("v_reset"), delta = get("delta_v"), v_star = get("v_t_star");
    lambda_per_ms = 1e-3 * get("lambda0"), refractory = steps_of(get("tau_refrac"), dt);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto number = std::to_string(k + 1);
      tau_eta[k] = get("tau_eta" + number), tau_gamma[k] = get("tau_gamma" + number);
      a_eta[k] = get("a_eta" + number), a_gamma[k] = get("a_gamma" + number);
    }
  }
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    double current = g * (v_rest - y[0]) + synapses.slope(y.data(), dy.data()) + offset;
    for (std::size_t k = 0; k < 3; ++k) {
      current -= y[3 + k];
      dy[3 + k] = -y[3 + k] / tau_eta[k];
      dy[6 + k] = -y[6 + k] / tau_gamma[k];
    }
    dy[0] = current / cm;
  }
  void receive(State& y, std::size_t receptor, double w) const { y[1 + receptor] += w; }
  bool fires(const State&, const State& y) const {
    const double threshold = v_star + y[6] + y[7] + y[8];
    const double intensity = lambda_per_ms * std::exp((y[0] - threshold) / delta);
    return random.uniform(draws++) < -std::expm1(-intensity * dt);
  }
  void reset(State& y) const {
    y[0] = v_reset;
    for (std::size_t k = 0; k < 3; ++k) y[3 + k] += a_eta[k], y[6 + k] += a_gamma[k];
  }
};

}  // namespace

std::unique_ptr<Neurons> make_other_neurons(const Model& model, const Values& values,
                                            const Setting& setting) {
  if (model.name == "HH_cond_exp")
    return std::make_unique<OdeNeurons<HodgkinHuxley>>(model, values, setting);
  if (model.name == "Izhikevich")
    return std::make_unique<OdeNeurons<Izhikevich>>(model, values, setting);
  if (model.name == "Izhikevich2007")
    return std::make_unique<OdeNeurons<Izhikevich2007>>(model, values, setting);
  if (model.name == "GIF_cond_exp")
    return std::make_unique<OdeNeurons<Stochastic>>(model, values, setting);
  return nullptr;
}

}  // namespace cell::point
