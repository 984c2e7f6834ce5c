// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "plot/figures.hpp"
#include "plot/page.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

using namespace plot;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

Figure square() {
  return {"square", "A square & a <sign>.", 100, 50, [](Canvas& c) {
            c.box({10, 10, 20, 20}, category(0));
            c.text({40, 20}, "10^−3", {});
          }};
}

/// Lightness of a colour as the eye sees it (CIE 1976 L* of sRGB).
double lightness(const Colour& c) {
  const auto linear = [](double v) {
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plotting)

BOOST_AUTO_TEST_CASE(ticks_are_round_and_within_the_scale) {
  for (const auto& [low, high] : {std::pair{0.0, 500.0}, {-0.45, 0.45}, {3.2, 3.9}, {0.0, 1e-7}}) {
    const auto t = ticks({low, high}, 5);
    BOOST_TEST(t.at.size() >= 3U);
    BOOST_TEST(t.at.size() <= 12U);
    BOOST_TEST(t.at.size() == t.labels.size());
    BOOST_TEST(t.at.front() >= low - 1e-9);
    BOOST_TEST(t.at.back() <= high + 1e-6 * (high - low));
    for (std::size_t i = 1; i < t.labels.size(); ++i) BOOST_TEST(t.labels[i] != t.labels[i - 1]);
  }
  BOOST_TEST(ticks({0, 500}, 5).labels.back() == "500");
  BOOST_TEST(ticks({-0.45, 0.45}, 4).labels.front() == "−0.4");  // a minus, not a hyphen
}

BOOST_AUTO_TEST_CASE(logarithmic_ticks_are_powers_or_simple_multiples) {
  const auto wide = ticks({1e-4, 1e3, true}, 7);
  BOOST_TEST(wide.labels.front() == "10^−4");
  BOOST_TEST(wide.labels.back() == "10^3");
  const auto narrow = ticks({15, 150, true}, 6);
  BOOST_TEST(narrow.labels.front() == "20");
  BOOST_TEST(narrow.labels.back() == "100");
}

BOOST_AUTO_TEST_CASE(places_and_values_are_inverse) {
  for (const Scale& s : {Scale{2, 7}, Scale{2, 700, true}, Scale{10, 0}})
    for (const double p : {0.0, 0.3, 1.0}) BOOST_CHECK_CLOSE(1 + s.place(s.value(p)), 1 + p, 1e-9);
  BOOST_TEST(std::isnan((Scale{1, 10, true}.place(-1))));
}

BOOST_AUTO_TEST_CASE(scales_hold_what_they_show) {
  const std::vector<double> values{3, std::numeric_limits<double>::quiet_NaN(), 5};
  const auto s = Scale::over(values);
  BOOST_TEST(s.low < 3.0);
  BOOST_TEST(s.high > 5.0);
  BOOST_TEST(Scale::over(values, true).low == 0.0);
  const auto flat = Scale::over(std::vector<double>{4, 4});
  BOOST_TEST(flat.low < flat.high);
  BOOST_TEST(Scale::over({}).high == 1.0);
}

BOOST_AUTO_TEST_CASE(sequential_colours_grow_evenly_lighter) {
  double before = lightness(sequential(0));
  for (int i = 1; i <= 20; ++i) {
    const double now = lightness(sequential(i / 20.0));
    // Even steps: (91 − 15) / 20 = 3.8 each; the scale's anchors keep them within a factor of two.
    BOOST_TEST(now - before > 1.9);
    BOOST_TEST(now - before < 7.6);
    before = now;
  }
}

BOOST_AUTO_TEST_CASE(diverging_colours_are_lightest_in_the_middle) {
  for (int i = 1; i <= 10; ++i)
    for (const double sign : {-1.0, 1.0})
      BOOST_TEST(lightness(diverging(sign * i / 10)) < lightness(diverging(sign * (i - 1) / 10)));
}

BOOST_AUTO_TEST_CASE(units_are_printed_as_people_write_them) {
  BOOST_TEST(labelled("x", "um") == "x [µm]");
  BOOST_TEST(printed("mV^2/Hz") == "mV²/Hz");
  BOOST_TEST(printed("uA/mm^3") == "µA/mm³");
  BOOST_TEST(labelled("coherence", "1") == "coherence");
  BOOST_TEST(readable("mV", 0.05).unit == "uV");
  BOOST_TEST(readable("mV", 0.05).factor == 1e3);
  BOOST_TEST(readable("mV^2/Hz", 1e-4).factor == 1e6);
  BOOST_TEST(readable("mV", 50).factor == 1.0);
  BOOST_TEST(readable("Hz", 0.01).unit == "Hz");
}

BOOST_AUTO_TEST_CASE(a_picture_is_the_same_bytes_each_time) {
  const test::TemporaryFolder folder;
  for (const char* name : {"a.svg", "b.svg", "a.png", "b.png"})
    save(square(), folder.path() / name);
  // Cairo numbers what an SVG refers to from one process to its end: glyphs keep their numbers
  // here.
  BOOST_TEST(text_of(folder.path() / "a.svg").size() == text_of(folder.path() / "b.svg").size());
  BOOST_TEST(text_of(folder.path() / "a.png") == text_of(folder.path() / "b.png"));
  BOOST_TEST(text_of(folder.path() / "a.png").substr(1, 3) == "PNG");
  BOOST_CHECK_THROW(save(square(), folder.path() / "a.gif"), tutti::Error);
}

BOOST_AUTO_TEST_CASE(a_page_needs_nothing_beside_it) {
  const auto page = to_html(std::vector{square(), square()}, "a < b");
  BOOST_TEST(page.find("a &lt; b") != std::string::npos);
  BOOST_TEST(page.find("A square &amp; a &lt;sign>") != std::string::npos);
  BOOST_TEST(page.find("src=") == std::string::npos);
  BOOST_TEST(page.find("<link") == std::string::npos);
  // Two pictures, and no name that both use.
  BOOST_TEST(page.find("id=\"f0-") != std::string::npos);
  BOOST_TEST(page.find("id=\"f1-") != std::string::npos);
  BOOST_TEST(page.find("href=\"#glyph") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tables_of_several_units_get_a_panel_each) {
  study::Table table{"psth", {"note"}, {}};
  table.add("lag", "ms", {0, 1, 2, 3});
  table.add("rate", "Hz", {1, 2, 3, 4});
  table.add("standard error", "Hz", {0.1, 0.1, 0.1, 0.1});
  table.add("signal", "mV", {1, 2, 3, 4});
  const auto figure = lines_of(table, {});
  BOOST_TEST(figure.height ==
             lines_of({"psth", {}, {table.columns[0], table.columns[1]}}, {}).height + 132);
  BOOST_TEST(to_svg(figure).size() > 1000U);
  table.columns.resize(1);
  BOOST_CHECK_THROW(lines_of(table, {}), tutti::Error);
}

BOOST_AUTO_TEST_SUITE_END()
