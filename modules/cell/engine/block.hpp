// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/lanes.hpp"
#include "engine/population.hpp"

namespace cell::engine {

/// Up to eight cells of one type, one per lane; lanes without a cell compute along and are ignored.
class Block {
 public:
  Block(const CellType& type, double dt_ms, Scheme scheme, const Kernels& kernels);

  const CellType& type() const { return *type_; }
  bool full() const { return cells_.size() == lanes; }
  int add_cell(std::uint32_t number, double threshold_mV, int segment);
  /// The place of an equal synapse, or of a new one.
  std::uint32_t add_synapse(int lane, const Synapse& synapse);
  void add_clamp(int lane, const Clamp& clamp);
  void initialise();
  void deliver(std::uint32_t synapse, std::int64_t step, double weight_uS);
  void advance(std::int64_t first, std::int64_t steps, std::vector<Firing>& firings);

  void begin_mean();
  void read(Quantity what, int lane, std::span<double> values) const;
  void set_cai(int lane, int segment, double cai_mM);
  double electrode_current(int lane) const;

 private:
  struct CellHere {
    std::uint32_t number;
    double threshold;
    std::size_t node;
    bool above;
  };
  struct Point {  // a synapse at run time: g = b - a
    std::size_t node;
    int lane;
    SynapseKind kind;
    double tau1, tau2, e;
    double decay1, decay2, factor;
    double a, b;
  };
  struct Event {
    std::uint32_t synapse;
    double weight;
  };
  struct ClampHere {
    std::size_t node;
    int lane;
    Clamp clamp;
  };

  void add_mechanisms(const Kernels& kernels);
  void apply_events();
  void add_point_currents(double midpoint_ms);
  void detect(std::int64_t step, std::vector<Firing>& firings);
  double clamp_current(const ClampHere& clamp, double t_ms) const;
  double membrane_current(std::size_t node, int lane) const;
  std::size_t node_of(int segment) const {
    return static_cast<std::size_t>(type_->cable.segments[static_cast<std::size_t>(segment)].node);
  }

  const CellType* type_;
  const Kernels* kernels_;
  Scheme scheme_;
  double dt_;
  Lanes v_, diagonal_, right_, i_ca_, cai_, eca_, sk_inf_;
  std::vector<double> conductance_;  // to the parent [uS]
  std::vector<double> capacitance_;  // over the step [uS]
  std::vector<std::vector<int>> children_;
  Arrays arrays_;
  std::vector<std::unique_ptr<Mechanism>> mechanisms_;
  std::vector<CellHere> cells_;
  std::vector<Point> points_;
  std::vector<ClampHere> clamps_;
  std::deque<std::vector<Event>> events_;  // by step from now
  std::int64_t now_ = 0;
  std::int64_t mean_steps_ = 0;
};

}  // namespace cell::engine
