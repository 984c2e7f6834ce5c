// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "forward/geometry.hpp"
#include "tutti/element_table.hpp"
#include "tutti/module.hpp"

namespace lfp {

/// Which of `count` things, numbered from `first`, a rank has: every so many, in turn.
tutti::Elements share(std::uint64_t first, std::uint64_t count, tutti::Ranks ranks);

/// The table of some electrodes; an electrode's number is its place.
tutti::ElementTable electrode_table(const std::vector<Electrode>& electrodes,
                                    const tutti::Elements& mine);

/// The table of the dipole's three components; the first rank has them.
tutti::ElementTable dipole_table(bool mine);

/// Segments as the element table of a current describes them.
std::vector<Segment> segments_of(const tutti::ElementTable& table);

}  // namespace lfp
