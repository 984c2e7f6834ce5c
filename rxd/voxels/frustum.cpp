// SPDX-License-Identifier: MIT
#include "voxels/frustum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace rxd {

namespace {

Vec3 minus(const Vec3& a, const Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

}  // namespace

FrustumDistance::FrustumDistance(const Frustum& f)
    : from_{f.from}, axis_{minus(f.to, f.from)}, r0_{f.r0}, r1_{f.r1} {
  length_ = std::sqrt(dot(axis_, axis_));
  if (length_ > 0)
    for (double& a : axis_) a /= length_;
  slope_ = (r1_ - r0_) * (r1_ - r0_) + length_ * length_;
}

double FrustumDistance::operator()(const Vec3& point) const {
  const Vec3 q = minus(point, from_);
  const double squared = dot(q, q);
  if (length_ == 0) return std::sqrt(squared) - r0_;
  // In the half plane through the axis: s along it, rho away from it.
  const double s = dot(q, axis_);
  const double rho = std::sqrt(std::max(0.0, squared - s * s));
  const double along = std::clamp(((rho - r0_) * (r1_ - r0_) + s * length_) / slope_, 0.0, 1.0);
  const double side_rho = rho - (r0_ + along * (r1_ - r0_)), side_s = s - along * length_;
  const double low_rho = std::max(0.0, rho - r0_), high_rho = std::max(0.0, rho - r1_);
  const double high_s = s - length_;
  const double nearest = std::min({side_rho * side_rho + side_s * side_s, low_rho * low_rho + s * s,
                                   high_rho * high_rho + high_s * high_s});
  const bool inside = s > 0 && high_s < 0 && rho * length_ < r0_ * length_ + s * (r1_ - r0_);
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

std::vector<Frustum> fillers(std::span<const Frustum> frusta, double reach) {
  constexpr double straight = 0.99619469809;  // cos 5 degrees
  // Ends by their place to a millionth of a um: who ends or begins there, and how wide.
  struct End {
    std::size_t frustum;
    double radius;
    bool begins;
  };
  std::map<std::array<long long, 3>, std::vector<End>> ends;
  const auto key = [](const Vec3& p) {
    return std::array{std::llround(p[0] * 1e6), std::llround(p[1] * 1e6), std::llround(p[2] * 1e6)};
  };
  for (std::size_t i = 0; i < frusta.size(); ++i) {
    ends[key(frusta[i].from)].push_back({i, frusta[i].r0, true});
    ends[key(frusta[i].to)].push_back({i, frusta[i].r1, false});
  }
  std::vector<Frustum> all;
  for (std::size_t i = 0; i < frusta.size(); ++i) {
    const Frustum& f = frusta[i];
    const Vec3 v = minus(f.to, f.from);
    const double length = std::sqrt(dot(v, v));
    if (length == 0) continue;
    double widest = 0;  // of the others that were here before
    for (const End& end : ends[key(f.from)]) {
      if (end.frustum == i || (end.begins && end.frustum > i)) continue;
      widest = std::max(widest, end.radius);
      const Frustum& b = frusta[end.frustum];
      const Vec3 u = minus(b.to, b.from);
      if (!end.begins && std::abs(end.radius - f.r0) < 1e-9 * f.r0 &&
          dot(u, v) < straight * length * std::sqrt(dot(u, u)))
        all.push_back({f.from, f.from, f.r0, f.r0, f.label});
    }
    if (widest == 0) continue;
    const double radius = std::min(widest, f.r0), half = std::min(reach, length) / length;
    Frustum plug{f.from, f.from, radius, radius, f.label};
    for (std::size_t d = 0; d < 3; ++d) {
      plug.from[d] -= half * v[d];
      plug.to[d] += half * v[d];
    }
    all.push_back(plug);
  }
  return all;
}

}  // namespace rxd
