// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sonata/config.hpp"
#include "sonata/type_table.hpp"

namespace cell::circuit {

/// The attributes of a population of nodes or edges: each element's own, which an HDF5 file has in
/// groups, and where there are none those of its type.
class Attributes {
 public:
  std::size_t size() const { return type_.size(); }
  std::uint64_t type(std::size_t element) const { return type_[element]; }
  /// Throws Error{config} where a text is no number.
  std::optional<double> real(std::size_t element, const std::string& name) const;
  std::optional<std::string> text(std::size_t element, const std::string& name) const;
  /// Whether any element has it as its own.
  bool is_own(const std::string& name) const;
  /// Names of what elements have as their own.
  std::set<std::string> own_names() const;

 private:
  friend Attributes read_attributes(const std::filesystem::path& file, const std::string& group,
                                    const std::string& kind, TypeTable types);
  struct Column {
    std::vector<double> numbers;
    std::vector<std::string> texts;  ///< In place of numbers.
  };
  using Group = std::map<std::string, Column>;
  const Column* own(std::size_t element, const std::string& name) const;

  std::string source_;
  std::vector<std::uint64_t> type_, group_, index_;
  std::map<std::uint64_t, Group> groups_;
  TypeTable types_;
};

/// Reads /nodes/NAME or /edges/NAME (`group`); `kind` is "node" or "edge".
/// Throws Error{config} where the file is not what it should be.
Attributes read_attributes(const std::filesystem::path& file, const std::string& group,
                           const std::string& kind, TypeTable types);

struct NodePopulation {
  std::string name;
  Location place;
  Attributes attributes;
};

struct EdgePopulation {
  std::string name, source, target;  ///< Names of node populations.
  Location place;
  std::vector<std::uint64_t> sources, targets;
  Attributes attributes;
};

/// All populations of a circuit, in the order of the files and by name within one.
std::vector<NodePopulation> read_nodes(const Config& config, Problems& problems);
std::vector<EdgePopulation> read_edges(const Config& config, Problems& problems);

}  // namespace cell::circuit
