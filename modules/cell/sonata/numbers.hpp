// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/node.hpp"

namespace cell::circuit {

/// A number in a JSON map, or `otherwise` where the key is not there. Throws LocatedError for what
/// is no number.
double number(const tutti::config::Node& map, const char* key, double otherwise);

/// The number that a scalar is. Throws LocatedError likewise.
double number(const tutti::config::Node& scalar);

}  // namespace cell::circuit
