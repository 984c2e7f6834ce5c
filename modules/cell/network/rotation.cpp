// SPDX-License-Identifier: MIT
#include "network/rotation.hpp"

#include <cmath>
#include <numbers>

namespace cell {
namespace {

constexpr double radians = std::numbers::pi / 180;

}  // namespace

/// The product of the three turns, Rx Ry Rz, written out.
Rotation Rotation::of_angles(const std::array<double, 3>& x_y_z) {
  const auto& [x, y, z] = x_y_z;
  if (x == 0 && y == 0 && z == 0) return {};
  const double cx = std::cos(x * radians), sx = std::sin(x * radians);
  const double cy = std::cos(y * radians), sy = std::sin(y * radians);
  const double cz = std::cos(z * radians), sz = std::sin(z * radians);
  Rotation r;
  r.rows_ = {{{cy * cz, -cy * sz, sy},
              {cx * sz + sx * sy * cz, cx * cz - sx * sy * sz, -sx * cy},
              {sx * sz - cx * sy * cz, sx * cz + cx * sy * sz, cx * cy}}};
  return r;
}

Rotation Rotation::of_quaternion(double w, double x, double y, double z) {
  const double s = 2 / (w * w + x * x + y * y + z * z);
  Rotation r;
  r.rows_ = {{{1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y)},
              {s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x)},
              {s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y)}}};
  return r;
}

Point Rotation::operator()(const Point& p) const {
  const auto along = [&](const std::array<double, 3>& row) {
    return row[0] * p.x + row[1] * p.y + row[2] * p.z;
  };
  return {along(rows_[0]), along(rows_[1]), along(rows_[2]), p.d};
}

std::array<double, 3> Rotation::angles() const {
  const double y = std::hypot(rows_[0][0], rows_[0][1]);  // cos of the turn about y
  if (y < 1e-12)  // x and z turn about one line: all of it about x
    return {std::atan2(rows_[2][1], rows_[1][1]) / radians, std::atan2(rows_[0][2], y) / radians,
            0};
  return {std::atan2(-rows_[1][2], rows_[2][2]) / radians, std::atan2(rows_[0][2], y) / radians,
          std::atan2(-rows_[0][1], rows_[0][0]) / radians};
}

}  // namespace cell
