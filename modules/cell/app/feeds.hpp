// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "network/network.hpp"
#include "tutti/module.hpp"

namespace cell {

/// What other modules may feed into segments: concentrations, injected current and the potential
/// outside.
/// Values hold for the whole window; segments that nobody offers keep what the model says.
class Feeds {
 public:
  /// The ports. Call before any element table is asked for.
  void declare(tutti::Module& module);
  /// Chooses the segments of this rank. Throws Error where v_ext covers a part of a cell: the edge
  /// of what is covered would act as an electrode.
  void start(const Network& network);
  /// Passes on the values at `t`.
  void apply(Network& network, tutti::Time t) const;

 private:
  struct Concentration {
    engine::Ion ion;
    engine::Side side;
    tutti::SignalInput* port;
    tutti::Elements segments{};
  };
  std::vector<Concentration> concentrations_;
  tutti::SignalInput *i_inject_ = nullptr, *v_ext_ = nullptr;
  tutti::Elements injected_, outside_;
};

}  // namespace cell
