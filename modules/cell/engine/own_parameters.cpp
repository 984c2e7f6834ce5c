// SPDX-License-Identifier: MIT
#include "engine/own_parameters.hpp"

namespace cell::engine {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

OwnParameters::OwnParameters(const BlockModel& model) : model_{model}, tables_{model.tables()} {
  mechanisms_.assign(tables_.mechanisms, tables_.mechanisms + tables_.mechanism_count);
  tables_.mechanisms = mechanisms_.data();
  own_.resize(mechanisms_.size());
}

/// Gives every lane its own copy of what the model has once.
void OwnParameters::copy(std::size_t mechanism) {
  auto& table = mechanisms_[mechanism];
  auto& own = own_[mechanism];
  const auto count = index(table.count), each = index(table.parameter_count);
  own.parameters = AlignedArray{count * each * lanes};
  own.present = AlignedArray{count * lanes};
  own.entry.assign(index(tables_.nodes), -1);
  for (std::size_t k = 0; k < count; ++k) {
    own.entry[index(table.node[k])] = static_cast<int>(k);
    for (int lane = 0; lane < lanes; ++lane) {
      const auto* from = model_.parameters(mechanism, static_cast<int>(k), lane);
      for (std::size_t p = 0; p < each; ++p)
        own.parameters[(k * each + p) * lanes + index(lane)] =
            from[p * index(model_.parameter_stride())];
      const auto place = k * lanes + index(lane);
      own.present[place] = table.present != nullptr ? table.present[place] : 1;
    }
  }
  table.per_lane = true;
  table.parameters = own.parameters.data();
  table.present = own.present.data();
}

void OwnParameters::set(int kind, int parameter, int lane, int row, double value) {
  for (std::size_t m = 0; m < mechanisms_.size(); ++m) {
    if (mechanisms_[m].kind != kind) continue;
    if (own_[m].entry.empty()) copy(m);
    const int k = own_[m].entry[index(row)];
    if (k >= 0)
      own_[m]
          .parameters[index(k * mechanisms_[m].parameter_count + parameter) * lanes + index(lane)] =
          value;
  }
}

}  // namespace cell::engine
