// SPDX-License-Identifier: MIT
#include "plot/colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plot {

namespace {

constexpr Colour hex(unsigned rgb) {
  return {((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0};
}

/// Between neighbours of an even scale.
template <std::size_t N>
Colour between(const std::array<Colour, N>& scale, double value) {
  const double place = std::clamp(std::isnan(value) ? 0 : value, 0.0, 1.0) * (N - 1);
  const auto i = std::min(static_cast<std::size_t>(place), N - 2);
  const double part = place - static_cast<double>(i);
  const auto &a = scale[i], &b = scale[i + 1];
  return {a.r + part * (b.r - a.r), a.g + part * (b.g - a.g), a.b + part * (b.b - a.b)};
}

}  // namespace

Colour category(std::size_t n) {
  // Okabe & Ito, "Color Universal Design", 2008; the darker ones first, since lines are thin.
  static constexpr std::array colours{hex(0x0072B2), hex(0xD55E00), hex(0x009E73), hex(0xCC79A7),
                                      hex(0xE69F00), hex(0x56B4E9), hex(0x000000)};
  return colours[n % colours.size()];
}

Colour sequential(double value) {
  // Eleven even steps of viridis (S. van der Walt and N. Smith 2015, CC0).
  static constexpr std::array scale{hex(0x440154), hex(0x482475), hex(0x414487), hex(0x355F8D),
                                    hex(0x2A788E), hex(0x21918C), hex(0x22A884), hex(0x44BF70),
                                    hex(0x7AD151), hex(0xBDDF26), hex(0xFDE725)};
  return between(scale, value);
}

Colour diverging(double value) {
  // From C. Brewer's red–blue scale.
  static constexpr std::array scale{hex(0x053061), hex(0x2166AC), hex(0x4393C3),
                                    hex(0x92C5DE), hex(0xF7F7F7), hex(0xF4A582),
                                    hex(0xD6604D), hex(0xB2182B), hex(0x67001F)};
  return between(scale, (value + 1) / 2);
}

}  // namespace plot
