// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "solver/cable.hpp"
#include "solver/network.hpp"
#include "solver/tree.hpp"
#include "voxels/diffuser.hpp"
#include "voxels/lattice.hpp"
#include "voxels/links.hpp"
#include "voxels/voxels.hpp"

namespace rxd {

/// The segment a voxel counts as, for selections and expressions: the shape it is of, if there are
/// any, with its own middle.
Segment as_segment(const Voxels& voxels, std::size_t voxel, std::span<const Segment> shapes);

/// A reaction–diffusion network on voxels: finite volumes, diffusion implicit axis by axis, all
/// species of a voxel implicit together.
///
/// A step solves (1 - h J)(1 - h D_x)(1 - h D_y)(1 - h D_z) change = dt F(values), where J is the
/// exact derivative of the reactions: a Rosenbrock method with approximate factorisation
/// (Hundsdorfer and Verwer 2003, chapter IV.5). A state that does not change stays as it is
/// whatever the step, and what the reactions conserve is conserved to rounding. h = dt makes it of
/// first order and damps everything; h = dt/2 makes it of second order (for diffusion alone that is
/// the scheme of Douglas and Gunn).
///
/// Results depend neither on threads nor on how planes are dealt to slabs.
class Space {
 public:
  /// `shapes[label]` says which segment voxels of that label are of (type, cell, section, diameter,
  /// length); empty: a box without segments. The network must outlive this. Throws Error where a
  /// region has no meaning in voxels.
  Space(const Network& network, const Voxels& voxels, std::span<const Segment> shapes, Slab slab,
        Links& links, Runner run = in_turn());
  Space(const Space&) = delete;  // the inputs of expressions point into it
  Space& operator=(const Space&) = delete;

  /// Own voxels are numbered from 0; the first is number first_voxel() of all.
  std::size_t voxels() const { return lattice_.slot.size(); }
  std::size_t first_voxel() const { return lattice_.first_voxel; }
  double value(std::size_t variable, std::size_t voxel) const {
    return at(value_[variable], voxel);
  }
  void set_value(std::size_t variable, std::size_t voxel, double value) {
    at(value_[variable], voxel) = value;
  }
  /// Volume (of a membrane region: area) of a variable's region in a voxel [um3 or um2]; 0 where it
  /// is absent.
  double size(std::size_t variable, std::size_t voxel) const {
    return region_size(network_.variables()[variable].region, voxel);
  }
  double region_size(std::size_t region, std::size_t voxel) const {
    return at(size_[region], voxel);
  }
  /// What flows into a variable in a voxel from outside, until it is set again [mM um3/ms].
  void set_source(std::size_t variable, std::size_t voxel, double amount_per_ms);
  bool held(std::size_t variable, std::size_t voxel) const {
    return !held_[variable].empty() && at(held_[variable], voxel) > 0;
  }
  void set_driven(std::size_t parameter, std::size_t voxel, double value) {
    at(driven_[parameter], voxel) = value;
  }
  /// Sum of concentration times volume over each own plane of the third axis [mM um3].
  std::vector<double> amounts(std::size_t variable) const;
  double amount(std::size_t variable) const;
  /// As Cable::jacobian.
  std::vector<double> jacobian(std::size_t voxel);

  /// Advances by dt [ms] in one step; first order with Scheme::backward_euler, else second.
  /// Collective over slabs.
  void step(double dt_ms, Scheme scheme);
  /// Advances by dt [ms] in steps of its own choice: two stages of second order (ROS2), an
  /// estimated error of a step below `tolerance` times a value and its species' scale. Throws
  /// StepFailure where no step is short enough. Collective over slabs.
  void advance(double dt_ms, double tolerance);
  /// As Cable::negative; `segment` is the number of a voxel.
  std::optional<Negative> negative();
  std::size_t steps() const { return steps_; }

  /// What time has changed in own voxels [begin, end), for checkpoints: calls fields(x) for each
  /// number, to be written or read. Sources and driven parameters are set anew by whoever set them.
  template <typename Fields>
  void visit(std::size_t begin, std::size_t end, Fields& fields) {
    fields(own_step_ms_);
    for (Field& values : value_)
      for (std::size_t v = begin; v < end; ++v) fields(at(values, v));
  }

 private:
  struct Work;
  using Field = std::vector<Octet>;
  double& at(Field& of, std::size_t voxel) const { return (&of[0].lane[0])[lattice_.slot[voxel]]; }
  double at(const Field& of, std::size_t voxel) const {
    return (&of[0].lane[0])[lattice_.slot[voxel]];
  }
  template <class Each>
  void each_voxel(Each each) const;
  void set_positions(const Voxels& voxels, std::span<const Segment> shapes);
  void set_sizes(const Voxels& voxels, std::span<const Segment> shapes);
  void set_initial_values();
  void hold_boundaries(const Voxels& voxels, std::span<const Segment> shapes);
  void drop_positions();
  void set_weights();
  void add_diffusers(const Voxels& voxels, std::span<const Segment> shapes);
  Conductances conductances(const Voxels& voxels, std::span<const Segment> shapes,
                            std::size_t variable) const;

  void stage(double dt_ms, double h_ms, bool add, const std::vector<Field>* minus_twice);
  void exchange_ghosts();
  void clear_absent(const Lattice::Batch& batch);
  void react(const Lattice::Batch& batch, double dt_ms, double h_ms, Work& work);
  void add_rates(std::uint32_t first, std::size_t count, double dt_ms, double h_ms, Work& work);
  void solve_blocks(std::uint32_t first, std::size_t count, Work& work);
  void along_columns(bool add);
  double try_step(double dt_ms, double tolerance);
  [[noreturn]] void fail(const std::string& what) const;

  const Network& network_;
  Links& links_;
  Runner run_;
  Lattice lattice_;
  std::vector<Field> size_;      // [regions]: um3 or um2; ghosts included
  std::vector<Field> position_;  // [positions]
  std::vector<Field> driven_;    // [driven parameters]
  std::vector<Field> value_;     // [variables]
  std::vector<Field> change_;    // [variables]: right side, then the change of a step
  std::vector<Field> source_;    // [variables]: empty until set [mM/ms]
  std::vector<Field> held_;      // [variables]: 1 where it is held; empty if nowhere
  // [process][term]: share of the rate that reaches the variable; empty: 1 in every voxel there is
  std::vector<std::vector<Field>> weight_;
  std::vector<Field> first_stage_, base_;  // of advance()
  std::vector<const double*> inputs_;
  std::vector<std::unique_ptr<Diffuser>> diffusers_;
  std::vector<std::size_t> diffuser_of_;  // of each mobile variable
  double own_step_ms_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace rxd
