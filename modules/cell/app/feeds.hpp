// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "network/control.hpp"
#include "network/network.hpp"
#include "tutti/module.hpp"

namespace cell {

/// What other modules may feed into segments: concentrations, injected current, the potential
/// outside and what the model's `controls` name. Values hold for the whole window; segments that
/// nobody offers keep what the model says.
class Feeds {
 public:
  /// The ports. Call before any element table is asked for.
  void declare(tutti::Module& module, const Model& model);
  /// Numbers of this rank in, their sums over all ranks out.
  using Sum = std::function<std::vector<std::uint64_t>(std::vector<std::uint64_t>)>;
  /// Chooses the segments of this rank. Throws Error where v_ext covers a part of a cell: the edge
  /// of what is covered would act as an electrode; and where what a port is connected to reaches no
  /// segment of any rank.
  void start(const Network& network, const Sum& sum);
  /// Passes on the values at `t`.
  void apply(Network& network, tutti::Time t);

 private:
  struct Concentration {
    engine::Ion ion;
    engine::Side side;
    tutti::SignalInput* port;
    tutti::Elements segments{};
  };
  struct Controlled {
    ControlModel model;
    tutti::SignalInput* port;
    std::optional<Control> control{};
    std::vector<double> values{};  ///< Where one value is for all.
  };
  static void start(Controlled& one, const Network& network);
  void check_reach(const Network& network, const Sum& sum) const;
  static void apply(Controlled& one, Network& network, tutti::Time t);

  std::vector<Concentration> concentrations_;
  std::vector<Controlled> controls_;
  tutti::SignalInput *i_inject_ = nullptr, *v_ext_ = nullptr;
  tutti::Elements injected_, outside_;
};

}  // namespace cell
