// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/plan/rules.hpp"

namespace tutti::plan {

/// Whether a target reads the sample at `t` at all: one with a coarser step passes most of them by.
constexpr bool is_read(const Delivery& c, Time t, Time source_end) {
  if (c.take == Take::all || t + c.source_step > source_end) return true;  // the last one holds on
  const Time first =
      c.take == Take::linear ? std::max(t - c.source_step + Duration{1}, time_zero) : t;
  return up(first + c.delay, c.target_step) < t + c.delay + c.source_step;
}

}  // namespace tutti::plan
