// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// How long slow potassium channels take to inactivate at 21 degC (Korngreen and Sakmann 2000, J
/// Physiol 525:621): 360 + (1010 + slope (v + shift)) exp(-((v + 75)/48)^2). [ms]
template <class S>
[[gnu::always_inline]] inline typename S::real slow_inactivation_ms(typename S::real v,
                                                                    double slope, double shift) {
  const auto bell = (v + 75.0) * (1.0 / 48);
  return 360.0 + (1010.0 + slope * (v + shift)) * exp<S>(-(bell * bell));
}

}  // namespace cell::engine
