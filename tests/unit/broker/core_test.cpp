// SPDX-License-Identifier: MIT
#include "core/core.hpp"

#include <algorithm>
#include <fstream>

#include "two_modules.hpp"

using namespace tutti;
using namespace tutti::broker;
using namespace tutti::broker::two_modules_run;

BOOST_AUTO_TEST_SUITE(broker_core)

BOOST_AUTO_TEST_CASE(joining_goes_through_ports_and_elements_to_the_start) {
  Broker b;
  b.join_all();
  const auto matched = b.heard<control::Matched>("t");
  BOOST_REQUIRE(matched.size() == 1U);
  BOOST_TEST(matched[0].connections.size() == 2U);
  BOOST_TEST(matched[0].isa == "avx2");  // the least of all
  BOOST_TEST(matched[0].connections[1].scale == 1e-3);
  b.offer("s0", "v", Elements::strided(0, 5, 2));
  BOOST_TEST(b.heard<control::Table>("t").empty());
  b.offer("s1", "v", Elements::strided(1, 5, 2));
  BOOST_REQUIRE(b.heard<control::Table>("t").size() == 1U);
  BOOST_TEST(b.heard<control::Table>("t")[0].parts.size() == 2U);
  b.offer("s0", "spikes", Elements::strided(0, 5, 2));
  b.offer("s1", "spikes", Elements::strided(1, 5, 2));
  b.tell("t", control::Want{"drive", Elements::range(0, 10)});
  BOOST_TEST(b.heard<control::Start>("t").empty());
  b.tell("t", control::Want{"v", Elements::range(3, 4)});
  for (const char* peer : {"t", "s0", "s1"}) {
    const auto start = b.heard<control::Start>(peer);
    BOOST_REQUIRE(start.size() == 1U);
    BOOST_TEST(start[0].routes.size() == 2U);
    BOOST_TEST((start[0].routes[1].targets[0] == Elements::range(3, 4)));
    BOOST_TEST(start[0].pairs.size() == 1U);
    BOOST_TEST((start[0].lease > time_zero));
  }
}

BOOST_AUTO_TEST_CASE(modules_of_different_jobs_learn_where_to_find_each_other) {
  Broker b;
  auto target = join("target", 0);
  target.job = 0;  // in no MPI job
  b.tell("t", target);
  b.tell("s1", join("source", 1));
  b.tell("s0", join("source", 0));
  for (const char* name : {"spikes", "v"}) {
    b.offer("s0", name, Elements::strided(0, 5, 2));
    b.offer("s1", name, Elements::strided(1, 5, 2));
  }
  for (const char* name : {"drive", "v"}) b.tell("t", control::Want{name, Elements::range(0, 10)});
  const auto start = b.heard<control::Start>("s0");
  BOOST_REQUIRE(start.size() == 1U);
  BOOST_TEST(start[0].pairs.empty());
  BOOST_TEST(start[0].modules[0].job == 1U);
  BOOST_TEST(start[0].modules[1].job == 0U);
  BOOST_TEST(start[0].modules[0].endpoints.at(1) == "ipc:///source.1");
}

BOOST_AUTO_TEST_CASE(a_module_that_died_before_it_joined_is_named) {
  Broker b;
  b.tell("t", join("target", 0));
  b.tell("launcher", control::Lost{"target", "exit code 1"});  // the broker sees those itself
  BOOST_TEST(b.core.ok());
  b.tell("launcher", control::Lost{"source", "exit code 7"});
  BOOST_TEST(b.ended_with("source rank 0 ended before it joined: exit code 7"));
}

BOOST_AUTO_TEST_CASE(strangers_and_doubles_are_sent_away_without_harm) {
  Broker b;
  b.tell("x", join("sourze", 0));
  b.tell("y", join("source", 7));
  auto old = join("source", 0);
  old.release = "0.0.1";
  b.tell("z", old);
  b.tell("s0", join("source", 0));
  b.tell("again", join("source", 0));
  for (const char* peer : {"x", "y", "z", "again"})
    BOOST_TEST(b.heard<control::Stop>(peer).size() == 1U);
  BOOST_TEST(b.heard<control::Stop>("s0").empty());
  BOOST_TEST(b.core.ok());
  b.tell("nobody", control::Done{});  // who never joined is no concern of the run
  BOOST_TEST(b.core.ok());
}

BOOST_AUTO_TEST_CASE(ports_that_do_not_fit_end_the_run_and_name_both_ends) {
  Broker b;
  auto wrong = join("target", 0);
  wrong.ports[1].unit = "nA";
  b.tell("t", wrong);
  b.tell("s0", join("source", 0));
  b.tell("s1", join("source", 1));
  BOOST_TEST(b.ended_with("source.v"));
  BOOST_TEST(b.ended_with("target.v"));
  BOOST_TEST((b.core.status().fault == Fault::config));
}

BOOST_AUTO_TEST_CASE(elements_that_nobody_has_are_refused_by_name) {
  Broker b;
  b.join_all();
  for (const char* name : {"spikes", "v"}) {
    b.offer("s0", name, Elements::range(0, 2));
    b.offer("s1", name, Elements::range(2, 2));
  }
  b.tell("t", control::Want{"drive", Elements::range(0, 4)});
  b.tell("t", control::Want{"v", Elements::range(0, 6)});
  BOOST_TEST(b.ended_with("target.v wants elements 4..5 that source.v does not have"));
}

BOOST_AUTO_TEST_CASE(who_never_comes_is_named_when_the_time_is_up) {
  Broker b;
  b.tell("s0", join("source", 0));
  b.tell("t", join("target", 0));
  b.wait(35);
  BOOST_TEST(b.ended_with("source rank 1 never came"));
  BOOST_TEST((b.core.status().fault == Fault::deadline));
}

BOOST_AUTO_TEST_CASE(leases_run_ahead_stop_at_a_pause_and_go_on) {
  auto run = two_modules();
  run.stop = parse_duration("100 s");
  Broker b{run};
  b.start();
  const auto first = b.heard<control::Start>("t")[0].lease;
  b.now = 0.05;
  b.progress("t", "200 ms");
  BOOST_TEST(b.heard<control::Lease>("t").empty());  // the slowest counts
  for (const auto* peer : {"s0", "s1"}) b.progress(peer, "200 ms");
  BOOST_REQUIRE(!b.heard<control::Lease>("t").empty());
  BOOST_TEST((b.heard<control::Lease>("t").back().until > first));
  b.tell("w", control::Command{1, control::Command::Verb::pause, {}, {}});
  const auto paused = b.heard<control::Answer>("w").at(0).at;
  const auto count = b.heard<control::Lease>("t").size();
  b.progress("t", "1000 ms");
  b.progress("s0", "1100 ms");
  BOOST_TEST(b.heard<control::Lease>("t").size() == count);
  BOOST_TEST((b.heard<control::Lease>("t").back().until == paused));
  b.tell("w", control::Command{2, control::Command::Verb::step, parse_duration("1 ms"), {}});
  BOOST_TEST((b.heard<control::Lease>("t").back().until > paused));
  b.tell("w", control::Command{3, control::Command::Verb::resume, {}, {}});
  BOOST_TEST(b.heard<control::Answer>("w").size() == 3U);
  BOOST_TEST((b.core.status().phase == control::Phase::running));
}

BOOST_AUTO_TEST_CASE(a_lease_lasts_about_half_a_second_whether_a_run_is_fast_or_slow) {
  for (const double ms_per_s : {20.0, 20'000.0}) {  // simulated per wall-clock time
    auto run = two_modules();
    run.stop = parse_duration("1000 s");
    Broker b{run};
    b.start();
    double clock = 0;
    for (; b.now < 20; b.wait(0.05)) {
      clock += 0.05 * ms_per_s;
      for (const auto* peer : {"t", "s0", "s1"})
        b.progress(peer, fmt::format("{:.0f} us", 1e3 * clock).c_str());
    }
    const double left = to_ms(b.heard<control::Lease>("t").back().until) - clock;
    BOOST_TEST(left > 0.05 * ms_per_s);
    BOOST_TEST(left < 1.0 * ms_per_s + 5);  // and never less than frames and steps need
  }
}

BOOST_AUTO_TEST_CASE(a_cut_brings_everybody_to_one_instant_on_all_grids) {
  auto run = two_modules();
  run.stop = parse_duration("100 s");
  run.modules[0].step = parse_duration("0.7 ms");
  run.modules[1].step = parse_duration("0.3 ms");
  Broker b{run};
  b.start();
  const auto lease = b.heard<control::Start>("t")[0].lease;
  b.tell("w", control::Command{1, control::Command::Verb::cut, {}, {}});
  const auto answer = b.heard<control::Answer>("w").at(0);
  BOOST_TEST(answer.ok);
  BOOST_TEST((answer.at >= lease));
  BOOST_TEST((answer.at.time_since_epoch() % parse_duration("2.1 ms") == Duration{0}));
  BOOST_TEST((b.heard<control::Lease>("t").back().until == answer.at));
  run.modules[0].step = parse_duration("99.9 s");
  Broker c{run};
  c.start();
  c.tell("w", control::Command{1, control::Command::Verb::cut, {}, {}});
  BOOST_TEST(!c.heard<control::Answer>("w").at(0).ok);
}

BOOST_AUTO_TEST_CASE(members_hear_from_the_broker_even_when_there_is_no_news) {
  Broker b;
  b.tell("t", join("target", 0));
  b.wait(3.2);
  BOOST_TEST(b.heard<control::Lease>("t").size() >= 3U);
}

BOOST_AUTO_TEST_CASE(all_done_means_goodbye_and_hashes_of_ranks_add_up) {
  Broker b;
  b.start();
  control::Done done;
  done.clock = time_zero + parse_duration("100 ms");
  done.hashes = {{"spikes", {1, 2}}};
  b.tell("s0", done);
  done.hashes = {{"spikes", {0x10, 0, 5}}};
  b.tell("s1", done);
  BOOST_TEST(b.heard<control::Bye>("t").empty());
  b.tell("t", control::Done{});
  for (const char* peer : {"t", "s0", "s1"}) BOOST_TEST(b.heard<control::Bye>(peer).size() == 1U);
  BOOST_TEST(b.core.ended());
  BOOST_TEST(b.core.ok());
  const auto summary = b.core.status().summary;
  for (const char* sum : {"0000000000000011", "0000000000000002", "0000000000000005"})
    BOOST_TEST((summary.find(sum) != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_failure_stops_the_others_who_close_their_files_first) {
  Broker b;
  b.start();
  b.tell("s1", control::Failed{Fault::model, "v is not a number", time_zero});
  BOOST_TEST(b.heard<control::Stop>("t").size() == 1U);
  BOOST_TEST(b.heard<control::Stop>("s0").size() == 1U);
  BOOST_TEST(b.heard<control::Bye>("s1").empty());  // it stays until the others have left
  b.tell("t", control::Failed{Fault::peer, "the run ends", time_zero});
  b.tell("s0", control::Failed{Fault::peer, "the run ends", time_zero});
  BOOST_TEST(b.heard<control::Bye>("s1").size() == 1U);
  BOOST_TEST(b.ended_with("source rank 1 at 0 ms: v is not a number"));
  BOOST_TEST(b.core.status().culprit == "source rank 1");
}

BOOST_AUTO_TEST_CASE(one_that_was_told_to_die_is_not_blamed_for_one_that_vanished) {
  Broker b;
  b.start();
  b.tell("s0", control::Failed{Fault::interrupted, "told to end by signal 15", time_zero});
  b.wait(0.1);
  b.keep(b.core.gone(150, "process 150 died", b.now));
  b.wait(5);
  BOOST_TEST(b.ended_with("target is gone"));
  BOOST_TEST(b.core.status().culprit == "target");
}

BOOST_AUTO_TEST_CASE(a_process_that_died_on_another_host_is_blamed_before_those_that_mpirun_ended) {
  Broker b;
  b.tell("t", join("target", 0));
  for (const std::uint32_t rank : {1U, 0U}) {
    auto there = join("source", rank);
    there.host = "there";
    b.tell(fmt::format("s{}", rank), there);
  }
  b.tell_elements();
  b.wait(0.1);
  b.progress("s0", "7 ms");
  b.wait(0.1);
  b.keep(b.core.gone(150, "process 150 died", b.now));  // by mpirun, since s0 is no more
  BOOST_TEST(b.core.status().reason.empty());
  b.wait(0.1);
  b.tell("s1", control::Failed{Fault::interrupted, "told to end by signal 15", time_zero});
  b.wait(1);
  BOOST_TEST(b.ended_with("source rank 0 is gone at 7 ms: its process 100 on there fell silent"));
  BOOST_TEST(b.core.status().culprit == "source rank 0");
}

BOOST_AUTO_TEST_CASE(on_several_hosts_who_alone_is_gone_is_blamed) {
  Broker b;
  auto here = join("target", 0);
  here.host = "elsewhere";
  b.tell("t", here);
  b.tell("s1", join("source", 1));
  b.tell("s0", join("source", 0));
  b.tell_elements();
  b.keep(b.core.gone(100, "process 100 died", b.now));
  for (int k = 0; k < 10; ++k) {
    b.wait(0.1);
    b.progress("s1", "1 ms");
    b.progress("t", "1 ms");
  }
  BOOST_TEST(b.ended_with("source rank 0 is gone at 0 ms: process 100 died"));
}

BOOST_AUTO_TEST_CASE(a_process_without_a_sign_of_life_is_missed) {
  Broker b;
  b.start();
  const auto go_on = [&](int tenths) {
    for (int k = 0; k < tenths; ++k) {
      b.wait(0.1);
      b.progress("s0", "5 ms");
      b.progress("t", "5 ms");
    }
  };
  go_on(95);
  BOOST_TEST(b.core.silent("here").empty());
  go_on(10);
  BOOST_REQUIRE(b.core.silent("here").size() == 1);
  BOOST_TEST(b.core.silent("elsewhere").empty());
  BOOST_TEST((b.core.status().phase == control::Phase::running));  // the shell is to look first
  go_on(60);
  BOOST_TEST(b.ended_with("source rank 1 has given no sign of life"));
  BOOST_TEST(b.core.status().culprit == "source rank 1");
}

BOOST_AUTO_TEST_CASE(what_ails_a_silent_process_is_said) {
  Broker b;
  b.start();
  for (int k = 0; k < 105; ++k) {
    b.wait(0.1);
    b.progress("s0", "5 ms");
    b.progress("s1", "5 ms");
  }
  b.keep(b.core.hung(100, "nonsense", b.now));  // of one who is not silent
  BOOST_TEST((b.core.status().phase == control::Phase::running));
  b.keep(b.core.hung(150, "process 150 was stopped by a signal", b.now));
  BOOST_TEST(b.ended_with("target has given no sign of life"));
  BOOST_TEST(b.ended_with("process 150 was stopped by a signal"));
}

BOOST_AUTO_TEST_CASE(nonsense_ends_a_run_if_a_member_says_it) {
  Broker b;
  b.start();
  b.keep(b.core.nonsense("stranger", "64 bytes are no control message", b.now));
  BOOST_TEST((b.core.status().phase == control::Phase::running));
  b.keep(b.core.nonsense("s1", "64 bytes are no control message", b.now));
  BOOST_TEST(b.ended_with("source rank 1 at 0 ms sent nonsense: 64 bytes"));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_no_harm) {
  Broker b;
  b.start();
  b.tell("t", control::Failed{Fault::model, "\xF6\xFF", time_zero});
  b.wait(4);
  BOOST_TEST(b.core.ended());
  BOOST_TEST(b.core.status().summary.find("culprit") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(when_everybody_waits_the_chain_is_told) {
  Broker b;
  b.start();
  for (int k = 0; k < 400 && b.core.ok(); ++k) {
    b.wait(0.1);
    for (const char* peer : {"s0", "s1", "t"}) b.progress(peer, "5 ms", control::Activity::waiting);
  }
  BOOST_TEST(b.ended_with("nothing has moved"));
  BOOST_TEST(b.ended_with("waits for source.spikes rank 0"));
  BOOST_TEST((b.core.status().fault == Fault::deadline));
}

BOOST_AUTO_TEST_CASE(messages_out_of_turn_end_the_run_in_words) {
  Broker b;
  b.start();
  b.offer("s0", "spikes", Elements::range(0, 1));
  BOOST_TEST(b.ended_with("source rank 0 offered elements of spikes out of turn"));
}

BOOST_AUTO_TEST_CASE(a_matrix_is_passed_on_to_the_rank_it_is_for_and_to_nobody_else) {
  Broker b;
  b.join_all();
  const auto matched = b.heard<control::Matched>("t");
  const auto& v = matched.at(0).connections.at(1);
  b.tell("t", control::Projection{v.id, 1, 0, 2, 40, {1}, {3, 4}});
  BOOST_TEST(b.heard<control::Projection>("s0").empty());
  BOOST_REQUIRE(b.heard<control::Projection>("s1").size() == 1U);
  BOOST_TEST((b.heard<control::Projection>("s1")[0].values == std::vector<float>{3, 4}));
}

BOOST_AUTO_TEST_CASE(a_matrix_from_somebody_else_or_too_late_ends_the_run) {
  Broker stranger, late;
  stranger.join_all();
  const auto id = stranger.heard<control::Matched>("t").at(0).connections.at(1).id;
  stranger.tell("s0", control::Projection{id, 1, 0, 1, 40, {1}, {3}});
  BOOST_TEST(stranger.ended_with("source rank 0 sent a matrix"));
  late.start();
  late.tell("t", control::Projection{id, 1, 0, 1, 40, {1}, {3}});
  BOOST_TEST(late.ended_with("target sent a matrix"));
}

namespace {

control::Command send_spikes(const char* port, Elements elements) {
  control::Command order;
  order.id = 7;
  order.verb = control::Command::Verb::send;
  order.send.port = port;
  order.send.elements = std::move(elements);
  return order;
}

config::RunSpec long_run() {
  auto run = two_modules();
  run.stop = parse_duration("100 s");
  run.modules[1].step = parse_duration("0.7 ms");
  return run;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_sent_reaches_every_rank_before_the_lease_that_lets_its_window_begin) {
  Broker b{long_run()};
  b.start();
  const auto lease = b.heard<control::Start>("t")[0].lease;
  b.tell("w", send_spikes("target.drive", Elements::range(2, 3)));
  const auto answer = b.heard<control::Answer>("w").at(0);
  BOOST_TEST(answer.ok);
  BOOST_TEST(answer.id == 7U);
  BOOST_TEST((answer.at >= lease && answer.at < lease + parse_duration("0.7 ms")));
  BOOST_TEST((answer.at.time_since_epoch() % parse_duration("0.7 ms") == Duration{0}));
  const auto inject = b.heard<control::Inject>("t").at(0);
  BOOST_TEST((inject.at == answer.at));
  BOOST_TEST((inject.what.elements == Elements::range(2, 3)));
  BOOST_TEST(b.heard<control::Inject>("s0").empty());
  const auto log = b.core.take_log();
  BOOST_REQUIRE(log.size() == 1U);
  BOOST_TEST((log[0].at == answer.at));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_refused_with_a_reason) {
  Broker b{long_run()};
  b.start();
  const auto refused = [&](const control::Command& order, const std::string& words) {
    b.tell("w", order);
    const auto answer = b.heard<control::Answer>("w").back();
    BOOST_TEST(answer.text.find(words) != std::string::npos, answer.text);
    BOOST_TEST(!answer.ok);
  };
  refused(send_spikes("nobody.drive", {}), "its modules are source, target");
  refused(send_spikes("target.driv", {}), "is no input; that module has drive, v");
  refused(send_spikes("target.v", {}), "takes a value: say --value");
  refused(send_spikes("target.drive", Elements::range(9, 3)), "has no elements 10..11");
  control::Command resume;
  resume.verb = control::Command::Verb::resume;
  refused(resume, "is not paused");
  BOOST_TEST(b.core.take_log().empty());
  BOOST_TEST(b.heard<control::Inject>("t").empty());
}

BOOST_AUTO_TEST_CASE(what_nobody_is_connected_to_can_be_steered_where_its_module_reads_it) {
  Broker b{long_run()};
  auto target = join("target", 0);
  target.ports.push_back(port("idle", Direction::in, PortKind::spikes));
  target.ports.back().optional = true;
  b.tell("t", target);
  for (const std::uint32_t rank : {1U, 0U}) b.tell(fmt::format("s{}", rank), join("source", rank));
  b.tell_elements();
  const auto ask = [&](Elements elements) {
    b.tell("w", send_spikes("target.idle", std::move(elements)));
    return b.heard<control::Answer>("w").back();
  };
  BOOST_TEST(ask({}).text.find("connected to nothing") != std::string::npos);
  b.tell("t", control::Want{"idle", Elements::range(0, 3)});  // after the start, as may be
  BOOST_TEST(ask(Elements::range(1, 2)).ok);
  BOOST_TEST(ask(Elements::range(3, 1)).text.find("has no elements 3") != std::string::npos);
  BOOST_TEST(b.heard<control::Inject>("t").size() == 1U);
  BOOST_TEST(!b.core.ended());
}

BOOST_AUTO_TEST_CASE(a_log_is_followed_from_the_start_and_a_stop_in_it_holds_the_lease) {
  Steered sent{time_zero + parse_duration("35 ms"), send_spikes("target.drive", {})};
  Steered stop{time_zero + parse_duration("70 ms"), {}};
  stop.what.verb = control::Command::Verb::stop;
  Broker b{long_run()};
  b.core.replay({sent, stop});
  b.start();
  std::vector<std::size_t> kinds;  // in the order in which "t" heard them
  for (const auto& message : b.said["t"])
    if (std::holds_alternative<control::Inject>(message) ||
        std::holds_alternative<control::Start>(message))
      kinds.push_back(message.index());
  BOOST_REQUIRE(kinds.size() == 2U);
  BOOST_TEST((b.heard<control::Inject>("t")[0].at == sent.at));
  BOOST_TEST(kinds[0] == control::Message{control::Inject{}}.index());
  BOOST_TEST((b.heard<control::Start>("t")[0].lease <= stop.at));
  for (const auto* peer : {"t", "s0", "s1"}) b.progress(peer, "60 ms");
  BOOST_TEST((b.heard<control::Lease>("t").back().until == stop.at));
  for (const auto* peer : {"t", "s0", "s1"}) b.progress(peer, "70 ms", control::Activity::waiting);
  b.wait(1);
  BOOST_TEST(b.ended_with("stopped by request at 70 ms"));
  BOOST_TEST(b.core.take_log().size() == 2U);
}

BOOST_AUTO_TEST_CASE(pace_ties_the_lease_to_the_wall_clock) {
  auto run = long_run();
  run.pace = 0.5;
  Broker b{run};
  b.start();
  BOOST_TEST((b.heard<control::Start>("t")[0].lease == time_zero));
  b.wait(2);  // nobody gets on: the wall clock takes nobody further than they can be held soon
  BOOST_TEST(to_ms(b.heard<control::Lease>("t").back().until) < 40);
  for (const auto* peer : {"t", "s0", "s1"}) b.progress(peer, "990 ms");
  b.wait(0.05);
  const double ahead = to_ms(b.heard<control::Lease>("t").back().until);
  BOOST_TEST(ahead > 950);  // half of two seconds, less a tick, and 20 ms of wall-clock time more
  BOOST_TEST(ahead < 1055);
  b.tell("w", control::Command{1, control::Command::Verb::pause, {}, {}});
  b.wait(1);
  b.tell("w", control::Command{2, control::Command::Verb::resume, {}, {}});
  b.wait(0.2);  // the second of the pause does not count
  BOOST_TEST(to_ms(b.heard<control::Lease>("t").back().until) < ahead + 130);
}

BOOST_AUTO_TEST_CASE(a_line_of_the_log_says_all_that_is_needed_to_do_it_again) {
  std::vector<Steered> all;
  all.push_back({time_of(35), send_spikes("target.drive", Elements::strided(2, 3, 4))});
  all.push_back(all[0]);
  all[1].what.send.kind = PortKind::signal;
  all[1].what.send.value = 0.1, all[1].what.send.duration = Duration{7},
  all[1].what.send.add = true;
  all.push_back(all[0]);
  all[2].what.send.kind = PortKind::message;
  all[2].what.send.message = {std::byte{0}, std::byte{255}}, all[2].what.send.media_type = "a/b";
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "steering.jsonl";
  {
    std::ofstream out{path};
    for (const auto& steered : all) out << to_json(steered) << "\n";
  }
  const auto back = read_steering(path);
  BOOST_REQUIRE(back.size() == all.size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    BOOST_TEST(to_json(back[k]) == to_json(all[k]));
    BOOST_TEST((back[k].at == all[k].at));
  }
  std::ofstream{path, std::ios::app} << "{\"at\": \"1 ms\", \"do\": \"dance\"}\n";
  BOOST_CHECK_EXCEPTION(read_steering(path), Error, [](const Error& e) {
    return std::string{e.what()}.find("steering.jsonl:4: nobody knows how to \"dance\"") !=
           std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
