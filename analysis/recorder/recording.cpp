// SPDX-License-Identifier: MIT
#include "recording.hpp"

#include <algorithm>

#include "sonata/report_reader.hpp"

#include "tutti/error.hpp"

namespace recorder {

using tutti::Error;
using tutti::Fault;

namespace {

/// Runs `write`, and turns what the file library says into an Error of this run.
template <typename Write>
auto writing(Write write) {
  try {
    return write();
  } catch (const sonata::Error& error) {
    throw Error{Fault::io, "{}", error.what()};
  }
}

}  // namespace

SpikeRecording::SpikeRecording(const std::filesystem::path& path,
                               const std::vector<Source>& sources) {
  std::vector<sonata::SpikePort> ports;
  int compression = 0;
  for (const Source& source : sources) {
    ports.push_back({port_table(source.record.port, source.elements), source.record.exact});
    compression = std::max(compression, source.record.compression);
  }
  writer_ =
      writing([&] { return std::make_unique<sonata::SpikeWriter>(path, ports, compression); });
}

void SpikeRecording::append(std::size_t source, const tutti::Spikes& spikes) {
  if (spikes.empty()) return;
  buffer_.clear();
  for (const tutti::Spike& spike : spikes)
    buffer_.push_back({tutti::ticks(spike.time), spike.element, spike.weight});
  writing([&] { writer_->append(source, buffer_); });
}

void SpikeRecording::continue_from(const std::filesystem::path& earlier, tutti::Time until) {
  writing([&] { writer_->continue_from(earlier, tutti::ticks(until)); });
}

void SpikeRecording::flush(tutti::Time until) {
  writing([&] { writer_->flush(tutti::ticks(until)); });
}

void SpikeRecording::close(tutti::Time until) {
  writing([&] { writer_->close(tutti::ticks(until)); });
}

SignalRecording::SignalRecording(const std::filesystem::path& path, Record record,
                                 const tutti::ElementTable& elements, tutti::Duration stop)
    : path_{path},
      record_{std::move(record)},
      table_{port_table(record_.port, elements)},
      stop_{stop} {}

void SignalRecording::start(tutti::Duration step) {
  step_ = step;
  const sonata::ReportPort port{table_, record_.unit, tutti::ticks(first_time_), tutti::ticks(step),
                                record_.exact};
  writing([&] {
    writer_ = std::make_unique<sonata::ReportWriter>(path_, port, record_.compression);
    if (count_ > 0) writer_->append(first_sample_);
  });
}

void SignalRecording::append(tutti::Time time, std::span<const double> values) {
  if (record_.every && time.time_since_epoch() % *record_.every != tutti::Duration::zero()) return;
  if (count_ == 0) {
    first_time_ = time;
    first_sample_.assign(values.begin(), values.end());
  } else {
    if (count_ == 1) start(time - first_time_);
    const tutti::Time expected = first_time_ + static_cast<std::int64_t>(count_) * step_;
    if (time != expected)
      throw Error{Fault::protocol,
                  "{}: sample {} is of {}, needed {}: samples must be equally spaced",
                  record_.port,
                  count_,
                  time,
                  expected};
    writing([&] { writer_->append(values); });
  }
  ++count_;
}

void SignalRecording::visit(tutti::Fields& fields) {
  fields(first_time_), fields(step_), fields(count_), fields(first_sample_);
}

void SignalRecording::continue_from(const std::filesystem::path& earlier) {
  if (count_ < 2) return;  // the file is made with the second sample
  const auto samples = count_;
  count_ = 0;
  start(step_);
  writing([&] {
    const sonata::ReportReader reader{earlier};
    const std::size_t width = table_.ids.size();
    const std::uint64_t block = std::max<std::uint64_t>(1, (std::uint64_t{1} << 20) / (width + 1));
    for (std::uint64_t first = 0; first < samples; first += block) {
      const auto rows = std::min(block, samples - first);
      const auto values = reader.samples_by_row(first, rows);
      for (std::uint64_t row = 0; row < rows; ++row)
        writer_->append(std::span{values}.subspan(row * width, width));
    }
  });
  count_ = samples;
}

void SignalRecording::flush() {
  if (writer_) writing([&] { writer_->flush(); });
}

void SignalRecording::close() {
  if (!writer_) start(record_.every.value_or(std::max(stop_, tutti::Duration{1})));
  writing([&] { writer_->close(); });
}

}  // namespace recorder
