// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "expressions/expression.hpp"

namespace expressions {

/// Expressions compiled to a flat list of instructions. Each instruction works on a block of up to
/// `block` nodes before the next begins, so that decoding costs nothing and loops vectorise.
class Program {
 public:
  static constexpr std::size_t block = 64;

  Program() = default;
  /// Compiles the expressions; results come back in this order.
  Program(const Pool& pool, std::span<const Expr> results);

  /// Registers of one evaluation; reusable, one per thread.
  class Workspace {
   public:
    Workspace() = default;
    Workspace(Workspace&&) = default;
    Workspace& operator=(Workspace&&) = default;
    Workspace(const Workspace&) = delete;  // operand_ points into registers_
    Workspace& operator=(const Workspace&) = delete;
    /// Values of result k for the block last run: `count` of them.
    const double* result(std::size_t k) const { return operand_[program_->results_[k]]; }

   private:
    friend class Program;
    const Program* program_ = nullptr;
    std::vector<double> registers_;       // [constant or register][block]
    std::vector<const double*> operand_;  // constants, inputs, registers
  };

  Workspace workspace() const;
  /// Evaluates nodes [first, first + count), count ≤ block; inputs[k] is the array [node] of input
  /// k.
  void run(std::span<const double* const> inputs, std::size_t first, std::size_t count,
           Workspace& workspace) const;

  std::size_t instructions() const { return code_.size(); }

 private:
  struct Instruction {
    Op op;
    std::uint32_t to, a, b, c;  // numbers of operands
  };
  std::vector<double> constants_;
  std::vector<std::uint32_t> inputs_;  // operand constants_.size() + k reads input inputs_[k]
  std::size_t registers_ = 0;
  std::vector<Instruction> code_;
  std::vector<std::uint32_t> results_;  // operand of each result
};

}  // namespace expressions
