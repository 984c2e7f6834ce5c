// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/read.hpp"
#include "app/swc.hpp"

namespace tutti::rxd_app {

namespace {

using config::View;

const std::vector<std::string> swc_names = {"soma", "axon", "dend", "apic"};

/// A word as a whole number, if it is one.
std::optional<std::int64_t> number(const std::string& word) {
  std::int64_t value = 0;
  const auto* const end = word.data() + word.size();
  if (word.empty() || std::from_chars(word.data(), end, value).ptr != end) return std::nullopt;
  return value;
}

std::int64_t type_of(const std::string& word, const View& in) {
  const auto named = std::ranges::find(swc_names, word);
  if (named != swc_names.end()) return named - swc_names.begin() + 1;
  if (const auto value = number(word)) return *value;
  in.error("swc_type",
           "\"{}\" is no SWC type: one of soma, axon, dend, apic or a number is needed{}", word,
           config::did_you_mean(word, swc_names));
  return 0;
}

std::int64_t section_of(const std::string& word, const View& in, const std::vector<Section>& cell) {
  std::vector<std::string> names;
  for (const auto& s : cell) names.push_back(s.name);
  const auto named = std::ranges::find(names, word);
  if (named != names.end()) return named - names.begin();
  if (const auto value = number(word); value && cell.empty()) return *value;
  if (cell.empty())
    in.error("section", "\"{}\" is no number: sections that come from another module have no names",
             word);
  else
    in.error("section", "\"{}\" is no section of `cells:`{}", word,
             config::did_you_mean(word, names));
  return 0;
}

Section read_section(const std::string& name, const View& in, const std::vector<Section>& before) {
  Section s;
  s.name = name;
  s.length = in.real("length");
  const auto ends = in.is("diameter", config::Type::list) ? in.reals("diameter")
                                                          : std::vector{in.real("diameter")};
  if (ends.empty() || ends.size() > 2)
    in.error("diameter", "one diameter or those of two ends are needed, not {}", ends.size());
  else
    s.d0 = ends.front(), s.d1 = ends.back();
  s.segments = in.integer("segments");
  s.at = in.real("at");
  s.type = std::ranges::find(swc_names, in.text("type")) - swc_names.begin() + 1;
  if (in.has("direction")) {
    const auto d = in.reals("direction");
    const double norm = d.size() == 3 ? std::hypot(d[0], d[1], d[2]) : 0;
    if (!(norm > 0))
      in.error("direction", "three numbers, not all zero, are needed");
    else
      s.direction = {d[0] / norm, d[1] / norm, d[2] / norm};
  }
  if (in.has("parent")) {
    const auto found = std::ranges::find(before, in.text("parent"), &Section::name);
    if (found == before.end())
      in.error("parent", "no section \"{}\" is written before {}", in.text("parent"), name);
    else
      s.parent = found - before.begin();
  } else if (!before.empty()) {
    in.problems().error(in.place(),
                        "{}: only the first section of a cell has no parent: write `parent: {}`",
                        name, before.front().name);
  }
  return s;
}

}  // namespace

rxd::Selection read_where(const View& parent, const std::vector<Section>& cell) {
  rxd::Selection selection;
  if (!parent.has("where")) return selection;
  const View in = parent.child("where");
  if (in.has("swc_type"))
    for (const auto& word : in.texts("swc_type"))
      selection.types.push_back(static_cast<int>(type_of(word, in)));
  if (in.has("cell")) selection.cells = in.integers("cell");
  if (in.has("section"))
    for (const auto& word : in.texts("section"))
      selection.sections.push_back(section_of(word, in, cell));
  if (in.has("if")) selection.condition = expression(in, "if");
  return selection;
}

std::vector<Section> read_sections(const View& in) {
  std::vector<Section> cell;
  if (in.has("sections") == in.has("swc")) {
    in.problems().error(in.place(), "cells: either `sections:` or `swc:` says what a cell is");
    return cell;
  }
  if (in.has("swc")) return read_swc(in.path("swc"), in.real("longest"));
  for (const auto& [name, keys] : in.entries("sections"))
    cell.push_back(read_section(name, keys, cell));
  return cell;
}

}  // namespace tutti::rxd_app
