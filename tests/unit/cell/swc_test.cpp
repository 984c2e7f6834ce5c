// SPDX-License-Identifier: MIT
#include "morphology/swc.hpp"

#include <cmath>
#include <numbers>

#include "morphology/stylised.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

/// What reading `text` complains about.
std::string complaint(const std::string& text) {
  try {
    parse_swc(text, "cell.swc");
  } catch (const tutti::Error& error) {
    BOOST_TEST(tutti::exit_code(error.fault()) == 2);
    return error.what();
  }
  return "nothing";
}

void complains(const std::string& text, const std::string& place, const std::string& word) {
  const auto said = complaint(text);
  BOOST_TEST(said.starts_with(place), said);
  BOOST_TEST(said.find(word) != std::string::npos, said);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(swc_reading)

BOOST_AUTO_TEST_CASE(pieces_without_a_link_hang_on_the_middle_of_the_soma) {
  // a dendrite that the file puts first, the soma, and a piece beside it
  const auto m =
      parse_swc("1 3 20 0 0 1 -1\n2 3 30 0 0 1 1\n3 1 0 0 0 5 -1\n4 3 0 10 0 1 3\n5 3 0 30 0 1 4\n",
                "cell.swc");
  BOOST_REQUIRE(m.sections.size() == 3u);
  BOOST_TEST(m.sections[0].type == soma);
  BOOST_TEST(m.sections[0].length() == 10);
  for (const std::size_t s : {1U, 2U}) {
    BOOST_TEST(m.sections[s].parent == 0);
    BOOST_TEST(m.sections[s].parent_x == 0.5);
    BOOST_TEST(m.sections[s].points.front().d == 2);
  }
  BOOST_TEST(m.sections[1].length() + m.sections[2].length() == 30);  // what lies between is none
}

BOOST_AUTO_TEST_CASE(one_soma_point_is_a_cylinder_and_dendrites_join_its_middle) {
  const auto m = parse_swc("1 1 0 0 0 5 -1\n2 3 10 0 0 1 1\n3 3 20 0 0 1 2\n", "cell.swc");
  BOOST_REQUIRE(m.sections.size() == 2u);
  const auto& body = m.sections[0];
  BOOST_TEST(body.length() == 10);
  BOOST_TEST(body.points.front().d == 10);
  const auto& dendrite = m.sections[1];
  BOOST_TEST(dendrite.parent_x == 0.5);
  BOOST_TEST(dendrite.length() == 10);  // from its first own point: the gap is no cable
  BOOST_TEST(dendrite.name == "dend[0]");
}

BOOST_AUTO_TEST_CASE(comments_line_ends_commas_and_order_do_not_matter) {
  const auto plain = parse_swc("1 1 0 0 0 5 -1\n2 3 10 0 0 1 1\n3 3 20 0 0 1 2\n", "cell.swc");
  for (const char* text :
       {"\xEF\xBB\xBF# head\r\n1 1 0 0 0 5 -1\r\n2 3 10 0 0 1 1\r\n3 3 20 0 0 1 2\r\n",
        "# a\r\r\n1 1 0 0 0 5 -1\r\r\n2 3 10 0 0 1 1\r\r\n3 3 20 0 0 1 2",
        "\t3, 3, 20, 0, 0, 1, 2 # last first\n\n 2 3 +1e1 0 0 1. 1 extra\n 1 1 0 0 0 5.0 -1\n"}) {
    const auto m = parse_swc(text, "cell.swc");
    BOOST_REQUIRE(m.sections.size() == plain.sections.size());
    for (std::size_t i = 0; i < m.sections.size(); ++i)
      BOOST_TEST((m.sections[i].points == plain.sections[i].points));
  }
}

BOOST_AUTO_TEST_CASE(three_point_soma_is_the_cylinder_through_its_points) {
  const auto m =
      parse_swc("1 1 0 0 0 5 -1\n2 1 0 -5 0 5 1\n3 1 0 5 0 5 1\n4 3 10 0 0 1 1\n5 3 20 0 0 1 4\n",
                "cell.swc");
  BOOST_REQUIRE(m.sections.size() == 2u);
  BOOST_TEST(m.sections[0].length() == 10);
  BOOST_TEST(m.sections[0].points.size() == 3u);
  BOOST_TEST(m.sections[1].parent == 0);
}

BOOST_AUTO_TEST_CASE(two_points_and_chains_are_cable_and_outlines_become_as_long_as_wide) {
  const auto two =
      parse_swc("1 1 0 0 0 4 -1\n2 1 0 9 0 6 1\n3 3 0 20 0 1 2\n4 3 0 30 0 1 3\n", "c");
  BOOST_TEST(two.sections[0].length() == 9);
  BOOST_TEST(two.sections[0].points.back().d == 12);

  std::string outline;  // a circle of radius 6 um drawn with a thin pen
  for (int k = 0; k < 24; ++k) {
    const double angle = 2 * std::numbers::pi * k / 24;
    outline += std::to_string(k + 1) + " 1 " + std::to_string(6 * std::cos(angle)) + " " +
               std::to_string(6 * std::sin(angle)) + " 0 0.1 " +
               (k == 0 ? "-1" : std::to_string(k)) + "\n";
  }
  const auto circle = parse_swc(outline + "25 3 20 0 0 1 1\n26 3 30 0 0 1 25\n", "c");
  // the polygon's girth is 24 · 2 · 6 sin(pi/24), 0.3 % below the circle's
  BOOST_TEST(circle.sections[0].length() == 12, boost::test_tools::tolerance(0.004));
  BOOST_TEST(circle.sections[0].points[1].d == circle.sections[0].length());
}

BOOST_AUTO_TEST_CASE(soma_points_that_branch_keep_their_membrane_area) {
  const auto m = parse_swc(
      "1 1 0 0 0 2 -1\n2 1 4 0 0 2 1\n3 1 0 4 0 2 1\n4 1 0 0 9 2 1\n5 3 9 0 0 1 2\n6 3 20 0 0 1 "
      "5\n",
      "c");
  const double area = std::numbers::pi * 4 * (4 + 4 + 9);
  const double d = m.sections[0].length();
  BOOST_TEST(std::numbers::pi * d * d == area, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(sections_are_unbranched_runs_and_begin_at_the_branch_point) {
  const auto m = parse_swc(
      "1 1 0 0 0 5 -1\n2 3 10 0 0 2 1\n3 3 20 0 0 1 2\n4 3 30 5 0 0.5 3\n5 4 30 -5 0 0.5 3\n"
      "6 0 40 -5 0 0.5 5\n7 2 50 -5 0 0.5 6\n",
      "c");
  BOOST_REQUIRE(m.sections.size() == 5u);  // soma, trunk, two branches, and the axon on one
  BOOST_TEST(m.sections[2].parent == 1);
  BOOST_TEST(m.sections[2].points.front().d == 2);  // that of the branch point
  BOOST_TEST(m.sections[3].type == int{apic});
  BOOST_TEST(m.sections[3].points.size() == 3u);  // type 0 goes on as type 4
  BOOST_TEST(m.sections[4].type == int{axon});
  BOOST_TEST(m.sections[4].parent == 3);
}

BOOST_AUTO_TEST_CASE(a_soma_inside_the_tree_becomes_its_root_and_none_at_all_is_the_root) {
  const auto turned = parse_swc(
      "1 3 -20 0 0 1 -1\n2 3 -10 0 0 1 1\n3 1 0 0 0 5 2\n4 3 10 0 0 1 3\n"
      "5 3 20 0 0 1 4\n",
      "c");
  BOOST_REQUIRE(turned.sections.size() == 3u);
  for (std::size_t i = 1; i < 3; ++i) BOOST_TEST(turned.sections[i].length() == 10);
  const auto none = parse_swc("1 3 0 0 0 5 -1\n2 3 10 0 0 1 1\n3 3 20 0 0 1 2\n", "c");
  BOOST_TEST(none.sections[0].type == int{soma});
  BOOST_TEST(none.sections[0].length() == 10);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_file_and_line) {
  complains("1 1 0 0 0 5 -1\n2 3 x 0 0 1 1\n", "cell.swc:2:", "\"x\"");
  complains("1 1 0 0 0 5 -1\n2 3 nan 0 0 1 1\n", "cell.swc:2:", "\"nan\"");
  complains("1 1 0 0 0 5 -1\n2 3 1 0 0 1 7\n", "cell.swc:2:", "parent 7");
  complains("1 1 0 0 0 5 -1\n\n1 3 1 0 0 1 1\n", "cell.swc:3:", "twice");
  complains("1 1 0 0 0 5 -1\n2 3 1 0 0 1 3\n3 3 2 0 0 1 2\n", "cell.swc:", "its own ancestor");
  complains("1 1 0 0 0 5 2\n2 3 1 0 0 1 1\n", "cell.swc:", "its own ancestor");
  complains("1 1 0 0 0 5 1\n", "cell.swc:1:", "its own ancestor");
  complains("1 1 0 0 0 0 -1\n", "cell.swc:1:", "radius");
  complains("1 1 0 0 0 5\n", "cell.swc:1:", "seven");
  complains("1.5 1 0 0 0 5 -1\n", "cell.swc:1:", "whole number");
  complains("# nothing\n", "cell.swc:", "no points");
  BOOST_CHECK_THROW(read_swc("/no/such/file.swc"), tutti::Error);
}

BOOST_AUTO_TEST_CASE(published_reconstructions_load) {
  REQUIRE_SHARED(shared);
  std::vector<std::filesystem::path> files{shared / "data/morphology/BS0284.swc"};
  for (const auto& entry :
       std::filesystem::directory_iterator{shared / "data/sonata/shared_components/morphologies"})
    if (entry.path().extension() == ".swc") files.push_back(entry.path());
  BOOST_TEST(files.size() == 6u);
  for (const auto& file : files) {
    const auto m = read_swc(file);
    BOOST_TEST(m.sections.size() > 20u, file);
    BOOST_TEST(m.sections[0].type == int{soma}, file);
    for (std::size_t i = 1; i < m.sections.size(); ++i) {
      BOOST_TEST(m.sections[i].parent < static_cast<int>(i));
      BOOST_TEST(m.sections[i].length() > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(stylised_sections_are_put_in_order_and_checked) {
  std::vector<Stylised> ball{{"stick", dend, 200, 1, "ball", 1, {}, 11, 0, 0},
                             {"ball", soma, 20, 20, "", 0, {}, 1, 0, 0}};
  const auto m = make_stylised(ball, "model.yaml");
  BOOST_TEST(m.sections[0].name == "ball");
  BOOST_TEST(m.sections[1].parent == 0);
  BOOST_TEST(m.sections[1].points.back().y == 220);
  ball[0].parent_x = 0;  // at the beginning it grows the other way
  BOOST_TEST(make_stylised(ball, "model.yaml").sections[1].points.back().y == -200);
  auto refuse = [&](auto change) {
    auto wrong = ball;
    change(wrong);
    BOOST_CHECK_THROW(make_stylised(wrong, "model.yaml"), tutti::Error);
  };
  refuse([](auto& s) { s[0].parent = "bal"; });
  refuse([](auto& s) { s[1].parent = "stick"; });
  refuse([](auto& s) { s[0].parent = ""; });
  refuse([](auto& s) { s[0].length = 0; });
  refuse([](auto& s) { s[0].parent_x = 1.5; });
  refuse([](auto& s) { s[0].name = "ball"; });
}

BOOST_AUTO_TEST_SUITE_END()
