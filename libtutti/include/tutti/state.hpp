// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tutti/error.hpp"

namespace tutti {

/// The fields of one entry of a module's state: what it visits is written into a checkpoint, or
/// read back from one, in the same order.
///
///     fields(cell.v);                 // a number or a plain struct
///     fields(std::span{cell.gates});  // of a size that the model says
///     fields(cell.pending);           // a vector or text of any size
class Fields {
 public:
  /// For writing: what is visited is appended to `to`.
  explicit Fields(std::vector<std::byte>& to) : to_{&to} {}
  /// For reading. `name` is for messages: "cells 17".
  Fields(std::span<const std::byte> from, std::string name) : from_{from}, name_{std::move(name)} {}

  bool saving() const { return to_ != nullptr; }

  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(T& value) { raw(&value, sizeof value); }
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(std::span<T> values) {
    if (!values.empty()) raw(values.data(), values.size_bytes());
  }
  template <typename T>
  requires(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>) void operator()(
      std::vector<T>& values) {
    values.resize(count(values.size(), sizeof(T)));
    (*this)(std::span{values});
  }
  void operator()(std::string& text) {
    text.resize(count(text.size(), 1));
    (*this)(std::span{text});
  }

  /// Throws Error{config} where something of the entry was not read.
  void finish() const;

 private:
  void raw(void* data, std::size_t bytes);
  /// The length of what follows: written, or read and found to fit.
  std::size_t count(std::size_t size, std::size_t each);

  std::vector<std::byte>* to_ = nullptr;
  std::span<const std::byte> from_;
  std::string name_;
};

/// What one module keeps in a checkpoint: entries by part ("cells") and number (of the cell). Each
/// rank saves the entries of what it owns; when a run is resumed, each rank reads those of what it
/// owns then, so the number of ranks may change. One function visits them both ways:
///
///     module.keep([&](State& state) {
///       for (auto& cell : cells)
///         state.entry("cells", cell.number, [&](Fields& fields) { fields(cell.v), fields(cell.w);
///         });
///     });
class State {
 public:
  /// By part, by number.
  using Entries =
      std::map<std::string, std::map<std::uint64_t, std::vector<std::byte>>, std::less<>>;

  /// For saving: empty. For loading: what all ranks saved.
  State() = default;
  explicit State(Entries entries) : entries_{std::move(entries)}, saving_{false} {}

  bool saving() const { return saving_; }
  /// Visits one entry. Throws Error{config} where it is not in the checkpoint, or of another shape.
  template <typename Visit>
  void entry(std::string_view part, std::uint64_t number, Visit&& visit) {
    if (saving_) {
      Fields fields{fresh(part, number)};
      visit(fields);
    } else {
      Fields fields{find(part, number), name(part, number)};
      visit(fields);
      fields.finish();
    }
  }
  /// Loading: whether there is such an entry, for what comes and goes during a run.
  bool has(std::string_view part, std::uint64_t number) const;

  const Entries& entries() const { return entries_; }

 private:
  std::vector<std::byte>& fresh(std::string_view part, std::uint64_t number);
  std::span<const std::byte> find(std::string_view part, std::uint64_t number) const;
  static std::string name(std::string_view part, std::uint64_t number);

  Entries entries_;
  bool saving_ = true;
};

}  // namespace tutti
