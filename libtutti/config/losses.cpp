// SPDX-License-Identifier: MIT
#include "tutti/config/losses.hpp"

#include <algorithm>

#include "tutti/control/loss.hpp"

namespace tutti::config {
namespace {

/// The connections as far as they matter here; ports need not be known.
std::vector<control::Connection> ties(const RunSpec& run) {
  const auto number = [&](const std::string& module) {
    return static_cast<std::uint32_t>(run.find(module) - run.modules.data());
  };
  std::vector<control::Connection> all;
  for (const auto& c : run.connections) {
    auto& tie = all.emplace_back();
    tie.id = static_cast<std::uint32_t>(all.size() - 1);
    tie.from_number = number(c.from.module), tie.to_number = number(c.to.module);
    tie.on_loss = c.on_loss;
  }
  return all;
}

std::string_view word(OnLoss policy) {
  constexpr std::string_view words[] = {"stop", "hold", "silence", "replay", "wait", "gap"};
  return words[static_cast<std::size_t>(policy)];
}

std::string arrow(const ConnectionSpec& c) { return to_string(c.from) + " → " + to_string(c.to); }

/// The connections that decide about a module have one mind, and the module is in a job that can
/// die alone.
void check_module(const RunSpec& run, std::uint32_t module,
                  std::span<const control::Connection> connections, Problems& problems) {
  const auto& spec = run.modules[module];
  const ConnectionSpec *survives = nullptr, *stops = nullptr;
  for (const auto& c : control::deciding(connections, module)) {
    const auto& said = run.connections[c.id];
    (said.on_loss == OnLoss::stop ? stops : survives) = &said;
  }
  const bool speaks = survives != nullptr && survives->from.module == spec.name;
  if (survives == nullptr || (!speaks && !spec.own_job)) return;
  if (stops != nullptr)
    return problems.warning(survives->place,
                            "{}: on_loss: {}, but {} says stop: the run ends when {} is lost; say "
                            "it on every connection from {}",
                            arrow(*survives), word(survives->on_loss), arrow(*stops), spec.name,
                            spec.name);
  const auto what = control::loss_of(connections, module);
  if (what == OnLoss::wait) {
    if (!run.checkpoint.on())
      problems.warning(survives->place,
                       "{}: on_loss: wait goes back to the last checkpoint, and the run makes none "
                       "by itself; say `run: {{checkpoint: {{wall: 10 min}}}}`",
                       arrow(*survives));
  } else if (!spec.own_job) {
    problems.error(
        survives->place,
        "{}: on_loss: {}, but {} runs in one MPI job with others, which dies as a whole; "
        "say `modules: {{{}: {{job: own}}}}`",
        arrow(*survives), word(survives->on_loss), spec.name, spec.name);
  }
}

}  // namespace

OnLoss loss_of(const RunSpec& run, std::uint32_t module) {
  return control::loss_of(ties(run), module);
}

void check_losses(const RunSpec& run, Problems& problems) {
  for (const auto& c : run.connections) {
    if (c.on_loss == OnLoss::replay && c.recording.empty())
      problems.error(c.place,
                     "{}: on_loss: replay needs `recording:`, the folder of a run that recorded {} "
                     "with `exact: true`",
                     arrow(c), to_string(c.from));
    if (c.on_loss != OnLoss::replay && !c.recording.empty())
      problems.error(c.place, "{}: recording: is for `on_loss: replay`", arrow(c));
    if (c.stands_in && *c.stands_in >= run.connections.size())
      problems.error(c.place, "{}: stands_in: {}: the run has {} connections, counted from 0",
                     arrow(c), *c.stands_in, run.connections.size());
  }
  const auto connections = ties(run);
  for (std::uint32_t m = 0; m < run.modules.size(); ++m)
    check_module(run, m, connections, problems);
}

}  // namespace tutti::config
