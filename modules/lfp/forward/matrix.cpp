// SPDX-License-Identifier: MIT
#include "forward/matrix.hpp"

#include "forward/require.hpp"
#include "forward/sources.hpp"

namespace lfp {

namespace {
void require_inside(const Slice& slice, Point p, const char* what, std::size_t number) {
  require(p.z >= slice.bottom && p.z <= slice.top,
          "{} {} at z = {} um lies outside the tissue, which is between {} and {} um", what, number,
          p.z, slice.bottom, slice.top);
}
}  // namespace

ForwardMatrix::ForwardMatrix(std::span<const Electrode> electrodes,
                             std::span<const Segment> segments, const Medium& medium, Method method)
    : rows_{segments.size(), electrodes.size()} {
  const Sources sources{segments, medium, method};
  if (medium.slice) {
    for (std::size_t e = 0; e < electrodes.size(); ++e)
      require_inside(*medium.slice, electrodes[e].position, "electrode", e);
    for (std::size_t s = 0; s < segments.size(); ++s) {
      require_inside(*medium.slice, segments[s].start, "the start of segment", s);
      require_inside(*medium.slice, segments[s].end, "the end of segment", s);
    }
  }
  std::vector<double> row(segments.size());
  for (const auto& electrode : electrodes) {
    sources.at(electrode, row);
    rows_.add(row);
  }
}

}  // namespace lfp
