// SPDX-License-Identifier: MIT
// LIF and AdExp with receptors of the user's own. Units: mV, ms, nF, nA, uS.
#include "point/receptor_neurons.hpp"

#include <cmath>

#include "point/ode_neurons.hpp"

namespace cell::point {
namespace {

/// A receptor as the equations have it: g' = x - g / decay, x' = -x / rise, unless it is a plain
/// exponential, into which inputs go at once.
struct Response {
  double rise = 0, decay = 1, e = 0;
  double jump = 1;  // of x or g by an input of weight 1
  bool direct = true, conducts = true;
};

Response response(const Receptor& r) {
  Response s{r.tau_rise, r.tau_decay, r.e_rev};
  s.conducts = r.shape != Receptor::Shape::curr_exp;
  s.direct = r.shape == Receptor::Shape::curr_exp || r.shape == Receptor::Shape::cond_exp;
  if (r.shape == Receptor::Shape::cond_alpha) {
    s.rise = r.tau_decay;
    s.jump = std::exp(1.0) / r.tau_decay;  // the peak is the weight, as in PyNN
  } else if (!s.direct) {
    const double rate = (r.tau_decay - r.tau_rise) / (r.tau_decay * r.tau_rise);
    const double peak = std::log(r.tau_decay / r.tau_rise) / rate;
    s.jump = rate / (std::exp(-peak / r.tau_decay) - std::exp(-peak / r.tau_rise));
  }
  return s;
}

template <bool adaptive, std::size_t most>
struct AnyReceptors {
  static constexpr std::size_t first = adaptive ? 2 : 1;  // v, w, then g and x of each receptor
  static constexpr std::size_t size = first + 2 * most;
  static constexpr bool at_once = adaptive, holds_delta = false;
  using State = std::array<double, size>;
  double v_rest, cm, g, offset, v_reset, v_thresh;
  double v_spike = 0, a_uS = 0, b_nA = 0, delta = 1, tau_w = 1;
  std::int32_t refractory;
  std::vector<Response> responses;

  AnyReceptors(const Model& m, const Values& v, std::size_t i, const Setting& s) {
    const auto get = [&](const char* name) { return v.of(m.find(name), i); };
    v_rest = get("v_rest"), cm = get("cm"), g = cm / get("tau_m"), offset = get("i_offset");
    v_reset = get("v_reset"), v_thresh = get("v_thresh");
    refractory = steps_of(get("tau_refrac"), s.dt_ms);
    if constexpr (adaptive) {
      v_spike = get("v_spike"), a_uS = 1e-3 * get("a"), b_nA = get("b");
      delta = get("delta_T"), tau_w = get("tau_w");
    }
    for (const auto& r : m.responses) responses.push_back(response(r));
  }
  State rest() const { return {v_rest}; }
  void slope(const State& y, State& dy) const {
    double current = g * (v_rest - y[0]) + offset;
    if constexpr (adaptive) {
      current += g * delta * std::exp((std::min(y[0], v_spike) - v_thresh) / delta) - y[1];
      dy[1] = (a_uS * (y[0] - v_rest) - y[1]) / tau_w;
    }
    for (std::size_t k = 0; k < most; ++k) {
      const std::size_t at = first + 2 * k;
      dy[at] = dy[at + 1] = 0;
      if (k >= responses.size()) continue;
      const auto& r = responses[k];
      current += r.conducts ? y[at] * (r.e - y[0]) : y[at];
      dy[at] = y[at + 1] - y[at] / r.decay;
      if (!r.direct) dy[at + 1] = -y[at + 1] / r.rise;
    }
    dy[0] = current / cm;
  }
  void receive(State& y, std::size_t receptor, double w) const {
    const auto& r = responses[receptor];
    y[first + 2 * receptor + (r.direct ? 0 : 1)] += r.jump * w;
  }
  bool fires(const State&, const State& y) const { return y[0] >= (adaptive ? v_spike : v_thresh); }
  void reset(State& y) const {
    y[0] = v_reset;
    if constexpr (adaptive) y[1] += b_nA;
  }
};

template <bool adaptive>
std::unique_ptr<Neurons> make(const Model& m, const Values& v, const Setting& s) {
  const auto n = m.responses.size();
  if (n <= 1) return std::make_unique<OdeNeurons<AnyReceptors<adaptive, 1>>>(m, v, s);
  if (n <= 2) return std::make_unique<OdeNeurons<AnyReceptors<adaptive, 2>>>(m, v, s);
  if (n <= 4) return std::make_unique<OdeNeurons<AnyReceptors<adaptive, 4>>>(m, v, s);
  return std::make_unique<OdeNeurons<AnyReceptors<adaptive, most_receptors>>>(m, v, s);
}

}  // namespace

std::unique_ptr<Neurons> make_receptor_neurons(const Model& model, const Values& values,
                                               const Setting& setting) {
  if (model.name == "LIF") return make<false>(model, values, setting);
  if (model.name == "AdExp") return make<true>(model, values, setting);
  return nullptr;
}

}  // namespace cell::point
