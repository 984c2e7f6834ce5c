// SPDX-License-Identifier: MIT
#include "point/neurons.hpp"

#include <cassert>

#include "point/current_neurons.hpp"
#include "point/ode_neurons.hpp"
#include "point/receptor_neurons.hpp"
#include "point/source_neurons.hpp"

namespace cell::point {

std::unique_ptr<Neurons> make_neurons(const Model& model, const Values& values,
                                      const Setting& setting) {
  assert(model.drive == Drive::clock);
  if (auto made = make_source_neurons(model, values, setting)) return made;
  if (auto made = make_receptor_neurons(model, values, setting)) return made;
  if (auto made = make_current_neurons(model, values, setting)) return made;
  if (auto made = make_conductance_neurons(model, values, setting)) return made;
  return make_other_neurons(model, values, setting);
}

}  // namespace cell::point
