// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "port_tables.hpp"
#include "records.hpp"
#include "sonata/report_writer.hpp"
#include "sonata/spike_writer.hpp"
#include "tutti/element_table.hpp"
#include "tutti/spikes.hpp"
#include "tutti/state.hpp"

namespace recorder {

/// All spike ports that go to one file. Errors of the file come as Error{io}.
class SpikeRecording {
 public:
  struct Source {
    Record record;
    tutti::ElementTable elements;
  };
  /// Compressed as strongly as the strongest of the records asks for.
  SpikeRecording(const std::filesystem::path& path, const std::vector<Source>& sources);
  /// Spikes of the source of that index, as its input gave them.
  void append(std::size_t source, const tutti::Spikes& spikes);
  /// Before anything else: takes over what an earlier run recorded there up to `until`.
  void continue_from(const std::filesystem::path& earlier, tutti::Time until);
  /// Everything up to `until` is safe from here on.
  void flush(tutti::Time until);
  void close(tutti::Time until);
  std::uint64_t count() const { return writer_->count(); }

 private:
  std::unique_ptr<sonata::SpikeWriter> writer_;
  std::vector<sonata::Spike> buffer_;
};

/// One signal port. The file is made when the second sample tells the step. Errors of the file come
/// as Error{io}.
class SignalRecording {
 public:
  /// `stop` is the run's: the step where only one sample ever comes.
  SignalRecording(const std::filesystem::path& path, Record record,
                  const tutti::ElementTable& elements, tutti::Duration stop);
  /// The next sample of the source. Throws Error{protocol} where samples are not equally spaced.
  void append(tutti::Time time, std::span<const double> values);
  /// For checkpoints: how far it has come.
  void visit(tutti::Fields& fields);
  /// After visit() in a run that is resumed: takes over so many samples of an earlier recording.
  void continue_from(const std::filesystem::path& earlier);
  /// After visit(), where that recording is gone: the next sample is the first.
  void begin_anew() { count_ = 0; }
  void flush();
  void close();
  /// Samples that were kept.
  std::uint64_t count() const { return count_; }

 private:
  void start(tutti::Duration step);
  std::filesystem::path path_;
  Record record_;
  sonata::PortTable table_;
  tutti::Duration stop_;
  std::unique_ptr<sonata::ReportWriter> writer_;
  tutti::Time first_time_{};
  std::vector<double> first_sample_;
  tutti::Duration step_{};
  std::uint64_t count_ = 0;
};

}  // namespace recorder
