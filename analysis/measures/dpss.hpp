// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

namespace measures {

/// The first `count` discrete prolate spheroidal sequences of n points and time–half-bandwidth
/// product `nw`, each of unit energy, most concentrated first (Slepian 1978). Symmetric ones have
/// a positive sum, antisymmetric ones begin positive. Throws std::invalid_argument unless
/// 0 < nw < n/2 and 1 <= count <= n.
std::vector<std::vector<double>> dpss(std::size_t n, double nw, std::size_t count);

}  // namespace measures
