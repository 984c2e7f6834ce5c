// SPDX-License-Identifier: MIT
#include "engine/registry.hpp"

#include "engine/mechanisms/all.hpp"

namespace cell::engine {
namespace {

template <class M>
MechanismEntry entry() {
  MechanismEntry e{M::info(), M::states, M::reads, M::carries, M::constants, nullptr};
  static_assert(M::states <= most_states);
  if constexpr (M::reads == Reads::i_ca) e.at_rest = M::at_rest;
  return e;
}

template <class... M>
std::vector<MechanismEntry> entries(const std::tuple<M...>*) {
  return {entry<M>()...};
}

}  // namespace

std::span<const MechanismEntry> registry() {
  static const auto all = entries(static_cast<const Mechanisms*>(nullptr));
  return all;
}

std::span<const MechanismInfo> mechanisms() {
  static const auto infos = [] {
    std::vector<MechanismInfo> list;
    for (const auto& e : registry()) list.push_back(e.info);
    return list;
  }();
  return infos;
}

int mechanism_number(std::string_view name) {
  const auto all = registry();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].info.name == name) return static_cast<int>(i);
  return -1;
}

}  // namespace cell::engine
