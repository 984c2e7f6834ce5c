// SPDX-License-Identifier: MIT
#include "forward/matrix.hpp"

#include <array>
#include <cassert>

#include "forward/require.hpp"

namespace lfp {

namespace {
void require_inside(const Slice& slice, Point p, const char* what, std::size_t number) {
  require(p.z >= slice.bottom && p.z <= slice.top,
          "{} {} at z = {} um lies outside the tissue, which is between {} and {} um", what, number,
          p.z, slice.bottom, slice.top);
}

// Eight running sums: the compiler keeps them in vector registers, and their order is fixed.
double dot_product(std::span<const double> a, std::span<const double> b) {
  std::array<double, 8> lane{};
  const std::size_t whole = a.size() - a.size() % lane.size();
  for (std::size_t i = 0; i < whole; i += lane.size())
    for (std::size_t l = 0; l < lane.size(); ++l) lane[l] += a[i + l] * b[i + l];
  for (std::size_t i = whole; i < a.size(); ++i) lane[i - whole] += a[i] * b[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}
}  // namespace

ForwardMatrix::ForwardMatrix(std::span<const Electrode> electrodes,
                             std::span<const Segment> segments, const Medium& medium, Method method)
    : electrodes_{electrodes.size()}, segments_{segments.size()} {
  const Source source{medium, method};
  if (medium.slice) {
    for (std::size_t e = 0; e < electrodes.size(); ++e)
      require_inside(*medium.slice, electrodes[e].position, "electrode", e);
    for (std::size_t s = 0; s < segments.size(); ++s) {
      require_inside(*medium.slice, segments[s].start, "the start of segment", s);
      require_inside(*medium.slice, segments[s].end, "the end of segment", s);
    }
  }
  values_.reserve(electrodes_ * segments_);
  for (const auto& electrode : electrodes)
    for (const auto& segment : segments) values_.push_back(source.at(segment, electrode));
}

void ForwardMatrix::apply(std::span<const double> current, std::span<double> potential) const {
  assert(current.size() == segments_ && potential.size() == electrodes_);
  for (std::size_t e = 0; e < electrodes_; ++e) potential[e] = dot_product(row(e), current);
}

}  // namespace lfp
