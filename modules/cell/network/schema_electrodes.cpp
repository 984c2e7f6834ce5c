// SPDX-License-Identifier: MIT
// What puts current into single cells.
#include "network/schema.hpp"

namespace cell {

using namespace tutti::config;

namespace {

Field population() { return word("population", "of the cells").needed(); }
Field cells() { return list("cells", integer(""), "node numbers; all where not said"); }
Field delay() { return quantity("delay", "ms", "from the start").at_least(0).by_default("0 ms"); }
Field duration() { return quantity("duration", "ms", "length").above(0).needed(); }

Table level() {
  return {"level",
          "A voltage and how long it is held.",
          {quantity("voltage", "mV", "that is held").needed(), duration()}};
}

}  // namespace

Table clamp_table() {
  return {"clamp",
          "A current into somata.",
          {population(), cells(), delay(), duration(),
           quantity("amplitude", "nA", "inward positive").needed(),
           word("name", "by which `controls` find it")}};
}

Table voltage_clamp_table() {
  return {"voltage clamp",
          "Holds somata at one voltage after the other, from 0 ms on, and lets go.",
          {population(), cells(),
           quantity("resistance", "MOhm", "in series").above(0).by_default("0.1 MOhm"),
           list("levels", table("", level()), "in order").needed()}};
}

Table gap_table() {
  return {"gap junction",
          "Gap junctions between somata; either a probability or a list.",
          {list("between", word(""), "two populations, or one twice").needed(),
           real("probability", "of each pair").between(0, 1),
           list("list", list("", integer("")), "[node of the first, node of the second], ..."),
           quantity("conductance", "uS", "of each junction").above(0).needed()}};
}

}  // namespace cell
