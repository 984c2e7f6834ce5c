// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expressions/expression.hpp"

namespace expressions {

/// The names an expression may use. A name is either plain (`kd`) or says a region (`ca[cyt]`).
class Names {
 public:
  /// Makes `name` stand for `meaning`. A later definition of the same name wins.
  void define(std::string name, Expr meaning);
  /// The meaning of a name, or nullptr.
  const Expr* find(std::string_view name) const;
  /// The known name nearest to a misspelt one, or "" where nothing is near.
  std::string nearest(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, Expr>> known_;
};

/// Reads an expression: numbers, names, + - * / % ^ (or **), comparisons (< <= > >= == !=, worth 0
/// or 1, and in chains), and, or, not, parentheses and the functions exp log log10 sqrt sin cos tan
/// tanh abs floor pow min max if. Throws Error that points at the character: what was found there
/// and what was needed.
Expr parse(std::string_view text, const Names& names, Pool& pool);

/// The candidate that differs from `word` by the fewest edits, or "" where none is near.
std::string nearest_of(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace expressions
