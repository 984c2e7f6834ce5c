// SPDX-License-Identifier: MIT
#include "engine/adaptive_cell.hpp"

#include <cvode/cvode.h>
#include <cvode/cvode_ls.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "engine/conductance.hpp"
#include "engine/membrane_rates.hpp"

#include "tutti/error.hpp"

namespace cell::engine {
namespace {

constexpr double for_ever_ms = 1e15;
constexpr double longest_way_ms = 1000;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

/// All that CVODE calls back for. Unknowns: v of every compartment, then what MembraneRates counts.
/// Nodes without membrane have the voltage that lets no current end there.
struct AdaptiveCell::State {
  State(const BlockModel& of, const Kernel& kernel, double threshold, int node);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const Cable& cable() const { return model.type(0).type().cable; }
  /// What follows voltages in y.
  std::span<const double> gates() const {
    return {N_VGetArrayPointer(y) + compartments.size(), membrane.count()};
  }
  void by_segment(const std::vector<double>& by_node, std::span<double> values) const {
    for (std::size_t k = 0; k < values.size(); ++k)
      values[k] = by_node[index(cable().segments[k].node)];
  }
  void place_voltages(const double* y);
  void evaluate(double t_ms, const double* y);
  void begin_again(double t_ms);
  void go_to(double t_ms, std::vector<double>& crossings);
  /// A call of CVODE: on to `t_ms` with no step across `stop_ms`.
  struct Call {
    double t_ms, stop_ms;
  };
  void make(const Call& call, std::vector<double>& crossings);
  double next_jump() const;
  void jump(double t_ms);

  static int derivative(double t, N_Vector y, N_Vector to, void* self);
  static int linear_system(double t, N_Vector y, N_Vector, SUNMatrix, int, int* fresh, double gamma,
                           void* self, N_Vector, N_Vector, N_Vector);
  static int solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, double);
  static int above(double, N_Vector y, double* distance, void* self);

  const BlockModel& model;
  MembraneRates membrane;
  double threshold_mV;
  int watched;
  std::vector<int> compartments, unknown;        // nodes with membrane; and where y has a node, -1
  std::vector<double> v, g, inwards;             // by node: [mV], [uS], [nA at v = 0]
  std::vector<double> diagonal, right, factors;  // of elimination
  std::vector<double> gate_rates;                // of the matrix at hand
  double gamma = 1;
  struct Place {
    Conductance conductance;
    int node;
  };
  std::vector<Place> synapses;
  struct Timed {
    Clamp clamp;
    int node;
    /// Since CVODE began at this time: it never steps across a jump.
    bool flows(double t_ms) const {
      return t_ms >= clamp.delay_ms && t_ms < clamp.delay_ms + clamp.duration_ms;
    }
  };
  std::vector<Timed> clamps;
  std::multimap<double, std::pair<int, double>> events;  // by time: synapse, weight
  double now_ms = 0;                                     // when CVODE last began
  std::vector<double> begun;                             // y of that time
  std::vector<Call> calls;                               // since then
  bool idle = false;                                     // the last of them made no step
  double until_ms = 0;                                   // of the last advance

  SUNContext context = nullptr;
  void* memory = nullptr;
  N_Vector y = nullptr, tolerances = nullptr;
  SUNMatrix matrix = nullptr;
  SUNLinearSolver solver = nullptr;
};

AdaptiveCell::State::State(const BlockModel& of, const Kernel& kernel, double threshold, int node)
    : model{of}, membrane{of, kernel}, threshold_mV{threshold}, watched{node} {
  const auto nodes = cable().nodes();
  for (auto* array : {&v, &g, &inwards, &diagonal, &right}) array->assign(nodes, 0);
  unknown.assign(nodes, -1);
  for (std::size_t i = 0; i < nodes; ++i)
    if (cable().segment[i] >= 0) {
      unknown[i] = static_cast<int>(compartments.size());
      compartments.push_back(static_cast<int>(i));
    }
  SUNContext_Create(nullptr, &context);
  const auto count = static_cast<sunindextype>(compartments.size() + membrane.count());
  y = N_VNew_Serial(count, context);
  tolerances = N_VNew_Serial(count, context);
  matrix = SUNMatNewEmpty(context);
  matrix->ops->getid = [](SUNMatrix) { return SUNMATRIX_CUSTOM; };
  matrix->ops->zero = [](SUNMatrix) { return 0; };
  solver = SUNLinSolNewEmpty(context);
  solver->content = this;
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->setup = [](SUNLinearSolver, SUNMatrix) { return 0; };  // linear_system has done it
  solver->ops->solve = solve;
}

AdaptiveCell::State::~State() {
  if (memory != nullptr) CVodeFree(&memory);
  SUNLinSolFreeEmpty(solver);
  SUNMatFreeEmpty(matrix);
  N_VDestroy(tolerances);
  N_VDestroy(y);
  SUNContext_Free(&context);
}

void AdaptiveCell::State::place_voltages(const double* values) {
  const auto& tree = cable();
  const auto nodes = tree.nodes();
  for (std::size_t k = 0; k < compartments.size(); ++k) v[index(compartments[k])] = values[k];
  // a node without membrane has compartments for neighbours, and the mean of theirs by conductance
  std::fill(right.begin(), right.end(), 0);
  std::fill(diagonal.begin(), diagonal.end(), 0);
  for (std::size_t i = 1; i < nodes; ++i) {
    const auto p = index(tree.parent[i]);
    const double axial = 1 / tree.resistance[i];
    if (unknown[i] < 0) right[i] += axial * v[p], diagonal[i] += axial;
    if (unknown[p] < 0) right[p] += axial * v[i], diagonal[p] += axial;
  }
  for (std::size_t i = 0; i < nodes; ++i)
    if (unknown[i] < 0) v[i] = right[i] / diagonal[i];
}

/// Everything that depends on y and time: conductances and currents by node, gates.
void AdaptiveCell::State::evaluate(double t_ms, const double* values) {
  place_voltages(values);
  membrane.evaluate(v, {values + compartments.size(), membrane.count()});
  const auto& type = model.type(0);
  for (std::size_t i = 0; i < v.size(); ++i) {
    const int node = static_cast<int>(i);
    g[i] = membrane.conductance(node) + type.leak_conductance(node);
    inwards[i] = membrane.inward(node) + type.tables().leak[i];
  }
  for (const auto& s : synapses) {
    const auto line = s.conductance.at(t_ms, v[index(s.node)]);
    g[index(s.node)] += line.g;
    inwards[index(s.node)] += line.gE;
  }
  for (const auto& c : clamps)
    if (c.flows(now_ms)) inwards[index(c.node)] += c.clamp.amplitude_nA;
}

int AdaptiveCell::State::derivative(double t, N_Vector y, N_Vector to, void* self) {
  auto& s = *static_cast<State*>(self);
  const double* values = N_VGetArrayPointer(y);
  double* rate = N_VGetArrayPointer(to);
  s.evaluate(t, values);
  const auto& tree = s.cable();
  for (std::size_t i = 0; i < s.v.size(); ++i) s.right[i] = s.inwards[i] - s.g[i] * s.v[i];
  for (std::size_t i = 1; i < s.v.size(); ++i) {
    const auto p = index(tree.parent[i]);
    const double current = (s.v[p] - s.v[i]) / tree.resistance[i];
    s.right[i] += current;
    s.right[p] -= current;
  }
  bool finite = true;
  for (std::size_t k = 0; k < s.compartments.size(); ++k) {
    const int node = s.compartments[k];
    rate[k] = s.right[index(node)] / s.model.type(0).capacitance(node);
    finite = finite && std::isfinite(rate[k]);
  }
  const auto first = s.compartments.size();
  for (std::size_t k = 0; k < s.membrane.count(); ++k) {
    rate[first + k] = (s.membrane.towards()[k] - values[first + k]) * s.membrane.rates()[k];
    finite = finite && std::isfinite(rate[first + k]);
  }
  return finite ? 0 : 1;  // 1: try again with a shorter step
}

/// Factors C/gamma + conductances; gates stand for themselves, as Newton's method allows.
int AdaptiveCell::State::linear_system(double t, N_Vector y, N_Vector, SUNMatrix, int, int* fresh,
                                       double gamma, void* self, N_Vector, N_Vector, N_Vector) {
  auto& s = *static_cast<State*>(self);
  s.evaluate(t, N_VGetArrayPointer(y));
  s.gamma = gamma;
  s.gate_rates.assign(s.membrane.rates().begin(), s.membrane.rates().end());
  const auto& tree = s.cable();
  for (std::size_t i = 0; i < s.v.size(); ++i)
    s.diagonal[i] = s.model.type(0).capacitance(static_cast<int>(i)) / gamma + s.g[i];
  for (std::size_t i = 1; i < s.v.size(); ++i) {
    const double axial = 1 / tree.resistance[i];
    s.diagonal[i] += axial;
    s.diagonal[index(tree.parent[i])] += axial;
  }
  for (std::size_t i = s.v.size(); i-- > 1;) {
    const double axial = 1 / tree.resistance[i];
    s.diagonal[index(tree.parent[i])] -= axial * axial / s.diagonal[i];
  }
  s.factors.assign(s.diagonal.begin(), s.diagonal.end());
  *fresh = 1;
  return 0;
}

int AdaptiveCell::State::solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, double) {
  auto& s = *static_cast<State*>(solver->content);
  const double* from = N_VGetArrayPointer(b);
  double* to = N_VGetArrayPointer(x);
  const auto& tree = s.cable();
  for (std::size_t i = 0; i < s.v.size(); ++i)
    s.right[i] = s.unknown[i] < 0 ? 0
                                  : from[s.unknown[i]] *
                                        s.model.type(0).capacitance(static_cast<int>(i)) / s.gamma;
  for (std::size_t i = s.v.size(); i-- > 1;)
    s.right[index(tree.parent[i])] += s.right[i] / (tree.resistance[i] * s.factors[i]);
  s.right[0] /= s.factors[0];
  for (std::size_t i = 1; i < s.v.size(); ++i)
    s.right[i] = (s.right[i] + s.right[index(tree.parent[i])] / tree.resistance[i]) / s.factors[i];
  for (std::size_t k = 0; k < s.compartments.size(); ++k) to[k] = s.right[index(s.compartments[k])];
  for (std::size_t k = 0; k < s.gate_rates.size(); ++k) {
    const auto at = s.compartments.size() + k;
    to[at] = from[at] / (1 + s.gamma * s.gate_rates[k]);
  }
  return 0;
}

int AdaptiveCell::State::above(double, N_Vector y, double* distance, void* self) {
  const auto& s = *static_cast<State*>(self);
  distance[0] = N_VGetArrayPointer(y)[s.unknown[index(s.watched)]] - s.threshold_mV;
  return 0;
}

void AdaptiveCell::State::begin_again(double t_ms) {
  now_ms = t_ms;
  const double* values = N_VGetArrayPointer(y);
  begun.assign(values, values + N_VGetLength(y));
  calls.clear();
  idle = false;
  CVodeReInit(memory, t_ms, y);
}

/// The next instant at which something jumps.
double AdaptiveCell::State::next_jump() const {
  double next = events.empty() ? std::numeric_limits<double>::infinity() : events.begin()->first;
  for (const auto& c : clamps)
    for (const double edge : {c.clamp.delay_ms, c.clamp.delay_ms + c.clamp.duration_ms})
      if (edge > now_ms) next = std::min(next, edge);
  return next;
}

void AdaptiveCell::State::jump(double t_ms) {
  // weights of one instant in an order that depends on nothing but themselves
  std::vector<std::pair<int, double>> together;
  while (!events.empty() && events.begin()->first <= t_ms) {
    together.push_back(events.begin()->second);
    events.erase(events.begin());
  }
  std::ranges::sort(together);
  for (const auto& [synapse, weight] : together)
    synapses[index(synapse)].conductance.add(t_ms, weight);
  begin_again(t_ms);
}

void AdaptiveCell::State::go_to(double t_ms, std::vector<double>& crossings) {
  // a jump that is known is not stepped across; one that comes later may lie inside the last step,
  // which then was one of a smooth function and is only read where it is
  double gone_to = 0;
  CVodeGetCurrentTime(memory, &gone_to);
  const double jump_ms = next_jump();
  const Call call{t_ms, jump_ms > gone_to && std::isfinite(jump_ms) ? jump_ms : for_ever_ms};
  make(call, crossings);
  // a call that only read between steps leaves no trace: of those in a row the last one is enough
  if (idle)
    calls.back() = call;
  else
    calls.push_back(call);
  double gone_on = 0;
  CVodeGetCurrentTime(memory, &gone_on);
  idle = gone_on == gone_to;
}

void AdaptiveCell::State::make(const Call& call, std::vector<double>& crossings) {
  CVodeSetStopTime(memory, call.stop_ms);
  double reached = now_ms;
  while (true) {
    const int code = CVode(memory, call.t_ms, y, &reached, CV_NORMAL);
    if (code == CV_ROOT_RETURN) {
      crossings.push_back(reached);
      continue;
    }
    if (code >= 0) break;
    throw tutti::Error{
        tutti::Fault::config,
        "CVODE found no step that is short enough at {} ms (its code is {}); a looser "
        "tolerance may help",
        reached, code};
  }
}

AdaptiveCell::AdaptiveCell(const BlockModel& model, const Kernel& kernel, double threshold_mV,
                           int node)
    : state_{std::make_unique<State>(model, kernel, threshold_mV, node)} {}
AdaptiveCell::~AdaptiveCell() = default;
AdaptiveCell::AdaptiveCell(AdaptiveCell&&) noexcept = default;

int AdaptiveCell::add_synapse(const Synapse& synapse, int node) {
  state_->synapses.push_back({Conductance{synapse}, node});
  return static_cast<int>(state_->synapses.size()) - 1;
}

void AdaptiveCell::add_clamp(const Clamp& clamp, int node) {
  state_->clamps.push_back({clamp, node});
}

void AdaptiveCell::initialise(double tolerance_mV) {
  auto& s = *state_;
  s.events.clear();
  for (auto& synapse : s.synapses) synapse.conductance.clear();
  s.now_ms = s.until_ms = 0;
  double* y = N_VGetArrayPointer(s.y);
  double* tolerances = N_VGetArrayPointer(s.tolerances);
  const auto first = s.compartments.size();
  std::fill_n(y, first, s.model.type(0).type().v_init);
  std::fill_n(tolerances, first, tolerance_mV);
  s.membrane.settle({y + first, s.membrane.count()});
  for (std::size_t k = 0; k < s.membrane.count(); ++k)
    tolerances[first + k] = tolerance_mV * (s.membrane.is_concentration(k) ? 1e-6 : 1e-2);
  if (s.memory != nullptr) CVodeFree(&s.memory);
  s.memory = CVodeCreate(CV_BDF, s.context);
  CVodeInit(s.memory, State::derivative, 0, s.y);
  CVodeSetUserData(s.memory, &s);
  CVodeSVtolerances(s.memory, 0, s.tolerances);
  CVodeSetMaxNumSteps(s.memory, -1);
  CVodeSetErrHandlerFn(
      s.memory, [](int, const char*, const char*, char*, void*) {}, nullptr);  // we say it
  CVodeSetLinearSolver(s.memory, s.solver, s.matrix);
  CVodeSetLinSysFn(s.memory, State::linear_system);
  CVodeRootInit(s.memory, 1, State::above);
  int rising = 1;
  CVodeSetRootDirection(s.memory, &rising);
  CVodeSetNoInactiveRootWarn(s.memory);
  s.begin_again(0);
}

void AdaptiveCell::deliver(double t_ms, int synapse, double weight_uS) {
  state_->events.emplace(t_ms, std::pair{synapse, weight_uS});
}

void AdaptiveCell::advance(double until_ms, std::vector<double>& crossings) {
  auto& s = *state_;
  // so that the way which go_again() goes has an end where nothing ever jumps
  if (s.until_ms - s.now_ms >= longest_way_ms) s.begin_again(s.until_ms);
  for (double jump_ms = s.next_jump(); jump_ms < until_ms; jump_ms = s.next_jump()) {
    if (jump_ms > s.now_ms) s.go_to(jump_ms, crossings);
    s.jump(jump_ms);
  }
  s.go_to(until_ms, crossings);
  s.until_ms = until_ms;
}

void AdaptiveCell::read(Quantity what, std::span<double> values) const {
  auto& s = *state_;
  s.place_voltages(N_VGetArrayPointer(s.y));
  const auto& segments = s.cable().segments;
  if (what == Quantity::v) {
    for (std::size_t k = 0; k < segments.size(); ++k) values[k] = s.v[index(segments[k].node)];
    return;
  }
  if (what == Quantity::i_na || what == Quantity::i_k)
    return s.by_segment(
        s.membrane.carried(what == Quantity::i_na ? Ion::na : Ion::k, s.v, s.gates()), values);
  s.evaluate(s.until_ms, N_VGetArrayPointer(s.y));
  std::fill(s.right.begin(), s.right.end(), 0);
  for (std::size_t i = 1; i < s.v.size(); ++i) {
    const auto p = index(s.cable().parent[i]);
    const double current = (s.v[p] - s.v[i]) / s.cable().resistance[i];
    s.right[i] += current;
    s.right[p] -= current;
  }
  for (const auto& c : s.clamps)
    if (c.flows(s.now_ms)) s.right[index(c.node)] += c.clamp.amplitude_nA;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    const int node = segments[k].node;
    values[k] = what == Quantity::i_membrane ? s.right[index(node)]
                : what == Quantity::i_ca     ? s.membrane.i_ca(node)
                                             : s.membrane.cai(node);
  }
}

void AdaptiveCell::read_state(int mechanism, int state, std::span<double> values) const {
  state_->by_segment(state_->membrane.state(mechanism, state, state_->gates()), values);
}

void AdaptiveCell::read_current(int mechanism, std::span<double> values) const {
  auto& s = *state_;
  s.place_voltages(N_VGetArrayPointer(s.y));
  s.by_segment(s.membrane.current(mechanism, s.v, s.gates()), values);
}

double AdaptiveCell::electrode_current() const {
  double sum = 0;
  for (const auto& c : state_->clamps)
    if (c.flows(state_->now_ms)) sum += c.clamp.amplitude_nA;
  return sum;
}

void AdaptiveCell::visit(tutti::Fields& fields, std::span<const int> order) {
  auto& s = *state_;
  fields(s.now_ms), fields(s.until_ms);
  fields(std::span{s.begun});
  fields(s.calls);
  fields(s.idle);
  for (const int synapse : order) s.synapses[index(synapse)].conductance.visit(fields);
  struct Waiting {
    double t_ms;
    std::uint64_t place;  // among `order`
    double weight_uS;
  };
  std::vector<Waiting> waiting;
  for (const auto& [t_ms, event] : s.events) {
    const auto place = std::ranges::find(order, event.first) - order.begin();
    waiting.push_back({t_ms, static_cast<std::uint64_t>(place), event.second});
  }
  fields(waiting);
  if (fields.saving()) return;
  for (const auto& one : waiting) {
    if (one.place >= order.size())
      throw tutti::Error{tutti::Fault::config,
                         "the checkpoint has an event for synapse {} of a cell that has {} kinds "
                         "of them; was it saved by another model?",
                         one.place, order.size()};
    deliver(one.t_ms, order[one.place], one.weight_uS);
  }
}

void AdaptiveCell::go_again() {
  auto& s = *state_;
  std::ranges::copy(s.begun, N_VGetArrayPointer(s.y));
  CVodeReInit(s.memory, s.now_ms, s.y);
  std::vector<double> known;  // crossings of long ago
  for (const auto& call : s.calls) s.make(call, known);
}

long AdaptiveCell::steps() const {
  long count = 0;
  if (state_->memory != nullptr) CVodeGetNumSteps(state_->memory, &count);
  return count;
}

}  // namespace cell::engine
