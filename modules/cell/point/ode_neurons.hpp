// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "point/neurons.hpp"
#include "point/runge_kutta.hpp"

namespace cell::point {

/// Neurons of a nonlinear kind, each integrated with a step of its own inside dt.
///
/// `Kind` is a struct of one neuron's parameters with `size` (states, v first), `rest()`,
/// `slope(y, dy)`, `receive(y, receptor, weight)`, `fires(before, y)`, `reset(y)`, `v_reset`,
/// `refractory` in steps, `offset`, a steady current [nA], and `at_once`: whether a spike is looked
/// for inside the step, after each of the method's own, or at its end.
template <typename Kind>
class OdeNeurons final : public Neurons {
 public:
  using State = std::array<double, Kind::size>;

  OdeNeurons(const Model& model, const Values& values, const Setting& setting)
      : dt_{setting.dt_ms},
        receptors_{model.receptors.size()},
        wait_(setting.ids.size(), 0),
        own_step_(setting.ids.size(), setting.dt_ms) {
    for (std::size_t i = 0; i < setting.ids.size(); ++i) {
      kinds_.emplace_back(model, values, i, setting);
      y_.push_back(kinds_.back().rest());
      offset_.push_back(kinds_.back().offset);
    }
  }

  std::size_t count() const override { return y_.size(); }

  void step(const double* input, std::size_t stride, std::uint32_t first,
            std::vector<std::uint32_t>& fired) override {
    for (std::size_t i = 0; i < y_.size(); ++i) {
      auto& kind = kinds_[i];
      const State before = y_[i];
      bool spike = advance(i);
      for (std::size_t r = 0; r < receptors_; ++r)
        if (const double w = input[r * stride + i]; w != 0 && !(Kind::holds_delta && wait_[i] > 0))
          kind.receive(y_[i], r, w);
      if (wait_[i] == 0 && kind.fires(before, y_[i])) {
        fire(i);
        spike = true;
      } else if (wait_[i] > 0 && !spike) {
        --wait_[i];
      }
      if (spike) fired.push_back(first + static_cast<std::uint32_t>(i));
    }
  }

  void inject(const double* nA) override {
    for (std::size_t i = 0; i < kinds_.size(); ++i) kinds_[i].offset = offset_[i] + nA[i];
  }

  double state(std::size_t which, std::size_t i) const override { return y_[i][which]; }
  void set_state(std::size_t which, std::size_t i, double value) override { y_[i][which] = value; }
  void visit(tutti::Fields& fields, std::size_t i) override {
    fields(y_[i]), fields(wait_[i]), fields(own_step_[i]);
    if constexpr (requires { kinds_[i].draws; }) fields(kinds_[i].draws);
  }

 private:
  static constexpr double tolerance = 1e-7;

  /// To the end of the step; whether a spike was fired on the way.
  bool advance(std::size_t i) {
    auto& kind = kinds_[i];
    bool spike = false;
    double done = 0;
    while (done < dt_) {
      const bool held = wait_[i] > 0;
      if (held) y_[i][0] = kind.v_reset;
      done += integrate(
          y_[i], dt_ - done, own_step_[i], tolerance,
          [&](const State& y, State& dy) {
            kind.slope(y, dy);
            if (held) dy[0] = 0;
          },
          [&](const State& y) { return Kind::at_once && !held && kind.fires(y, y); });
      if (Kind::at_once && !held && kind.fires(y_[i], y_[i])) {
        fire(i);
        spike = true;
      }
    }
    return spike;
  }

  void fire(std::size_t i) {
    kinds_[i].reset(y_[i]);
    wait_[i] = kinds_[i].refractory;
  }

  double dt_;
  std::size_t receptors_;
  std::vector<Kind> kinds_;
  std::vector<State> y_;
  std::vector<double> offset_;      // [nA] without what is injected
  std::vector<std::int32_t> wait_;  // steps for which the voltage is held
  std::vector<double> own_step_;    // [ms]
};

/// Neurons with conductances, IF_cond_exp to GIF_cond_exp; nullptr for another model.
std::unique_ptr<Neurons> make_conductance_neurons(const Model& model, const Values& values,
                                                  const Setting& setting);
/// HH_cond_exp, Izhikevich, GIF_cond_exp; nullptr for another model.
std::unique_ptr<Neurons> make_other_neurons(const Model& model, const Values& values,
                                            const Setting& setting);

}  // namespace cell::point
