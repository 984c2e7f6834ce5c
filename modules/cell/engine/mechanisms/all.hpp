// SPDX-License-Identifier: MIT
#pragma once
#include <tuple>

#include "engine/mechanisms/ca_dynamics.hpp"
#include "engine/mechanisms/ca_ghk.hpp"
#include "engine/mechanisms/ca_hva.hpp"
#include "engine/mechanisms/ca_lva.hpp"
#include "engine/mechanisms/ghk.hpp"
#include "engine/mechanisms/hh.hpp"
#include "engine/mechanisms/ih.hpp"
#include "engine/mechanisms/im.hpp"
#include "engine/mechanisms/im_v2.hpp"
#include "engine/mechanisms/k_p.hpp"
#include "engine/mechanisms/k_t.hpp"
#include "engine/mechanisms/kad.hpp"
#include "engine/mechanisms/kap.hpp"
#include "engine/mechanisms/kd.hpp"
#include "engine/mechanisms/kdr.hpp"
#include "engine/mechanisms/kv2like.hpp"
#include "engine/mechanisms/kv3_1.hpp"
#include "engine/mechanisms/nap.hpp"
#include "engine/mechanisms/nata.hpp"
#include "engine/mechanisms/nats.hpp"
#include "engine/mechanisms/nav.hpp"
#include "engine/mechanisms/pas.hpp"
#include "engine/mechanisms/sk.hpp"

namespace cell::engine {

/// Every mechanism there is; its number is its place here. `pas` comes first (it is folded), and
/// concentrations come before the gates that read them.
using Mechanisms = std::tuple<Pas, CaDynamics, Hh, Sk, CaHva, CaLva, Im, Ih, NaTs, Kv31, KT, NaTa,
                              Nap, NaV, KP, Kd, Kv2like, ImV2, Kap, Kad, Kdr, CaGhk, Ghk>;

}  // namespace cell::engine
