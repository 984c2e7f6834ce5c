// SPDX-License-Identifier: MIT
// HDF5 files that are sound as such but not what SONATA says: any of the names that our readers
// look for, with any type, shape and attribute. An input is a list of: which name, of what type,
// how many dimensions, their lengths, a unit; the bytes of damaged HDF5 files are the HDF5
// library's affair.
#include <hdf5.h>

#include <array>

#include "sonata/record_file.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"
#include "target.hpp"

namespace {

constexpr std::array names{"spikes/net/timestamps",
                           "spikes/net/node_ids",
                           "spikes/timestamps",
                           "spikes/gids",
                           "report/net/data",
                           "report/net/mapping/time",
                           "report/net/mapping/node_ids",
                           "report/net/mapping/index_pointers",
                           "report/net/mapping/element_ids",
                           "report/net/mapping/element_pos",
                           "tutti/ports/net.v/ids",
                           "tutti/ports/net.v/populations",
                           "tutti/ports/net.v/exact/ticks",
                           "tutti/ports/net.v/exact/elements",
                           "tutti/ports/net.v/exact/weights",
                           "spikes/other/timestamps",
                           "spikes",
                           "report"};

hid_t type_of(std::uint8_t number) {
  switch (number % 8) {
    case 0:
      return H5T_IEEE_F64LE;
    case 1:
      return H5T_STD_U64LE;
    case 2:
      return H5T_STD_I64BE;
    case 3:
      return H5T_IEEE_F32BE;
    case 4:
      return H5T_STD_U32LE;
    case 5:
      return H5T_STD_I8LE;
    case 6:
      return H5T_C_S1;
    default:
      return H5T_STD_REF_OBJ;
  }
}

void text_attribute(hid_t object, const char* name, std::span<const std::byte> text) {
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, text.size() + 1);
  std::string value(reinterpret_cast<const char*>(text.data()), text.size());
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute >= 0) H5Awrite(attribute, type, value.c_str()), H5Aclose(attribute);
  H5Sclose(space), H5Tclose(type);
}

void make_dataset(hid_t file, fuzz::Input& input) {
  const auto* name = names.at(input.take<std::uint8_t>() % names.size());
  const auto type = type_of(input.take<std::uint8_t>());
  const auto kind = input.take<std::uint8_t>();
  const int dimensions = kind % 4;
  std::array<hsize_t, 3> shape{}, chunk{};
  hsize_t values = 1;
  for (int k = 0; k < dimensions; ++k) {
    auto length = static_cast<hsize_t>(input.take<std::uint8_t>());
    if ((kind & 64) != 0 && length > 200) length <<= 40;  // says so, has nothing
    shape.at(static_cast<std::size_t>(k)) = length;
    chunk.at(static_cast<std::size_t>(k)) = 4;
    values = values * length;
  }
  const hid_t lists = H5Pcreate(H5P_LINK_CREATE), create = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_create_intermediate_group(lists, 1);
  if ((kind & 64) != 0 && dimensions > 0) H5Pset_chunk(create, dimensions, chunk.data());
  const hid_t space =
      dimensions == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(dimensions, shape.data(), nullptr);
  const hid_t set = H5Dcreate2(file, name, type, space, lists, create, H5P_DEFAULT);
  if (set >= 0) {
    const bool numbers = type != H5T_C_S1 && type != H5T_STD_REF_OBJ;
    if (numbers && values > 0 && values <= 4096) {
      std::vector<double> content(values);
      for (auto& value : content) value = input.take<std::int8_t>();
      H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, content.data());
    }
    if ((kind & 16) != 0) text_attribute(set, "units", input.take(3));
    if ((kind & 32) != 0) text_attribute(file, "sorting", input.take(7));
    H5Dclose(set);
  }
  H5Sclose(space), H5Pclose(create), H5Pclose(lists);
}

template <typename Read>
void try_to(Read&& read) {
  try {
    read();
  } catch (const sonata::Error&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const auto path = scratch.folder() / "fuzz.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  fuzz::Input input{data, size};
  for (int k = 0; k < 12 && !input.empty(); ++k) make_dataset(file, input);
  H5Fclose(file);
  try_to([&] { sonata::read_spikes(path); });
  try_to([&] { sonata::read_exact_spikes(path, "net.v"); });
  try_to([&] {
    const sonata::ReportReader reader{path};
    for (const auto& report : reader.reports())
      if (report.columns() < 1000) try_to([&] { reader.samples(report, 0, 4); });
    try_to([&] { reader.table(); });
  });
  return 0;
}
