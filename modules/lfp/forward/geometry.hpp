// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstdint>
#include <string>

namespace lfp {

/// A place or a direction in tissue [um].
struct Point {
  double x = 0, y = 0, z = 0;

  friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend constexpr Point operator*(double s, Point a) { return {s * a.x, s * a.y, s * a.z}; }
  friend constexpr bool operator==(const Point&, const Point&) = default;
};

constexpr double dot(Point a, Point b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline double length(Point a) { return std::sqrt(dot(a, a)); }
constexpr Point midpoint(Point a, Point b) { return 0.5 * (a + b); }

/// A piece of cable whose membrane current leaves it evenly along its axis.
struct Segment {
  Point start;
  Point end;
  double diameter = 0;  ///< [um]
  bool soma = false;    ///< a point rather than a line under Method::soma_as_point
};

/// A contact. With a radius it is a flat disc that reports the mean potential over its face.
struct Electrode {
  Point position;
  std::int64_t channel = 0;
  std::string name;
  double radius = 0;      ///< [um]; 0 is a point
  Point normal{0, 0, 1};  ///< of the disc, any length but 0
};

}  // namespace lfp
