// SPDX-License-Identifier: MIT
#include "expressions/parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numbers>
#include <numeric>
#include <optional>

#include "expressions/error.hpp"

namespace expressions {

namespace {

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

struct Function {
  std::string_view name;
  std::size_t arguments;
};

constexpr Function functions[] = {{"exp", 1}, {"log", 1}, {"log10", 1}, {"sqrt", 1}, {"sin", 1},
                                  {"cos", 1}, {"tan", 1}, {"tanh", 1},  {"abs", 1},  {"floor", 1},
                                  {"pow", 2}, {"min", 2}, {"max", 2},   {"if", 3}};

class Parser {
 public:
  Parser(std::string_view text, const Names& names, Pool& pool)
      : text_{text}, names_{names}, pool_{pool} {}

  Expr whole() {
    if (text_.size() > 10000) throw Error{"an expression of more than 10000 characters"};
    const Expr e = disjunction();
    skip();
    if (at_ != text_.size()) fail("an operator or the end", at_);
    return e;
  }

 private:
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  [[noreturn]] void fail(std::string_view needed, std::size_t where) const {
    std::string found = "the end";
    if (where < text_.size()) found = "'" + std::string{text_.substr(where, 1)} + "'";
    refuse("found " + found + " where " + std::string{needed} + " is needed", where);
  }

  [[noreturn]] void refuse(const std::string& what, std::size_t where) const {
    throw Error{
        what + ", at character " + std::to_string(where + 1) + " of `" + std::string{text_} + "`",
        where};
  }

  void expect(std::string_view token) {
    skip();
    if (!take(token)) fail("'" + std::string{token} + "'", at_);
  }

  /// A word that is an operator, not the beginning of a name.
  bool take_word(std::string_view word) {
    skip();
    const auto after = at_ + word.size();
    if (!text_.substr(at_).starts_with(word)) return false;
    if (after < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[after])) != 0 || text_[after] == '_'))
      return false;
    at_ = after;
    return true;
  }

  Expr yes() { return pool_.constant(1); }
  Expr no() { return pool_.constant(0); }
  Expr both(Expr a, Expr b) { return pool_.select(a, pool_.select(b, yes(), no()), no()); }

  Expr disjunction() {
    Expr e = conjunction();
    while (take_word("or")) e = pool_.select(e, yes(), pool_.select(conjunction(), yes(), no()));
    return e;
  }

  Expr conjunction() {
    Expr e = negation();
    while (take_word("and")) e = both(e, negation());
    return e;
  }

  Expr negation() {
    if (!take_word("not")) return comparison();
    if (++depth_ > 200) refuse("it is nested more than 200 deep", at_);
    const Expr e = pool_.select(negation(), no(), yes());
    --depth_;
    return e;
  }

  std::optional<Expr> compared(Expr left, Expr& right) {
    const auto next = [&] { return right = sum(); };
    if (take("<=")) return pool_.binary(Op::less_equal, left, next());
    if (take(">=")) return next(), pool_.binary(Op::less_equal, right, left);
    if (take("<")) return pool_.binary(Op::less, left, next());
    if (take(">")) return next(), pool_.binary(Op::less, right, left);
    const bool equal = take("==");
    if (!equal && !take("!=")) return std::nullopt;
    next();
    const Expr same =
        both(pool_.binary(Op::less_equal, left, right), pool_.binary(Op::less_equal, right, left));
    return equal ? same : pool_.select(same, no(), yes());
  }

  /// A chain, 1 < x <= 2, holds where each of its links does.
  Expr comparison() {
    Expr left = sum();
    std::optional<Expr> all;
    Expr right = left;
    while (const auto link = compared(left, right)) {
      all = all ? both(*all, *link) : *link;
      left = right;
    }
    return all.value_or(left);
  }

  Expr sum() {
    Expr e = product();
    while (true) {
      if (take("+"))
        e = pool_.add(e, product());
      else if (take("-"))
        e = pool_.subtract(e, product());
      else
        return e;
    }
  }

  Expr product() {
    Expr e = signed_power();
    while (true) {
      skip();
      if (!text_.substr(at_).starts_with("**") && take("*"))
        e = pool_.multiply(e, signed_power());
      else if (take("/"))
        e = pool_.divide(e, signed_power());
      else if (take("%"))
        e = remainder(e, signed_power());
      else
        return e;
    }
  }

  /// Of the sign of b, as in Python.
  Expr remainder(Expr a, Expr b) {
    const Expr whole = pool_.unary(Op::floor, pool_.divide(a, b));
    return pool_.subtract(a, pool_.multiply(b, whole));
  }

  /// A sign binds less than a power: -2^2 is -4, and 2^-1 is a half.
  Expr signed_power() {
    if (++depth_ > 200) refuse("it is nested more than 200 deep", at_);
    const Expr e = unguarded_signed_power();
    --depth_;
    return e;
  }

  Expr unguarded_signed_power() {
    if (take("-")) return pool_.unary(Op::negate, signed_power());
    if (take("+")) return signed_power();
    const Expr base = primary();
    if (take("**") || take("^")) return pool_.power(base, signed_power());
    return base;
  }

  Expr primary() {
    skip();
    if (at_ >= text_.size()) fail("a number, a name or '('", at_);
    const char c = text_[at_];
    if (take("(")) {
      const Expr e = disjunction();
      expect(")");
      return e;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return number();
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') return name();
    fail("a number, a name or '('", at_);
  }

  Expr number() {
    double value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (problem != std::errc{}) fail("a number", at_);
    at_ += static_cast<std::size_t>(end - begin);
    return pool_.constant(value);
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Expr name() {
    const std::size_t begin = at_;
    std::string id{word()};
    skip();
    if (at_ < text_.size() && text_[at_] == '(') return call(id, begin);
    if (take("[")) {
      skip();
      id += "[" + std::string{word()} + "]";
      expect("]");
    }
    if (const Expr* meaning = names_.find(id)) return *meaning;
    if (id == "pi") return pool_.constant(std::numbers::pi);
    const std::string near = names_.nearest(id);
    refuse("unknown name '" + id + "'" + (near.empty() ? "" : " (did you mean '" + near + "'?)"),
           begin);
  }

  Expr call(const std::string& id, std::size_t begin) {
    const auto* function = std::ranges::find(functions, std::string_view{id}, &Function::name);
    if (function == std::end(functions)) {
      std::vector<std::string> all;
      for (const auto& f : functions) all.emplace_back(f.name);
      const std::string near = nearest_of(id, all);
      refuse(
          "unknown function '" + id + "'" + (near.empty() ? "" : " (did you mean '" + near + "'?)"),
          begin);
    }
    expect("(");
    std::vector<Expr> arguments;
    do arguments.push_back(disjunction());
    while (take(","));
    expect(")");
    if (arguments.size() != function->arguments)
      refuse("'" + id + "' takes " + std::to_string(function->arguments) + " argument(s), not " +
                 std::to_string(arguments.size()),
             begin);
    return build(id, arguments);
  }

  Expr build(std::string_view id, const std::vector<Expr>& a) {
    if (id == "log10")
      return pool_.divide(pool_.unary(Op::log, a[0]), pool_.constant(std::numbers::ln10));
    if (id == "pow") return pool_.power(a[0], a[1]);
    if (id == "min") return pool_.binary(Op::minimum, a[0], a[1]);
    if (id == "max") return pool_.binary(Op::maximum, a[0], a[1]);
    if (id == "if") return pool_.select(a[0], a[1], a[2]);
    constexpr std::pair<std::string_view, Op> plain[] = {
        {"exp", Op::exp}, {"log", Op::log}, {"sqrt", Op::sqrt}, {"sin", Op::sin},
        {"cos", Op::cos}, {"tan", Op::tan}, {"tanh", Op::tanh}, {"abs", Op::abs}};
    for (const auto& [known, op] : plain)
      if (id == known) return pool_.unary(op, a[0]);
    return pool_.unary(Op::floor, a[0]);
  }

  std::string_view text_;
  const Names& names_;
  Pool& pool_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string nearest_of(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates)
    if (const std::size_t n = edits(word, candidate); n < least) {
      least = n;
      best = candidate;
    }
  return best;
}

void Names::define(std::string name, Expr meaning) {
  for (auto& [known, e] : known_)
    if (known == name) {
      e = meaning;
      return;
    }
  known_.emplace_back(std::move(name), meaning);
}

const Expr* Names::find(std::string_view name) const {
  for (const auto& [known, meaning] : known_)
    if (known == name) return &meaning;
  return nullptr;
}

std::string Names::nearest(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [known, meaning] : known_) all.push_back(known);
  return nearest_of(name, all);
}

Expr parse(std::string_view text, const Names& names, Pool& pool) {
  return Parser{text, names, pool}.whole();
}

}  // namespace expressions
