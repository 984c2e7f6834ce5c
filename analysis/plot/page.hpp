// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "plot/canvas.hpp"

namespace plot {

/// One HTML file with all figures inside: nothing beside it is needed, and no network. The wheel
/// and the mouse zoom and move each picture; a double click shows it whole again.
std::string to_html(std::span<const Figure> figures, const std::string& title);

}  // namespace plot
