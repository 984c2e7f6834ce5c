// SPDX-License-Identifier: MIT
#include "tutti/element_table.hpp"

#include <algorithm>
#include <numeric>

#include "tutti/error.hpp"

namespace tutti {
namespace {

std::string names(const std::vector<Column>& columns) {
  std::string text;
  for (const auto& c : columns) text += (text.empty() ? "" : ", ") + c.name;
  return text.empty() ? "no columns at all" : text;
}

const Column& find(const ElementTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &Column::name);
  if (found == table.columns.end())
    throw Error{Fault::config, "the {} table has no column \"{}\"; it has {}", table.kind, name,
                names(table.columns)};
  return *found;
}

void replace(ElementTable& table, Column column) {
  const auto size = std::visit([](const auto& v) { return v.size(); }, column.values);
  if (size != table.ids.size())
    throw Error{Fault::protocol, "column \"{}\": {} values for {} elements", column.name, size,
                table.ids.size()};
  const auto found = std::ranges::find(table.columns, column.name, &Column::name);
  if (found == table.columns.end())
    table.columns.push_back(std::move(column));
  else
    *found = std::move(column);
}

/// A row of the joined table: its element, and the part and place it comes from.
struct Row {
  std::uint64_t element;
  std::uint32_t part;
  std::uint32_t place;
};

std::vector<Row> rows_by_element(std::span<const ElementTable> parts) {
  std::vector<Row> rows;
  for (std::uint32_t p = 0; p < parts.size(); ++p) {
    std::uint32_t place = 0;
    parts[p].ids.for_each([&](std::uint64_t element) { rows.push_back({element, p, place++}); });
  }
  std::ranges::sort(rows, {}, &Row::element);
  const auto twice = std::ranges::adjacent_find(rows, {}, &Row::element);
  if (twice != rows.end())
    throw Error{Fault::config,
                "element {} is offered twice: sources of one input need disjoint elements, or "
                "`offset:` on a connection",
                twice->element};
  return rows;
}

Column joined_column(std::span<const ElementTable> parts, const std::vector<Row>& rows,
                     const Column& like) {
  return {like.name, like.unit,
          std::visit(
              [&]<typename T>(const std::vector<T>&) -> decltype(Column::values) {
                std::vector<const std::vector<T>*> from(parts.size());
                for (std::size_t p = 0; p < parts.size(); ++p) {
                  if (parts[p].ids.empty()) continue;
                  from[p] = std::get_if<std::vector<T>>(&find(parts[p], like.name).values);
                  if (from[p] == nullptr)
                    throw Error{Fault::config,
                                "column \"{}\" is whole numbers here and reals there", like.name};
                }
                std::vector<T> values;
                values.reserve(rows.size());
                for (const auto& row : rows) values.push_back((*from[row.part])[row.place]);
                return values;
              },
              like.values)};
}

}  // namespace

void ElementTable::set(std::string name, std::string unit, std::vector<double> values) {
  replace(*this, {std::move(name), std::move(unit), std::move(values)});
}
void ElementTable::set(std::string name, std::vector<std::int64_t> values) {
  replace(*this, {std::move(name), "", std::move(values)});
}

bool ElementTable::has(std::string_view name) const {
  return std::ranges::find(columns, name, &Column::name) != columns.end();
}

std::span<const double> ElementTable::reals(std::string_view name) const {
  const auto* values = std::get_if<std::vector<double>>(&find(*this, name).values);
  if (values == nullptr)
    throw Error{Fault::config, "column \"{}\" of the {} table holds whole numbers, not reals", name,
                kind};
  return *values;
}

std::span<const std::int64_t> ElementTable::integers(std::string_view name) const {
  const auto* values = std::get_if<std::vector<std::int64_t>>(&find(*this, name).values);
  if (values == nullptr)
    throw Error{Fault::config, "column \"{}\" of the {} table holds reals, not whole numbers", name,
                kind};
  return *values;
}

ElementTable ElementTable::rows(const Elements& chosen) const {
  ElementTable result{kind, chosen, populations, {}};
  std::vector<std::size_t> places;
  places.reserve(chosen.size());
  chosen.for_each([&](std::uint64_t element) {
    const auto place = ids.index_of(element);
    if (!place) throw Error{Fault::protocol, "{} {} is not in the table", kind, element};
    places.push_back(*place);
  });
  for (const auto& column : columns)
    result.columns.push_back({column.name, column.unit,
                              std::visit(
                                  [&](const auto& all) -> decltype(Column::values) {
                                    std::decay_t<decltype(all)> some;
                                    some.reserve(places.size());
                                    for (const auto place : places) some.push_back(all[place]);
                                    return some;
                                  },
                                  column.values)});
  return result;
}

ElementTable joined(std::span<const ElementTable> parts) {
  ElementTable result;
  const auto rows = rows_by_element(parts);
  std::vector<std::uint64_t> numbers;
  numbers.reserve(rows.size());
  for (const auto& row : rows) numbers.push_back(row.element);
  result.ids = Elements::of(std::move(numbers));
  const ElementTable* model = nullptr;
  for (const auto& part : parts) {
    if (result.kind.empty()) result.kind = part.kind;
    if (part.kind != result.kind)
      throw Error{Fault::config, "one source offers {}s, another {}s", result.kind, part.kind};
    if (model == nullptr && !part.ids.empty()) model = &part;
    for (const auto& population : part.populations)
      if (std::ranges::find(result.populations, population) == result.populations.end())
        result.populations.push_back(population);
  }
  std::ranges::sort(result.populations, {}, &Population::first);
  if (model == nullptr && !parts.empty()) model = &parts.front();
  if (model != nullptr)
    for (const auto& column : model->columns)
      result.columns.push_back(joined_column(parts, rows, column));
  return result;
}

}  // namespace tutti
