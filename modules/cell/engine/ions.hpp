// SPDX-License-Identifier: MIT
#pragma once
#include <array>

#include "engine/aligned.hpp"
#include "engine/block_model.hpp"
#include "engine/kernel.hpp"
#include "engine/population.hpp"

namespace cell::engine {

/// Sodium and potassium of a block: reversal potentials, which follow concentrations once one is
/// set, and what they carry where somebody asks. And calcium outside.
class Ions {
 public:
  explicit Ions(const BlockModel& model) : model_{model} {}

  /// Makes everything as the model says it and points the state there; currents are counted if
  /// `counted`.
  void initialise(BlockState& state, bool counted);
  /// Lets mechanisms read concentrations of sodium and potassium.
  void show(BlockState& state);
  /// Counts currents from now on, or no longer: for the time being, which checkpoints leave out.
  void count(BlockState& state, bool counted);
  /// Whether they are counted for the whole of the run.
  bool lasting() const { return lasting_; }
  void begin_mean();
  /// The sum of an ion's current over steps at a row and lane: `k` is their place. [nA]
  double carried(Ion ion, std::size_t k) const;
  /// The sums that carried() gives a part of; without memory where nothing is counted.
  std::array<AlignedArray*, 2> sums() { return {&na_.sum, &k_.sum}; }
  /// A concentration of sodium or potassium from now on [mM]; the other side's is the cell type's
  /// until it is set as well.
  void set(Ion ion, Side side, int lane, int row, double mM);
  /// Calcium outside from now on, and what it is. [mM]
  void set_cao(BlockState& state, int lane, int row, double mM);
  double cao(int lane, int row) const;

 private:
  struct OneIon {
    AlignedArray reversal, g, gE, sum;
    std::array<AlignedArray, 2> concentration;  // by side; no memory before the first use
  };
  static std::size_t at(int row, int lane) {
    return static_cast<std::size_t>(row) * lanes + static_cast<std::size_t>(lane);
  }
  std::size_t size() const { return static_cast<std::size_t>(model_.tables().nodes) * lanes; }
  void hold(Ion ion);
  OneIon& of(Ion ion) { return ion == Ion::na ? na_ : k_; }

  const BlockModel& model_;
  OneIon na_, k_;
  AlignedArray cao_;
  bool lasting_ = false;
};

}  // namespace cell::engine
