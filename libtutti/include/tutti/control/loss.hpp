// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "tutti/control/messages.hpp"

namespace tutti::control {

/// The connections that decide what becomes of a run that loses a module: those from it, or, where
/// nobody but the recorder hears it, those to it.
std::vector<Connection> deciding(std::span<const Connection> connections, std::uint32_t module);

/// What the run does when it loses the module: `stop`, `wait`, or something else, and then it goes
/// on without.
OnLoss loss_of(std::span<const Connection> connections, std::uint32_t module);

}  // namespace tutti::control
