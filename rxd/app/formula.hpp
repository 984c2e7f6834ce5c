// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "solver/network.hpp"

namespace tutti::rxd_app {

/// An expression of a network as text, with the names of its variables, positions and driven
/// parameters; other parameters have become numbers in um, ms and mM.
std::string formula(const ::rxd::Network& network, ::rxd::Expr expression);

}  // namespace tutti::rxd_app
