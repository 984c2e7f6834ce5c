// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "point/neurons.hpp"

namespace cell::point {

/// LIF and AdExp with Model::responses, at most `most_receptors`; nullptr for another model.
std::unique_ptr<Neurons> make_receptor_neurons(const Model& model, const Values& values,
                                               const Setting& setting);

}  // namespace cell::point
