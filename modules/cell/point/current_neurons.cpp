// SPDX-License-Identifier: MIT
// Leaky neurons with currents for input: linear between spikes, so a step is a matrix that is known
// beforehand and exact for any dt (Rotter & Diesmann 1999).
#include "point/current_neurons.hpp"

#include <cmath>

namespace cell::point {
namespace {

constexpr double e = 2.718281828459045;

/// What one step does to a neuron.
struct Propagator {
  double v_rest = 0, v_reset = 0, v_thresh = 0;
  double leak = 0;      // of v - v_rest
  double offset = 0;    // what i_offset adds to v [mV]
  double steady = 0;    // from a steady current to v [mV/nA]
  double decay[2]{};    // of a synapse's current
  double current[2]{};  // from a current to v [mV/nA]
  double rise[2]{};     // alpha: from the rising variable to v
  double gain[2]{};     // alpha: of a weight, so that the peak is the weight
  double dt = 0;
  std::int32_t refractory = 0;
};

/// ∫0..h s^k exp(-x s) ds / h^(k+1) for k = 0, 1, at z = x h; stable as z goes to zero, where the
/// synapse's time constant is that of the membrane.
double integral(int k, double z) {
  if (std::abs(z) > 0.5)
    return k == 0 ? -std::expm1(-z) / z : (1 - (1 + z) * std::exp(-z)) / (z * z);
  double term = 1, sum = 0;
  for (int n = 0; n < 24; ++n) {
    sum += term / (n + k + 1);
    term *= -z / (n + 1);
  }
  return sum;
}

Propagator propagator(const Model& m, const Values& values, std::size_t neuron, double dt,
                      bool alpha) {
  const auto get = [&](const char* name) { return values.of(m.find(name), neuron); };
  Propagator p;
  p.v_rest = get("v_rest"), p.v_reset = get("v_reset"), p.v_thresh = get("v_thresh");
  const double tau = get("tau_m"), cm = get("cm");
  p.leak = std::exp(-dt / tau);
  p.steady = -std::expm1(-dt / tau) * tau / cm;
  p.offset = p.steady * get("i_offset");
  p.refractory = steps_of(get("tau_refrac"), dt);
  p.dt = dt;
  if (m.receptors.size() < 2) return p;
  const char* names[] = {"tau_syn_E", "tau_syn_I"};
  for (int s = 0; s < 2; ++s) {
    const double tau_s = get(names[s]);
    const double z = dt / tau_s - dt / tau;
    p.decay[s] = std::exp(-dt / tau_s);
    p.current[s] = p.leak * dt * integral(0, z) / cm;
    p.rise[s] = p.leak * dt * dt * integral(1, z) / cm;
    p.gain[s] = alpha ? e / tau_s : 1;
  }
  return p;
}

enum class Shape { delta, exponential, alpha };

template <Shape shape>
class CurrentNeurons final : public Neurons {
 public:
  CurrentNeurons(const Model& model, const Values& values, const Setting& setting)
      : n_{setting.ids.size()}, uniform_{values.uniform()}, v_(n_), wait_(n_, 0) {
    for (std::size_t i = 0; i < (uniform_ ? std::min<std::size_t>(n_, 1) : n_); ++i)
      p_.push_back(propagator(model, values, i, setting.dt_ms, shape == Shape::alpha));
    for (std::size_t i = 0; i < n_; ++i) v_[i] = p_[uniform_ ? 0 : i].v_rest;
    if (shape != Shape::delta)
      for (auto& i : current_) i.assign(n_, 0);
    if (shape == Shape::alpha)
      for (auto& r : rising_) r.assign(n_, 0);
  }

  std::size_t count() const override { return n_; }

  void step(const double* input, std::size_t stride, std::uint32_t first,
            std::vector<std::uint32_t>& fired) override {
    if (n_ == 0) return;
    if (uniform_)
      advance<true>(input, stride);
    else
      advance<false>(input, stride);
    for (std::size_t i = 0; i < n_; ++i)
      if (v_[i] >= p_[uniform_ ? 0 : i].v_thresh && wait_[i] <= 0) {
        const auto& p = p_[uniform_ ? 0 : i];
        v_[i] = p.v_reset;
        wait_[i] = p.refractory + 1;
        fired.push_back(first + static_cast<std::uint32_t>(i));
      }
  }

  void inject(const double* nA) override { injected_.assign(nA, nA + n_); }

  double state(std::size_t which, std::size_t i) const override {
    return which == 0 ? v_[i] : current_[which - 1][i];
  }
  void set_state(std::size_t which, std::size_t i, double value) override {
    (which == 0 ? v_ : current_[which - 1])[i] = value;
  }
  void visit(tutti::Fields& fields, std::size_t i) override {
    fields(v_[i]), fields(wait_[i]);
    for (std::size_t k = 0; k < 2; ++k) {
      if (!current_[k].empty()) fields(current_[k][i]);
      if (!rising_[k].empty()) fields(rising_[k][i]);
    }
  }

 private:
  template <bool same>
  void advance(const double* input, std::size_t stride) {
    double* v = v_.data();
    std::int32_t* wait = wait_.data();
    const double* injected = injected_.empty() ? nullptr : injected_.data();
    const Propagator one = p_[0];
    for (std::size_t i = 0; i < n_; ++i) {
      const Propagator& p = same ? one : p_[i];
      const std::int32_t left = std::max(wait[i] - 1, 0);
      double next = p.v_rest + (v[i] - p.v_rest) * p.leak + p.offset;
      if (injected != nullptr) next += p.steady * injected[i];
      if constexpr (shape == Shape::delta) next += input[i];
      if constexpr (shape != Shape::delta)
        for (int s = 0; s < 2; ++s) {
          const auto k = static_cast<std::size_t>(s);
          double* c = current_[k].data();
          const double in = input[k * stride + i];
          next += p.current[s] * c[i];
          if constexpr (shape == Shape::exponential) {
            c[i] = c[i] * p.decay[s] + in;
          } else {
            double* r = rising_[k].data();
            next += p.rise[s] * r[i];
            c[i] = p.decay[s] * (c[i] + p.dt * r[i]);
            r[i] = r[i] * p.decay[s] + p.gain[s] * in;
          }
        }
      v[i] = left > 0 ? v[i] : next;
      wait[i] = left;
    }
  }

  std::size_t n_;
  bool uniform_;
  std::vector<Propagator> p_;
  std::vector<double> v_;           // [mV]
  std::vector<std::int32_t> wait_;  // steps until the voltage moves again
  std::vector<double> injected_;    // [nA], or nothing
  std::vector<double> current_[2];  // [nA]
  std::vector<double> rising_[2];   // [nA/ms]
};

}  // namespace

std::unique_ptr<Neurons> make_current_neurons(const Model& model, const Values& values,
                                              const Setting& setting) {
  if (model.name == "IF_curr_delta")
    return std::make_unique<CurrentNeurons<Shape::delta>>(model, values, setting);
  if (model.name == "IF_curr_exp")
    return std::make_unique<CurrentNeurons<Shape::exponential>>(model, values, setting);
  if (model.name == "IF_curr_alpha")
    return std::make_unique<CurrentNeurons<Shape::alpha>>(model, values, setting);
  return nullptr;
}

}  // namespace cell::point
