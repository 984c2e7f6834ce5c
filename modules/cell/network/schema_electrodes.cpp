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
           quantity("amplitude", "nA", "inward positive").needed()}};
}

Table voltage_clamp_table() {
  return {"voltage clamp",
          "Holds somata at one voltage after the other, from 0 ms on, and lets go.",
          {population(), cells(),
           quantity("resistance", "MOhm", "in series").above(0).by_default("0.1 MOhm"),
           list("levels", table("", level()), "in order").needed()}};
}

Table noise_table() {
  return {"noise",
          "A noisy current into somata, of its own in each cell.",
          {population(), cells(), delay(), duration(),
           quantity("mean", "nA", "inward positive").by_default("0 nA"),
           quantity("sd", "nA", "standard deviation").at_least(0).needed(),
           quantity("tau", "ms", "correlation time; 0 ms draws anew at every step")
               .at_least(0)
               .by_default("0 ms")}};
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
