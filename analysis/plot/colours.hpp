// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

namespace plot {

/// Red, green, blue and opacity, 0 … 1.
struct Colour {
  double r = 0, g = 0, b = 0, a = 1;
  Colour with_opacity(double opacity) const { return {r, g, b, opacity}; }
};

inline constexpr Colour ink{0.13, 0.13, 0.13};
inline constexpr Colour grey{0.55, 0.55, 0.55};
inline constexpr Colour pale{0.88, 0.88, 0.88};
inline constexpr Colour white{1, 1, 1};

/// The colour of the n-th of a few things. Told apart with any kind of colour vision (Okabe & Ito
/// 2008); begins anew after seven.
Colour category(std::size_t n);

/// A value 0 … 1 from dark to light: viridis, even to the eye and with any colour vision.
Colour sequential(double value);

/// A value −1 … 1 from blue through white to red, told apart with any colour vision.
Colour diverging(double value);

}  // namespace plot
