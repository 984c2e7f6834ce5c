// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/block_model.hpp"
#include "engine/electrodes.hpp"
#include "engine/event_ring.hpp"
#include "engine/ions.hpp"
#include "engine/kernel.hpp"
#include "engine/own_parameters.hpp"
#include "engine/population.hpp"
#include "tutti/state.hpp"

namespace cell::engine {

/// What tells synapses apart: place, kind, time constants, reversal potential, magnesium and group.
using SlotKey = std::tuple<int, int, double, double, double, double, int>;
SlotKey slot_key(int place, const Synapse& synapse);

/// Up to eight cells, one per lane. Empty lanes are integrated like any other.
class Block {
 public:
  explicit Block(const BlockModel& model);

  /// A new cell in the next lane.
  int add_cell(double threshold_mV, int node);
  /// The number of the slot for synapses of this kind, one for all cells of the block. Numbers are
  /// by order of asking; the solver's order is made by initialise().
  int slot(const Synapse& kind, int lane, int node);
  /// A clamp of any kind at a node of the cell in a lane; of a Clamp its number, for set_clamp().
  template <class C>
  auto add_clamp(int lane, int node, const C& clamp, double dt_ms) {
    return electrodes_.add({lane, model_.row(lane, node), node}, clamp, dt_ms);
  }
  void add_gap(int lane, int node, const GapJunction& gap) {
    electrodes_.add({lane, model_.row(lane, node), node}, gap);
  }

  void initialise(const Kernel& kernel, double dt_ms, bool count_ions);
  void deliver(std::int64_t step, int slot, int lane, double weight_uS);
  /// What a kernel needs for the next step, until that has been taken. `peers` are the voltages
  /// that gap junctions see.
  StepTask next_step(std::span<const double> peers);
  /// After it; bit k of the result says that the cell in lane k crossed its threshold.
  unsigned stepped();
  /// Where in its step the cell that just fired rose through its threshold: 0..1, linearly.
  double crossed(std::size_t lane) const { return watches_[lane].crossed; }
  const BlockModel& model() const { return model_; }
  double v(int lane, int node) const { return v_[at(model_.row(lane, node), lane)]; }

  /// Lets concentrations follow the last step at once, where the next one would have done it:
  /// before they are read or set.
  void catch_up(const Kernel& kernel);
  /// From the next begin_mean() on.
  void count_ions(bool counted) { ions_.count(state_, counted); }
  void begin_mean();
  /// Any quantity but i_membrane.
  void read(Quantity what, int lane, std::span<double> values) const;
  /// Quantity::i_membrane of all cells [nA], [row][lanes]: by
  /// Kirchhoff's law what flows along the cable and through electrodes into a compartment leaves it
  /// through the membrane.
  void read_membranes(double* currents) const;
  /// A state of mechanism `kind` as it is now, by segment; 0 where the mechanism is not.
  void read_state(const Kernel& kernel, int kind, int state, int lane, std::span<double> values);
  /// The current of mechanism `kind` at the present voltage and states [nA], likewise.
  void read_current(const Kernel& kernel, int kind, int lane, std::span<double> values);
  void set_cai(int lane, int node, double cai_mM);
  /// Any other concentration: sodium or potassium, or calcium outside. [mM]
  void set_concentration(Ion ion, Side side, int lane, int node, double mM);
  /// A current into a segment's node from now on [nA], in place of what was there.
  void set_injected(int lane, int node, double nA);
  /// The potential outside the cell's segments from now on [mV].
  void set_v_ext(int lane, std::span<const double> v_ext_mV);
  /// A parameter of mechanism `kind`, by its place, at a segment of the cell in a lane from now on,
  /// in the unit of MechanismInfo. Nothing where the mechanism is not there.
  void set_parameter(int kind, int parameter, int lane, int segment, double value);
  /// A factor from now on on the conductance of the synapses of a group at a node.
  void set_gain(int group, int lane, int node, double factor);
  /// The current of a clamp from now on, while it holds. [nA]
  void set_clamp(std::size_t clamp, double nA) { electrodes_.set(clamp, nA); }
  double electrode_current(int lane) const;

  /// Before cells find themselves again: `step` steps are done. After initialise().
  void restart(std::int64_t step);
  /// What the future of the cell in a lane hangs on, by its own nodes, whichever block it is in.
  /// `slots` are those of its synapses, as slot() numbered them. Concentrations have caught up.
  void visit(tutti::Fields& fields, int lane, std::span<const int> slots);
  /// After them: makes the equations of the next step ready.
  void restarted(const Kernel& kernel) { kernel.begin(tables(), state_); }

 private:
  struct SlotKind {
    int node;
    Synapse synapse;
    int number;  ///< As slot() gave it.
  };
  struct Watch {
    int node = 0;
    double threshold_mV = 0;
    bool above = false;
    double v_mV = 0;     ///< At the end of the last step.
    double crossed = 0;  ///< Where in its step the last spike rose through the threshold, 0..1.
  };

  void make_slots(double dt_ms);
  void settle(const Kernel& kernel);
  void settle_concentration(int mechanism);
  void set_row_cai(int lane, int row, double cai_mM);
  const TypeTables& tables() const { return own_ ? own_->tables() : model_.tables(); }
  bool uses_calcium() const { return model_.type(0).uses_calcium(); }
  template <typename F>
  void each_entry(int mechanism, int lane, F&& f) const;
  AlignedArray states_now(const Kernel& kernel, int mechanism) const;
  void make_drive();
  void visit_rows(tutti::Fields& fields, int lane, AlignedArray& array);
  void visit_ions(tutti::Fields& fields, int lane);
  void visit_mechanisms(tutti::Fields& fields, int lane);
  void visit_events(tutti::Fields& fields, int lane, std::span<const int> slots);
  void visit_drive(tutti::Fields& fields, int lane);
  static std::size_t at(int row, int lane) {
    return static_cast<std::size_t>(row) * lanes + static_cast<std::size_t>(lane);
  }

  const BlockModel& model_;
  std::unique_ptr<OwnParameters> own_;  // once a parameter was set
  int used_ = 0;
  std::array<Watch, lanes> watches_{};
  std::vector<SlotKind> slot_kinds_;
  std::map<SlotKey, int> slot_numbers_;
  std::vector<SynapseSlot> slots_;
  std::vector<std::uint32_t> slot_place_;  // from slot()'s number to the place in slots_
  Electrodes electrodes_;
  Ions ions_;
  EventRing events_;
  std::int64_t done_ = 0;
  bool concentrations_behind_ = false;  // they have not yet followed the last step
  std::int64_t mean_since_ = 0;
  AlignedArray injected_, from_outside_, drive_;  // [nA]; no memory before the first use
  AlignedArray v_, rhs_, d_, g_ca_, gE_ca_, eca_, cai_, i_ca_, i_ca_sum_, rising_, falling_, gain_;
  std::vector<AlignedArray> mechanism_x_;
  std::vector<MechanismState> mechanism_states_;
  BlockState state_;
};

}  // namespace cell::engine
