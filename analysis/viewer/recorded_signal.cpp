// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "recording.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_layout.hpp"
#include "sonata/report_reader.hpp"
#include "table.hpp"
#include "tutti/error.hpp"

namespace viewer {
namespace {

/// Where in the file a row of the element table is.
struct Place {
  std::size_t report = 0, column = 0;
};

/// Least, greatest, sum or last of the samples between two that are shown.
class Reducer {
 public:
  Reducer(Reduce how, std::size_t elements) : how_{how}, low_(elements), high_(elements) {
    clear();
  }
  void add(std::span<const double> sample) {
    ++count_;
    for (std::size_t k = 0; k < sample.size(); ++k) {
      if (how_ == Reduce::min_max) {
        low_[k] = std::min(low_[k], sample[k]);
        high_[k] = std::max(high_[k], sample[k]);
      } else {
        high_[k] = how_ == Reduce::mean ? high_[k] + sample[k] : sample[k];
      }
    }
  }
  void put(std::vector<float>& values) {
    for (std::size_t k = 0; k < high_.size(); ++k) {
      if (how_ == Reduce::min_max) values.push_back(static_cast<float>(low_[k]));
      const double value = how_ == Reduce::mean ? high_[k] / count_ : high_[k];
      values.push_back(static_cast<float>(value));
    }
    clear();
  }

 private:
  void clear() {
    const double infinite = std::numeric_limits<double>::infinity();
    count_ = 0;
    std::ranges::fill(low_, infinite);
    std::ranges::fill(high_, how_ == Reduce::min_max ? -infinite : 0.0);
  }
  Reduce how_;
  std::vector<double> low_, high_;
  double count_ = 0;
};

class RecordedSignal : public Recorded {
 public:
  explicit RecordedSignal(const std::filesystem::path& file) : reader_{file} {
    const auto opened = sonata::open_for_reading(file);
    if (sonata::recorded_ports(opened).empty())
      take_foreign(file.stem().string());
    else
      take_ours();
    start_ = reader_.start_tick(), step_ = std::max<std::int64_t>(1, reader_.step_tick());
    info_.kind = tutti::PortKind::signal;
    info_.element = table_.kind;
    info_.elements = table_.ids.size();
    info_.step = tutti::duration_of(step_);
    samples_ = std::numeric_limits<std::int64_t>::max();
    for (const auto& report : reader_.reports()) {
      samples_ = std::min(samples_, static_cast<std::int64_t>(report.samples));
      info_.unit = report.unit;
    }
  }
  const StreamInfo& info() const override { return info_; }
  const tutti::ElementTable& table() const override { return table_; }
  Time end() const override { return tutti::time_of(start_ + (samples_ - 1) * step_); }

  Block read(const Selection& selection, Time after, Time until, std::size_t most) override;

 private:
  void take_ours();
  void take_foreign(const std::string& name);
  std::vector<double> samples(const std::vector<std::size_t>& rows, std::int64_t first,
                              std::int64_t count) const;

  sonata::ReportReader reader_;
  StreamInfo info_;
  tutti::ElementTable table_;
  std::vector<Place> places_;  // of each row
  std::int64_t start_ = 0, step_ = 1, samples_ = 0;
};

void RecordedSignal::take_ours() {
  const auto recorded = reader_.table();
  info_.port = recorded.port;
  table_ = table_of(recorded);
  places_.resize(table_.ids.size());
  for (const auto& layout : sonata::report_layouts(recorded)) {
    const auto& report = reader_.report(layout.population);
    if (report.columns() != layout.rows.size())
      throw sonata::Error{fmt::format("{}: /report/{} has {} columns for {} elements", info_.port,
                                      layout.population, report.columns(), layout.rows.size())};
    const auto index = static_cast<std::size_t>(&report - reader_.reports().data());
    for (std::size_t column = 0; column < layout.rows.size(); ++column)
      places_[layout.rows[column]] = {index, column};
  }
}

/// The columns of all populations, one after the other: nothing is known of their geometry.
void RecordedSignal::take_foreign(const std::string& name) {
  info_.port = name;
  table_.kind = "compartment";
  std::vector<std::int64_t> node, section;
  std::uint64_t first = 0;
  for (std::size_t r = 0; r < reader_.reports().size(); ++r) {
    const auto& report = reader_.reports()[r];
    table_.populations.push_back({report.population, first, report.columns()});
    for (std::size_t n = 0; n < report.node_ids.size(); ++n)
      for (auto k = report.index_pointers[n]; k < report.index_pointers[n + 1]; ++k)
        node.push_back(static_cast<std::int64_t>(report.node_ids[n]));
    for (std::size_t k = 0; k < report.columns(); ++k) {
      places_.push_back({r, k});
      section.push_back(report.element_ids[k]);
    }
    first += report.columns();
  }
  if (first > 0) table_.ids = Elements::range(0, first);
  table_.set("node", node), table_.set("section", section);
}

/// Samples [first, first + count) of some rows: [count × rows].
std::vector<double> RecordedSignal::samples(const std::vector<std::size_t>& rows,
                                            std::int64_t first, std::int64_t count) const {
  std::vector<double> values(static_cast<std::size_t>(count) * rows.size());
  for (std::size_t r = 0; r < reader_.reports().size(); ++r) {
    if (std::ranges::none_of(rows, [&](std::size_t row) { return places_[row].report == r; }))
      continue;
    const auto& report = reader_.reports()[r];
    const auto all = reader_.samples(report, static_cast<std::uint64_t>(first),
                                     static_cast<std::uint64_t>(count));
    for (std::size_t t = 0; t < static_cast<std::size_t>(count); ++t)
      for (std::size_t k = 0; k < rows.size(); ++k)
        if (const auto& place = places_[rows[k]]; place.report == r)
          values[t * rows.size() + k] = all[t * report.columns() + place.column];
  }
  return values;
}

Block RecordedSignal::read(const Selection& selection, Time after, Time until, std::size_t most) {
  const auto rows = rows_of(table_, selection.elements);
  const std::int64_t every = std::max(step_, ticks(selection.every));
  const bool pairs = selection.reduce == Reduce::min_max;
  Block block;
  block.from = after;
  block.width = static_cast<std::uint32_t>(rows.size() * (pairs ? 2 : 1));
  const std::int64_t end = std::min(ticks(until), start_ + (samples_ - 1) * step_);
  std::int64_t next = std::max(ticks(after) + 1, start_);
  next += (every - next % every) % every;
  const auto room = static_cast<std::int64_t>(std::max<std::size_t>(1, most / block.width));
  std::int64_t stop = end - (end % every + every) % every;
  block.to = until;
  if (stop >= next + room * every) {
    stop = next + (room - 1) * every;
    block.to = tutti::time_of(stop);
  }
  // rows of the file at a time: some megabytes, or only those that are shown
  const bool skipping = selection.reduce == Reduce::latest && every > step_;
  const auto at_once = std::max<std::int64_t>(
      1, (std::int64_t{1} << 20) / static_cast<std::int64_t>(table_.ids.size()));
  Reducer reducer{selection.reduce, rows.size()};
  const auto window = skipping || selection.reduce == Reduce::latest ? step_ : every;
  std::int64_t tick = std::max(start_, next - window + step_);
  while (next <= stop && tick <= stop) {
    const auto first = (tick - start_) / step_;
    const auto count = skipping ? 1 : std::min(at_once, (stop - tick) / step_ + 1);
    const auto values = samples(rows, first, count);
    for (std::int64_t k = 0; k < count; ++k, tick += step_) {
      reducer.add(
          std::span{values}.subspan(static_cast<std::size_t>(k) * rows.size(), rows.size()));
      if (tick != next) continue;
      block.times.push_back(tick);
      reducer.put(block.values);
      next += every;
    }
    if (skipping) tick = next;
  }
  return block;
}

}  // namespace

std::unique_ptr<Recorded> open_signal(const std::filesystem::path& file) {
  {
    const auto opened = sonata::open_for_reading(file);
    if (!sonata::exists(opened, opened.id.get(), "report")) return nullptr;
  }
  auto signal = std::make_unique<RecordedSignal>(file);
  return signal->info().elements > 0 ? std::move(signal) : nullptr;
}

std::vector<std::size_t> rows_of(const tutti::ElementTable& table, const Elements& wanted) {
  std::vector<std::size_t> rows;
  if (wanted.empty()) {
    rows.resize(table.ids.size());
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k] = k;
    return rows;
  }
  rows.reserve(wanted.size());
  wanted.for_each([&](std::uint64_t element) {
    const auto row = table.ids.index_of(element);
    if (!row)
      throw tutti::Error{tutti::Fault::usage, "there is no {} {}; there are {}", table.kind,
                         element, to_string(table.ids)};
    rows.push_back(*row);
  });
  return rows;
}

}  // namespace viewer
