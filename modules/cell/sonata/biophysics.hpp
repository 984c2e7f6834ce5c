// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <optional>

#include "network/membrane.hpp"

namespace cell::circuit {

/// What a file says about the membrane of a cell, beside its shape.
struct Biophysics {
  Membrane membrane;
  std::optional<double> cao_mM;
};

/// NeuroML 2: channelDensity, channelDensityNernst, specificCapacitance, resistivity and
/// concentrationModel, by segment groups soma, axon, dend, apic or all. Throws Error{config} with
/// file and line for channels that are not there, units that do not fit, other segment groups.
Biophysics read_neuroml(const std::filesystem::path& path);

/// The JSON of the Allen Cell Types Database's perisomatic models: `passive`, `conditions`,
/// `genome`. Throws Error{config} likewise.
Biophysics read_allen_fit(const std::filesystem::path& path);

/// The name here of a channel as published: "Kv3_1" is kv3_1. "" where there is none.
std::string mechanism_called(const std::string& published);

/// All mechanisms, for messages.
std::string known_mechanisms();

}  // namespace cell::circuit
