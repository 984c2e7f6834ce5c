// SPDX-License-Identifier: MIT
#include "network/place.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "tutti/error.hpp"

namespace cell {
namespace {

constexpr std::array axes{"x", "y", "z"};

/// A place in the box, each coordinate from 0 to 1, is in the shape.
bool inside(Placement::Shape shape, double x, double y, double z) {
  const auto off = [](double u) { return (2 * u - 1) * (2 * u - 1); };
  if (shape == Placement::Shape::cylinder) return off(x) + off(z) <= 1;
  if (shape == Placement::Shape::ellipsoid) return off(x) + off(y) + off(z) <= 1;
  return true;
}

Point between(const Placement& p, double x, double y, double z) {
  return {p.low.x + (p.high.x - p.low.x) * x, p.low.y + (p.high.y - p.low.y) * y,
          p.low.z + (p.high.z - p.low.z) * z, 0};
}

double density_at(const Placement& p, const rules::Words& words, const Point& at,
                  const tutti::Random& random) {
  rules::Columns here;
  set_position(here, 0, at, words);
  return p.density->of_cell(here, 0, random);
}

}  // namespace

void set_position(rules::Columns& columns, std::uint64_t row, const Point& at,
                  const rules::Words& words) {
  const std::array values{at.x, at.y, at.z};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto put = [&](const std::string& name, double value) {
      auto& column = columns[name];
      if (column.size() <= row) column.resize(row + 1);
      column[row] = value;
    };
    put(axes[k], values[k]);
    if (words.size[k] > 0) put(std::string{axes[k]} + "norm", values[k] / words.size[k]);
  }
}

double volume(const Placement& p) {
  const double box = (p.high.x - p.low.x) * (p.high.y - p.low.y) * (p.high.z - p.low.z);
  if (p.shape == Placement::Shape::cylinder) return box * std::numbers::pi / 4;
  if (p.shape == Placement::Shape::ellipsoid) return box * std::numbers::pi / 6;
  return box;
}

double expected_number(Placement& p, const rules::Words& words) {
  constexpr int n = 32;
  const tutti::Random random{0, 0, 0};
  double sum = 0;
  int points = 0;
  p.most = 0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      for (int k = 0; k < n; ++k) {
        const double x = (i + 0.5) / n, y = (j + 0.5) / n, z = (k + 0.5) / n;
        if (!inside(p.shape, x, y, z)) continue;
        const double here = density_at(p, words, between(p, x, y, z), random);
        if (!(here >= 0))
          throw tutti::Error{tutti::Fault::config,
                             "the density \"{}\" is {} somewhere; it must be 0 or more",
                             p.density->text(), here};
        sum += here, ++points;
        p.most = std::max(p.most, here);
      }
  return points == 0 ? 0 : sum / points * volume(p);
}

Point position(const Placement& p, const rules::Words& words, const tutti::Random& random,
               std::uint64_t node) {
  if (!p.listed.empty()) return p.listed[node];
  for (std::uint64_t k = 0;; k += 4) {
    const double x = random.uniform(k), y = random.uniform(k + 1), z = random.uniform(k + 2);
    const auto at = between(p, x, y, z);
    if (k >= 0x10000) return at;  // a shape without volume
    if (!inside(p.shape, x, y, z)) continue;
    if (!p.density || random.uniform(k + 3) * p.most < density_at(p, words, at, random)) return at;
  }
}

}  // namespace cell
