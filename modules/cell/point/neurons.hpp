// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "point/model.hpp"
#include "tutti/random.hpp"
#include "tutti/state.hpp"

namespace cell::point {

/// Neurons of one kind that share a clock.
///
/// The order in a step from t to t + dt, as in the published grid schemes (Morrison et al. 2007):
/// states go to t + dt, input that arrives at t + dt is added, then the threshold is tested. A
/// spike has the time t + dt. While refractory, the voltage is held and delta input is lost.
class Neurons {
 public:
  virtual ~Neurons() = default;

  virtual std::size_t count() const = 0;
  /// One step. `input` is [receptor][stride], the sum of weights that arrive at its end; the places
  /// of neurons that fire are appended to `fired`, plus `first`, ascending.
  virtual void step(const double* input, std::size_t stride, std::uint32_t first,
                    std::vector<std::uint32_t>& fired) = 0;
  /// A current into each neuron from now on [nA], beside i_offset.
  virtual void inject(const double* nA) = 0;
  /// A state, by its place in Model::states.
  virtual double state(std::size_t which, std::size_t neuron) const = 0;
  virtual void set_state(std::size_t which, std::size_t neuron, double value) = 0;
  /// All that the future of a neuron hangs on, beside its parameters and what arrives.
  virtual void visit(tutti::Fields& fields, std::size_t neuron) = 0;
};

/// What neurons of a kind need to know beside their parameters.
struct Setting {
  double dt_ms = 0.1;
  std::uint64_t seed = 0;
  std::vector<std::uint64_t> ids{};  ///< Of each neuron: what its random numbers hang on.
};

/// Makes as many neurons as `setting.ids` has, at rest. `model` must have Drive::clock.
std::unique_ptr<Neurons> make_neurons(const Model& model, const Values& values,
                                      const Setting& setting);

/// Whole steps of a refractory period, to the nearest.
inline std::int32_t steps_of(double ms, double dt_ms) {
  return static_cast<std::int32_t>(ms / dt_ms + 0.5);
}

}  // namespace cell::point
