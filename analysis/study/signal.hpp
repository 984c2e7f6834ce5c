// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sonata/report_reader.hpp"

namespace study {

/// One recorded signal: elements in order of their numbers, or of the file's columns where another
/// program wrote it. Copies share the open file.
class Signal {
 public:
  explicit Signal(const std::filesystem::path& file);

  const std::string& name() const { return name_; }  ///< "probe.v_ext", or the file's name.
  const std::string& unit() const { return unit_; }
  const std::string& kind() const { return kind_; }  ///< "electrode", "segment", "neuron", …
  double start_ms() const { return start_ms_; }
  double step_ms() const { return step_ms_; }
  double sampling_hz() const { return 1e3 / step_ms_; }
  std::size_t samples() const { return samples_; }
  std::size_t elements() const { return places_.size(); }

  /// A name for people: "electrode 5", "pyramidal 3, section 12 (0.5)".
  std::string label(std::size_t element) const;
  /// All samples of one element.
  std::vector<double> values(std::size_t element) const;
  /// All elements at one sample.
  std::vector<double> at(std::size_t sample) const;
  /// The last sample at or before `time_ms`.
  std::size_t sample_at(double time_ms) const;

  /// The element table, where Tutti recorded it.
  const std::optional<sonata::PortTable>& table() const { return table_; }
  /// A column of it; throws tutti::Error{usage} that says what is missing.
  const std::vector<double>& reals(const char* column) const;
  const std::vector<std::int64_t>& integers(const char* column) const;

 private:
  struct Place {
    std::size_t report, column;
  };
  std::string name_, unit_, kind_;
  double start_ms_ = 0, step_ms_ = 1;
  std::size_t samples_ = 0;
  std::optional<sonata::PortTable> table_;
  std::vector<Place> places_;
  std::shared_ptr<const sonata::ReportReader> reader_;  // copies share one open file
};

}  // namespace study
