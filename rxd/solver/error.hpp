// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expressions/error.hpp"

namespace rxd {

using expressions::Error;

/// A step that no division makes possible, and where it fails worst.
class StepFailure : public Error {
 public:
  StepFailure(const std::string& what, std::size_t segment) : Error{what}, segment_{segment} {}
  std::size_t segment() const { return segment_; }  ///< by index into the tree's segments

 private:
  std::size_t segment_;
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
