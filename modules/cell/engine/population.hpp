// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "morphology/cable.hpp"
#include "tutti/state.hpp"

/// The cable solver as the rest of tutti-cell sees it: it knows nothing of ports, ranks or files.
namespace cell::engine {

/// A membrane mechanism on some segments of a cell type: "pas", "hh", "ca_hva", "sk" ... with the
/// parameters of `mechanisms()`; those left out have their defaults.
struct MechanismUse {
  std::string name;
  std::vector<int> segments;  ///< Indices into Cable::segments, ascending.
  std::vector<std::pair<std::string, double>> parameters;
  std::optional<double> ena{}, ek{};  ///< Here in place of the cell type's. [mV]
};

/// What a current is made of, where that is of interest. What goes in a field is driven by both
/// concentrations rather than by a potential.
enum class Ion { none, na, k, ca, na_and_k, ca_in_a_field, na_and_k_in_a_field };
/// Of a membrane.
enum class Side { inside, outside };

/// One kind of cell: a discretised morphology and what is in its membrane. Shared by all its cells.
struct CellType {
  std::string name;
  Cable cable;
  std::vector<double> cm;  ///< Per segment. [uF/cm2]
  std::vector<MechanismUse> mechanisms;
  double celsius = 6.3;
  double v_init = -65;         ///< [mV]
  double ena = 50, ek = -77;   ///< [mV]
  double cai = 5e-5, cao = 2;  ///< [mM]; eca follows by Nernst
  /// Where one of them is set from outside, ena or ek follows by Nernst from both. [mM]
  double nai = 10, nao = 140, ki = 54.4, ko = 2.5;
  /// Constants in Nernst potentials, for those who compare with results that had others:
  /// [J/(mol K)], [C/mol].
  double gas_constant = 8.31446261815324, faraday = 96485.33212;
  /// Nobody sets parameters of `pas`, which then is a part of the matrix and costs nothing.
  bool leaks_are_fixed = true;
};

/// Fixed steps of first or second order, or CVODE with a step of its own for each cell.
enum class Scheme { backward_euler, crank_nicolson, cvode };

/// Time courses of a conductance whose peak is the weight. nmda: exp2 under a block by magnesium.
enum class SynapseKind { exp, exp2, alpha, nmda };

/// A synapse on one cell. All instances of one kind, time constants, reversal potential and segment
/// add up linearly, so `add_synapse` returns the same number for equal ones.
struct Synapse {
  SynapseKind kind = SynapseKind::exp;
  std::uint32_t cell = 0;
  int segment = 0;
  double tau1_ms = 0.5;  ///< Rise, exp2 and nmda only.
  double tau2_ms = 2;    ///< Decay.
  double e_mV = 0;
  double magnesium_mM = 1;  ///< Outside, nmda only.
  int group = 0;            ///< For set_gain(): equal synapses of two groups stay apart.
};

/// A current clamp: acts in every step whose midpoint lies in [delay, delay + duration). [ms], [nA]
struct Clamp {
  std::uint32_t cell = 0;
  int segment = 0;
  double delay_ms = 0, duration_ms = 0, amplitude_nA = 0;
};

/// A voltage clamp through a resistance: (level - v)/resistance flows in while it holds.
struct VoltageClamp {
  std::uint32_t cell = 0;
  int segment = 0;
  double resistance_MOhm = 0.1;
  struct Level {
    double duration_ms, mV;
  };
  std::vector<Level> levels;  ///< One after the other, from 0 ms on.
};

/// A noisy current: of mean and standard deviation as said, Ornstein–Uhlenbeck with correlation
/// time tau, or drawn anew at every step where tau is 0. Its numbers hang on (seed, stream,
/// element).
struct NoiseClamp {
  std::uint32_t cell = 0;
  int segment = 0;
  double delay_ms = 0, duration_ms = 0, mean_nA = 0, sd_nA = 0, tau_ms = 0;
  std::uint64_t seed = 0, stream = 0, element = 0;
};

/// One side of a gap junction: g (v_there - v) flows into a segment.
struct GapJunction {
  std::uint32_t cell = 0;
  int segment = 0;
  double conductance_uS = 0;
  std::size_t peer = 0;  ///< Which of the voltages that all sides publish.
};

/// What can be read of segments at the end of an advance.
enum class Quantity {
  v,           ///< [mV]
  i_membrane,  ///< Total, outward positive, synaptic and capacitive currents included. [nA]
  i_ca,        ///< Mean over the steps since the last call of begin_mean(), outward positive. [nA]
  i_na,
  i_k,  ///< Likewise; 0 unless counted. With cvode all three are those of the instant. [nA]
  cai,  ///< [mM]
};

/// Sets of vector instructions, the least first.
enum class Instructions { baseline, avx2, avx512 };
/// The best ones of this processor, unless TUTTI_ISA=baseline|avx2|avx512 asks for less.
Instructions best_instructions();
/// "baseline", "avx2", "avx512".
const char* name_of(Instructions what);

/// A threshold crossing: `cell` fired in the step that ended at `step_end` (in steps from 0).
struct Firing {
  std::uint32_t cell;
  std::int64_t step;  ///< Number of the step at whose end v was first above the threshold, from 1.
  double time_ms;     ///< When it rose through it: within the step, linearly; with cvode a root.
};

/// Cells of any types on one time grid of step `dt`. Build, then initialise(), then advance.
/// What a cell does depends on nothing but itself and its events.
class Population {
 public:
  Population(double dt_ms, Scheme scheme);
  ~Population();
  Population(Population&&) noexcept;
  Population& operator=(Population&&) noexcept;

  /// The error that a step of cvode may add to v. [mV]
  void use_tolerance(double tolerance_mV);
  /// How many threads advance the cells; results do not depend on it. One where not said.
  void use_threads(int threads);
  /// Instructions to use, where the processor has them; to be said before initialise().
  void use_instructions(Instructions most);

  /// Adds a cell; cells are numbered from 0 in this order. `type` is kept by pointer and must live
  /// as long as the population. The threshold is watched at `segment` [mV].
  std::uint32_t add_cell(const CellType& type, double threshold_mV, int segment);
  std::uint32_t add_synapse(const Synapse& synapse);
  /// Its number, for set_clamp().
  std::size_t add_clamp(const Clamp& clamp);
  void add_voltage_clamp(const VoltageClamp& clamp);
  void add_noise(const NoiseClamp& noise);
  /// With backward Euler the other side's voltage is that of the step's start, as in NEURON; with
  /// Crank–Nicolson it is extrapolated to the step's middle, which keeps the second order.
  void add_gap(const GapJunction& side);
  /// The segments of this population whose voltages gap junctions see, as {cell, segment}; `share`
  /// is called before each step with them and fills in those of all sides, `all` of them. Required
  /// where any population that takes part has a gap junction; without it all are from here.
  using Share = std::function<void(std::span<const double> mine, std::span<double> all)>;
  void publish(std::vector<std::pair<std::uint32_t, int>> mine, std::size_t all, Share share);
  /// Makes room for what was added and puts everything at rest, at time 0, with no event under way.
  void initialise();

  /// An event that changes synapse state at the start of step `step` (the step from step·dt to
  /// (step+1)·dt). Requires step >= steps done. `weight` in uS.
  void deliver(std::uint32_t synapse, std::int64_t step, double weight_uS);
  /// The same at an instant. With fixed steps it acts at the boundary nearest to it, if that is not
  /// past.
  void deliver_at(std::uint32_t synapse, double t_ms, double weight_uS);

  /// Makes `steps` steps; appends threshold crossings ordered by (step, cell). `membranes`, if
  /// there are any, say for each cell where its Quantity::i_membrane is written at the end in
  /// float32, by segment; null for a cell that nobody asks about. It costs least there, while the
  /// cell is in cache.
  void advance(std::int64_t steps, std::vector<Firing>& firings,
               std::span<float* const> membranes = {});
  std::int64_t steps_done() const;

  /// Counts what sodium and potassium carry from initialise() on: Quantity::i_na and i_k. Said
  /// later it holds from the next begin_mean() on, and is nothing that visit() saves.
  void count_ions(bool counted = true);
  /// Starts a new mean for Quantity::i_ca, i_na and i_k.
  void begin_mean();
  /// One value per segment of a cell, in the order of Cable::segments.
  void read(Quantity what, std::uint32_t cell, std::span<double> values) const;
  /// Quantity::i_membrane of many cells: for each one where it is to be written, or null. One cell
  /// alone costs as much as the eight of its block.
  void read_membranes(std::span<double* const> to) const;
  /// A state of a mechanism (`state` by its place in MechanismInfo::states) or the current of it at
  /// the present voltage [nA], outward positive; 0 in segments without the mechanism.
  void read_state(std::uint32_t cell, int mechanism, int state, std::span<double> values) const;
  void read_current(std::uint32_t cell, int mechanism, std::span<double> values) const;
  /// Sets the calcium concentration that mechanisms see from now on, per segment [mM]; the cell no
  /// longer computes it.
  void set_cai(std::uint32_t cell, int segment, double cai_mM);
  /// A concentration at a segment from now on [mM]; the ion's reversal potential follows by Nernst.
  void set_concentration(Ion ion, Side side, std::uint32_t cell, int segment, double mM);
  /// A parameter of a mechanism, by its place in MechanismInfo::parameters and in its unit, at a
  /// segment from now on; nothing where the mechanism is not. Of `pas` only where the cell's type
  /// says so.
  void set_parameter(std::uint32_t cell, int mechanism, int parameter, int segment, double value);
  /// A factor from now on on the conductance of a segment's synapses of a group.
  void set_gain(std::uint32_t cell, int group, int segment, double factor);
  /// The current of a clamp from now on, while it holds. [nA]
  void set_clamp(std::size_t clamp, double nA);
  /// A current into a segment from now on [nA], in place of what was there.
  void set_injected(std::uint32_t cell, int segment, double nA);
  /// The potential outside every segment of a cell from now on [mV]; v stays inside minus outside.
  void set_v_ext(std::uint32_t cell, std::span<const double> v_ext_mV);
  /// What electrodes put into a cell over the last step [nA]: sum of i_membrane equals it.
  double electrode_current(std::uint32_t cell) const;

  /// Saves what the future of all cells hangs on, or finds it again after initialise(), when
  /// `steps` steps are done: entries "cells" by `numbers`, one per cell, and the voltages at gap
  /// junctions.
  void visit(tutti::State& state, std::span<const std::uint64_t> numbers, std::int64_t steps);

  std::size_t cells() const;
  const CellType& type(std::uint32_t cell) const;

 private:
  void write_adaptive(std::span<float* const> membranes) const;
  class State;
  std::unique_ptr<State> state_;
};

/// A mechanism's name, equations and parameters, for `tutti list`, checks and the reference.
struct MechanismInfo {
  struct Parameter {
    std::string name, unit;
    double fallback;
    std::string doc;
  };
  std::string name, doc, source;  ///< `source`: paper or origin of the equations
  std::vector<Parameter> parameters;
  std::vector<std::string> states;     ///< Names of the gates.
  std::string temperature;             ///< q(r) = 2.3^((T - r)/10) divides time constants.
  std::vector<std::string> equations;  ///< With L and S as the reference explains them.
};
std::span<const MechanismInfo> mechanisms();

}  // namespace cell::engine
