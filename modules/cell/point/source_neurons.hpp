// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "point/neurons.hpp"

namespace cell::point {

/// Neurons that take no input and fire by themselves (Model::is_source): SpikeSourcePoisson and its
/// kin, NetStim; nullptr for another model. A spike has the first multiple of dt that is not before
/// it, and never 0. Throws Error{config} for lists that do not match.
std::unique_ptr<Neurons> make_source_neurons(const Model& model, const Values& values,
                                             const Setting& setting);

}  // namespace cell::point
