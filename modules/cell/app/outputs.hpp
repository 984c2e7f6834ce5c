// SPDX-License-Identifier: MIT
#pragma once
#include <optional>

#include "network/probe.hpp"
#include "tutti/module.hpp"

namespace cell {

/// The signals that segments send: voltage, membrane current and what ions carry, of all of them,
/// and what the model's `outputs` choose. Only what somebody listens to is computed: connections,
/// and observers while they are there.
class Outputs {
 public:
  /// The ports. Call before any element table is asked for.
  void declare(tutti::Module& module, const Model& model);
  /// Offers the segments of this rank. Call before the cells are initialised for good.
  void start(Network& network);
  /// Where the advance to `t` is to write membrane currents, for Network::advance(); empty where
  /// nobody takes them that way.
  std::span<float* const> draft(tutti::Time t);
  /// Sends the values at `t`, and begins to count what ions carry where somebody came to see it.
  void put(Network& network, tutti::Time t);

 private:
  struct Output {
    OutputModel model;
    tutti::SignalOutput* port;
    std::optional<Probe> probe{};          ///< Once somebody looked.
    std::optional<tutti::Time> drafted{};  ///< The sample whose values were written ahead.
    bool counting() const;                 ///< Sodium and potassium are only counted on request.
  };
  void count_ions(Network& network);
  std::vector<Output> outputs_;
  std::vector<float*> places_;
  bool counted_ = false, always_counted_ = false;
};

}  // namespace cell
