// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/hdf5.hpp"

namespace sonata {

/// The order of a population's spikes, as the attribute `sorting` says it.
enum class Sorting : std::uint8_t { none = 0, by_id = 1, by_time = 2 };

/// Writes `sorting` as the enumeration that the SONATA guide asks for.
void write_sorting(const File& file, hid_t group, Sorting sorting);

/// Reads `sorting` as an enumeration or as text ("by_time"; "by_gid" of older files is by_id); none
/// where it is missing. Throws Error for anything else.
Sorting read_sorting(const File& file, hid_t group);

}  // namespace sonata
