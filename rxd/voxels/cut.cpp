// SPDX-License-Identifier: MIT
#include "voxels/cut.hpp"

#include <cmath>

namespace rxd {

namespace {

Vec3 minus(const Vec3& a, const Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double tetrahedron(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& d) {
  const Vec3 n = cross(minus(b, a), minus(c, a)), e = minus(d, a);
  return std::abs(n[0] * e[0] + n[1] * e[1] + n[2] * e[2]) / 6;
}

double triangle(const Vec3& a, const Vec3& b, const Vec3& c) {
  const Vec3 n = cross(minus(b, a), minus(c, a));
  return std::sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) / 2;
}

/// A corner of a tetrahedron and the function there.
struct Corner {
  Vec3 at;
  double value;
};

/// Where the function is 0 between two corners of different sign.
Vec3 crossing(const Corner& a, const Corner& b) {
  const double part = a.value / (a.value - b.value);
  Vec3 point;
  for (std::size_t d = 0; d < 3; ++d) point[d] = a.at[d] + part * (b.at[d] - a.at[d]);
  return point;
}

void cut_tetrahedron(const std::array<Corner, 4>& corners, Cut& sum) {
  std::array<const Corner*, 4> sorted{};  // the inner ones first
  std::size_t inside = 0, outside = 4;
  for (const Corner& c : corners) sorted[c.value < 0 ? inside++ : --outside] = &c;
  const double whole = tetrahedron(corners[0].at, corners[1].at, corners[2].at, corners[3].at);
  if (inside == 0) return;
  if (inside == 4) {
    sum.volume += whole;
    return;
  }
  if (inside == 2) {  // a wedge between two corners and four crossings
    const Corner &a = *sorted[0], &b = *sorted[1], &c = *sorted[2], &d = *sorted[3];
    const Vec3 ac = crossing(a, c), ad = crossing(a, d), bc = crossing(b, c), bd = crossing(b, d);
    sum.volume += tetrahedron(a.at, ac, ad, b.at) + tetrahedron(ac, ad, b.at, bc) +
                  tetrahedron(ad, b.at, bc, bd);
    sum.area += triangle(ac, ad, bd) + triangle(ac, bd, bc);
    return;
  }
  const Corner& lone = inside == 1 ? *sorted[0] : *sorted[3];
  std::array<Vec3, 3> points;
  std::size_t n = 0;
  for (const Corner* other : sorted)
    if (other != &lone) points[n++] = crossing(lone, *other);
  const double tip = tetrahedron(lone.at, points[0], points[1], points[2]);
  sum.volume += inside == 1 ? tip : whole - tip;
  sum.area += triangle(points[0], points[1], points[2]);
}

/// Part of a triangle where a function, linear between its corners, is negative.
double inner_part(double a, double b, double c) {
  const int inside = (a < 0 ? 1 : 0) + (b < 0 ? 1 : 0) + (c < 0 ? 1 : 0);
  if (inside == 0) return 0;
  if (inside == 3) return 1;
  const bool one = inside == 1;
  // The corner that differs from the two others comes first.
  if ((b < 0) == one && (a < 0) != one && (c < 0) != one) return inner_part(b, a, c);
  if ((c < 0) == one && (a < 0) != one && (b < 0) != one) return inner_part(c, a, b);
  const double tip = a / (a - b) * (a / (a - c));
  return one ? tip : 1 - tip;
}

}  // namespace

Cut cut(const std::array<double, 8>& corners, const Vec3& edge) {
  Cut sum;
  const auto corner = [&](std::size_t k) {
    return Corner{
        {(k & 1U) != 0 ? edge[0] : 0, (k & 2U) != 0 ? edge[1] : 0, (k & 4U) != 0 ? edge[2] : 0},
        corners[k]};
  };
  static constexpr std::array<std::array<std::size_t, 2>, 6> paths{
      {{1, 3}, {1, 5}, {2, 3}, {2, 6}, {4, 5}, {4, 6}}};  // from corner 0 to corner 7
  for (const auto& [first, second] : paths)
    cut_tetrahedron({corner(0), corner(first), corner(second), corner(7)}, sum);
  for (std::size_t d = 0; d < 3; ++d) {
    const std::size_t one = std::size_t{1} << d, u = std::size_t{1} << (d + 1) % 3,
                      v = std::size_t{1} << (d + 2) % 3;
    const double half = edge[(d + 1) % 3] * edge[(d + 2) % 3] / 2;
    const auto open = [&](std::size_t at) {
      return half * (inner_part(corners[at], corners[at + u], corners[at + u + v]) +
                     inner_part(corners[at], corners[at + v], corners[at + u + v]));
    };
    sum.low[d] = open(0);
    sum.high[d] = open(one);
  }
  return sum;
}

}  // namespace rxd
