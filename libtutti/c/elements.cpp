// SPDX-License-Identifier: MIT
// tutti.h: tables of elements.
#include <algorithm>

#include "handles.hpp"

using namespace tutti;
using c::guarded;
using c::guarded_handle;

tutti_table* tutti_table_new(const char* kind, const uint64_t* elements, size_t count) {
  return guarded_handle([&] {
    auto made = std::make_unique<tutti_table>();
    made->table.kind = c::text(kind);
    made->table.ids = Elements::of({elements, elements + count});
    if (made->table.ids.size() != count)
      throw Error{Fault::usage, "{} numbers of elements, of which {} are different", count,
                  made->table.ids.size()};
    return made.release();
  });
}

void tutti_table_free(tutti_table* table) { delete table; }

int tutti_table_population(tutti_table* table, const char* name, uint64_t first, uint64_t count) {
  return guarded([&] { table->table.populations.push_back({c::text(name), first, count}); });
}

int tutti_table_set_reals(tutti_table* table, const char* column, const char* unit,
                          const double* values, size_t count) {
  return guarded([&] {
    table->table.set(c::text(column), c::text(unit), std::vector<double>(values, values + count));
  });
}

int tutti_table_set_integers(tutti_table* table, const char* column, const int64_t* values,
                             size_t count) {
  return guarded([&] {
    table->table.set(c::text(column), std::vector<std::int64_t>(values, values + count));
  });
}

const char* tutti_table_kind(const tutti_table* table) { return table->table.kind.c_str(); }
size_t tutti_table_size(const tutti_table* table) { return table->table.ids.size(); }

int tutti_table_elements(const tutti_table* table, uint64_t* to) {
  return guarded(
      [&] { table->table.ids.for_each([&](std::uint64_t element) { *to++ = element; }); });
}

size_t tutti_table_populations(const tutti_table* table) { return table->table.populations.size(); }

int tutti_table_get_population(const tutti_table* table, size_t index, const char** name,
                               uint64_t* first, uint64_t* count) {
  return guarded([&] {
    const auto& population = table->table.populations.at(index);
    *name = population.name.c_str(), *first = population.first, *count = population.count;
  });
}

size_t tutti_table_columns(const tutti_table* table) { return table->table.columns.size(); }

int tutti_table_column(const tutti_table* table, size_t index, const char** name, const char** unit,
                       int* is_integer) {
  return guarded([&] {
    const auto& column = table->table.columns.at(index);
    *name = column.name.c_str(), *unit = column.unit.c_str();
    *is_integer = std::holds_alternative<std::vector<std::int64_t>>(column.values) ? 1 : 0;
  });
}

namespace {

template <typename Number>
const Number* column_of(const tutti_table* table, const char* name) {
  const auto& columns = table->table.columns;
  const auto found = std::ranges::find(columns, c::text(name), &Column::name);
  if (found == columns.end()) return nullptr;
  const auto* values = std::get_if<std::vector<Number>>(&found->values);
  return values != nullptr ? values->data() : nullptr;
}

}  // namespace

const double* tutti_table_reals(const tutti_table* table, const char* column) {
  return column_of<double>(table, column);
}
const int64_t* tutti_table_integers(const tutti_table* table, const char* column) {
  return column_of<std::int64_t>(table, column);
}

int tutti_offer(tutti_port* output, const tutti_table* table) {
  return guarded([&] {
    if (auto* const* spikes = std::get_if<SpikeOutput*>(&output->port)) {
      (*spikes)->offer(table->table);
    } else {
      c::as<SignalOutput>(output, "output of spikes or a signal").offer(table->table);
    }
  });
}

const tutti_table* tutti_elements(tutti_port* input) {
  return guarded_handle([&]() -> const tutti_table* {
    if (auto* const* spikes = std::get_if<SpikeInput*>(&input->port))
      input->elements.table = (*spikes)->elements();
    else
      input->elements.table = c::as<SignalInput>(input, "input of spikes or a signal").elements();
    return &input->elements;
  });
}

int tutti_want(tutti_port* input, const uint64_t* elements, size_t count) {
  return guarded([&] {
    auto wanted = Elements::of({elements, elements + count});
    if (auto* const* spikes = std::get_if<SpikeInput*>(&input->port))
      (*spikes)->want(std::move(wanted));
    else
      c::as<SignalInput>(input, "input of spikes or a signal").want(std::move(wanted));
  });
}
