// SPDX-License-Identifier: MIT
#include "expressions/expression.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace expressions {

int arity(Op op) {
  if (op <= Op::input) return 0;
  if (op <= Op::floor) return 1;
  return op == Op::select ? 3 : 2;
}

double apply(Op op, double a, double b, double c) {
  switch (op) {
    case Op::negate:
      return -a;
    case Op::exp:
      return std::exp(a);
    case Op::log:
      return std::log(a);
    case Op::sqrt:
      return std::sqrt(a);
    case Op::sin:
      return std::sin(a);
    case Op::cos:
      return std::cos(a);
    case Op::tan:
      return std::tan(a);
    case Op::tanh:
      return std::tanh(a);
    case Op::abs:
      return std::abs(a);
    case Op::floor:
      return std::floor(a);
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return a / b;
    case Op::power:
      return std::pow(a, b);
    case Op::minimum:
      return a < b ? a : b;
    case Op::maximum:
      return a > b ? a : b;
    case Op::less:
      return a < b ? 1 : 0;
    case Op::less_equal:
      return a <= b ? 1 : 0;
    case Op::select:
      return a != 0 ? b : c;
    case Op::constant:
    case Op::input:
      break;
  }
  assert(false && "a leaf has nothing to apply");
  return 0;
}

Expr Pool::intern(Node node) {
  const Key key{node.op, node.operand[0], node.operand[1], node.operand[2],
                std::bit_cast<std::uint64_t>(node.value)};
  const auto [found, fresh] = known_.try_emplace(key, static_cast<Expr>(nodes_.size()));
  if (fresh) nodes_.push_back(node);
  return found->second;
}

Expr Pool::constant(double value) {
  return intern({Op::constant, {}, value == 0 ? 0.0 : value});  // one zero: -0 is 0
}

Expr Pool::input(std::uint32_t number) { return intern({Op::input, {number, 0, 0}, 0}); }

Expr Pool::unary(Op op, Expr a) {
  if (is_constant(a)) return constant(apply(op, nodes_[a].value, 0, 0));
  if (op == Op::negate && nodes_[a].op == Op::negate) return nodes_[a].operand[0];
  return intern({op, {a, 0, 0}, 0});
}

Expr Pool::integer_power(Expr base, int exponent) {
  if (exponent == 1) return base;
  const Expr half = integer_power(base, exponent / 2);
  const Expr square = multiply(half, half);
  return exponent % 2 == 0 ? square : multiply(square, base);
}

Expr Pool::binary(Op op, Expr a, Expr b) {
  if (is_constant(a) && is_constant(b))
    return constant(apply(op, nodes_[a].value, nodes_[b].value, 0));
  switch (op) {
    case Op::add:
      if (is_constant(a, 0)) return b;
      if (is_constant(b, 0)) return a;
      if (nodes_[b].op == Op::negate) return subtract(a, nodes_[b].operand[0]);
      if (a > b) std::swap(a, b);  // a + b and b + a are one node, and bitwise equal
      break;
    case Op::subtract:
      if (is_constant(b, 0)) return a;
      if (is_constant(a, 0)) return unary(Op::negate, b);
      if (a == b) return constant(0);
      break;
    case Op::multiply:
      if (is_constant(a, 0) || is_constant(b, 0)) return constant(0);
      if (is_constant(a, 1)) return b;
      if (is_constant(b, 1)) return a;
      if (is_constant(a, -1)) return unary(Op::negate, b);
      if (is_constant(b, -1)) return unary(Op::negate, a);
      if (a > b) std::swap(a, b);
      break;
    case Op::divide:
      if (is_constant(a, 0)) return a;
      if (is_constant(b, 1)) return a;
      break;
    case Op::power: {
      if (!is_constant(b)) break;
      const double exponent = nodes_[b].value;
      if (exponent == 0) return constant(1);
      if (exponent == 0.5) return unary(Op::sqrt, a);
      if (exponent == std::floor(exponent) && std::abs(exponent) <= 64) {
        const Expr whole = integer_power(a, static_cast<int>(std::abs(exponent)));
        return exponent > 0 ? whole : divide(constant(1), whole);
      }
      break;
    }
    default:
      break;
  }
  return intern({op, {a, b, 0}, 0});
}

Expr Pool::select(Expr condition, Expr yes, Expr no) {
  if (is_constant(condition)) return nodes_[condition].value != 0 ? yes : no;
  if (yes == no) return yes;
  return intern({Op::select, {condition, yes, no}, 0});
}

Expr Pool::derivative(Expr e, std::uint32_t input) {
  const auto key = std::pair{e, input};
  if (const auto found = derivatives_.find(key); found != derivatives_.end()) return found->second;
  const Expr result = derive(e, input);
  derivatives_.emplace(key, result);
  return result;
}

Expr Pool::derive(Expr e, std::uint32_t input) {
  const Node n = nodes_[e];  // a copy: building below may move the nodes
  if (n.op == Op::constant) return constant(0);
  if (n.op == Op::input) return constant(n.operand[0] == input ? 1 : 0);
  const Expr a = n.operand[0];
  const Expr b = n.operand[1];
  const Expr da = derivative(a, input);
  const Expr db = arity(n.op) >= 2 ? derivative(b, input) : constant(0);
  switch (n.op) {
    case Op::negate:
      return unary(Op::negate, da);
    case Op::exp:
      return multiply(e, da);
    case Op::log:
      return divide(da, a);
    case Op::sqrt:
      return divide(da, multiply(constant(2), e));
    case Op::sin:
      return multiply(unary(Op::cos, a), da);
    case Op::cos:
      return unary(Op::negate, multiply(unary(Op::sin, a), da));
    case Op::tan:
      return multiply(add(constant(1), multiply(e, e)), da);
    case Op::tanh:
      return multiply(subtract(constant(1), multiply(e, e)), da);
    case Op::abs:
      return select(binary(Op::less, a, constant(0)), unary(Op::negate, da), da);
    case Op::add:
      return add(da, db);
    case Op::subtract:
      return subtract(da, db);
    case Op::multiply:
      return add(multiply(da, b), multiply(a, db));
    case Op::divide:
      return divide(subtract(da, multiply(e, db)), b);
    case Op::power: {
      const Expr through_base = multiply(multiply(b, power(a, subtract(b, constant(1)))), da);
      if (is_constant(db, 0)) return through_base;
      return add(through_base, multiply(multiply(e, unary(Op::log, a)), db));
    }
    case Op::minimum:
      return select(binary(Op::less, a, b), da, db);
    case Op::maximum:
      return select(binary(Op::less, b, a), da, db);
    case Op::select:
      return select(a, db, derivative(n.operand[2], input));
    default:
      return constant(0);  // floor and comparisons are flat between their jumps
  }
}

std::set<std::uint32_t> Pool::inputs(Expr e) const {
  std::set<std::uint32_t> found;
  std::set<Expr> seen;
  std::vector<Expr> open{e};
  while (!open.empty()) {
    const Expr next = open.back();
    open.pop_back();
    if (!seen.insert(next).second) continue;
    const Node& n = nodes_[next];
    if (n.op == Op::input) found.insert(n.operand[0]);
    for (int k = 0; k < arity(n.op); ++k) open.push_back(n.operand[static_cast<std::size_t>(k)]);
  }
  return found;
}

Expr Pool::substitute(Expr e, const std::vector<Expr>& to) {
  std::map<Expr, Expr> done;
  return substitute(e, to, done);
}

Expr Pool::substitute(Expr e, const std::vector<Expr>& to, std::map<Expr, Expr>& done) {
  if (const auto found = done.find(e); found != done.end()) return found->second;
  const Node n = nodes_[e];  // a copy: building below may move the nodes
  const auto operand = [&](std::size_t k) { return substitute(n.operand[k], to, done); };
  Expr result = e;
  switch (arity(n.op)) {
    case 0:
      if (n.op == Op::input) result = to.at(n.operand[0]);
      break;
    case 1:
      result = unary(n.op, operand(0));
      break;
    case 2: {
      const Expr a = operand(0);
      result = binary(n.op, a, operand(1));
      break;
    }
    default: {
      const Expr condition = operand(0);
      const Expr yes = operand(1);
      result = select(condition, yes, operand(2));
    }
  }
  done.emplace(e, result);
  return result;
}

double Pool::evaluate(Expr e, const std::vector<double>& values) const {
  const Node& n = nodes_[e];
  if (n.op == Op::constant) return n.value;
  if (n.op == Op::input) return values.at(n.operand[0]);
  std::array<double, 3> v{};
  for (std::size_t k = 0; k < static_cast<std::size_t>(arity(n.op)); ++k)
    v[k] = evaluate(n.operand[k], values);
  return apply(n.op, v[0], v[1], v[2]);
}

}  // namespace expressions
