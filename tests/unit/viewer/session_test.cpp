// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

#include "history.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

namespace {

using namespace viewer;
using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr std::int64_t ms = 1'000'000'000;

/// A run that goes on as far as a test says: one spike a millisecond.
class Toy : public Source {
 public:
  Toy() {
    overview_.live = true;
    overview_.name = "toy";
    streams_.push_back(
        {"net.spikes", tutti::PortKind::spikes, "", "neuron", "", tutti::from_ms(1), 10});
  }
  void go_on(int count) {
    Block block;
    block.from = status_.clock;
    for (int k = 0; k < count; ++k) {
      status_.clock += tutti::duration_of(ms);
      block.times.push_back(ticks(status_.clock));
      block.elements.push_back(static_cast<std::uint64_t>(k % 10));
    }
    block.to = status_.clock;
    history_.add(std::move(block));
  }
  void poll() override {}
  bool ready() const override { return known; }
  const Overview& overview() const override { return overview_; }
  const tutti::control::Status& status() const override { return status_; }
  const std::vector<StreamInfo>& streams() const override { return streams_; }
  const std::vector<StreamInfo>& inputs() const override { return streams_; }
  const tutti::ElementTable* table(const std::string& port) override {
    if (port != "net.spikes") throw tutti::Error{tutti::Fault::usage, "no {}", port};
    return known_table ? &table_ : nullptr;
  }
  void want(const Selection&, Duration) override { ++wanted; }
  void leave(const Selection&) override { --wanted; }
  std::optional<Block> read(const Selection&, Time after, Time until, std::size_t most) override {
    return history_.read(after, until, most);
  }
  std::uint64_t command(const Command&) override { return 77; }
  std::vector<Answer> answers() override { return {}; }

  bool known = true, known_table = false;
  int wanted = 0;

 private:
  Overview overview_;
  tutti::control::Status status_;
  std::vector<StreamInfo> streams_;
  tutti::ElementTable table_;
  History history_{4000};
};

struct Client {
  Toy source;
  std::optional<Session> session{source};
  Session::Clock::time_point now{};

  Json text() {
    const auto message = session->next(now);
    BOOST_REQUIRE(message.has_value());
    BOOST_REQUIRE(!message->binary);
    return Json::parse(message->bytes);
  }
  void greet() {
    BOOST_TEST(text()["type"] == "hello");
    BOOST_TEST(text()["type"] == "state");
  }
  /// Number of spikes in the next frame, nothing where there is none; what was lost by then.
  std::optional<std::uint32_t> spikes(std::uint64_t* lost = nullptr) {
    const auto message = session->next(now);
    if (!message) return std::nullopt;
    BOOST_REQUIRE(message->binary);
    std::uint32_t count = 0;
    std::memcpy(&count, message->bytes.data() + 40, sizeof count);
    if (lost != nullptr) std::memcpy(lost, message->bytes.data() + 16, sizeof *lost);
    return count;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(viewer_session)

BOOST_AUTO_TEST_CASE(nobody_is_greeted_before_it_is_known_what_there_is) {
  Client client;
  client.source.known = false;
  BOOST_TEST(!client.session->next(client.now));
  client.source.known = true;
  client.greet();
}

BOOST_AUTO_TEST_CASE(frames_keep_to_their_rate_and_carry_all_that_came_meanwhile) {
  Client client;
  client.greet();
  client.session->received(
      R"({"type":"subscribe","id":5,"port":"net.spikes","from_ms":0,"rate":10})");
  BOOST_TEST(client.text()["type"] == "stream");
  client.source.go_on(3);
  BOOST_TEST(client.spikes().value() == 3U);
  client.source.go_on(4);
  client.now += milliseconds{50};
  BOOST_TEST(!client.spikes());
  client.now += milliseconds{60};
  BOOST_TEST(client.spikes().value() == 4U);
}

BOOST_AUTO_TEST_CASE(who_stalls_loses_the_oldest_and_is_told_how_many) {
  Client client;
  client.greet();
  client.session->received(R"({"type":"subscribe","id":5,"port":"net.spikes","from_ms":0})");
  client.text();
  client.source.go_on(10);
  BOOST_TEST(client.spikes().value() == 10U);
  for (int k = 0; k < 100; ++k) client.source.go_on(10);  // far more than the history holds
  client.now += std::chrono::seconds{1};
  std::uint64_t lost = 0;
  const auto rest = client.spikes(&lost);
  BOOST_REQUIRE(rest.has_value());
  BOOST_TEST(lost > 0U);
  BOOST_TEST(*rest + lost == 1000U);
}

BOOST_AUTO_TEST_CASE(who_says_what_it_has_dealt_with_is_not_sent_far_ahead_of_that) {
  Client client;
  client.greet();
  client.session->received(R"({"type":"taken","bytes":0})");
  client.session->received(R"({"type":"subscribe","id":5,"port":"net.spikes","from_ms":0})");
  client.text();
  std::uint64_t bytes = 0;
  for (int k = 0; k < 2000; ++k, client.now += std::chrono::seconds{1}) {
    client.source.go_on(100);
    for (auto next = client.session->next(client.now); next;
         next = client.session->next(client.now))
      bytes += next->binary ? next->bytes.size() : 0;
  }
  BOOST_TEST(bytes > (1U << 20U));  // 2000 frames of 100 spikes would be three times as much
  BOOST_TEST(bytes < (1U << 20U) + 4000);
  client.session->received(Json{{"type", "taken"}, {"bytes", bytes}}.dump());
  std::uint64_t lost = 0;
  BOOST_TEST(client.spikes(&lost).has_value());
  BOOST_TEST(lost > 0U);  // the history is short
}

BOOST_AUTO_TEST_CASE(a_new_connection_goes_on_where_the_last_one_broke) {
  Client client;
  client.source.go_on(10);
  client.greet();
  client.session->received(
      R"({"type":"subscribe","id":1,"port":"net.spikes","from_ms":4.000000001})");
  client.text();
  BOOST_TEST(client.spikes().value() == 6U);
}

BOOST_AUTO_TEST_CASE(a_subscription_with_an_end_says_when_it_is_there) {
  Client client;
  client.source.go_on(10);
  client.greet();
  client.session->received(
      R"({"type":"subscribe","id":1,"port":"net.spikes","from_ms":0,"to_ms":7})");
  client.text();
  BOOST_TEST(client.spikes().value() == 7U);
  client.now += std::chrono::seconds{1};
  BOOST_TEST(client.text()["type"] == "end");
  BOOST_TEST(client.source.wanted == 0);
}

BOOST_AUTO_TEST_CASE(words_that_make_no_sense_are_refused_and_bytes_that_are_none_end_it) {
  Client client;
  client.greet();
  for (const auto* word :
       {R"({"type":"subscribe","id":3,"port":"nobody"})", R"({"type":"sing","id":3})",
        R"({"type":"subscribe","id":3,"port":5})", R"({"type":"table","id":3,"port":"x"})",
        R"({"type":7,"id":3})", R"({"id":3})"}) {
    BOOST_TEST(client.session->received(word));
    const auto refusal = client.text();
    BOOST_TEST(refusal["type"] == "refused");
    BOOST_TEST(refusal["id"] == 3);
  }
  for (const auto* junk : {"", "{", "[]", "null", "\xff\xfe", "[[[[[[[["})
    BOOST_TEST(!client.session->received(junk));
}

BOOST_AUTO_TEST_CASE(what_a_client_wanted_is_left_when_it_goes) {
  Client client;
  client.greet();
  client.session->received(R"({"type":"subscribe","id":1,"port":"net.spikes"})");
  client.session->received(R"({"type":"subscribe","id":2,"port":"net.spikes"})");
  client.session->received(R"({"type":"subscribe","id":2,"port":"net.spikes"})");
  BOOST_TEST(client.source.wanted == 2);
  client.session->received(R"({"type":"unsubscribe","id":1})");
  BOOST_TEST(client.source.wanted == 1);
  client.session.reset();
  BOOST_TEST(client.source.wanted == 0);
}

BOOST_AUTO_TEST_CASE(a_table_comes_when_it_is_known_and_an_answer_to_who_asked) {
  Client client;
  client.greet();
  client.session->received(R"({"type":"table","port":"net.spikes"})");
  BOOST_TEST(!client.session->next(client.now));
  client.source.known_table = true;
  BOOST_TEST(client.text()["type"] == "table");
  client.session->received(R"({"type":"command","id":12,"verb":"pause"})");
  client.session->answered({76, true, Time{}, "another's"});
  client.session->answered({77, true, tutti::time_of(5 * ms), ""});
  const auto answer = client.text();
  BOOST_TEST(answer["id"] == 12);
  BOOST_TEST(answer["at_ms"] == 5.0);
}

BOOST_AUTO_TEST_SUITE_END()
