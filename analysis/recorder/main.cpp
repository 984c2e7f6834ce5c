// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "recording.hpp"
#include "tutti/module.hpp"

namespace {

using namespace recorder;

/// How often everything goes to where a crash cannot reach it: what a kill -9 loses at most.
constexpr std::chrono::seconds flush_interval{1};

struct SpikeSource {
  tutti::SpikeInput* input;
  std::size_t file;   ///< Index of its recording ...
  std::size_t index;  ///< ... and of the source in that.
};

struct SignalSource {
  tutti::SignalInput* input;
  SignalRecording recording;
};

/// The inputs as declared, one per record.
struct Inputs {
  std::vector<std::pair<Record, tutti::SpikeInput*>> spikes;
  std::vector<std::pair<Record, tutti::SignalInput*>> signals;
};

Inputs declare(tutti::Module& module, const Records& records) {
  Inputs inputs;
  for (const Record& record : records.entries) {
    if (record.kind == tutti::PortKind::spikes)
      inputs.spikes.emplace_back(record, &module.spike_input(record.input));
    else
      inputs.signals.emplace_back(
          record,
          &module.signal_input(record.input, {.unit = record.unit, .take = tutti::Take::all}));
  }
  return inputs;
}

/// Everything that one rank records.
class Recorder {
 public:
  Recorder(tutti::Module& module, const Inputs& inputs, int compression) : module_{&module} {
    std::vector<std::filesystem::path> files;
    std::vector<std::vector<SpikeRecording::Source>> sources;
    for (const auto& [record, input] : inputs.spikes) {
      const auto found = std::find(files.begin(), files.end(), record.file);
      const auto file = static_cast<std::size_t>(found - files.begin());
      if (found == files.end()) {
        files.push_back(record.file);
        sources.emplace_back();
      }
      spikes_.push_back({input, file, sources[file].size()});
      sources[file].push_back({record, input->elements()});
    }
    for (std::size_t i = 0; i < files.size(); ++i)
      files_.emplace_back(module.folder() / files[i], sources[i], compression);
    for (const auto& [record, input] : inputs.signals)
      signals_.push_back(
          {input, SignalRecording{module.folder() / record.file, record, input->elements(),
                                  module.stop().time_since_epoch(), compression}});
  }

  void run() {
    tutti::Time reached{};
    try {
      while (const auto window = module_->next_window()) {
        take(*window);
        reached = window->end;
        flush_when_due(reached);
      }
    } catch (...) {
      save(reached);
      throw;
    }
    for (auto& file : files_) file.close(reached);
    for (auto& signal : signals_) signal.recording.close();
  }

 private:
  void take(const tutti::Window& window) {
    for (auto& signal : signals_)
      for (const tutti::Sample& sample : signal.input->all())
        signal.recording.append(sample.arrival, sample.values);
    if (window.empty()) return;
    for (const auto& spikes : spikes_)
      files_[spikes.file].append(spikes.index, spikes.input->take());
  }

  void flush_when_due(tutti::Time reached) {
    const auto now = std::chrono::steady_clock::now();
    if (now - flushed_ < flush_interval) return;
    flushed_ = now;
    flush(reached);
    std::uint64_t spikes = 0;
    std::uint64_t samples = 0;
    for (const auto& file : files_) spikes += file.count();
    for (const auto& signal : signals_) samples += signal.recording.count();
    module_->say(fmt::format("{} spikes, {} samples", spikes, samples));
  }

  void flush(tutti::Time reached) {
    for (auto& file : files_) file.flush(reached);
    for (auto& signal : signals_) signal.recording.flush();
  }

  /// The run failed: what there is goes to the files, which then say that they were interrupted.
  void save(tutti::Time reached) noexcept {
    try {
      flush(reached);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
  }

  tutti::Module* module_;
  std::vector<SpikeRecording> files_;
  std::vector<SpikeSource> spikes_;
  std::vector<SignalSource> signals_;
  std::chrono::steady_clock::time_point flushed_ = std::chrono::steady_clock::now();
};

void record(tutti::Module& module) {
  const Records records = read_records(module.model());
  const Inputs inputs = declare(module, records);
  module.summarise(fmt::format("{} ports", records.entries.size()));
  if (module.ranks().rank == 0) {
    Recorder{module, inputs, records.compression}.run();
    return;
  }
  for (const auto& [entry, input] : inputs.spikes) input->want({});  // the first rank writes all
  for (const auto& [entry, input] : inputs.signals) input->want({});
  while (const auto window = module.next_window()) {
    for (const auto& [entry, input] : inputs.signals) input->all();
    if (!window->empty())
      for (const auto& [entry, input] : inputs.spikes) input->take();
  }
}

}  // namespace

int main(int argc, char** argv) {
  return tutti::run(argc, argv, recorder::records_schema(), record);
}
