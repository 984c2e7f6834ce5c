// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

namespace rxd {

/// Eight voxels in a row along the first axis: what one wide instruction works on.
struct alignas(64) Octet {
  static constexpr std::size_t lanes = 8;
  double lane[lanes] = {};
};

}  // namespace rxd
