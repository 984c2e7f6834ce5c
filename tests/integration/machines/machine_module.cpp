// SPDX-License-Identifier: MIT
// A fake module of the contract (tests/contract/machine.hpp) as a real member of a run, on any
// number of ranks: every rank takes everything and follows the whole recipe, and sends what is of
// its own elements. What it saw goes to FOLDER/seen/NAME.RANK.json.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "case.hpp"
#include "machine.hpp"
#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;
using contract::json;

const config::Table& schema() {
  static const config::Table table{
      "machine",
      "A fake module of the contract.",
      {config::text("spec", "as in a case of the contract").needed(),
       config::integer("deal", "which rank has which element").by_default("0")}};
  return table;
}

/// The elements of this rank, as the deal has it.
Elements dealt(const contract::ModuleSpec& spec, std::int64_t deal, Ranks ranks) {
  std::vector<std::uint64_t> mine;
  for (std::int64_t k = 0; k < spec.count; ++k)
    if ((k * 7 + deal * (k + 3)) % ranks.count == ranks.rank)
      mine.push_back(static_cast<std::uint64_t>(spec.first + k));
  return Elements::of(mine);
}

class Actor {
 public:
  Actor(Module& module, const contract::ModuleSpec& spec, std::int64_t deal)
      : module_{module}, spec_{spec}, machine_{spec}, mine_{dealt(spec, deal, module.ranks())} {
    const ElementTable table{"thing", mine_, {}, {}};
    module.keep(
        [this](State& state) { state.entry("machine", 0, [this](Fields& f) { visit(f); }); });
    spikes_ = &module.spike_output("spikes", {.element = "thing"});
    x_ = &module.signal_output("x", {.unit = "mV", .element = "thing"});
    y_ = &module.signal_output("y", {.unit = "mV", .element = "thing", .direct = true});
    notes_ = &module.message_output("m", {});
    spikes_->offer(table), x_->offer(table), y_->offer(table);
    drive_ = &module.spike_input("in", {.optional = true});
    letters_ = &module.message_input("notes", {.optional = true});
    for (const char* unit : {"mV", "V"}) {
      const auto input = [&](const char* name, Take take) {
        return &module.signal_input(fmt::format("{}_{}", name, unit),
                                    {.unit = unit, .take = take, .optional = true});
      };
      signals_.push_back(input("latest", Take::latest));
      signals_.push_back(input("linear", Take::linear));
      traces_.push_back(input("all", Take::all));
    }
  }

  void run() {
    while (const auto window = module_.next_window()) {
      const auto t = ticks(window->begin);
      put(*x_, window->begin, machine_.sample(t));
      const auto readings = read(window->begin);
      put(*y_, window->begin, machine_.direct(readings.signals));
      if (!window->empty()) advance(*window, readings);
    }
    const auto path =
        module_.folder() / "seen" / fmt::format("{}.{}.json", module_.name(), module_.ranks().rank);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << seen_.dump() << "\n";
  }

 private:
  /// Every rank knows the same.
  void visit(Fields& fields) {
    machine_.visit(fields);
    auto seen = seen_.dump();
    fields(seen);
    if (!fields.saving()) seen_ = json::parse(seen);
  }

  void put(SignalOutput& output, Time t, const std::vector<double>& whole) {
    own_.clear();
    mine_.for_each([&](std::uint64_t e) {
      own_.push_back(whole[static_cast<std::size_t>(e) - static_cast<std::size_t>(spec_.first)]);
    });
    output.put(t, own_);
  }

  contract::Readings read(Time t) {
    contract::Readings readings;
    std::vector<std::pair<std::int64_t, double>> parts;
    for (auto* input : signals_) {
      if (!input->connected()) continue;
      const auto values = input->at(t);
      std::size_t k = 0;
      input->wanted().for_each(
          [&](std::uint64_t e) { parts.emplace_back(static_cast<std::int64_t>(e), values[k++]); });
    }
    std::ranges::sort(parts);
    for (const auto& [element, value] : parts) readings.signals.push_back(value);
    for (auto* input : traces_) {
      if (!input->connected()) continue;
      for (const auto& sample : input->all()) {
        std::size_t k = 0;
        sample.elements->for_each([&](std::uint64_t e) {
          readings.trace.push_back(
              {ticks(sample.arrival), static_cast<std::int64_t>(e), sample.values[k++]});
        });
      }
    }
    std::ranges::sort(readings.trace, {}, [](const contract::TakenSample& s) {
      return std::tuple{s.arrival, s.element, s.value};
    });
    if (!parts.empty()) {
      json row = json::array({ticks(t)});
      for (const double value : readings.signals) row.push_back(value);
      seen_["u"].push_back(row);
    }
    for (const auto& s : readings.trace)
      seen_["w"].push_back({ticks(t), s.arrival, s.element, s.value});
    return readings;
  }

  void advance(Window window, const contract::Readings& readings) {
    std::vector<contract::TakenSpike> taken;
    for (const auto& spike : drive_->take()) {
      taken.push_back({ticks(spike.time), static_cast<std::int64_t>(spike.element), {}, 0});
      seen_["in"].push_back({ticks(window.begin), taken.back().arrival, taken.back().element});
    }
    for (const auto& letter : letters_->take()) {
      const std::string text(reinterpret_cast<const char*>(letter.bytes.data()),
                             letter.bytes.size());
      seen_["m"].push_back({ticks(window.begin), ticks(letter.arrival), letter.from, text});
    }
    const auto sent = machine_.advance(ticks(window.begin), taken, readings);
    for (const auto& spike : sent.spikes)
      if (mine_.contains(static_cast<std::uint64_t>(spike.element)))
        spikes_->send(static_cast<std::uint64_t>(spike.element), time_of(spike.t));
    if (module_.ranks().rank == 0)
      for (const auto& note : sent.notes)
        notes_->send(time_of(note.t), "text/plain", std::as_bytes(std::span{note.text}));
  }

  Module& module_;
  contract::ModuleSpec spec_;
  contract::Machine machine_;
  Elements mine_;
  SpikeOutput* spikes_ = nullptr;
  SignalOutput *x_ = nullptr, *y_ = nullptr;
  MessageOutput* notes_ = nullptr;
  SpikeInput* drive_ = nullptr;
  MessageInput* letters_ = nullptr;
  std::vector<SignalInput*> signals_, traces_;
  std::vector<double> own_;
  json seen_ = json::object();
};

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, schema(), [](Module& module) {
    config::Problems problems;
    const config::View view{module.model(), schema(), problems};
    const json around{{"name", ""},
                      {"stop", 0},
                      {"modules", json::array({json::parse(view.text("spec"))})},
                      {"connections", json::array()}};
    Actor{module, contract::read_case(around).modules[0], view.integer("deal")}.run();
  });
}
