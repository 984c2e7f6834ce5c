// SPDX-License-Identifier: MIT
#include "engine/arrangement.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/simd.hpp"

namespace cell::engine {
namespace {

/// With so many lanes in use a block of one type is no slower than a part of one of several.
constexpr std::size_t worth_a_block = 5;

struct LeftOver {
  std::size_t type;  // by first appearance
  std::uint32_t cell;
};

}  // namespace

std::vector<Company> arrange(const std::vector<const TypeModel*>& type_of) {
  std::map<const TypeModel*, std::size_t> numbers;  // looked up only
  std::vector<const TypeModel*> types;
  std::vector<std::vector<std::uint32_t>> cells;
  for (std::uint32_t cell = 0; cell < type_of.size(); ++cell) {
    const auto [known, fresh] = numbers.try_emplace(type_of[cell], types.size());
    if (fresh) types.push_back(type_of[cell]), cells.emplace_back();
    cells[known->second].push_back(cell);
  }
  std::vector<Company> blocks;
  std::vector<LeftOver> rest;
  for (std::size_t t = 0; t < types.size(); ++t)
    for (std::size_t first = 0; first < cells[t].size(); first += lanes) {
      const auto end = std::min(first + lanes, cells[t].size());
      if (end - first >= worth_a_block)
        blocks.push_back({{cells[t].begin() + static_cast<std::ptrdiff_t>(first),
                           cells[t].begin() + static_cast<std::ptrdiff_t>(end)},
                          true});
      else
        for (auto k = first; k < end; ++k) rest.push_back({t, cells[t][k]});
    }
  // those that may share a block side by side, in each such class by size
  std::vector<std::size_t> class_of(types.size());
  for (std::size_t t = 0; t < types.size(); ++t)
    while (!types[class_of[t]]->shares_with(*types[t])) ++class_of[t];
  std::ranges::sort(rest, {}, [&](const LeftOver& one) {
    return std::tuple{class_of[one.type], types[one.type]->tables().nodes, one.type, one.cell};
  });
  for (std::size_t k = 0; k < rest.size(); ++k) {
    const bool joins = k > 0 && class_of[rest[k].type] == class_of[rest[k - 1].type] &&
                       blocks.back().cells.size() < lanes;
    if (!joins) blocks.push_back({});
    blocks.back().cells.push_back(rest[k].cell);
    if (joins && rest[k].type != rest[k - 1].type) blocks.back().one_type = false;
  }
  return blocks;
}

}  // namespace cell::engine
