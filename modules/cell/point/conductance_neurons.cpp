// SPDX-License-Identifier: MIT
// Leaky and adaptive exponential neurons with conductances for input. Units: mV, ms, nF, nA, uS.
#include <cmath>

#include "point/ode_neurons.hpp"

namespace cell::point {
namespace {

/// Reads parameters of one neuron by name.
struct Reader {
  const Model& model;
  const Values& values;
  std::size_t neuron;
  double operator()(const char* name) const { return values.of(model.find(name), neuron); }
};

/// Two conductances that decay exponentially, or as alpha functions; `at` is their first state.
template <bool alpha, std::size_t at>
struct Synapses {
  static constexpr std::size_t size = alpha ? 4 : 2;
  double tau[2], reversal[2];

  explicit Synapses(const Reader& get)
      : tau{get("tau_syn_E"), get("tau_syn_I")}, reversal{get("e_rev_E"), get("e_rev_I")} {}

  /// Inward current [nA]; writes the conductances' slopes.
  double slope(const double* y, double* dy) const {
    double current = 0;
    for (std::size_t s = 0; s < 2; ++s) {
      const std::size_t g = at + (alpha ? 2 * s : s);
      current += y[g] * (reversal[s] - y[0]);
      dy[g] = -y[g] / tau[s];
      if constexpr (alpha) {
        dy[g] += y[g + 1];
        dy[g + 1] = -y[g + 1] / tau[s];
      }
    }
    return current;
  }
  void receive(double* y, std::size_t s, double weight) const {
    constexpr double e = 2.718281828459045;  // so that the peak is the weight
    if constexpr (alpha)
      y[at + 2 * s + 1] += weight * e / tau[s];
    else
      y[at + s] += weight;
  }
};

struct Leak {
  double v_rest, cm, g, offset, v_reset, v_thresh;
  std::int32_t refractory;
  Leak(const Reader& get, double dt)
      : v_rest{get("v_rest")},
        cm{get("cm")},
        g{cm / get("tau_m")},
        offset{get("i_offset")},
        v_reset{get("v_reset")},
        v_thresh{get("v_thresh")},
        refractory{steps_of(get("tau_refrac"), dt)} {}
};

template <bool alpha>
struct LeakyConductance : Leak {
  static constexpr std::size_t size = alpha ? 5 : 3;
  static constexpr bool at_once = false, holds_delta = false;
  using State = std::array<double, size>;
  Synapses<alpha, 1> synapses;

  LeakyConductance(const Model& m, const Values& v, std::size_t i, const Setting& s)
      : Leak{Reader{m, v, i}, s.dt_ms}, synapses{Reader{m, v, i}} {}
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    dy[0] = (g * (v_rest - y[0]) + synapses.slope(y.data(), dy.data()) + offset) / cm;
  }
  void receive(State& y, std::size_t receptor, double w) const {
    synapses.receive(y.data(), receptor, w);
  }
  bool fires(const State&, const State& y) const { return y[0] >= v_thresh; }
  void reset(State& y) const { y[0] = v_reset; }
};

/// Adaptation and a relative refractory period as conductances that grow with each spike
/// (Muller, Buesing, Schemmel & Meier 2007).
struct AdaptingConductance : Leak {
  static constexpr std::size_t size = 5;
  static constexpr bool at_once = false, holds_delta = false;
  using State = std::array<double, size>;
  Synapses<false, 1> synapses;
  double tau[2], reversal[2], jump_uS[2];

  AdaptingConductance(const Model& m, const Values& v, std::size_t i, const Setting& s)
      : AdaptingConductance{Reader{m, v, i}, s.dt_ms} {}
  AdaptingConductance(const Reader& get, double dt)
      : Leak{get, dt},
        synapses{get},
        tau{get("tau_sfa"), get("tau_rr")},
        reversal{get("e_rev_sfa"), get("e_rev_rr")},
        jump_uS{1e-3 * get("q_sfa"), 1e-3 * get("q_rr")} {}
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    double current = g * (v_rest - y[0]) + synapses.slope(y.data(), dy.data()) + offset;
    for (std::size_t k = 0; k < 2; ++k) {
      current += y[3 + k] * (reversal[k] - y[0]);
      dy[3 + k] = -y[3 + k] / tau[k];
    }
    dy[0] = current / cm;
  }
  void receive(State& y, std::size_t receptor, double w) const {
    synapses.receive(y.data(), receptor, w);
  }
  bool fires(const State&, const State& y) const { return y[0] >= v_thresh; }
  void reset(State& y) const {
    y[0] = v_reset;
    for (std::size_t k = 0; k < 2; ++k) y[3 + k] += jump_uS[k];
  }
};

/// Brette & Gerstner 2005. The exponential is held at v_spike, where a spike is fired.
template <bool alpha>
struct AdaptiveExponential : Leak {
  static constexpr std::size_t size = alpha ? 6 : 4;
  static constexpr std::size_t w = size - 1;
  static constexpr bool at_once = true, holds_delta = false;
  using State = std::array<double, size>;
  Synapses<alpha, 1> synapses;
  double v_spike, a_uS, b_nA, delta, tau_w;

  AdaptiveExponential(const Model& m, const Values& v, std::size_t i, const Setting& s)
      : AdaptiveExponential{Reader{m, v, i}, s.dt_ms} {}
  AdaptiveExponential(const Reader& get, double dt)
      : Leak{get, dt},
        synapses{get},
        v_spike{get("v_spike")},
        a_uS{1e-3 * get("a")},
        b_nA{get("b")},
        delta{get("delta_T")},
        tau_w{get("tau_w")} {}
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    const double upstroke = delta * std::exp((std::min(y[0], v_spike) - v_thresh) / delta);
    dy[0] =
        (g * (v_rest - y[0] + upstroke) - y[w] + synapses.slope(y.data(), dy.data()) + offset) / cm;
    dy[w] = (a_uS * (y[0] - v_rest) - y[w]) / tau_w;
  }
  void receive(State& y, std::size_t receptor, double x) const {
    synapses.receive(y.data(), receptor, x);
  }
  bool fires(const State&, const State& y) const { return y[0] >= v_spike; }
  void reset(State& y) const {
    y[0] = v_reset;
    y[w] += b_nA;
  }
};

}  // namespace

std::unique_ptr<Neurons> make_conductance_neurons(const Model& model, const Values& values,
                                                  const Setting& setting) {
  const auto made = [&]<typename Kind>() {
    return std::make_unique<OdeNeurons<Kind>>(model, values, setting);
  };
  if (model.name == "IF_cond_exp") return made.operator()<LeakyConductance<false>>();
  if (model.name == "IF_cond_alpha") return made.operator()<LeakyConductance<true>>();
  if (model.name == "IF_cond_exp_gsfa_grr") return made.operator()<AdaptingConductance>();
  if (model.name == "EIF_cond_exp_isfa_ista") return made.operator()<AdaptiveExponential<false>>();
  if (model.name == "EIF_cond_alpha_isfa_ista") return made.operator()<AdaptiveExponential<true>>();
  return nullptr;
}

}  // namespace cell::point
