// SPDX-License-Identifier: MIT
#include <hdf5.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "messages.hpp"
#include "recording.hpp"
#include "sharing.hpp"
#include "tutti/module.hpp"

namespace {

using namespace recorder;

/// One port to record, as declared.
struct Source {
  Record record;
  std::uint64_t number = 0;  ///< Among all that are recorded.
  tutti::SpikeInput* spikes = nullptr;
  tutti::SignalInput* signal = nullptr;
  tutti::MessageInput* messages = nullptr;
  tutti::ElementTable elements = {};  ///< The selected ones.
};

std::vector<Source> declare(tutti::Module& module, const Records& records) {
  std::vector<Source> sources;
  for (const Record& record : records.entries) {
    Source source{record, sources.size()};
    if (record.kind == tutti::PortKind::spikes)
      source.spikes = &module.spike_input(record.input);
    else if (record.kind == tutti::PortKind::message)
      source.messages = &module.message_input(record.input);
    else
      source.signal =
          &module.signal_input(record.input, {.unit = record.unit, .take = tutti::Take::all});
    sources.push_back(std::move(source));
  }
  return sources;
}

/// Bytes that a port brings in a second of simulated time, as far as anybody can know: neurons are
/// taken to fire ten times, signals to come every millisecond where nothing thins them out.
double cost(const Source& source) {
  const auto elements = static_cast<double>(source.elements.ids.size());
  if (source.messages != nullptr) return 1e4;
  if (source.spikes != nullptr) return 160 * elements;
  const double every_ms = source.record.every ? tutti::to_ms(*source.record.every) : 1.0;
  return 4e3 * elements / every_ms;
}

/// Files are dealt to ranks, and each rank asks for what it writes: everything of a port comes
/// straight from the ranks that have it, to the one that writes it.
std::vector<Source> own_share(std::vector<Source> all, tutti::Ranks ranks) {
  std::vector<std::filesystem::path> files;
  std::vector<double> costs;
  std::vector<std::size_t> file_of;
  for (auto& source : all) {
    if (source.messages == nullptr)
      source.elements =
          selected(source.spikes != nullptr ? source.spikes->elements() : source.signal->elements(),
                   source.record.selection, source.record.port);
    const auto found = std::ranges::find(files, source.record.file);
    file_of.push_back(static_cast<std::size_t>(found - files.begin()));
    if (found == files.end()) files.push_back(source.record.file), costs.push_back(0);
    costs[file_of.back()] += cost(source);
  }
  const auto writers = share_files(costs, ranks.count);
  std::vector<Source> mine;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const bool ours = writers[file_of[k]] == ranks.rank;
    auto wanted = ours ? all[k].elements.ids : tutti::Elements{};
    if (all[k].spikes != nullptr)
      all[k].spikes->want(std::move(wanted));
    else if (all[k].signal != nullptr)
      all[k].signal->want(std::move(wanted));
    if (ours) mine.push_back(std::move(all[k]));
  }
  return mine;
}

/// Everything that one rank records.
class Recorder {
 public:
  Recorder(tutti::Module& module, const std::vector<Source>& sources, double flush_s)
      : module_{&module}, flush_interval_{flush_s} {
    std::vector<std::filesystem::path> files;
    std::vector<std::vector<SpikeRecording::Source>> in_file;
    for (const auto& source : sources) {
      const auto path = module.folder() / source.record.file;
      if (source.signal != nullptr) {
        signals_.push_back({source.signal,
                            SignalRecording{path, source.record, source.elements,
                                            module.stop().time_since_epoch()},
                            source.record.file, source.number});
        continue;
      }
      if (source.messages != nullptr) {
        messages_.push_back(
            {source.messages, {module.folder(), source.record}, source.record.file});
        continue;
      }
      const auto found = std::find(files.begin(), files.end(), path);
      const auto file = static_cast<std::size_t>(found - files.begin());
      if (found == files.end()) files.push_back(path), in_file.emplace_back();
      spikes_.push_back({source.spikes, file, in_file[file].size()});
      in_file[file].push_back({source.record, source.elements});
    }
    for (std::size_t i = 0; i < files.size(); ++i) files_.emplace_back(files[i], in_file[i]);
    names_ = std::move(files);
  }

  void run() {
    try {
      while (const auto window = module_->next_window()) {
        take(*window);
        reached_ = window->end;
        flush_when_due();
      }
    } catch (...) {
      save();
      throw;
    }
    for (auto& file : files_) file.close(reached_);
    for (auto& signal : signals_) signal.recording.close();
    for (auto& messages : messages_) messages.recording.flush();
  }

  /// What is recorded lies in files: a run that is resumed copies it from those of the run that was
  /// cut. Where these are gone, it records from there on.
  void visit(tutti::State& state) {
    if (state.saving()) flush();
    for (auto& signal : signals_)
      state.entry("signals", signal.number,
                  [&](tutti::Fields& fields) { signal.recording.visit(fields); });
    if (state.saving()) return;
    reached_ = module_->begin();
    const auto earlier = module_->resumed_from();
    for (std::size_t k = 0; k < files_.size(); ++k)
      if (const auto file = earlier / names_[k].filename(); there(file))
        files_[k].continue_from(file, reached_);
    for (auto& signal : signals_)
      if (const auto file = earlier / signal.file; there(file))
        signal.recording.continue_from(file);
      else
        signal.recording.begin_anew();
    for (auto& messages : messages_)
      if (const auto file = earlier / messages.file; there(file))
        messages.recording.continue_from(file, reached_);
  }

 private:
  static bool there(const std::filesystem::path& earlier) {
    if (std::filesystem::exists(earlier)) return true;
    fmt::print(stderr, "{} is gone: what it held before the cut is not in the new one\n",
               earlier.string());
    return false;
  }

  struct Spikes {
    tutti::SpikeInput* input;
    std::size_t file;   ///< Index of its recording ...
    std::size_t index;  ///< ... and of the source in that.
  };
  struct Signal {
    tutti::SignalInput* input;
    SignalRecording recording;
    std::filesystem::path file;  ///< In a run folder.
    std::uint64_t number;
  };

  struct Messages {
    tutti::MessageInput* input;
    MessageRecording recording;
    std::filesystem::path file;
  };

  void take(const tutti::Window& window) {
    for (auto& signal : signals_)
      for (const tutti::Sample& sample : signal.input->all())
        signal.recording.append(sample.arrival, sample.values);
    if (window.empty()) return;
    for (auto& messages : messages_) messages.recording.append(messages.input->take());
    for (const auto& spikes : spikes_)
      files_[spikes.file].append(spikes.index, spikes.input->take());
  }

  void flush_when_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - flushed_ < flush_interval_) return;
    flushed_ = now;
    flush();
    std::uint64_t spikes = 0;
    std::uint64_t samples = 0;
    for (const auto& file : files_) spikes += file.count();
    for (const auto& signal : signals_) samples += signal.recording.count();
    std::uint64_t letters = 0;
    for (const auto& messages : messages_) letters += messages.recording.count();
    module_->say(fmt::format("recorded {} spikes, {} samples{}", spikes, samples,
                             letters > 0 ? fmt::format(", {} messages", letters) : ""));
  }

  void flush() {
    for (auto& file : files_) file.flush(reached_);
    for (auto& signal : signals_) signal.recording.flush();
    for (auto& messages : messages_) messages.recording.flush();
  }

  /// The run failed: what there is goes to the files, which then say that they were interrupted.
  void save() noexcept {
    try {
      flush();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
  }

  tutti::Module* module_;
  std::chrono::duration<double> flush_interval_;
  tutti::Time reached_{};
  std::vector<std::filesystem::path> names_;  // of files_
  std::vector<SpikeRecording> files_;
  std::vector<Spikes> spikes_;
  std::vector<Signal> signals_;
  std::vector<Messages> messages_;
  std::chrono::steady_clock::time_point flushed_ = std::chrono::steady_clock::now();
};

void record(tutti::Module& module) {
  const Records records = read_records(module.model());
  auto sources = declare(module, records);
  module.summarise(fmt::format("{} ports", records.entries.size()));
  std::optional<Recorder> recorder;
  module.keep([&](tutti::State& state) { recorder->visit(state); });
  const auto mine = own_share(std::move(sources), module.ranks());
  recorder.emplace(module, mine, records.flush_s);
  recorder->run();
}

}  // namespace

int main(int argc, char** argv) {
  H5dont_atexit();  // files are closed here; after a full disk HDF5 would crash doing it again
  return tutti::run(argc, argv, recorder::records_schema(), record);
}
