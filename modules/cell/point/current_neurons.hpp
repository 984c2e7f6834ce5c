// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "point/neurons.hpp"

namespace cell::point {

/// IF_curr_delta, IF_curr_exp, IF_curr_alpha; nullptr for another model.
std::unique_ptr<Neurons> make_current_neurons(const Model& model, const Values& values,
                                              const Setting& setting);

}  // namespace cell::point
