// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace expressions {

/// Something wrong in what a person wrote, worded for that person.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what) : std::runtime_error{what} {}
  /// `where` says which character of the text of an expression is meant (0 is the first).
  Error(const std::string& what, std::size_t where) : std::runtime_error{what}, where_{where} {}
  std::optional<std::size_t> where() const { return where_; }

 private:
  std::optional<std::size_t> where_;
};

}  // namespace expressions
