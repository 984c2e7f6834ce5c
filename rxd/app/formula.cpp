// SPDX-License-Identifier: MIT
#include "app/formula.hpp"

#include <fmt/format.h>

#include <array>

namespace tutti::rxd_app {

namespace {

using ::rxd::Expr;
using ::rxd::Network;
using ::rxd::Op;

/// How strongly an operation binds; a part that binds less is put in brackets.
enum Strength { compared = 1, summed, multiplied, negated, raised, whole };

struct Sign {
  Op op;
  const char* text;
  Strength strength;
};
constexpr std::array signs = {
    Sign{Op::add, " + ", summed},          Sign{Op::subtract, " - ", summed},
    Sign{Op::multiply, "*", multiplied},   Sign{Op::divide, "/", multiplied},
    Sign{Op::power, "^", raised},          Sign{Op::less, " < ", compared},
    Sign{Op::less_equal, " <= ", compared}};

const char* function_name(Op op) {
  switch (op) {
    case Op::exp:
      return "exp";
    case Op::log:
      return "log";
    case Op::sqrt:
      return "sqrt";
    case Op::sin:
      return "sin";
    case Op::cos:
      return "cos";
    case Op::tan:
      return "tan";
    case Op::tanh:
      return "tanh";
    case Op::abs:
      return "abs";
    case Op::floor:
      return "floor";
    case Op::minimum:
      return "min";
    case Op::maximum:
      return "max";
    default:
      return "if";
  }
}

class Writer {
 public:
  explicit Writer(const Network& network) : network_{network} {}

  std::string text(Expr e, int outside) const {
    const auto& node = network_.pool().node(e);
    const auto part = [&](std::size_t k, int strength) { return text(node.operand[k], strength); };
    if (node.op == Op::constant)
      return bracketed(fmt::format("{:.6g}", node.value), node.value < 0 ? negated : whole,
                       outside);
    if (node.op == Op::input) return name(node.operand[0]);
    if (node.op == Op::negate) return bracketed("-" + part(0, negated), negated, outside);
    for (const Sign& sign : signs)
      if (sign.op == node.op)  // the right side of - and / and the left of ^ bind one stronger
        return bracketed(
            part(0, sign.strength + (sign.op == Op::power ? 1 : 0)) + sign.text +
                part(1, sign.strength + (sign.op == Op::subtract || sign.op == Op::divide ? 1 : 0)),
            sign.strength, outside);
    std::string all = function_name(node.op);
    for (std::size_t k = 0; k < static_cast<std::size_t>(expressions::arity(node.op)); ++k)
      all += (k == 0 ? "(" : ", ") + part(k, 0);
    return all + ")";
  }

 private:
  static std::string bracketed(std::string inside, int strength, int outside) {
    return strength < outside ? "(" + std::move(inside) + ")" : inside;
  }
  std::string name(std::size_t input) const {
    const std::size_t n = network_.variables().size();
    if (input < n) return network_.variables()[input].name;
    if (input < n + Network::positions.size()) return std::string{Network::positions[input - n]};
    return network_.driven()[input - n - Network::positions.size()].name;
  }
  const Network& network_;
};

}  // namespace

std::string formula(const Network& network, Expr expression) {
  return Writer{network}.text(expression, 0);
}

}  // namespace tutti::rxd_app
