// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "forward/geometry.hpp"
#include "forward/probeinterface.hpp"

namespace lfp {

/// Reads contacts from a file: probeinterface's JSON where its name ends in .json (see
/// probeinterface.hpp for `plane`), else a table: a header row that names columns, then one row per
/// contact. Columns are `x`, `y`, `z` [um] (SONATA's `x_pos`, `y_pos`, `z_pos` as well) and, where
/// wanted, `channel` (an integer; without it contacts are numbered from 0), `name`, `radius` [um].
/// They are separated by commas, or by blanks where the header has no comma. Blank lines and lines
/// that begin with # are skipped. Throws std::invalid_argument "FILE:LINE: what, and what to do".
std::vector<Electrode> read_electrodes(const std::filesystem::path& file, Plane plane = Plane::xy);

/// A table from text; `name` stands for the file in messages.
std::vector<Electrode> parse_electrodes(std::string_view text, std::string_view name);

}  // namespace lfp
