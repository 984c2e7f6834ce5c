// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>

/// What the kernels of each instruction set work on: bare arrays, so that nothing of the standard
/// library is compiled for instructions that another machine lacks.
namespace cell::engine {

/// A mechanism on the rows of a block. Where lanes hold cells of different types an entry is there
/// for every lane if any has it, and `present` says which.
struct MechanismTable {
  int kind = 0;                        ///< Its place in Mechanisms.
  bool per_lane = false;               ///< Parameters and presence are those of each lane.
  int count = 0;                       ///< Entries.
  const int* node = nullptr;           ///< Row of each.
  const double* parameters = nullptr;  ///< [count][parameters], or [count][parameters][lanes]
  int parameter_count = 0;
  const double* present = nullptr;  ///< [count][lanes], 1 or 0; nullptr where all are
  double constants[4] = {};
};

/// A mechanism's memory in one block. Arrays of [count][…][lanes].
struct MechanismState {
  double* x = nullptr;  ///< [count][states][lanes]
};

/// What does not change while the cells of a block are integrated. Arrays by row, and by row and
/// lane where `per_lane`: cells of different types side by side.
struct TypeTables {
  int nodes = 0;
  bool per_lane = false;
  bool extrapolate = false;            ///< Crank–Nicolson: half a step, then as far again.
  const int* parent = nullptr;         ///< Row of the parent, that of most lanes.
  const int* lane_parent = nullptr;    ///< [row][lanes], per_lane only, as the next two
  const unsigned char* odd = nullptr;  ///< A bit for each lane that has another parent.
  const double* joined = nullptr;      ///< `axial`, 0 in those lanes.
  const double* axial = nullptr;       ///< Conductance to the parent [uS].
  const double* diagonal = nullptr;    ///< Capacitance over the step, axial and leak [uS].
  const double* capacity = nullptr;    ///< Capacitance over the step [uS].
  const double* leak = nullptr;        ///< Leak conductance times its potential [nA].
  const MechanismTable* mechanisms = nullptr;
  int mechanism_count = 0;
  const int* calcium_nodes = nullptr;  ///< Rows with calcium channels.
  int calcium_count = 0;
  const double* per_area = nullptr;  ///< From nA to mA/cm2, 0 where there is no membrane.
  double nernst_mV = 0, cao_mM = 0;  ///< eca = nernst_mV ln(cao/cai)
};

/// Synapses of one kind on one node, for every cell of a block.
struct SynapseSlot {
  int node = 0;
  double decay1 = 0, decay2 = 0;  ///< Over one step, of the rising and of the falling part.
  double e_mV = 0;
  double rise = 0, fall = 0;  ///< What a weight of 1 adds to either part.
  double couple = 0;          ///< How much of the rising part falls over a step, alpha only.
  bool difference = true;     ///< The conductance is falling less rising, or falling alone.
  double magnesium = 0;       ///< Share of blocked to open channels at 0 mV; 0 for no block.
};

/// A weight that arrives at a synapse.
struct Event {
  std::uint32_t slot = 0;
  std::uint32_t lane = 0;
  double weight_uS = 0;
};

/// A current nA - uS v that flows into a row during one step.
struct Injection {
  int node = 0;
  int lane = 0;
  double nA = 0;
  double uS = 0;
};

/// What an ion carries through the membrane, [row][lanes]; nullptr where nobody asks.
struct IonState {
  double *g = nullptr, *gE = nullptr;  ///< In the step at hand [uS], [nA].
  double* sum = nullptr;               ///< Over steps [nA].
};

/// Eight cells of one type. Arrays of [node][lanes] unless said.
struct BlockState {
  double *v = nullptr, *rhs = nullptr, *d = nullptr;
  const double* drive = nullptr;  ///< Current from outside [nA]; nullptr where there is none.
  const MechanismState* mechanisms = nullptr;  ///< One per MechanismTable.
  double* eca = nullptr;                       ///< nullptr without calcium, as the next three.
  double* cai = nullptr;                       ///< [mM]
  const double* cao = nullptr;                 ///< [mM]; nullptr where it is the type's everywhere.
  const double *ena = nullptr, *ek = nullptr;  ///< Reversal potentials [mV].
  /// [mM]; nullptr where no mechanism reads them.
  const double *nai = nullptr, *nao = nullptr, *ki = nullptr, *ko = nullptr;
  IonState na{}, k{}, ca{};
  double* i_ca = nullptr;  ///< At the start of the last step [nA].
  const SynapseSlot* slots = nullptr;
  int slot_count = 0;
  double* rising = nullptr;      ///< [slot][lanes] [uS]
  double* falling = nullptr;     ///< [slot][lanes] [uS]
  const double* gain = nullptr;  ///< [slot][lanes], of conductances; nullptr where all are 1.
};

/// What one step needs beside the state.
struct StepInput {
  bool gates_first = false;           ///< The gates have still to follow the previous step.
  bool concentrations_first = false;  ///< Likewise the concentrations that mechanisms own.
  const Event* events = nullptr;
  std::size_t event_count = 0;
  const Injection* injections = nullptr;
  std::size_t injection_count = 0;
};

/// A block and its next step.
struct StepTask {
  const TypeTables* type;
  const BlockState* state;
  StepInput input;
};

/// The functions of one instruction set.
struct Kernel {
  const char* name;
  /// Makes the equations of the first step ready; each step does that for the next.
  void (*begin)(const TypeTables&, const BlockState&);
  /// Takes one block or two, which is faster than one after the other and gives the same.
  void (*step)(const StepTask* tasks, int count);
  /// Advances the gates (or the concentration) of one mechanism at the present voltage, with
  /// constants of its own.
  void (*gates)(const TypeTables&, const BlockState&, int mechanism, const double* constants);
  /// The currents of one mechanism alone at the present states: conductance into d [uS] and that
  /// times its potential into rhs [nA], at its nodes.
  void (*currents)(const TypeTables&, const BlockState&, int mechanism);
  /// e^x of `count` (a multiple of `lanes`) numbers: what gates are made of, for tests.
  void (*exponential)(const double* x, double* y, std::size_t count);
};

extern const Kernel baseline_kernel;
extern const Kernel avx2_kernel;
extern const Kernel avx512_kernel;

/// The best one that this processor runs; TUTTI_ISA=baseline|avx2|avx512 asks for less.
const Kernel& best_kernel();
/// The best one up to `most`.
enum class Instructions;
const Kernel& best_kernel(Instructions most);

}  // namespace cell::engine
