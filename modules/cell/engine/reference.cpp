// SPDX-License-Identifier: MIT
#include "engine/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/population.hpp"

namespace cell::engine {
namespace {

constexpr const char* head = R"(# Mechanisms

What a `membrane:` may contain. This page is made from the mechanisms themselves: `tutti-cell --mechanisms`.
[Adding one](../guide/mechanisms.md) takes one file.

v is in mV, time in ms, cai in mM, T is `celsius`. Currents are densities times the segment's area, outward positive.

- `L(x, k) = x/(exp(x/k) - 1)`, which is k where x is 0
- `S(v, h, k) = 1/(1 + exp(-(v - h)/k))`, which rises with v for k > 0
- A gate x obeys `x' = (inf - x)/tau`. Where rates a and b are given, `inf = a/(a + b)` and `tau = 1/(a + b)/q`.
- `q(r) = 2.3^((T - r)/10)`; where the temperature says none, q is 1. Steady states do not depend on it.

A gate takes one step of its exact exponential at the new voltage, and starts at inf(v_init). `ena`, `ek` and `eca` belong
to the cell: `ena` and `ek` are keys of the cell or of a region until a port brings a concentration, `eca` follows from `cai`
and `cao` by Nernst.
)";

}  // namespace

std::string mechanism_reference() {
  std::vector<MechanismInfo> all{mechanisms().begin(), mechanisms().end()};
  std::ranges::sort(all, {}, &MechanismInfo::name);
  std::string text = head;
  for (const auto& m : all) {
    text += fmt::format("\n## {}\n\n{}. {}.\n\n", m.name, m.doc, m.source);
    text += "| parameter | unit | default | |\n|---|---|---|---|\n";
    for (const auto& p : m.parameters)
      text += fmt::format("| `{}` | {} | {:g} | {} |\n", p.name, p.unit, p.fallback, p.doc);
    text += "\n```\n";
    for (const auto& e : m.equations) text += e + "\n";
    text += "```\n\nTemperature: " + m.temperature + ".";
    std::string states;
    for (const auto& s : m.states) states += (states.empty() ? "" : ", ") + s;
    if (!states.empty()) text += " States: " + states + ".";
    text += "\n";
  }
  return text;
}

}  // namespace cell::engine
