// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace expressions {

/// What one node of an expression does with its operands a, b, c.
enum class Op : std::uint8_t {
  constant,
  input,  // no operands
  negate,
  exp,
  log,
  sqrt,
  sin,
  cos,
  tan,
  tanh,
  abs,
  floor,  // a
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  less,
  less_equal,  // a, b
  select,      // a != 0 ? b : c
};

/// How many operands an operation reads.
int arity(Op op);

/// An expression: an index into the pool that made it.
using Expr = std::uint32_t;

/// One node of the graph of all expressions of a model.
struct Node {
  Op op = Op::constant;
  std::array<Expr, 3> operand{};  ///< for `input`: operand[0] is the number of the input
  double value = 0;               ///< for `constant`
};

/// Holds expressions as one graph in which equal subexpressions are the same node, so that rates
/// and their derivatives share work. Building simplifies: constants fold, 0 and 1 vanish.
class Pool {
 public:
  Expr constant(double value);
  Expr input(std::uint32_t number);
  Expr unary(Op op, Expr a);
  Expr binary(Op op, Expr a, Expr b);
  Expr select(Expr condition, Expr yes, Expr no);

  Expr add(Expr a, Expr b) { return binary(Op::add, a, b); }
  Expr subtract(Expr a, Expr b) { return binary(Op::subtract, a, b); }
  Expr multiply(Expr a, Expr b) { return binary(Op::multiply, a, b); }
  Expr divide(Expr a, Expr b) { return binary(Op::divide, a, b); }
  Expr power(Expr a, Expr b) { return binary(Op::power, a, b); }

  /// The partial derivative with respect to an input. Kinks (abs, min, max, conditions) take the
  /// derivative of the branch that holds at the point.
  Expr derivative(Expr e, std::uint32_t input);
  /// The numbers of all inputs that `e` reads.
  std::set<std::uint32_t> inputs(Expr e) const;
  /// `e` with every input replaced: `to[i]` stands for input i.
  Expr substitute(Expr e, const std::vector<Expr>& to);
  /// The value of an expression that reads `values` as its inputs.
  double evaluate(Expr e, const std::vector<double>& values) const;

  const Node& node(Expr e) const { return nodes_[e]; }
  bool is_constant(Expr e) const { return nodes_[e].op == Op::constant; }
  bool is_constant(Expr e, double value) const {
    return is_constant(e) && nodes_[e].value == value;
  }

 private:
  Expr intern(Node node);
  Expr integer_power(Expr base, int exponent);
  Expr derive(Expr e, std::uint32_t input);
  Expr substitute(Expr e, const std::vector<Expr>& to, std::map<Expr, Expr>& done);

  using Key = std::tuple<Op, Expr, Expr, Expr, std::uint64_t>;
  std::vector<Node> nodes_;
  std::map<Key, Expr> known_;
  std::map<std::pair<Expr, std::uint32_t>, Expr> derivatives_;
};

/// The value of one operation on plain numbers: the meaning every evaluator shares.
double apply(Op op, double a, double b, double c);

}  // namespace expressions
