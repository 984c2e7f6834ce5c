// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tutti/control/messages.hpp"

namespace tutti::broker {

/// What somebody told a run, and the simulated time at which it took effect.
struct Steered {
  Time at{};
  control::Command what;
};

/// One line of steering.jsonl, without its end.
std::string to_json(const Steered& steered);

/// Reads a log of steering. Throws Error{config} naming file and line for what is none.
std::vector<Steered> read_steering(const std::filesystem::path& log);

}  // namespace tutti::broker
