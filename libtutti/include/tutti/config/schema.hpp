// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace tutti::config {

/// What a value of a field must be.
enum class Type {
  text,      ///< Any scalar.
  name,      ///< A letter or _, then letters, digits, _ or -: what can stand in "module.port".
  integer,   ///< A whole number of at most 63 bits.
  real,      ///< A number without a unit.
  boolean,   ///< true or false.
  quantity,  ///< A number with a unit of the field's dimension: "18 nA".
  time,      ///< An exact time, a whole number of ticks: "0.1 ms".
  path,      ///< A path, relative to the file in which it is written.
  choice,    ///< One of a few words.
  list,      ///< A list, all items of one kind.
  map,       ///< Names of the writer's choice, all values of one kind.
  table,     ///< Fixed keys.
  any,       ///< Whatever; the owner looks for itself.
  one_of,    ///< One of several kinds.
};

/// One key of a table: a plain value, made with the functions below and refined in place,
///
///     quantity("tau", "ms", "decay time constant").above(0).by_default("5 ms")
///
/// The same table drives the checker (check.hpp), typed access (view.hpp), the JSON Schema and the
/// reference (schema_docs.hpp).
struct Field {
  std::string name;
  Type type = Type::any;
  std::string doc;
  std::string unit;                  ///< Of a quantity: what View::real() gives.
  std::vector<std::string> choices;  ///< Of a choice.
  std::vector<Field> of;      ///< Of a list or map: the one kind inside; of one_of: the kinds.
  std::vector<Field> fields;  ///< Of a table: its keys.
  bool required = false;
  std::optional<std::string> fallback;  ///< The default, as YAML.
  std::optional<double> minimum;  ///< In the field's unit; in ms for a time; length of a list.
  std::optional<double> maximum;
  bool open_minimum = false;  ///< The minimum itself is not allowed either.

  Field needed() const;                      ///< Must be there.
  Field by_default(std::string yaml) const;  ///< What holds where it is not there.
  Field at_least(double least) const;        ///< In the field's unit; [ms] for a time.
  Field above(double limit) const;           ///< As at_least, without the limit itself.
  Field at_most(double most) const;          ///< In the field's unit; [ms] for a time.
  Field between(double least, double most) const;

  /// The field of this table with that name, or nullptr.
  const Field* find(std::string_view key) const;
};

/// The keys of a map under one name.
struct Table {
  std::string name;
  std::string doc;
  std::vector<Field> fields;
  /// A map with one of these keys is in another format, which its reader checks.
  std::vector<std::string> foreign{};

  /// The field with that name, or nullptr.
  const Field* find(std::string_view key) const;
};

Field text(std::string name, std::string doc = {});
Field word(std::string name, std::string doc = {});  ///< Type::name
Field integer(std::string name, std::string doc = {});
Field real(std::string name, std::string doc = {});
Field boolean(std::string name, std::string doc = {});
Field quantity(std::string name, std::string unit, std::string doc = {});
Field time(std::string name, std::string doc = {});
Field path(std::string name, std::string doc = {});
Field choice(std::string name, std::vector<std::string> choices, std::string doc = {});
/// `kind` says what each item is; its name is not used: list("gids", integer("gid")).
Field list(std::string name, Field kind, std::string doc = {});
Field map(std::string name, Field kind, std::string doc = {});
Field table(std::string name, const Table& keys, std::string doc = {});
Field any(std::string name, std::string doc = {});
Field one_of(std::string name, std::vector<Field> kinds, std::string doc = {});

/// Whether `text` is a Type::name.
bool is_name(std::string_view text);

/// What a value of the field must look like, for messages and the reference: "a time (\"0.1 ms\")".
std::string expects(const Field& field);

}  // namespace tutti::config
