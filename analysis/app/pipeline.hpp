// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "look_back.hpp"
#include "stages.hpp"
#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace analysis {

/// The keys `inputs:` and `pipeline:` of the model.
tutti::config::Field inputs_field();
tutti::config::Field pipeline_field();

/// The stages that a model declares, each with a port of its name: what they find is there for
/// others while the run goes on, and in MODULE.NAME.csv after it.
class Pipeline {
 public:
  /// Declares the ports. Adds to the view's problems what is wrong with the stages.
  Pipeline(tutti::Module& module, const tutti::config::View& model);

  bool empty() const { return stages_.empty(); }
  std::size_t size() const { return stages_.size(); }
  /// Tables of all stages, and what their ports offer. Waits for the sources of the inputs.
  void prepare();
  /// One window: samples out, then in, and all stages once.
  void work(const tutti::Window& window);
  /// What the stages go on from and what they have found, for checkpoints.
  void visit(tutti::State& state);
  /// What the stages say, one after the other.
  std::string line() const;
  /// MODULE.NAME.csv in the run folder for every stage: time, a column per element, and how many
  /// independent values stand behind each.
  void write(const std::filesystem::path& folder, const std::string& module) const;

 private:
  struct Entry {
    std::string name;
    std::unique_ptr<Stage> stage;
    tutti::SignalOutput* output = nullptr;  // none of inputs and triggers
    std::vector<Flow::Sample> kept;
  };
  struct SpikePort {
    tutti::SpikeInput* input = nullptr;
    Events events;
  };

  void add_input(tutti::Module& module, const std::string& name, const tutti::config::View& view);
  void add_stage(tutti::Module& module, const std::string& name, const tutti::config::View& view);
  std::unique_ptr<Stage> make(tutti::Module& module, const std::string& name,
                              const tutti::config::View& view);
  std::unique_ptr<Stage> make_rate(const tutti::config::View& view);
  std::unique_ptr<Stage> make_look(const tutti::config::View& view);
  /// What `of` names; nullptr, and a problem, where it is nothing.
  const Flow* source(const tutti::config::View& view) const;
  /// What a key names: spikes too where `spikes` are welcome.
  Operand operand(const tutti::config::View& view, const char* key, bool spikes) const;
  const Flow* find(const std::string& name) const;
  void no_such(const tutti::config::View& view, const char* key, const std::string& name,
               bool spikes) const;

  std::map<std::string, SpikePort> spikes_;
  std::vector<Entry> inputs_, stages_;
};

}  // namespace analysis
