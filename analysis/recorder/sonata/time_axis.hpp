// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/hdf5.hpp"

namespace sonata {

/// Makes `time` = [start, stop, dt] in ms, of a report without samples yet, and opens it.
Handle make_time_axis(const File& file, hid_t parent, std::int64_t start_tick,
                      std::int64_t step_tick);

/// Says in `time` that there are `samples` of them; stop is exclusive, one step past the last.
void write_time_axis(const File& file, hid_t time, std::int64_t start_tick, std::int64_t step_tick,
                     std::uint64_t samples);

}  // namespace sonata
