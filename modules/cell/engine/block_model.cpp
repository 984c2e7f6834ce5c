// SPDX-License-Identifier: MIT
#include "engine/block_model.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace cell::engine {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Nodes of a tree such that each is followed by its first child: then most rows have the row above
/// as their parent in every lane. Siblings keep their order, and with it the order of every sum.
std::vector<int> by_runs(const std::vector<int>& parent) {
  std::vector<std::vector<int>> children(parent.size());
  for (std::size_t i = parent.size(); i-- > 1;)
    children[index(parent[i])].push_back(static_cast<int>(i));  // the first one last
  std::vector<int> open{0}, row(parent.size());
  for (int next = 0; !open.empty(); ++next) {
    const int node = open.back();
    open.pop_back();
    row[index(node)] = next;
    open.insert(open.end(), children[index(node)].begin(), children[index(node)].end());
  }
  return row;
}

}  // namespace

/// By row and, where a type has a mechanism twice in one place, by which time.
struct BlockModel::Merged {
  const TypeModel* first = nullptr;  // a type that has it
  std::size_t place = 0;             // of the mechanism in that type
  std::map<std::pair<int, int>, std::array<const double*, lanes>> entries;
};

BlockModel::BlockModel(const TypeModel& type) : tables_{type.tables()} {
  types_.fill(&type);
  for (int m = 0; m < tables_.mechanism_count; ++m) settled_.push_back(type.settled(index(m)));
  place_segments();
}

BlockModel::BlockModel(const std::vector<const TypeModel*>& types) {
  for (std::size_t lane = 0; lane < types_.size(); ++lane)
    types_[lane] = lane < types.size() ? types[lane] : types.front();
  tables_ = types.front()->tables();  // for what they share
  tables_.per_lane = true;
  place_rows();
  fill_rows();
  merge_mechanisms();
  tables_.parent = parent_.data();
  tables_.lane_parent = lane_parent_.data();
  tables_.odd = odd_.data();
  tables_.axial = axial_.data();
  tables_.joined = joined_.data();
  tables_.diagonal = diagonal_.data();
  tables_.capacity = capacity_.data();
  tables_.leak = leak_.data();
  tables_.per_area = per_area_.data();
  tables_.mechanisms = mechanisms_.data();
  tables_.mechanism_count = static_cast<int>(mechanisms_.size());
  tables_.calcium_nodes = calcium_rows_.data();
  tables_.calcium_count = static_cast<int>(calcium_rows_.size());
  place_segments();
}

const MechanismEntry& BlockModel::entry(std::size_t mechanism) const {
  return registry()[index(tables_.mechanisms[mechanism].kind)];
}

const double* BlockModel::parameters(std::size_t mechanism, int entry, int lane) const {
  const auto& table = tables_.mechanisms[mechanism];
  const auto first = index(entry) * index(table.parameter_count);
  return table.parameters + (tables_.per_lane ? first * lanes + index(lane) : first);
}

void BlockModel::place_segments() {
  for (int lane = 0; lane < (tables_.per_lane ? lanes : 1); ++lane)
    for (const auto& segment : types_[index(lane)]->type().cable.segments)
      segment_rows_[index(lane)].push_back(row(lane, segment.node));
}

void BlockModel::place_rows() {
  tables_.nodes = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    rows_[lane] = by_runs(types_[lane]->type().cable.parent);
    tables_.nodes = std::max(tables_.nodes, static_cast<int>(rows_[lane].size()));
  }
}

/// Rows that a cell does not have are a chain of equations x = 0 that touch nothing.
void BlockModel::fill_rows() {
  const auto size = index(tables_.nodes) * lanes;
  for (auto* array : {&axial_, &capacity_, &leak_, &per_area_}) array->assign(size, 0);
  diagonal_.assign(size, 1);
  lane_parent_.assign(size, -1);
  std::vector<char> calcium(index(tables_.nodes), 0);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto& tables = types_[lane]->tables();
    for (std::size_t node = 0; node < rows_[lane].size(); ++node) {
      const auto k = index(rows_[lane][node]) * lanes + lane;
      axial_[k] = tables.axial[node];
      diagonal_[k] = tables.diagonal[node];
      capacity_[k] = tables.capacity[node];
      leak_[k] = tables.leak[node];
      per_area_[k] = tables.per_area[node];
      if (node > 0) lane_parent_[k] = rows_[lane][index(tables.parent[node])];
    }
    for (int c = 0; c < tables.calcium_count; ++c)
      calcium[index(rows_[lane][index(tables.calcium_nodes[c])])] = 1;
  }
  choose_parents();
  for (std::size_t row = 0; row < calcium.size(); ++row)
    if (calcium[row] != 0) calcium_rows_.push_back(static_cast<int>(row));
}

/// The parent of most lanes is the row's; rows that a cell does not have go with it.
void BlockModel::choose_parents() {
  parent_.assign(index(tables_.nodes), 0);
  odd_.assign(index(tables_.nodes), 0);
  joined_ = axial_;
  for (std::size_t row = 1; row < parent_.size(); ++row) {
    const std::span p{&lane_parent_[row * lanes], lanes};
    std::ptrdiff_t most = 0;
    for (const int candidate : p)
      if (const auto n = std::ranges::count(p, candidate); candidate >= 0 && n > most)
        most = n, parent_[row] = candidate;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (p[lane] < 0) p[lane] = parent_[row];
      if (p[lane] == parent_[row]) continue;
      odd_[row] = static_cast<unsigned char>(odd_[row] | 1U << lane);
      joined_[row * lanes + lane] = 0;
    }
  }
}

void BlockModel::merge_mechanisms() {
  std::map<std::pair<int, std::array<double, 4>>, Merged> all;  // by kind and constants
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto& tables = types_[lane]->tables();
    std::map<std::pair<int, int>, int> times;  // by kind and row
    for (int m = 0; m < tables.mechanism_count; ++m) {
      const auto& table = tables.mechanisms[m];
      auto& merged = all[{table.kind, std::to_array(table.constants)}];
      if (merged.first == nullptr) merged.first = types_[lane], merged.place = index(m);
      for (int k = 0; k < table.count; ++k) {
        const int row = rows_[lane][index(table.node[k])];
        const int time = times[{table.kind, row}]++;
        const auto [entry, fresh] = merged.entries.try_emplace({row, time});
        if (fresh) entry->second.fill(nullptr);
        entry->second[lane] = table.parameters + k * table.parameter_count;
      }
    }
  }
  for (const auto& [key, merged] : all) add_table(merged);
}

/// A lane that lacks an entry has the parameters of one that has it, and is not present.
void BlockModel::add_table(const Merged& merged) {
  const auto& original = merged.first->tables().mechanisms[merged.place];
  MechanismTable table = original;
  std::vector<int> rows;
  std::vector<double> parameters, present;
  for (const auto& [place, from] : merged.entries) {
    rows.push_back(place.first);
    const double* any = *std::ranges::find_if(from, [](const double* p) { return p != nullptr; });
    for (int p = 0; p < table.parameter_count; ++p)
      for (const auto* lane : from) parameters.push_back((lane != nullptr ? lane : any)[p]);
    for (const auto* lane : from) present.push_back(lane != nullptr ? 1 : 0);
  }
  entry_rows_.push_back(std::move(rows));
  parameters_.push_back(std::move(parameters));
  present_.push_back(std::move(present));
  table.count = static_cast<int>(entry_rows_.back().size());
  table.node = entry_rows_.back().data();
  table.parameters = parameters_.back().data();
  table.present = present_.back().data();
  table.per_lane = true;
  mechanisms_.push_back(table);
  settled_.push_back(merged.first->settled(merged.place));
}

}  // namespace cell::engine
