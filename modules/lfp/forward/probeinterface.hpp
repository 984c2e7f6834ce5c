// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>
#include <vector>

#include "forward/geometry.hpp"

namespace lfp {

/// The plane in which a two-dimensional probe lies; its own x and y become these two axes.
enum class Plane { xy, xz, yz };

/// Reads contacts from probeinterface's JSON, of one probe or several. Circles are discs; squares
/// and rectangles are discs of their area. Channels are `device_channel_indices` where all contacts
/// have one, else the order in the file; names are `contact_ids`. Throws std::invalid_argument
/// "name: what, and what to do".
std::vector<Electrode> parse_probeinterface(std::string_view text, std::string_view name,
                                            Plane plane);

}  // namespace lfp
