// SPDX-License-Identifier: MIT
#include "point/reference.hpp"

#include <fmt/format.h>

#include "point/model.hpp"

namespace cell::point {
namespace {

constexpr const char* head = R"(# Point neurons and sources

What `model:` of a kind of cell may be, as `tutti-cell --point-neurons` prints it. Names, units and defaults are PyNN's, where PyNN has
the kind, and NEURON's of `IntFire1`, `IntFire2`, `IntFire4` and `NetStim`. Every value is written with its unit, but plain numbers. States can be set
at the start: `initial: {v: -60 mV}`. [Networks](../guide/networks.md) says how to use them.
)";

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& n : names) all += (all.empty() ? "`" : ", `") + n + "`";
  return all;
}

std::string with_unit(const Parameter& p) {
  if (p.list) return p.unit == "1" ? "a list" : fmt::format("a list, in {}", p.unit);
  return fmt::format("{:g}{}{}", p.value, p.unit == "1" ? "" : " " + p.unit,
                     p.in_time ? ", or a formula of `t`" : "");
}

std::string unit_of_weights(const Model& m) {
  if (m.name == "LIF" || m.name == "AdExp") return "in uS, of `curr_exp` in nA";
  return m.weight_unit == "1" ? "plain numbers" : "in " + m.weight_unit;
}

}  // namespace

std::string model_reference() {
  std::string text = head;
  for (const auto& m : models()) {
    auto doc = m.doc;
    if (doc[0] >= 'a' && doc[0] <= 'z') doc[0] = static_cast<char>(doc[0] - 'a' + 'A');
    text += fmt::format("\n## {}\n\n{}.", m.name, doc);
    if (!m.is_source()) text += fmt::format(" Weights are {}.", unit_of_weights(m));
    if (m.receptors.size() > 1) text += " Receptors: " + listed(m.receptors) + ".";
    if (m.drive == Drive::events)
      text += " Event-driven: times are exact, and it starts from 0.";
    else if (!m.is_source())
      text += " States: " + listed(m.states) + ".";
    text += "\n\n| parameter | default |\n|---|---|\n";
    for (const auto& p : m.parameters) text += fmt::format("| `{}` | {} |\n", p.name, with_unit(p));
  }
  return text;
}

}  // namespace cell::point
