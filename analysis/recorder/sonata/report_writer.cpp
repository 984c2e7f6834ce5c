// SPDX-License-Identifier: MIT
#include "sonata/report_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "sonata/growing.hpp"
#include "sonata/record_file.hpp"
#include "sonata/report_layout.hpp"
#include "sonata/time_axis.hpp"

namespace sonata {
namespace {

/// A [time × width] dataset of float64 or float32 that takes samples in the table's order.
template <typename T>
class Columns {
 public:
  Columns(const File& file, hid_t parent, Storage storage, std::vector<std::size_t> rows,
          std::size_t sample_size)
      : data_{file, parent, "data", storage} {
    bool in_order = rows.size() == sample_size;
    for (std::size_t i = 0; i < rows.size(); ++i) in_order &= rows[i] == i;
    if (!in_order) order_ = std::move(rows);
  }
  void append(std::span<const double> sample) { data_.append_ordered(sample, order_); }
  void write_tail(bool closing) { data_.write_tail(closing); }
  hid_t id() const { return data_.id(); }
  hsize_t written() const { return data_.written(); }

 private:
  Growing<T> data_;
  std::vector<std::size_t> order_;  // of the sample's values; empty where it is their own
};

/// One `data` with its time axis: of a population's report, or of the extracellular potential.
struct Recorded {
  std::variant<Columns<float>, Columns<double>> data;
  Handle time;
};

Recorded make_data(const File& file, hid_t parent, const ReportPort& port, Storage storage,
                   const std::vector<std::size_t>& rows) {
  if (port.exact) return {Columns<double>{file, parent, storage, rows, port.table.ids.size()}, {}};
  return {Columns<float>{file, parent, storage, rows, port.table.ids.size()}, {}};
}

void write_mapping(const File& file, hid_t mapping, const ReportLayout& layout) {
  write_fixed<std::uint64_t>(file, mapping, "node_ids", layout.node_ids);
  write_fixed<std::uint64_t>(file, mapping, "index_pointers", layout.index_pointers);
  write_fixed<std::uint32_t>(file, mapping, "element_ids", layout.element_ids);
  write_fixed<float>(file, mapping, "element_pos", layout.element_pos);
  const Handle nodes = open_dataset(file, mapping, "node_ids");
  write_scalar_attribute<std::uint8_t>(file, nodes.get(), "sorted", 1);
  need(
      H5Lcreate_hard(mapping, "index_pointers", mapping, "index_pointer", H5P_DEFAULT, H5P_DEFAULT),
      file.name, "link index_pointer");  // the name that BMTK looks for
}

}  // namespace

struct ReportWriter::Body {
  RecordFile file;
  ReportPort port;
  std::vector<Recorded> recorded;
  std::uint64_t count = 0;

  void describe() {
    const Handle group = write_port(file.file(), port.table);
    const auto attribute = [&](const char* name, std::int64_t value) {
      write_scalar_attribute(file.file(), group.get(), name, value);
    };
    write_attribute(file.file(), group.get(), "kind", "signal");
    write_attribute(file.file(), group.get(), "units", port.unit);
    write_scalar_attribute<std::uint8_t>(file.file(), group.get(), "exact", port.exact ? 1 : 0);
    attribute("start_tick", port.start_tick);
    attribute("step_tick", port.step_tick);
  }

  void add_report(const ReportLayout& layout, int compression) {
    const File& out = file.file();
    const Handle group = make_group(out, file.root(), "report/" + layout.population);
    const Handle mapping = make_group(out, group.get(), "mapping");
    write_mapping(out, mapping.get(), layout);
    Recorded entry = make_data(out, group.get(), port,
                               {Layout::time_first, layout.rows.size(), compression}, layout.rows);
    entry.time = make_time_axis(out, mapping.get(), port.start_tick, port.step_tick);
    finish(std::move(entry));
  }

  void add_extracellular_potential(int compression) {
    const File& out = file.file();
    std::vector<std::size_t> rows;
    std::vector<std::uint32_t> channels;
    for (const ReportLayout& layout : report_layouts(port.table)) {
      rows.insert(rows.end(), layout.rows.begin(), layout.rows.end());
      channels.insert(channels.end(), layout.element_ids.begin(), layout.element_ids.end());
    }
    write_fixed<std::uint32_t>(out, file.root(), "channel_id", channels);
    Recorded entry =
        make_data(out, file.root(), port, {Layout::time_last, rows.size(), compression}, rows);
    entry.time = make_time_axis(out, file.root(), port.start_tick, port.step_tick);
    finish(std::move(entry));
  }

  void finish(Recorded entry) {
    std::visit([&](auto& data) { write_attribute(file.file(), data.id(), "units", port.unit); },
               entry.data);
    recorded.push_back(std::move(entry));
  }

  void write_tails(bool closing) {
    for (Recorded& entry : recorded) {
      hsize_t samples = 0;
      std::visit(
          [&](auto& data) {
            data.write_tail(closing);
            samples = data.written();
          },
          entry.data);
      write_time_axis(file.file(), entry.time.get(), port.start_tick, port.step_tick, samples);
    }
  }

  std::int64_t until_tick() const {
    return count == 0 ? 0 : port.start_tick + static_cast<std::int64_t>(count - 1) * port.step_tick;
  }
};

ReportWriter::ReportWriter(const std::filesystem::path& path, const ReportPort& port,
                           int compression)
    : body_{new Body{RecordFile{path}, port, {}}} {
  if (port.step_tick <= 0)
    throw Error{fmt::format("{}: the step must be longer than 0", port.table.port)};
  body_->describe();
  make_group(body_->file.file(), body_->file.root(), "report");
  for (const ReportLayout& layout : report_layouts(port.table))
    body_->add_report(layout, compression);
  if (port.table.element_kind == "electrode" && !port.table.ids.empty())
    body_->add_extracellular_potential(compression);
  body_->file.start();
}

ReportWriter::~ReportWriter() {
  if (!body_->file.is_open()) return;
  try {
    body_->write_tails(true);
  } catch (const Error&) {  // the error that unwinds us matters more than this one
  }
}

void ReportWriter::append(std::span<const double> sample) {
  if (sample.size() != body_->port.table.ids.size())
    throw Error{fmt::format("{}: a sample of {} values for {} elements", body_->port.table.port,
                            sample.size(), body_->port.table.ids.size())};
  for (Recorded& entry : body_->recorded)
    std::visit([&](auto& data) { data.append(sample); }, entry.data);
  ++body_->count;
}

void ReportWriter::flush() {
  body_->write_tails(false);
  body_->file.flush(body_->until_tick());
}

void ReportWriter::close() {
  if (!body_->file.is_open()) return;
  body_->write_tails(true);
  body_->file.flush(body_->until_tick());
  body_->recorded.clear();
  body_->file.close();
}

std::uint64_t ReportWriter::count() const { return body_->count; }

}  // namespace sonata
