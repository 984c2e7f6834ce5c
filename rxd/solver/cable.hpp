// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "balance.hpp"
#include "cvode.hpp"
#include "domain.hpp"
#include "multirate.hpp"
#include "network.hpp"
#include "separate.hpp"
#include "tree.hpp"

namespace rxd {

/// How a step is taken. Both are implicit, L-stable and conserve what the reactions conserve.
enum class Scheme {
  backward_euler,  ///< first order in time
  sdirk2,          ///< second order, two stages (Alexander 1977, gamma = 1 - 1/sqrt 2)
};

/// A concentration that fell below zero, and what took most from it.
struct Negative {
  std::size_t variable = 0;
  std::size_t segment = 0;
  double value = 0;   ///< [mM]
  std::string cause;  ///< name of a process, "the source" or "diffusion"
};

/// A reaction–diffusion network on one tree of segments: finite volumes, all species of all points
/// implicit.
///
/// Everything depends on the tree and the network alone, so results are the same wherever the tree
/// is computed.
class Cable {
 public:
  /// `segments` holds one whole tree, with `parent` counting within it. The network must outlive
  /// this. Throws Error for segments that make no tree or have no volume.
  Cable(const Network& network, std::span<const Segment> segments);
  Cable(const Cable&) = delete;  // the inputs of expressions point into it
  Cable& operator=(const Cable&) = delete;

  std::size_t segments() const { return tree_.point_of.size(); }
  /// Concentration of a variable at a segment [mM].
  double value(std::size_t variable, std::size_t segment) const;
  void set_value(std::size_t variable, std::size_t segment, double value);
  /// Volume (of a membrane region: area) of a variable's region at a segment [um3 or um2]; 0 where
  /// it is absent.
  double size(std::size_t variable, std::size_t segment) const;
  /// Volume or area of a region at a segment [um3 or um2]; 0 where it is absent.
  double region_size(std::size_t region, std::size_t segment) const {
    return region_size_[region * points() + tree_.point_of[segment]];
  }
  /// Derivatives of the rates of all variables at a segment by each of them [1/ms], row by row;
  /// diffusion as if the neighbours stood still.
  std::vector<double> jacobian(std::size_t segment);
  /// What flows into a variable at a segment from outside, until it is set again [mM um3/ms].
  void set_source(std::size_t variable, std::size_t segment, double amount_per_ms);
  /// Whether a boundary holds a variable at a segment; set_value() moves what it is held at.
  bool held(std::size_t variable, std::size_t segment) const;
  /// Sets a driven parameter at a segment, until it is set again.
  void set_driven(std::size_t parameter, std::size_t segment, double value);
  /// Sum of concentration times volume [mM um3].
  double amount(std::size_t variable) const;
  /// What diffuses from a segment's parent into it per time [mM um3/ms]; 0 for a root.
  double flux_from_parent(std::size_t variable, std::size_t segment) const;

  /// Advances by dt [ms] in one step, or in halves where Newton's method does not converge.
  /// Throws Error, naming segment and species, where even 1/1024 of the step fails.
  void step(double dt_ms, Scheme scheme);

  /// Advances by dt [ms] in steps of its own choice by a Rosenbrock method of fourth order
  /// (RODAS4), short ones only where something happens, such that the estimated error of a step
  /// stays below `tolerance` times a value and its species' scale; in one step and exact where each
  /// concentration obeys a linear equation of its own (Separate). For one network, use either this
  /// or step(). Throws Error, naming segment and species, where no step is short enough.
  void advance(double dt_ms, double tolerance);

  /// Advances by dt [ms] with SUNDIALS CVODE, error of a step below `tolerance` times a value and
  /// its species' scale. Cheap where nothing is set between calls. Throws Error where it gives up.
  void advance_cvode(double dt_ms, double tolerance);

  /// The lowest concentration if it is negative by more than a hundredth of its species' scale,
  /// which no rounding or tolerance explains; states do not count.
  std::optional<Negative> negative();

  /// All that step() and advance() go on from, for checkpoints: calls fields(x) for each part, to
  /// be written or read as fields.saving() says. CVODE's history cannot be had: advance_cvode()
  /// begins anew from here on, where this is saved as where it is read.
  template <typename Fields>
  void visit(Fields& fields) {
    for (auto* values : {&balance_.value, &balance_.source, &balance_.driven})
      fields(std::span{*values});
    bool in_own_steps = multirate_ != nullptr;
    fields(in_own_steps);
    if (in_own_steps && !multirate_) multirate_ = std::make_unique<Multirate>(balance_);
    if (in_own_steps) multirate_->visit(fields);
    fields(factored_for_);
    disturbed_ = true;
    if (!fields.saving()) factor_again();
  }

  /// Linear systems solved for so far: Newton iterations, or steps of advance().
  std::size_t iterations() const { return iterations_; }
  /// Points that the steps of advance() were made of, counted each time.
  std::size_t points_stepped() const { return multirate_ ? multirate_->points() : 0; }

 private:
  friend class Cvode;
  Cable(const Network& network, std::span<const Segment> segments, Tree tree);
  void set_process_sizes();
  void set_initial_values(std::span<const Segment> segments);
  void hold_boundaries(std::span<const Segment> segments);
  bool try_step(double dt_ms, Scheme scheme);
  void step_separate(double dt_ms, Scheme scheme);
  bool solve_stage(double step_ms);
  void factor_again();
  void add_storage(double inverse_step);
  double update();
  void settle_junctions();
  bool held_at(std::size_t unknown) const {
    return !balance_.held.empty() && balance_.held[unknown] > 0;
  }
  /// Throws StepFailure that names where `errors` [variables][points] are worst.
  [[noreturn]] void fail(const std::string& what, std::span<const double> errors) const;

  std::size_t points() const { return balance_.points(); }

  const Network& network_;
  Tree tree_;
  std::vector<double> region_size_;  // [regions][points]
  Balance balance_;
  std::vector<double> base_;    // what a stage starts from [variables][points]
  std::vector<double> before_;  // values at the start of the step, likewise
  std::unique_ptr<Multirate> multirate_;
  std::unique_ptr<Cvode> cvode_;
  std::optional<Separate> separate_;  // if the network is
  bool has_junctions_ = false;
  bool disturbed_ = true;  // values, sources or parameters were set since the last step
  double factored_for_ =
      0;  // the inverse step that the matrix of a linear network was factored for
  std::size_t iterations_ = 0;
};

}  // namespace rxd
