// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

#include "app/specification.hpp"

namespace tutti::rxd_app {

/// What a model means, for people: regions with their sizes, species, equations as they were
/// understood, and how stiff they are at the initial state. Without own cells, of a single segment.
std::string inspect(const Specification& specification);

/// The first own cell seen along z, as SVG: each segment coloured by the initial value of
/// `variable` (the first if ""). Throws Error{config} for an unknown one or a model without cells.
std::string picture(const Specification& specification, const std::string& variable);

/// `tutti-rxd --inspect MODEL [-o FILE.svg] [--of VARIABLE]`: exit code.
int inspect_main(int argc, char** argv);

}  // namespace tutti::rxd_app
