// SPDX-License-Identifier: MIT
#include "sonata/time_axis.hpp"

#include <array>

#include "sonata/record_file.hpp"

namespace sonata {
namespace {

std::array<double, 3> axis(std::int64_t start_tick, std::int64_t step_tick, std::uint64_t samples) {
  const std::int64_t stop_tick = start_tick + static_cast<std::int64_t>(samples) * step_tick;
  return {ms_of(start_tick), ms_of(stop_tick), ms_of(step_tick)};
}

}  // namespace

Handle make_time_axis(const File& file, hid_t parent, std::int64_t start_tick,
                      std::int64_t step_tick) {
  write_fixed<double>(file, parent, "time", axis(start_tick, step_tick, 0));
  Handle time = open_dataset(file, parent, "time");
  write_attribute(file, time.get(), "units", "ms");
  return time;
}

void write_time_axis(const File& file, hid_t time, std::int64_t start_tick, std::int64_t step_tick,
                     std::uint64_t samples) {
  const auto values = axis(start_tick, step_tick, samples);
  need(H5Dwrite(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), file.name,
       "write the time axis");
}

}  // namespace sonata
