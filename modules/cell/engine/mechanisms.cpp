// SPDX-License-Identifier: MIT
#include <array>

#include "engine/kernel.hpp"

namespace cell::engine {
namespace {

using Info = MechanismInfo;
using Parameter = MechanismInfo::Parameter;

Info channel(std::string name, double gbar, std::string doc, std::string source) {
  return {std::move(name),
          std::move(doc),
          std::move(source),
          {Parameter{"gbar", "S/cm2", gbar, "maximal conductance"}}};
}

}  // namespace

std::span<const MechanismInfo> mechanisms() {
  static const std::array<Info, 10> all{
      Info{"pas",
           "i = g (v - e)",
           "",
           {{"g", "S/cm2", 1e-3, "conductance"}, {"e", "mV", -70, "reversal potential"}}},
      Info{"hh",
           "sodium m³h, potassium n⁴ and a leak; ena and ek are the cell's",
           "Hodgkin & Huxley 1952, J Physiol 117:500",
           {{"gnabar", "S/cm2", 0.12, "maximal sodium conductance"},
            {"gkbar", "S/cm2", 0.036, "maximal potassium conductance"},
            {"gl", "S/cm2", 0.0003, "leak conductance"},
            {"el", "mV", -54.3, "reversal potential of the leak"}}},
      channel("sk", 1e-4, "calcium-gated potassium: z, half at 0.43 uM", "Köhler et al. 1996"),
      channel("ca_hva", 1e-5, "high-voltage-activated calcium: m²h; ohmic in v - eca",
              "Reuveni et al. 1993"),
      channel("ca_lva", 1e-5, "low-voltage-activated calcium: m²h; ohmic in v - eca",
              "Avery & Johnston 1996; Randall & Tsien 1997"),
      channel("im", 1e-5, "M-type potassium: m", "Adams et al. 1982"),
      channel("ih", 1e-5, "hyperpolarisation-activated cations: m, E = -45 mV",
              "Kole, Hallermann & Stuart 2006"),
      channel("nats", 1e-5, "transient sodium: m³h", "Colbert & Pan 2002"),
      channel("kv3_1", 1e-5, "fast potassium: m", "Rettig et al. 1992; Hay et al. 2011"),
      channel("k_t", 1e-5, "transient potassium: m⁴h", "Korngreen & Sakmann 2000")};
  return all;
}

const Kernels& best_kernels() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return kernels_avx512;
  if (__builtin_cpu_supports("avx2")) return kernels_avx2;
  return kernels_baseline;
}

}  // namespace cell::engine
