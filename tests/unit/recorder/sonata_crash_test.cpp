// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "recordings.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"
#include "test.hpp"

namespace {

/// Runs `write` in a process of its own, which tells each flush through the given function, and
/// kills that process `delay` after the first of them. Returns the last number it told.
template <typename Write>
std::uint64_t kill_while(Write write, std::chrono::microseconds delay) {
  std::array<int, 2> pipe_ends{};
  BOOST_REQUIRE(::pipe(pipe_ends.data()) == 0);
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    try {
      write([&](std::uint64_t flushed) {
        if (::write(pipe_ends[1], &flushed, sizeof flushed) < 0) ::_exit(3);
      });
    } catch (const std::exception&) {
      ::_exit(2);
    }
    ::_exit(1);  // it is to be killed, not to end
  }
  ::close(pipe_ends[1]);
  std::uint64_t flushed = 0;
  std::uint64_t next = 0;
  if (::read(pipe_ends[0], &next, sizeof next) == sizeof next) flushed = next;
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_REQUIRE(WIFSIGNALED(status));
  while (::read(pipe_ends[0], &next, sizeof next) == sizeof next) flushed = next;
  ::close(pipe_ends[0]);
  return flushed;
}

void check_spikes(const std::filesystem::path& path, std::uint64_t at_least) {
  const auto exact = sonata::read_exact_spikes(path, "cortex.spikes").spikes;
  BOOST_TEST(exact.size() >= at_least);
  BOOST_TEST((exact == test::spikes(0, exact.size())));
  std::uint64_t in_lists = 0;
  for (const auto& list : sonata::read_spikes(path)) {
    BOOST_TEST(std::ranges::is_sorted(list.times));
    in_lists += list.times.size();
  }
  BOOST_TEST(in_lists >= at_least);
}

void check_report(const std::filesystem::path& path, std::uint64_t at_least) {
  const sonata::ReportReader reader{path};
  for (const auto& report : reader.reports()) {
    BOOST_TEST(report.samples >= at_least);
    const auto values = reader.samples(report, 0, report.samples);
    bool equal = true;
    for (std::uint64_t k = 0; k < report.samples; ++k)
      for (std::size_t i = 0; i < report.columns(); ++i)
        equal &= values[k * report.columns() + i] == test::value(k, i);
    BOOST_TEST(equal);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sonata_crash)

BOOST_AUTO_TEST_CASE(spikes_survive_kill_9_up_to_the_last_flush) {
  for (int round = 0; round < 10; ++round) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "spikes.h5";
    const auto flushed = kill_while(
        [&](auto tell) {
          sonata::SpikeWriter writer{path, {{test::neurons(), true}}};
          for (std::uint64_t n = 0;; n += 4321) {
            writer.append(0, test::spikes(n, n + 4321));
            writer.flush(test::spike(n + 4320).tick);
            tell(n + 4321);
          }
        },
        std::chrono::microseconds{1700 * round});
    BOOST_TEST(flushed > 0);
    check_spikes(path, flushed);  // as it was left
    const auto recording = sonata::close_after_crash(path);
    BOOST_TEST((recording.state == sonata::State::repaired));
    BOOST_TEST(recording.recorded_until >= test::spike(flushed - 1).tick);
    check_spikes(path, flushed);
    BOOST_TEST(
        (sonata::close_after_crash(path).state == sonata::State::repaired));  // again: no harm
  }
}

BOOST_AUTO_TEST_CASE(a_report_survives_kill_9_and_gets_its_time_axis) {
  for (int round = 0; round < 10; ++round) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "probe.v_ext.h5";
    const auto flushed = kill_while(
        [&](auto tell) {
          sonata::ReportWriter writer{path, {test::electrodes(), "mV", 0, 100'000'000, true}};
          for (std::uint64_t k = 0;; ++k) {
            writer.append(test::sample(k, 3));
            if (k % 97 != 0) continue;
            writer.flush();
            tell(k + 1);
          }
        },
        std::chrono::microseconds{1300 * round});
    BOOST_TEST(flushed > 0);
    check_report(path, flushed);
    sonata::close_after_crash(path);
    check_report(path, flushed);
    const auto file = sonata::File::open(path, H5F_ACC_RDONLY);  // as any other tool opens it
    const auto samples = sonata::ReportReader{path}.reports().at(0).samples;
    for (const char* name : {"report/probe/mapping/time", "time"}) {
      const auto time = sonata::read_all<double>(file, file.id.get(), name);
      BOOST_TEST(time.at(1) == static_cast<double>(samples * 100'000'000) / 1e9);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_writer_did_not_close_is_good_but_counts_as_interrupted) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  try {
    sonata::SpikeWriter writer{path, {{test::neurons(), true}}};
    writer.append(0, test::spikes(0, 50));
    throw std::runtime_error{"the run failed"};
  } catch (const std::runtime_error&) {
  }
  BOOST_TEST((sonata::recording_of(path).state == sonata::State::open));
  check_spikes(path, 50);
  BOOST_TEST((sonata::close_after_crash(path).state == sonata::State::repaired));
}

BOOST_AUTO_TEST_SUITE_END()
