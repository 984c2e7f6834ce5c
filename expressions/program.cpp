// SPDX-License-Identifier: MIT
#include "expressions/program.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

namespace expressions {

namespace {

/// The nodes below `results`, operands before users.
std::vector<Expr> order(const Pool& pool, std::span<const Expr> results) {
  std::vector<Expr> sorted;
  std::set<Expr> done;
  std::vector<std::pair<Expr, bool>> open;
  for (const Expr result : results) {
    open.emplace_back(result, false);
    while (!open.empty()) {
      const auto [e, ready] = open.back();
      open.pop_back();
      if (done.contains(e)) continue;
      if (ready) {
        done.insert(e);
        sorted.push_back(e);
        continue;
      }
      open.emplace_back(e, true);
      const Node& n = pool.node(e);
      for (int k = arity(n.op) - 1; k >= 0; --k)
        open.emplace_back(n.operand[static_cast<std::size_t>(k)], false);
    }
  }
  return sorted;
}

// What is an instruction of its own, in the widest instructions that the processor has; the bytes
// are the same in any width. Elsewhere than on x86 the attribute has no meaning and is left out.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
#define EXPRESSIONS_CLONES [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define EXPRESSIONS_CLONES
#endif

EXPRESSIONS_CLONES void add(std::size_t count, double* __restrict to, const double* a,
                            const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] + b[i];
}
EXPRESSIONS_CLONES void subtract(std::size_t count, double* __restrict to, const double* a,
                                 const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] - b[i];
}
EXPRESSIONS_CLONES void multiply(std::size_t count, double* __restrict to, const double* a,
                                 const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] * b[i];
}
EXPRESSIONS_CLONES void divide(std::size_t count, double* __restrict to, const double* a,
                               const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] / b[i];
}
EXPRESSIONS_CLONES void negate(std::size_t count, double* __restrict to, const double* a,
                               const double*, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = -a[i];
}
EXPRESSIONS_CLONES void absolute(std::size_t count, double* __restrict to, const double* a,
                                 const double*, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = std::abs(a[i]);
}
EXPRESSIONS_CLONES void minimum(std::size_t count, double* __restrict to, const double* a,
                                const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] < b[i] ? a[i] : b[i];
}
EXPRESSIONS_CLONES void maximum(std::size_t count, double* __restrict to, const double* a,
                                const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] > b[i] ? a[i] : b[i];
}
EXPRESSIONS_CLONES void less(std::size_t count, double* __restrict to, const double* a,
                             const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] < b[i] ? 1.0 : 0.0;
}
EXPRESSIONS_CLONES void less_equal(std::size_t count, double* __restrict to, const double* a,
                                   const double* b, const double*) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] <= b[i] ? 1.0 : 0.0;
}
EXPRESSIONS_CLONES void select(std::size_t count, double* __restrict to, const double* a,
                               const double* b, const double* c) {
  for (std::size_t i = 0; i < count; ++i) to[i] = a[i] != 0 ? b[i] : c[i];
}

template <Op op>
void each(std::size_t count, double* __restrict to, const double* a, const double* b,
          const double* c) {
  for (std::size_t i = 0; i < count; ++i) to[i] = apply(op, a[i], b[i], c[i]);
}

using Kernel = void (*)(std::size_t, double*, const double*, const double*, const double*);

template <std::size_t... I>
constexpr std::array<Kernel, sizeof...(I)> kernels(std::index_sequence<I...>) {
  return {each<static_cast<Op>(I)>...};
}

const auto kernel_of = [] {
  auto all = kernels(std::make_index_sequence<static_cast<std::size_t>(Op::select) + 1>{});
  all[static_cast<std::size_t>(Op::add)] = add;
  all[static_cast<std::size_t>(Op::subtract)] = subtract;
  all[static_cast<std::size_t>(Op::multiply)] = multiply;
  all[static_cast<std::size_t>(Op::divide)] = divide;
  all[static_cast<std::size_t>(Op::negate)] = negate;
  all[static_cast<std::size_t>(Op::abs)] = absolute;
  all[static_cast<std::size_t>(Op::minimum)] = minimum;
  all[static_cast<std::size_t>(Op::maximum)] = maximum;
  all[static_cast<std::size_t>(Op::less)] = less;
  all[static_cast<std::size_t>(Op::less_equal)] = less_equal;
  all[static_cast<std::size_t>(Op::select)] = select;
  return all;
}();

}  // namespace

Program::Program(const Pool& pool, std::span<const Expr> results) {
  const std::vector<Expr> sorted = order(pool, results);
  std::map<Expr, std::uint32_t> place;  // operand number of each node
  for (const Expr e : sorted)
    if (pool.is_constant(e)) {
      place[e] = static_cast<std::uint32_t>(constants_.size());
      constants_.push_back(pool.node(e).value);
    }
  for (const Expr e : sorted)
    if (pool.node(e).op == Op::input) {
      place[e] = static_cast<std::uint32_t>(constants_.size() + inputs_.size());
      inputs_.push_back(pool.node(e).operand[0]);
    }
  // A register is free again after the last instruction that reads it; results stay to the end.
  std::map<Expr, std::size_t> last_use;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Node& n = pool.node(sorted[i]);
    for (int k = 0; k < arity(n.op); ++k) last_use[n.operand[static_cast<std::size_t>(k)]] = i;
  }
  for (const Expr e : results) last_use[e] = sorted.size();
  const auto first_register = static_cast<std::uint32_t>(constants_.size() + inputs_.size());
  std::vector<std::uint32_t> free;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Node& n = pool.node(sorted[i]);
    const int operands = arity(n.op);
    if (operands == 0) continue;
    std::uint32_t to = first_register + static_cast<std::uint32_t>(registers_);
    if (free.empty()) {
      ++registers_;
    } else {
      to = free.back();
      free.pop_back();
    }
    Instruction instruction{n.op, to, place[n.operand[0]], 0, 0};
    if (operands > 1) instruction.b = place[n.operand[1]];
    if (operands > 2) instruction.c = place[n.operand[2]];
    code_.push_back(instruction);
    place[sorted[i]] = to;
    const std::set<Expr> read(n.operand.begin(), n.operand.begin() + operands);
    for (const Expr operand : read)
      if (arity(pool.node(operand).op) > 0 && last_use[operand] == i)
        free.push_back(place[operand]);
  }
  for (const Expr e : results) results_.push_back(place[e]);
}

Program::Workspace Program::workspace() const {
  Workspace w;
  w.program_ = this;
  w.registers_.resize((constants_.size() + registers_) * block);
  for (std::size_t k = 0; k < constants_.size(); ++k)
    std::fill_n(w.registers_.begin() + static_cast<std::ptrdiff_t>(k * block), block,
                constants_[k]);
  for (std::size_t k = 0; k < constants_.size(); ++k)
    w.operand_.push_back(w.registers_.data() + k * block);
  w.operand_.resize(constants_.size() + inputs_.size());
  for (std::size_t k = 0; k < registers_; ++k)
    w.operand_.push_back(w.registers_.data() + (constants_.size() + k) * block);
  return w;
}

void Program::run(std::span<const double* const> inputs, std::size_t first, std::size_t count,
                  Workspace& workspace) const {
  assert(workspace.program_ == this && count <= block);
  for (std::size_t k = 0; k < inputs_.size(); ++k)
    workspace.operand_[constants_.size() + k] = inputs[inputs_[k]] + first;
  const auto shift = constants_.size() + inputs_.size();
  for (const Instruction& i : code_) {
    double* to = workspace.registers_.data() + (constants_.size() + i.to - shift) * block;
    kernel_of[static_cast<std::size_t>(i.op)](count, to, workspace.operand_[i.a],
                                              workspace.operand_[i.b], workspace.operand_[i.c]);
  }
}

}  // namespace expressions
