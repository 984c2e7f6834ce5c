// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

#include "app/medium.hpp"
#include "app/specification.hpp"
#include "solver/network.hpp"

namespace tutti::rxd_app {

/// What a model means, for people: regions with their sizes, species, equations as they were
/// understood, and how stiff they are at the initial state. Without own cells, of a single segment.
std::string inspect(const Specification& specification);

/// The first own cell seen along z, as SVG: each segment coloured by the initial value of
/// `variable` (the first if ""). Throws Error{config} for an unknown one or a model without cells.
std::string picture(const Specification& specification, const std::string& variable);

/// In a run that was started to be looked at (by `tutti inspect rxd RUN.yaml`, which says so in the
/// environment): writes both, of the segments that came through ports, into the folder that
/// TUTTI_INSPECT names, as MODULE.txt and MODULE.svg, of the variable in TUTTI_INSPECT_OF. Does
/// nothing in others.
void inspect_if_asked(const std::string& module, const rxd::Network& network, const Medium& medium,
                      const ElementTable& table);

/// `tutti-rxd --inspect MODEL [-o FILE.svg] [--of VARIABLE]`: exit code.
int inspect_main(int argc, char** argv);

}  // namespace tutti::rxd_app
