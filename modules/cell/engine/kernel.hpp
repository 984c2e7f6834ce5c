// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/population.hpp"
#include "engine/vec.hpp"

/// The inner loops, compiled once per instruction set from kernel.cpp.
namespace cell::engine {

/// A block of eight cells of one type while it is stepped: [node] arrays of eight lanes.
struct Arrays {
  std::size_t nodes = 0;
  Vec* v = nullptr;         // [mV]
  Vec* diagonal = nullptr;  // [uS]
  Vec* right = nullptr;     // right-hand side, then the change of v: [nA], [mV]
  Vec* i_ca = nullptr;      // sum since begin_mean(), by node [nA]
  Vec* cai = nullptr;       // [mM]
  Vec* eca = nullptr;       // [mV]
  Vec* sk_inf = nullptr;    // steady state of SK's gate at cai
  double dt = 0;            // [ms]
};

/// Where a mechanism is and with how much membrane: nodes and their areas.
struct Place {
  std::vector<int> nodes;
  std::vector<double> area_um2;
};

class Mechanism {
 public:
  virtual ~Mechanism() = default;
  virtual void initialise(const Arrays& block) = 0;
  /// Adds current and conductance at v.
  virtual void currents(const Arrays& block) = 0;
  /// Advances its states by dt at v.
  virtual void advance(const Arrays&) {}
};

/// What a cell type says that mechanisms need.
struct Surroundings {
  double celsius, ena, ek;
};

struct Kernels {
  /// Null for an unknown name. `parameters` in the order of mechanisms().
  std::unique_ptr<Mechanism> (*make)(const std::string& name, const Place& place,
                                     const std::vector<double>& parameters,
                                     const Surroundings& surroundings);
  /// One implicit step of the tree: sets right to the change of v. conductance[i] [uS] joins node i
  /// to parent[i].
  void (*solve)(const Arrays& block, const int* parent, const double* conductance);
  /// v += factor · right
  void (*update)(const Arrays& block, double factor);
  const char* name;
};

extern const Kernels kernels_baseline;
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;

/// The best set that this machine has. All give the same bits.
const Kernels& best_kernels();

}  // namespace cell::engine
