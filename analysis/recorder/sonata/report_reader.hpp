// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/port_table.hpp"

namespace sonata {

/// The description of one population's report.
struct ReportInfo {
  std::string population;
  std::string unit;  ///< Empty where the file does not say.
  double start_ms = 0;
  double step_ms = 0;
  std::uint64_t samples = 0;
  std::vector<std::uint64_t> node_ids;
  std::vector<std::uint64_t> index_pointers;  ///< [nodes + 1], whatever the file had
  std::vector<std::uint32_t> element_ids;     ///< [columns]
  std::vector<float> element_pos;             ///< [columns]; 0.5 where the file does not say
  std::size_t columns() const { return element_ids.size(); }
};

/// A SONATA report, ours or others', complete or left behind by a crash.
class ReportReader {
 public:
  /// Throws Error where it is no such file.
  explicit ReportReader(const std::filesystem::path& path);

  const std::vector<ReportInfo>& reports() const { return reports_; }
  /// The report of that population, or Error naming those there are.
  const ReportInfo& report(const std::string& population) const;

  /// Samples [first, first + count) of all columns: [count × columns].
  std::vector<double> samples(const ReportInfo& report, std::uint64_t first,
                              std::uint64_t count) const;
  /// All samples of one column.
  std::vector<double> column(const ReportInfo& report, std::size_t column) const;

  /// Samples [first, first + count) of all populations, each in the order of the rows of table():
  /// [count × elements]. Error where another program wrote the file.
  std::vector<double> samples_by_row(std::uint64_t first, std::uint64_t count) const;

  /// The recorded port and its elements; Error where another program wrote the file.
  PortTable table() const;
  /// Start and step in ticks [ps] of a file of ours; from mapping/time for others'.
  std::int64_t start_tick() const;
  std::int64_t step_tick() const;

 private:
  std::vector<double> block(const ReportInfo& report, std::uint64_t row, std::uint64_t rows,
                            std::size_t column, std::size_t columns) const;
  std::int64_t tick(const char* attribute, double otherwise_ms) const;
  File file_;
  std::vector<ReportInfo> reports_;
};

}  // namespace sonata
