// SPDX-License-Identifier: MIT
#include "study/signal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sonata/record_file.hpp"
#include "sonata/report_layout.hpp"
#include "tutti/error.hpp"

namespace study {

using tutti::Error;
using tutti::Fault;

Signal::Signal(const std::filesystem::path& file)
    : name_{file.stem().string()}, reader_{std::make_shared<sonata::ReportReader>(file)} {
  const auto& reports = reader_->reports();
  if (reports.empty()) throw Error{Fault::usage, "{}: holds no report", file.string()};
  unit_ = reports.front().unit;
  start_ms_ = reports.front().start_ms;
  step_ms_ = reports.front().step_ms;
  samples_ = reports.front().samples;
  for (const auto& r : reports) samples_ = std::min<std::size_t>(samples_, r.samples);
  if (!(step_ms_ > 0) || samples_ == 0)
    throw Error{Fault::usage, "{}: holds no samples ({} of {} ms)", file.string(), samples_,
                step_ms_};
  try {
    table_ = reader_->table();
  } catch (const sonata::Error&) {  // others' files have no table: they are read all the same
  }
  if (table_) {
    name_ = table_->port;
    kind_ = table_->element_kind;
    start_ms_ = sonata::ms_of(reader_->start_tick());
    step_ms_ = sonata::ms_of(reader_->step_tick());
    places_.resize(table_->ids.size());
    for (const auto& layout : sonata::report_layouts(*table_)) {
      const auto which =
          std::ranges::find(reports, layout.population, &sonata::ReportInfo::population) -
          reports.begin();
      for (std::size_t c = 0; c < layout.rows.size(); ++c)
        places_[layout.rows[c]] = {static_cast<std::size_t>(which), c};
    }
  } else {
    kind_ = "element";
    for (std::size_t r = 0; r < reports.size(); ++r)
      for (std::size_t c = 0; c < reports[r].columns(); ++c) places_.push_back({r, c});
  }
}

std::string Signal::label(std::size_t element) const {
  const auto [which, column] = places_.at(element);
  const auto& report = reader_->reports()[which];
  if (kind_ == "electrode") return fmt::format("electrode {}", report.element_ids[column]);
  // What has but one element, such as a population's rate, goes by its name alone.
  const bool named = kind_ == "population" || kind_ == "direction" || kind_ == "mean";
  if (named && report.columns() == 1) return report.population;
  const auto after = std::ranges::upper_bound(report.index_pointers, column);
  const auto node = static_cast<std::size_t>(after - report.index_pointers.begin()) - 1;
  const auto nodes = report.node_ids.size();
  auto text = fmt::format("{} {}", report.population, node < nodes ? report.node_ids[node] : node);
  if (node < nodes && report.index_pointers[node + 1] - report.index_pointers[node] > 1)
    text += fmt::format(", section {} ({:.2g})", report.element_ids[column],
                        report.element_pos[column]);
  return text;
}

std::vector<double> Signal::values(std::size_t element) const {
  const auto [which, column] = places_.at(element);
  auto values = reader_->column(reader_->reports()[which], column);
  values.resize(samples_);
  return values;
}

std::vector<double> Signal::at(std::size_t sample) const {
  std::vector<std::vector<double>> blocks;
  for (const auto& report : reader_->reports())
    blocks.push_back(reader_->samples(report, sample, 1));
  std::vector<double> values;
  for (const auto& place : places_) values.push_back(blocks[place.report][place.column]);
  return values;
}

std::size_t Signal::sample_at(double time_ms) const {
  const double place = std::floor((time_ms - start_ms_) / step_ms_ + 1e-6);
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(samples_ - 1)));
}

const std::vector<double>& Signal::reals(const char* column) const {
  if (const auto* found = table_ ? table_->reals(column) : nullptr) return *found;
  throw Error{Fault::usage,
              "{}: its elements have no {}; only signals that Tutti recorded from {} know it",
              name_, column, kind_ == "electrode" ? "a probe" : "electrodes or segments"};
}

const std::vector<std::int64_t>& Signal::integers(const char* column) const {
  if (const auto* found = table_ ? table_->integers(column) : nullptr) return *found;
  throw Error{Fault::usage, "{}: its elements have no {}; record a signal of segments", name_,
              column};
}

}  // namespace study
