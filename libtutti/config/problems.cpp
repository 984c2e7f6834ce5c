// SPDX-License-Identifier: MIT
#include "tutti/config/problems.hpp"

#include <algorithm>
#include <cctype>

namespace tutti::config {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Edits (insert, delete, replace, swap neighbours) from a to b: Damerau-Levenshtein in its optimal
/// string alignment form.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1,
                         last[j - 1] + (a[i - 1] == b[j - 1] ? std::size_t{0} : std::size_t{1})});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

std::string to_string(const Location& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string to_string(const Problem& problem) {
  const std::string place = to_string(problem.place);
  return fmt::format("{}{}{}: {}", place, place.empty() ? "" : ": ",
                     problem.severity == Severity::error ? "error" : "warning", problem.text);
}

void Problems::add(Problem problem) {
  if (std::find(all_.begin(), all_.end(), problem) == all_.end())
    all_.push_back(std::move(problem));
}

void Problems::add(const Problems& others) {
  for (const auto& problem : others.all()) add(problem);
}

std::size_t Problems::error_count() const {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(), [](const auto& p) { return p.severity == Severity::error; }));
}

std::string Problems::text() const {
  std::string out;
  for (const auto& problem : all_) out += to_string(problem) + "\n";
  return out;
}

void Problems::raise() const {
  if (!ok()) throw Refused{*this};
}

LocatedError::LocatedError(Location place, std::string text)
    : Error{Fault::config, "{}{}{}", to_string(place), to_string(place).empty() ? "" : ": ", text},
      problem_{Severity::error, std::move(place), std::move(text)} {}

Refused::Refused(Problems problems)
    : Error{Fault::config, "{}", without_last_newline(problems.text())},
      problems_{std::move(problems)} {}

Problems problems_of(const Error& error) {
  if (const auto* refused = dynamic_cast<const Refused*>(&error)) return refused->problems();
  Problems out;
  if (const auto* located = dynamic_cast<const LocatedError*>(&error))
    out.add(located->problem());
  else
    out.error({}, "{}", error.what());
  return out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string wanted = lower(word);
  std::string best;
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(word.size(), 12) / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::string folded = lower(candidate);
    if (folded.size() > 200 || wanted.size() > 200) continue;
    const std::size_t d = distance(wanted, folded);
    if (d < least) least = d, best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string best = nearest(word, candidates);
  return best.empty() ? "" : fmt::format("; did you mean \"{}\"?", best);
}

}  // namespace tutti::config
