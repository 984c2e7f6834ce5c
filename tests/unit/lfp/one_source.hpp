// SPDX-License-Identifier: MIT
#pragma once
#include "forward/sources.hpp"

/// One segment at a time, for tests.
class Source {
 public:
  Source(const lfp::Medium& medium, lfp::Method method) : medium_{medium}, method_{method} {}
  double at(const lfp::Segment& segment, const lfp::Electrode& electrode) const {
    double value = 0;
    lfp::Sources{{&segment, 1}, medium_, method_}.at(electrode, {&value, 1});
    return value;
  }
  double at_point(const lfp::Segment& segment, lfp::Point place) const {
    return at(segment, lfp::Electrode{place, 0, "", 0, {0, 0, 1}});
  }

 private:
  lfp::Medium medium_;
  lfp::Method method_;
};
