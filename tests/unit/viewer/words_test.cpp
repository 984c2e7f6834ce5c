// SPDX-License-Identifier: MIT
#include "words.hpp"

#include "test.hpp"
#include "tutti/error.hpp"

namespace {

using namespace viewer;
using words::Json;

const std::vector<StreamInfo>& ports() {
  static const std::vector<StreamInfo> all{
      {"cortex.spikes", tutti::PortKind::spikes, "", "neuron", "", tutti::from_ms(0.1), 30},
      {"cortex.v", tutti::PortKind::signal, "mV", "segment", "", tutti::from_ms(0.1), 4000},
      {"talk.words", tutti::PortKind::message, "", "", "", tutti::from_ms(1), 0}};
  return all;
}

std::string complaint(const std::string& text) {
  try {
    words::selection(Json::parse(text), ports());
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(viewer_words)

BOOST_AUTO_TEST_CASE(elements_are_numbers_or_ranges_in_any_order) {
  const auto set = words::elements(Json::parse("[9, [0, 3], [20, 2, 10], 1]"));
  BOOST_TEST(set.numbers() == (std::vector<std::uint64_t>{0, 1, 2, 9, 20, 30}),
             boost::test_tools::per_element());
  BOOST_TEST(words::ranges(set).dump() == "[[0,3,1],[9,1,1],[20,2,10]]");
  BOOST_TEST(words::elements(Json{}).empty());
  for (const auto* wrong :
       {"7", "[-1]", "[\"a\"]", "[[1]]", "[[1,0]]", "[[1,1,0]]", "[1.5]", "[[0,99999999999]]"})
    BOOST_CHECK_THROW(words::elements(Json::parse(wrong)), tutti::Error);
}

BOOST_AUTO_TEST_CASE(every_is_rounded_to_whole_steps_and_reduces_only_what_lies_between) {
  auto word = Json::parse(R"({"port":"cortex.v","every_ms":1.05,"reduce":"min_max"})");
  const auto coarse = words::selection(word, ports());
  BOOST_TEST(ticks(coarse.every) == 1'000'000'000);
  BOOST_TEST((coarse.reduce == Reduce::min_max));
  word["every_ms"] = 0.1;
  BOOST_TEST((words::selection(word, ports()).reduce == Reduce::latest));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_in_words) {
  BOOST_TEST(complaint(R"({"port":"cortex.w"})") == "there is no port \"cortex.w\" here");
  BOOST_TEST(complaint(R"({"port":"talk.words"})").find("messages") != std::string::npos);
  BOOST_TEST(complaint(R"({"port":"cortex.v","reduce":"median","every_ms":5})").find("median") !=
             std::string::npos);
  BOOST_TEST(complaint(R"({"port":"cortex.v","every_ms":"soon"})").find("soon") !=
             std::string::npos);
  BOOST_TEST(complaint(R"({"port":"cortex.v","every_ms":1e300})") != "none");
}

BOOST_AUTO_TEST_CASE(commands_name_an_input_and_an_amount) {
  const auto order = words::command(
      Json::parse(
          R"({"verb":"value","port":"cortex.v","elements":[3],"amount":0.5,"for_ms":20,"add":true})"),
      ports());
  BOOST_TEST((order.verb == Command::Verb::value));
  BOOST_TEST(order.amount == 0.5);
  BOOST_TEST(order.add);
  BOOST_TEST(ticks(order.span) == 20'000'000'000);
  BOOST_CHECK_THROW(words::command(Json::parse(R"({"verb":"explode"})"), ports()), tutti::Error);
  BOOST_CHECK_THROW(words::command(Json::parse(R"({"verb":"step"})"), ports()), tutti::Error);
  BOOST_CHECK_THROW(words::command(Json::parse(R"({"verb":"spike","port":"nobody"})"), ports()),
                    tutti::Error);
}

BOOST_AUTO_TEST_SUITE_END()
