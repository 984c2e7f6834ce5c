// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "sonata/port_table.hpp"

namespace sonata {

/// A signal port to record.
struct ReportPort {
  PortTable table;
  std::string unit;             ///< Of the values, "mV".
  std::int64_t start_tick = 0;  ///< When the first sample is, in ps.
  std::int64_t step_tick = 1;   ///< From one sample to the next, in ps.
  bool exact = false;           ///< Keep float64 instead of float32, for replay and diff.
};

/// Writes `PORT.h5`: `/report/POPULATION/{data, mapping}` for every population of the port, the
/// groups that are described in README.md, and for electrodes the extracellular potential as
/// Allen's tools read it (`/data`, `/channel_id`, `/time`).
class ReportWriter {
 public:
  /// `compression`: 0 none, 1 to 9 gzip. Throws Error where the file exists or cannot be made.
  ReportWriter(const std::filesystem::path& path, const ReportPort& port, int compression = 0);
  /// Where close() was not reached, writes what it can; the file then counts as interrupted.
  ~ReportWriter();
  ReportWriter(const ReportWriter&) = delete;
  ReportWriter& operator=(const ReportWriter&) = delete;

  /// Adds the next sample: one value per row of the table, in its order.
  void append(std::span<const double> sample);

  /// Brings everything to where a crash cannot reach it.
  void flush();

  /// Writes the rest and the final time axis, and closes.
  void close();

  /// Samples so far.
  std::uint64_t count() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sonata
