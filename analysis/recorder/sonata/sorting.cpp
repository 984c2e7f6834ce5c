// SPDX-License-Identifier: MIT
#include "sonata/sorting.hpp"

#include <fmt/format.h>

#include <array>

namespace sonata {
namespace {

constexpr std::array<const char*, 3> names{"none", "by_id", "by_time"};

Handle enumeration() {
  Handle type{H5Tenum_create(H5T_STD_U8LE), H5Tclose};
  for (std::uint8_t value = 0; value < names.size(); ++value)
    H5Tenum_insert(type.get(), names[value], &value);
  return type;
}

Sorting from_name(const File& file, const std::string& name) {
  if (name == "by_gid") return Sorting::by_id;
  for (std::uint8_t value = 0; value < names.size(); ++value)
    if (name == names[value]) return static_cast<Sorting>(value);
  throw Error{
      fmt::format("{}: sorting is '{}'; known are none, by_id and by_time", file.name, name)};
}

}  // namespace

void write_sorting(const File& file, hid_t group, Sorting sorting) {
  const Handle type = enumeration();
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{
      need(H5Acreate2(group, "sorting", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
           file.name, "make attribute sorting"),
      H5Aclose};
  need(H5Awrite(attribute.get(), type.get(), &sorting), file.name, "write attribute sorting");
}

Sorting read_sorting(const File& file, hid_t group) {
  if (need(H5Aexists(group, "sorting"), file.name, "look up sorting") == 0) return Sorting::none;
  const Handle attribute{need(H5Aopen(group, "sorting", H5P_DEFAULT), file.name, "open sorting"),
                         H5Aclose};
  const Handle type{H5Aget_type(attribute.get()), H5Tclose};
  if (H5Tget_class(type.get()) == H5T_STRING)
    return from_name(file, read_text_attribute(file, group, "sorting"));
  if (H5Tget_class(type.get()) != H5T_ENUM)
    throw Error{fmt::format("{}: sorting is neither an enumeration nor text", file.name)};
  std::array<char, 16> name{};  // by name: writers number the values differently
  std::array<char, 16> value{};
  if (H5Tget_size(type.get()) > value.size())
    throw Error{fmt::format("{}: sorting is an enumeration of a strange size", file.name)};
  need(H5Aread(attribute.get(), type.get(), value.data()), file.name, "read sorting");
  need(H5Tenum_nameof(type.get(), value.data(), name.data(), name.size()), file.name,
       "understand sorting");
  return from_name(file, name.data());
}

}  // namespace sonata
