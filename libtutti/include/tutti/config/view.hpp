// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tutti/config/check.hpp"
#include "tutti/time.hpp"

namespace tutti::config {

/// Typed access to a map that check() found no error in, defaults applied. Borrows all three. Each
/// getter throws Error{config} with the place where the value is not what it should be (so skipping
/// check() is safe, only less helpful), and asserts that the table has such a field.
class View {
 public:
  View(const Node& node, const Table& table, Problems& problems)
      : View{node, table.fields, problems} {}
  View(const Node& node, const std::vector<Field>& fields, Problems& problems)
      : node_{&node}, fields_{&fields}, problems_{&problems}, place_{&node.place} {}

  /// Whether the key is written (and not null); a default does not count.
  bool has(std::string_view key) const;
  /// Whether there is a value, written or by default.
  bool given(std::string_view key) const;
  /// What a one_of field is in this file: is("morphology", Type::path).
  bool is(std::string_view key, Type type) const;

  double real(std::string_view key) const;  ///< A real or a quantity, in the table's unit.
  std::int64_t integer(std::string_view key) const;
  bool boolean(std::string_view key) const;
  std::string text(std::string_view key) const;  ///< text, name or choice
  Duration time(std::string_view key) const;
  std::filesystem::path path(std::string_view key) const;

  std::vector<double> reals(std::string_view key) const;
  std::vector<std::int64_t> integers(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::vector<Duration> times(std::string_view key) const;
  std::vector<std::filesystem::path> paths(std::string_view key) const;

  /// A map of reals or quantities, in the order written.
  std::vector<std::pair<std::string, double>> real_entries(std::string_view key) const;
  /// A map of texts, names or choices, in the order written.
  std::vector<std::pair<std::string, std::string>> text_entries(std::string_view key) const;

  /// A table inside; one that is not written is empty, so that its defaults hold.
  View child(std::string_view key) const;
  /// A list of tables.
  std::vector<View> children(std::string_view key) const;
  /// A map of tables, in the order written.
  std::vector<std::pair<std::string, View>> entries(std::string_view key) const;

  /// The node itself, null where it is not written.
  const Node& node(std::string_view key) const;
  const Node& node() const { return *node_; }

  /// Where the key's value is written, or the map if it is not.
  const Location& place(std::string_view key) const;
  const Location& place() const { return *place_; }

  Problems& problems() const { return *problems_; }
  /// Adds an error at the key's place: for what a table cannot say.
  template <typename... Args>
  void error(std::string_view key, fmt::format_string<Args...> format, Args&&... args) const {
    problems_->error(place(key), format, std::forward<Args>(args)...);
  }

 private:
  const Field& field(std::string_view key) const;
  const Node* written(std::string_view key) const;

  const Node* node_;
  const std::vector<Field>* fields_;
  Problems* problems_;
  const Location* place_;  // of the map; of what encloses it where it is not written
};

}  // namespace tutti::config
