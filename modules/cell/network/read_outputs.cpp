// SPDX-License-Identifier: MIT
#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>

namespace cell {

using namespace tutti::config;

namespace {

constexpr std::array<std::pair<const char*, OutputModel::What>, 6> quantities{
    {{"v", OutputModel::What::v},
     {"i_membrane", OutputModel::What::i_membrane},
     {"i_ca", OutputModel::What::i_ca},
     {"i_na", OutputModel::What::i_na},
     {"i_k", OutputModel::What::i_k},
     {"ca_i", OutputModel::What::cai}}};

/// "v", "nats.m", "nats.i".
void read_variable(const View& view, OutputModel& o) {
  const auto name = view.text("variable");
  for (const auto& [word, what] : quantities)
    if (name == word) {
      o.what = what;
      return;
    }
  const auto dot = name.find('.');
  const auto all = engine::mechanisms();
  const auto found = std::ranges::find(all, name.substr(0, dot), &engine::MechanismInfo::name);
  std::vector<std::string> known;
  for (const auto& [word, what] : quantities) known.emplace_back(word);
  if (found == all.end()) {
    for (const auto& m : all) known.push_back(m.name + ".i");
    view.error(
        "variable",
        "there is no variable \"{}\"; there are v, i_membrane, i_ca, i_na, i_k, ca_i, and of each "
        "mechanism its current, as nats.i, and its states, as nats.m{}",
        name, did_you_mean(name, known));
    return;
  }
  o.mechanism = static_cast<int>(found - all.begin());
  const auto part = dot == std::string::npos ? std::string{} : name.substr(dot + 1);
  const auto state = std::ranges::find(found->states, part);
  if (part == "i") {
    o.what = OutputModel::What::current;
  } else if (state != found->states.end()) {
    o.what = OutputModel::What::state;
    o.state = static_cast<int>(state - found->states.begin());
  } else {
    std::string parts = found->name + ".i";
    for (const auto& s : found->states) parts += ", " + found->name + "." + s;
    view.error("variable", "{} has no \"{}\"; there are {}", found->name, part, parts);
  }
}

}  // namespace

Table output_schema() {
  std::vector<Field> fields{
      text("variable",
           "v, i_membrane, i_ca, i_na, i_k, ca_i, or of a mechanism its current or a state: "
           "nats.i, nats.m")
          .needed()};
  for (auto& field : choice_fields()) fields.push_back(std::move(field));
  return {"output", "A signal of some segments.", std::move(fields)};
}

void read_outputs(const View& view, Model& model) {
  for (const auto& [port, entry] : view.entries("outputs")) {
    OutputModel o;
    o.port = port;
    if (std::ranges::any_of(std::array{"v", "i_membrane", "i_ca", "i_na", "i_k", "spikes"},
                            [&port = port](const char* taken) { return port == taken; })) {
      entry.error("variable", "there is a port {} already; give this one another name", port);
      continue;
    }
    read_variable(entry, o);
    o.on = read_choice(entry, model);
    model.outputs.push_back(std::move(o));
  }
}

}  // namespace cell
