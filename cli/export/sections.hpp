// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>

#include "folder.hpp"

namespace tutti::cli {

/// The sections of every cell as NetPyNE has them, by the cell's number: `geom` with L, diam, nseg
/// and pt3d [um], and `topol` where the parent is there as well. They come from the element table
/// of the segment port that was recorded of most segments; sections that were not recorded are not
/// there.
std::map<std::uint64_t, nlohmann::ordered_json> sections_of(const RecordedRun& run);

}  // namespace tutti::cli
