// SPDX-License-Identifier: MIT
#include "forward/electrodes.hpp"

#include <fstream>
#include <string>

#include "test.hpp"

using namespace lfp;

namespace {
std::string refusal(std::string_view text) {
  try {
    parse_electrodes(text, "probe.csv");
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "was accepted";
}
}  // namespace

BOOST_AUTO_TEST_SUITE(electrode_files)

BOOST_AUTO_TEST_CASE(a_table_is_read_with_its_columns_in_any_order) {
  const auto e = parse_electrodes(
      "# a probe\nname, z, x, y, channel, radius\r\ntop,30,1.5,-2e1,7,5\n\nlow,+0,0,0,3,0\n",
      "probe.csv");
  BOOST_TEST(e.size() == 2U);
  BOOST_TEST((e[0].position == Point{1.5, -20, 30}));
  BOOST_TEST(e[0].channel == 7);
  BOOST_TEST(e[0].name == "top");
  BOOST_TEST(e[0].radius == 5);
  BOOST_TEST(e[1].channel == 3);
}

BOOST_AUTO_TEST_CASE(contacts_without_a_channel_are_numbered) {
  const auto e = parse_electrodes("x,y,z\n0,0,0\n0,0,25", "probe.csv");
  BOOST_TEST(e[1].channel == 1);
  BOOST_TEST(e[1].radius == 0);
}

BOOST_AUTO_TEST_CASE(sonatas_table_is_read) {
  const auto e =
      parse_electrodes("channel x_pos y_pos z_pos\n0 10.0 0 5.0\n1  10.0 -10 5.0\n", "f");
  BOOST_TEST(e.size() == 2U);
  BOOST_TEST((e[1].position == Point{10, -10, 5}));
  REQUIRE_SHARED(folder);
  const auto file = folder / "data/sonata/shared_components/recXelectrodes/linear_electrode.csv";
  const auto published = read_electrodes(file);
  BOOST_TEST(published.size() > 3U);
  BOOST_TEST((published[3].position == Point{10, -30, 5}));
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_file_and_line) {
  BOOST_TEST(refusal("") == "probe.csv: is empty: an electrode table begins with a row like x,y,z");
  BOOST_TEST(refusal("x,y,z\n") == "probe.csv: has no electrode below its header");
  BOOST_TEST(refusal("x,y\n1,2\n") ==
             "probe.csv:1: no column 'z': electrodes need x, y and z [um]");
  BOOST_TEST(refusal("x,y,z\n1,2,3\n\n1,two,3\n") == "probe.csv:4: y is 'two', not a number in um");
  BOOST_TEST(refusal("x,y,z\n1,2\n") == "probe.csv:2: 2 values in a table of 3 columns");
  BOOST_TEST(refusal("x,y,z\n1,2,nan\n") == "probe.csv:2: z is not finite");
  BOOST_TEST(refusal("x,y,z,channel\n1,2,3,4\n1,2,3,4\n") ==
             "probe.csv:3: channel 4 was used on line 2 already");
  BOOST_TEST(refusal("x,y,z,x\n1,2,3,4\n").find("probe.csv:1: column 'x' is there twice") == 0U);
  BOOST_TEST(refusal("1,2,3\n1,2,3\n").find("probe.csv:1: unknown column '1'") == 0U);
  BOOST_TEST(refusal("x,y,z,radius\n1,2,3,-4\n").find("probe.csv:2: a radius cannot") == 0U);
  BOOST_CHECK_THROW(read_electrodes("/no/such/probe.csv"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
