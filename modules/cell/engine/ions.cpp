// SPDX-License-Identifier: MIT
#include "engine/ions.hpp"

#include <algorithm>

namespace cell::engine {
namespace {

double said(const CellType& type, Ion ion, Side side) {
  if (ion == Ion::na) return side == Side::inside ? type.nai : type.nao;
  return side == Side::inside ? type.ki : type.ko;
}

}  // namespace

void Ions::initialise(BlockState& state, bool counted) {
  cao_ = AlignedArray{};
  state.cao = nullptr;
  for (const auto ion : {Ion::na, Ion::k}) {
    auto& one = of(ion);
    one = OneIon{};
    one.reversal = AlignedArray{size()};
    for (int lane = 0; lane < lanes; ++lane) {
      const auto& type = model_.type(lane);
      for (int node = 0; node < type.tables().nodes; ++node)
        one.reversal[at(model_.row(lane, node), lane)] =
            ion == Ion::na ? type.ena(node) : type.ek(node);
    }
  }
  state.ena = na_.reversal.data();
  state.ek = k_.reversal.data();
  count(state, counted);
  lasting_ = counted;
}

void Ions::count(BlockState& state, bool counted) {
  lasting_ = false;
  for (const auto ion : {Ion::na, Ion::k}) {
    auto& one = of(ion);
    for (auto* array : {&one.g, &one.gE, &one.sum})
      *array = counted ? AlignedArray{size()} : AlignedArray{};
    (ion == Ion::na ? state.na : state.k) = {one.g.data(), one.gE.data(), one.sum.data()};
  }
}

void Ions::begin_mean() {
  for (auto* one : {&na_, &k_})
    if (one->sum.data() != nullptr) std::fill_n(one->sum.data(), size(), 0.0);
}

double Ions::carried(Ion ion, std::size_t k) const {
  const auto& one = ion == Ion::na ? na_ : k_;
  return one.sum.data() != nullptr ? one.sum[k] : 0;
}

void Ions::set(Ion ion, Side side, int lane, int row, double mM) {
  hold(ion);
  auto& one = of(ion);
  const auto place = at(row, lane);
  one.concentration[static_cast<std::size_t>(side)][place] = mM;
  one.reversal[place] =
      model_.type(lane).nernst(1, one.concentration[0][place], one.concentration[1][place]);
}

/// Makes concentrations as the model says them where there are none yet.
void Ions::hold(Ion ion) {
  auto& one = of(ion);
  for (const auto each : {Side::inside, Side::outside}) {
    auto& array = one.concentration[static_cast<std::size_t>(each)];
    if (array.data() != nullptr) continue;
    array = AlignedArray{size()};
    for (std::size_t k = 0; k < size(); ++k)
      array[k] = said(model_.type(static_cast<int>(k % lanes)).type(), ion, each);
  }
}

void Ions::show(BlockState& state) {
  hold(Ion::na);
  hold(Ion::k);
  state.nai = na_.concentration[0].data(), state.nao = na_.concentration[1].data();
  state.ki = k_.concentration[0].data(), state.ko = k_.concentration[1].data();
}

void Ions::set_cao(BlockState& state, int lane, int row, double mM) {
  if (cao_.data() == nullptr) {
    cao_ = AlignedArray{size()};
    for (std::size_t k = 0; k < size(); ++k)
      cao_[k] = model_.type(static_cast<int>(k % lanes)).type().cao;
    state.cao = cao_.data();
  }
  cao_[at(row, lane)] = mM;
}

double Ions::cao(int lane, int row) const {
  return cao_.data() != nullptr ? cao_[at(row, lane)] : model_.type(lane).type().cao;
}

}  // namespace cell::engine
