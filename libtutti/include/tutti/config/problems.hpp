// SPDX-License-Identifier: MIT
#pragma once
#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tutti/error.hpp"

namespace tutti::config {

/// Where something was written. Lines and columns count from 1; 0 means that there is none, as for
/// a value given on the command line.
struct Location {
  std::string file;    ///< As a person would name it: a path, or "--set modules.cortex.ranks=4".
  int line = 0;        ///< From 1.
  int column = 0;      ///< From 1.
  std::string folder;  ///< Absolute; what relative paths that are written here are relative to.
  friend bool operator==(const Location&, const Location&) = default;
};

/// "file:line:column", "file" where there is no line, nothing where there is no file.
std::string to_string(const Location& place);

/// How bad it is: an error refuses the run, a warning is only shown.
enum class Severity { error, warning };

/// One thing that is wrong with what a person wrote.
struct Problem {
  Severity severity = Severity::error;
  Location place;
  std::string text;
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// "file:line:column: error: text".
std::string to_string(const Problem& problem);

/// All that is wrong with an input, so that a person sees everything in one go.
class Problems {
 public:
  template <typename... Args>
  void error(const Location& place, fmt::format_string<Args...> text, Args&&... args) {
    add({Severity::error, place, fmt::format(text, std::forward<Args>(args)...)});
  }
  template <typename... Args>
  void warning(const Location& place, fmt::format_string<Args...> text, Args&&... args) {
    add({Severity::warning, place, fmt::format(text, std::forward<Args>(args)...)});
  }

  /// Adds one, unless the very same is there.
  void add(Problem problem);
  void add(const Problems& others);

  /// In the order found.
  const std::vector<Problem>& all() const { return all_; }
  std::size_t error_count() const;
  /// No errors; there may be warnings.
  bool ok() const { return error_count() == 0; }
  bool empty() const { return all_.empty(); }

  /// One line each.
  std::string text() const;

  /// Throws Refused, an Error{config} with all lines, if there is an error.
  void raise() const;

 private:
  std::vector<Problem> all_;
};

/// An Error that knows where: what cannot be read at all, as a YAML file with a syntax error.
class LocatedError : public Error {
 public:
  LocatedError(Location place, std::string text);
  const Problem& problem() const { return problem_; }

 private:
  Problem problem_;
};

/// An Error that carries all that is wrong.
class Refused : public Error {
 public:
  explicit Refused(Problems problems);
  const Problems& problems() const { return problems_; }

 private:
  Problems problems_;
};

/// What an Error says as problems: those of Refused or LocatedError with their places, otherwise
/// one without a place.
Problems problems_of(const Error& error);

/// The candidate that `word` was probably meant to be (Damerau-Levenshtein distance of at most a
/// third of its length, case aside), or nothing.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `; did you mean "x"?`, or nothing where no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tutti::config
