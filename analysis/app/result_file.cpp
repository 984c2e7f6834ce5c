// SPDX-License-Identifier: MIT
#include "result_file.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>

#include "measures/spectrum.hpp"
#include "sonata/hdf5.hpp"

namespace analysis {
namespace {

using sonata::File;
using sonata::Handle;
using sonata::need;

void set_unit(const File& file, hid_t parent, const std::string& dataset, const std::string& unit) {
  const Handle set = sonata::open_dataset(file, parent, dataset);
  const Handle type{H5Tcopy(H5T_C_S1), H5Tclose};
  H5Tset_size(type.get(), unit.size());
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{
      need(H5Acreate2(set.get(), "units", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
           file.name, "name a unit"),
      H5Aclose};
  need(H5Awrite(attribute.get(), type.get(), unit.data()), file.name, "name a unit");
}

void write_column(const File& file, hid_t group, const std::string& name, const std::string& unit,
                  std::span<const double> values) {
  sonata::write_fixed<double>(file, group, name, values);
  set_unit(file, group, name, unit);
}

void write_matrix(const File& file, hid_t group, const std::string& name, const std::string& unit,
                  const std::vector<measures::Spectrum>& spectra) {
  const std::array<hsize_t, 2> shape{spectra.size(), spectra.front().density.size()};
  std::vector<double> values;
  for (const auto& s : spectra) values.insert(values.end(), s.density.begin(), s.density.end());
  const Handle space{H5Screate_simple(2, shape.data(), nullptr), H5Sclose};
  const Handle set{need(H5Dcreate2(group, name.c_str(), H5T_IEEE_F64LE, space.get(), H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT),
                        file.name, "make dataset " + name),
                   H5Dclose};
  need(H5Dwrite(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
       file.name, "write " + name);
  set_unit(file, group, name, unit);
}

void write_h5(const std::filesystem::path& path, const Results& results) {
  const File file = File::open(path, H5F_ACC_TRUNC);
  const Handle rates = sonata::make_group(file, file.id.get(), "rates");
  for (const auto& population : results.rates) {
    const Handle group = sonata::make_group(file, rates.get(), population.name);
    write_column(file, group.get(), "time", "ms", population.time_ms);
    write_column(file, group.get(), "rate", "Hz", population.rate_hz);
  }
  if (results.spectra.empty() || results.spectra.front().density.empty()) return;
  const Handle psd = sonata::make_group(file, file.id.get(), "psd");
  write_column(file, psd.get(), "frequency", "Hz", results.spectra.front().frequency_hz);
  sonata::write_fixed<std::int64_t>(file, psd.get(), "channel", results.channels);
  write_matrix(file, psd.get(), "power", measures::density_unit(results.spectrum_unit),
               results.spectra);
  const std::vector<std::uint64_t> averages{results.spectra.front().averages};
  sonata::write_fixed<std::uint64_t>(file, psd.get(), "averages", averages);
}

void write_csv(const std::filesystem::path& path, const Results& results) {
  std::ofstream out{path};
  out << "population,time_ms,rate_hz\n";
  for (const auto& p : results.rates)
    for (std::size_t k = 0; k < p.rate_hz.size(); ++k)
      out << fmt::format("{},{},{}\n", p.name, p.time_ms[k], p.rate_hz[k]);
  if (!out.flush()) throw sonata::Error{fmt::format("{}: cannot write", path.string())};
}

}  // namespace

bool is_own_file(std::string_view name) { return name == "analysis" || name == "rates"; }

void write_results(const std::filesystem::path& folder, const std::string& module,
                   const Results& results) {
  const auto whole = [&](const char* ending, auto write) {
    const auto path = folder / (module + ending);
    auto draft = path;
    draft += ".part";
    write(draft, results);
    std::filesystem::rename(draft, path);
  };
  whole(".analysis.h5", write_h5);
  if (!results.rates.empty()) whole(".rates.csv", write_csv);
}

}  // namespace analysis
