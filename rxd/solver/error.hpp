// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rxd {

/// Something wrong in a model or its domain, worded for the person who wrote it.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what) : std::runtime_error{what} {}
  /// `where` says which character of the text of an expression is meant (0 is the first).
  Error(const std::string& what, std::size_t where) : std::runtime_error{what}, where_{where} {}
  std::optional<std::size_t> where() const { return where_; }

 private:
  std::optional<std::size_t> where_;
};

/// One thing that is wrong in a model: reactions › binding › forward.
struct Complaint {
  std::string section;  ///< "regions", "species", "parameters", "reactions" or "rates"
  std::string item;     ///< the name of the item
  std::string field;  ///< "equation", "forward", "backward", "initial", …; "" for the item as such
  std::string text;
  std::optional<std::size_t> where;  ///< character of the field's text, if it has one
};

/// All that is wrong in a model, in one go.
class ModelError : public Error {
 public:
  explicit ModelError(std::vector<Complaint> complaints)
      : Error{joined(complaints)}, complaints_{std::move(complaints)} {}
  const std::vector<Complaint>& complaints() const { return complaints_; }

 private:
  static std::string joined(const std::vector<Complaint>& complaints) {
    std::string all;
    for (const auto& c : complaints)
      all += (all.empty() ? "" : "\n") + c.section + " '" + c.item + "'" +
             (c.field.empty() ? "" : ", " + c.field) + ": " + c.text;
    return all;
  }
  std::vector<Complaint> complaints_;
};

}  // namespace rxd
