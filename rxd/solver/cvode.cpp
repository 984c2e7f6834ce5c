// SPDX-License-Identifier: MIT
#include "cvode.hpp"

#include <cvode/cvode.h>
#include <cvode/cvode_ls.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "cable.hpp"
#include "error.hpp"

namespace rxd {

/// All that CVODE calls back for. The unknowns are the cable's values [variables][points]; those of
/// points without volume, of absent species and of boundaries ride along unchanged.
struct Cvode::State {
  explicit State(Cable& of);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void take(N_Vector y) const {
    std::copy_n(N_VGetArrayPointer(y), cable.balance_.value.size(), cable.balance_.value.begin());
    cable.settle_junctions();
  }
  /// Calls visit(unknown, its volume or area) for all that change by the differential equations.
  template <typename F>
  void for_moving(F visit) const {
    const std::size_t points = cable.points();
    for (std::size_t k = 0; k < cable.network_.variables().size(); ++k) {
      const double* sizes = &cable.balance_.size[k * points];
      for (std::size_t i = 0; i < points; ++i)
        visit(k * points + i, sizes[i] > 0 && !cable.held_at(k * points + i) ? sizes[i] : 0);
    }
  }

  static int derivative(double, N_Vector y, N_Vector to, void* self);
  static int linear_system(double, N_Vector y, N_Vector, SUNMatrix, booleantype, booleantype* fresh,
                           double gamma, void* self, N_Vector, N_Vector, N_Vector);
  static int setup(SUNLinearSolver, SUNMatrix) { return 0; }  // linear_system has factored already
  static int solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, double);

  Cable& cable;
  SUNContext context = nullptr;
  void* memory = nullptr;
  N_Vector values = nullptr, tolerances = nullptr;
  SUNMatrix matrix = nullptr;
  SUNLinearSolver solver = nullptr;
  double gamma = 1;       // of the matrix that is factored [ms]
  double now_ms = 0;      // since CVODE began, last
  double tolerance = -1;  // that it has been told
};

int Cvode::State::derivative(double, N_Vector y, N_Vector to, void* self) {
  const auto& state = *static_cast<State*>(self);
  state.take(y);
  state.cable.balance_.evaluate(false);
  double* rate = N_VGetArrayPointer(to);
  const auto& change = state.cable.balance_.change;
  bool finite = true;
  state.for_moving([&](std::size_t i, double size) {
    rate[i] = size > 0 ? change[i] / size : 0;
    finite = finite && std::isfinite(rate[i]);
  });
  return finite ? 0 : 1;  // 1: try again with a shorter step
}

/// (I - gamma J) x = b is solved as (M / gamma - M J) x = M b / gamma, with the sizes M.
int Cvode::State::linear_system(double, N_Vector y, N_Vector, SUNMatrix, booleantype,
                                booleantype* fresh, double gamma, void* self, N_Vector, N_Vector,
                                N_Vector) {
  auto& state = *static_cast<State*>(self);
  state.take(y);
  state.cable.balance_.begin_matrix(1 / gamma);
  state.cable.balance_.evaluate(true);
  state.cable.balance_.solver.factor();
  ++state.cable.iterations_;
  state.gamma = gamma;
  *fresh = SUNTRUE;
  return 0;
}

int Cvode::State::solve(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, double) {
  const auto& state = *static_cast<State*>(solver->content);
  auto& right = state.cable.balance_.change;
  const double* from = N_VGetArrayPointer(b);
  state.for_moving(
      [&](std::size_t i, double size) { right[i] = size > 0 ? from[i] * size / state.gamma : 0; });
  state.cable.balance_.solver.solve(right);
  double* to = N_VGetArrayPointer(x);
  bool finite = true;
  state.for_moving([&](std::size_t i, double size) {
    to[i] = size > 0 ? right[i] : 0;
    finite = finite && std::isfinite(to[i]);
  });
  return finite ? 0 : 1;
}

Cvode::State::State(Cable& of) : cable{of} {
  SUNContext_Create(nullptr, &context);
  const auto count = static_cast<sunindextype>(cable.balance_.value.size());
  values = N_VNew_Serial(count, context);
  tolerances = N_VNew_Serial(count, context);
  std::ranges::copy(cable.balance_.value, N_VGetArrayPointer(values));
  memory = CVodeCreate(CV_BDF, context);
  CVodeInit(memory, derivative, 0, values);
  CVodeSetUserData(memory, this);
  CVodeSetMaxNumSteps(memory, -1);  // the shortest step ends what goes nowhere
  CVodeSetErrHandlerFn(
      memory, [](int, const char*, const char*, char*, void*) {}, nullptr);  // we say it ourselves
  matrix = SUNMatNewEmpty(context);
  matrix->ops->getid = [](SUNMatrix) { return SUNMATRIX_CUSTOM; };
  matrix->ops->zero = [](SUNMatrix) { return 0; };
  solver = SUNLinSolNewEmpty(context);
  solver->content = this;
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->setup = setup;
  solver->ops->solve = solve;
}

Cvode::State::~State() {
  CVodeFree(&memory);
  SUNLinSolFreeEmpty(solver);
  SUNMatFreeEmpty(matrix);
  N_VDestroy(tolerances);
  N_VDestroy(values);
  SUNContext_Free(&context);
}

Cvode::Cvode(Cable& cable) : state_{std::make_unique<State>(cable)} {}
Cvode::~Cvode() = default;

void Cvode::advance(double dt_ms, double tolerance, bool anew) {
  State& s = *state_;
  if (s.tolerance != tolerance) {
    const std::size_t points = s.cable.points();
    double* absolute = N_VGetArrayPointer(s.tolerances);
    for (std::size_t k = 0; k < s.cable.network_.variables().size(); ++k)
      std::fill_n(absolute + k * points, points, tolerance * s.cable.network_.variables()[k].scale);
    CVodeSVtolerances(s.memory, tolerance, s.tolerances);
    if (s.tolerance < 0) {
      CVodeSetLinearSolver(s.memory, s.solver, s.matrix);
      CVodeSetLinSysFn(s.memory, State::linear_system);
    }
    s.tolerance = tolerance;
  }
  if (anew) {
    std::ranges::copy(s.cable.balance_.value, N_VGetArrayPointer(s.values));
    s.now_ms = 0;  // so that the steps to come do not depend on when that is
    CVodeReInit(s.memory, s.now_ms, s.values);
  }
  CVodeSetMinStep(s.memory, 1e-12 * dt_ms);
  double reached = s.now_ms;
  const int code = CVode(s.memory, s.now_ms + dt_ms, s.values, &reached, CV_NORMAL);
  if (code < 0) {
    CVodeGetEstLocalErrors(s.memory, s.values);
    s.cable.fail("CVODE gave up after " + std::to_string(reached - s.now_ms) + " ms (" +
                     (code == CV_ERR_FAILURE    ? "the error is too large in any step"
                      : code == CV_CONV_FAILURE ? "Newton's method does not converge in any step"
                                                : "its code " + std::to_string(code)) +
                     ")",
                 {N_VGetArrayPointer(s.values), s.cable.balance_.value.size()});
  }
  s.now_ms += dt_ms;
  s.take(s.values);
}

long Cvode::steps() const {
  long count = 0;
  CVodeGetNumSteps(state_->memory, &count);
  return count;
}

}  // namespace rxd
