// SPDX-License-Identifier: MIT
#include "tutti/unit.hpp"

#include "test.hpp"
#include "tutti/error.hpp"

using namespace tutti;

namespace {
double factor(const char* from, const char* to) {
  return conversion(Unit::parse(from), Unit::parse(to)).factor;
}
std::string message(const char* text, const char* unit) {
  try {
    value_in(text, Unit::parse(unit));
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}
bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(scales_of_ten_convert_exactly) {
  BOOST_TEST(factor("nA", "pA") == 1000.0);
  BOOST_TEST(factor("pA", "nA") == 0.001);
  BOOST_TEST(factor("mV", "V") == 0.001);
  BOOST_TEST(factor("V", "mV") == 1000.0);
  BOOST_TEST(factor("uS/cm2", "S/cm2") == 1e-6);
  BOOST_TEST(factor("mA/cm2", "pA/um2") == 10.0);
  BOOST_TEST(factor("um", "um") == 1.0);
}

BOOST_AUTO_TEST_CASE(molar_and_its_prefixes_are_concentrations) {
  BOOST_TEST(factor("mM", "mol/m3") == 1.0);
  BOOST_TEST(factor("uM", "mM") == 0.001);
  BOOST_TEST(factor("M", "mM") == 1000.0);
  BOOST_TEST(factor("mM/ms", "M/s") == 1.0);
  BOOST_TEST(Unit::parse("uM").dimension_name() == "concentration");
}

BOOST_AUTO_TEST_CASE(what_the_field_writes_is_read) {
  for (const char* text :
       {"mV",   "nA",    "uS",     "uS/cm2",  "S/cm2", "mho/cm2", "uF/cm2", "ohm cm", "ohm.cm",
        "Mohm", "mM",    "Hz",     "1/ms",    "um",    "um2",     "um3",    "µm",     "degC",
        "S/m",  "nA um", "um2/ms", "1/mM/ms", "1",     "%",       "mV2/Hz", "s/m4"})
    BOOST_CHECK_NO_THROW(Unit::parse(text));
}

BOOST_AUTO_TEST_CASE(temperatures_convert_with_their_offset) {
  const auto kelvin = Unit::parse("K");
  BOOST_TEST(value_in("34 degC", kelvin) == 307.15, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(value_in("212 degF", kelvin) == 373.15, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(value_in("300 K", Unit::parse("degC")) == 26.85, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_bare_number_is_told_its_unit) {
  BOOST_TEST(contains(message("18", "nA"), "18 has no unit; write \"18 nA\""));
}

BOOST_AUTO_TEST_CASE(a_wrong_dimension_names_both) {
  const auto text = message("18 mV", "nA");
  BOOST_TEST(contains(text, "\"18 mV\" is a voltage, but a current is needed, such as \"18 nA\""));
}

BOOST_AUTO_TEST_CASE(an_unknown_unit_is_named_with_a_hint) {
  BOOST_TEST(contains(message("3 mv", "mV"), "did you mean \"mV\"?"));
  BOOST_TEST(contains(message("3 ms/cm2 mv", "mV"), "is not a unit; units are written like"));
  BOOST_TEST(contains(message("3 flurbs", "ms"), "\"flurbs\" is not a unit"));
  BOOST_TEST(contains(message("abc", "ms"), "is not a number with a unit"));
  BOOST_CHECK_THROW(Unit::parse(""), Error);
  BOOST_CHECK_THROW(parse_quantity("nan mV"), Error);
  BOOST_CHECK_THROW(parse_quantity("1e999 mV"), Error);
}

BOOST_AUTO_TEST_CASE(units_are_values) {
  BOOST_TEST((Unit::parse("mV") == Unit::parse(" mV ")));
  BOOST_TEST((Unit::parse("1") == Unit{}));
  BOOST_TEST(!same_dimension(Unit::parse("mV"), Unit::parse("nA")));
  BOOST_CHECK_THROW(conversion(Unit::parse("mV"), Unit::parse("nA")), Error);
  BOOST_TEST(same_dimension(Unit::parse("Hz"), Unit::parse("1/ms")));
}

BOOST_AUTO_TEST_SUITE_END()
