// SPDX-License-Identifier: MIT
#include "forward/electrodes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "forward/require.hpp"

namespace lfp {

namespace {
constexpr std::string_view blank = " \t\r";

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> fields_of(std::string_view line, bool commas) {
  std::vector<std::string_view> fields;
  while (true) {
    if (!commas) line = trimmed(line);
    const auto end = line.find_first_of(commas ? std::string_view{","} : blank);
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return fields;
    line = line.substr(end + 1);
  }
}

// Where one file's columns are, and whose line is being read: what every message needs.
class Table {
 public:
  Table(std::string_view file, std::string_view header, std::size_t line)
      : file_{file}, line_{line}, commas_{header.find(',') != std::string_view::npos} {
    columns_ = fields_of(header, commas_);
    for (auto& column : columns_)
      if (column.ends_with("_pos")) column.remove_suffix(4);
    for (const auto& column : columns_) {
      constexpr std::string_view known[] = {"x", "y", "z", "channel", "name", "radius"};
      require(std::ranges::find(known, column) != std::end(known),
              "{}:{}: unknown column '{}': known are x, y, z, channel, name and radius; the first "
              "row must name the columns",
              file_, line_, column);
      require(std::ranges::count(columns_, column) == 1, "{}:{}: column '{}' is there twice", file_,
              line_, column);
    }
    for (const char* needed : {"x", "y", "z"})
      require(position(needed).has_value(),
              "{}:{}: no column '{}': electrodes need x, y and z [um]", file_, line_, needed);
  }

  Electrode row(std::string_view text, std::size_t line, std::size_t number) {
    line_ = line;
    fields_ = fields_of(text, commas_);
    require(fields_.size() == columns_.size(), "{}:{}: {} values in a table of {} columns", file_,
            line_, fields_.size(), columns_.size());
    Electrode e;
    e.position = {real("x"), real("y"), real("z")};
    e.channel = static_cast<std::int64_t>(number);
    if (position("channel")) e.channel = integer("channel");
    if (position("radius")) e.radius = real("radius");
    require(e.radius >= 0, "{}:{}: a radius cannot be negative: {} um", file_, line_, e.radius);
    if (const auto name = position("name")) e.name = fields_[*name];
    const auto [first, fresh] = lines_.emplace(e.channel, line_);
    require(fresh, "{}:{}: channel {} was used on line {} already", file_, line_, e.channel,
            first->second);
    return e;
  }

 private:
  std::optional<std::size_t> position(std::string_view column) const {
    const auto found = std::ranges::find(columns_, column);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
  }

  double real(std::string_view column) const {
    const double value = number<double>(column, "a number in um");
    require(std::isfinite(value), "{}:{}: {} is not finite", file_, line_, column);
    return value;
  }
  std::int64_t integer(std::string_view column) const {
    return number<std::int64_t>(column, "an integer");
  }

  template <typename T>
  T number(std::string_view column, const char* needed) const {
    std::string_view text = fields_[*position(column)];
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(error == std::errc{} && end == text.data() + text.size() && !text.empty(),
            "{}:{}: {} is '{}', not {}", file_, line_, column, text, needed);
    return value;
  }

  std::string file_;
  std::size_t line_;
  bool commas_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> fields_;
  std::map<std::int64_t, std::size_t> lines_;  // of channels seen
};
}  // namespace

std::vector<Electrode> parse_electrodes(std::string_view text, std::string_view name) {
  std::vector<Electrode> electrodes;
  std::optional<Table> table;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto row = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (row.empty() || row.starts_with('#')) continue;
    if (!table)
      table.emplace(name, row, line);
    else
      electrodes.push_back(table->row(row, line, electrodes.size()));
  }
  require(table.has_value(), "{}: is empty: an electrode table begins with a row like x,y,z", name);
  require(!electrodes.empty(), "{}: has no electrode below its header", name);
  return electrodes;
}

std::vector<Electrode> read_electrodes(const std::filesystem::path& file, Plane plane) {
  std::ifstream in{file};
  require(in.good(), "{}: cannot be read: is the electrode file there?", file.string());
  std::ostringstream text;
  text << in.rdbuf();
  if (file.extension() == ".json") return parse_probeinterface(text.str(), file.string(), plane);
  return parse_electrodes(text.str(), file.string());
}

}  // namespace lfp
