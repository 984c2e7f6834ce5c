// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "measures/spectrum.hpp"

namespace measures {

/// Multitaper estimate of a whole sequence less its mean: mean of the periodograms under `tapers`
/// discrete prolate sequences (Thomson 1982), scaled to density. Resolution is ± nw·fs/n.
Spectrum multitaper(std::span<const double> samples, double sampling_hz, double nw = 4,
                    std::size_t tapers = 7);

}  // namespace measures
