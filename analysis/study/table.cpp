// SPDX-License-Identifier: MIT
#include "study/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace study {

namespace {

std::string heading(const Column& c) {
  return c.unit.empty() ? c.name : fmt::format("{} [{}]", c.name, c.unit);
}

/// A cell with all digits, or with as many as people read.
std::string cell(const Column& c, std::size_t row, bool short_form) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&c.values)) return (*texts)[row];
  const double v = std::get<std::vector<double>>(c.values)[row];
  if (std::isnan(v)) return "nan";  // whose sign says nothing
  return short_form ? fmt::format("{:.5g}", v) : fmt::format("{}", v);
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char ch : text) {
    if (ch == '"') out += '"';
    out += ch;
  }
  return out + '"';
}

/// Columns on a terminal: what lies beyond ASCII is two or three bytes and one place wide.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::size_t Table::rows() const {
  if (columns.empty()) return 0;
  return std::visit([](const auto& v) { return v.size(); }, columns.front().values);
}

void Table::add(std::string name, std::string unit, std::vector<double> values) {
  columns.push_back({std::move(name), std::move(unit), std::move(values)});
}

void Table::add(std::string name, std::vector<std::string> values) {
  columns.push_back({std::move(name), {}, std::move(values)});
}

std::string to_csv(const Table& table) {
  std::string out;
  for (const auto& note : table.notes) out += "# " + note + "\n";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    out += (c > 0 ? "," : "") + quoted(heading(table.columns[c]));
  out += "\n";
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      out += (c > 0 ? "," : "") + quoted(cell(table.columns[c], r, false));
    out += "\n";
  }
  return out;
}

std::string to_json(const Table& table) {
  nlohmann::ordered_json json{{"what", table.what}, {"notes", table.notes}};
  for (const auto& c : table.columns) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    std::visit(
        [&](const auto& all) {
          for (const auto& v : all) values.push_back(v);
        },
        c.values);
    json["columns"].push_back({{"name", c.name}, {"unit", c.unit}, {"values", std::move(values)}});
  }
  return json.dump(1) + "\n";
}

std::string to_text(const Table& table, std::size_t rows) {
  std::string out;
  for (const auto& note : table.notes) out += note + "\n";
  const auto shown = std::min(rows, table.rows());
  std::vector<std::string> lines(shown + 1);
  for (const auto& c : table.columns) {
    std::vector<std::string> cells{heading(c)};
    for (std::size_t r = 0; r < shown; ++r) cells.push_back(cell(c, r, true));
    std::size_t widest = 0;
    for (const auto& text : cells) widest = std::max(widest, width(text));
    const bool words = std::holds_alternative<std::vector<std::string>>(c.values);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string blank(widest - width(cells[i]), ' ');
      lines[i] += (lines[i].empty() ? "" : "  ") + (words ? cells[i] + blank : blank + cells[i]);
    }
  }
  for (auto& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    if (!line.empty()) out += line + "\n";
  }
  if (shown < table.rows()) out += fmt::format("… and {} rows more\n", table.rows() - shown);
  return out;
}

}  // namespace study
