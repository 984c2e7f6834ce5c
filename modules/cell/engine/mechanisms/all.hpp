// SPDX-License-Identifier: MIT
#pragma once
#include <tuple>

#include "engine/mechanisms/ca_hva.hpp"
#include "engine/mechanisms/ca_lva.hpp"
#include "engine/mechanisms/hh.hpp"
#include "engine/mechanisms/ih.hpp"
#include "engine/mechanisms/im.hpp"
#include "engine/mechanisms/k_t.hpp"
#include "engine/mechanisms/kv3_1.hpp"
#include "engine/mechanisms/nats.hpp"
#include "engine/mechanisms/pas.hpp"
#include "engine/mechanisms/sk.hpp"

namespace cell::engine {

/// Every mechanism there is; its number is its place here. `pas` comes first (it is folded).
using Mechanisms = std::tuple<Pas, Hh, Sk, CaHva, CaLva, Im, Ih, NaTs, Kv31, KT>;

}  // namespace cell::engine
