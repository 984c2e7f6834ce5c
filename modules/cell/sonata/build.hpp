// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "sonata/config.hpp"

namespace cell::circuit {

/// What published results depend on and no file says: habits of the program that made them.
struct Habits {
  double gas_constant = 8.31446261815324, faraday = 96485.33212;  ///< In Nernst potentials.
  /// Digits to which coordinates and diameters are rounded, then to float; 0 leaves them alone.
  int coordinate_digits = 0;
};

/// Whether a model is a circuit of SONATA: its configuration, or `sonata: PATH` with options.
bool is_circuit(const Node& model);

/// The keys beside `sonata: PATH`.
const tutti::config::Table& circuit_schema();

/// Reads a circuit as a model for modules of this step, of which its dt must be a part (a zero step
/// is not checked). Throws config::Refused with everything that is wrong.
Model read_circuit(const Node& model, tutti::Duration step);

}  // namespace cell::circuit
