// SPDX-License-Identifier: MIT
// Folders that the recorder wrote, and one of another program, as the viewer sees them.
#include <algorithm>

#include "folder_source.hpp"
#include "sonata/report_writer.hpp"
#include "sonata/spike_writer.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

namespace {

using namespace viewer;

constexpr std::int64_t ms = 1'000'000'000;

/// Two elements, 101 samples 0.1 ms apart: one rises by 1 a sample, the other falls.
void record_signal(const std::filesystem::path& file) {
  sonata::ReportPort port;
  port.table = {"net.v", "neuron", {0, 1}, {{"cells", 0, 2}}, {}};
  port.unit = "mV";
  port.step_tick = ms / 10;
  sonata::ReportWriter writer{file, port};
  for (int k = 0; k <= 100; ++k)
    writer.append(std::vector<double>{static_cast<double>(k), -static_cast<double>(k)});
  writer.close();
}

void record_spikes(const std::filesystem::path& file) {
  const sonata::SpikePort port{{"net.spikes", "neuron", {0, 1, 2}, {{"a", 0, 2}, {"b", 2, 1}}, {}},
                               false};
  sonata::SpikeWriter writer{file, {port}};
  writer.append(0, std::vector<sonata::Spike>{
                       {1 * ms, 0, 1}, {1 * ms, 2, 1}, {3 * ms, 1, 1}, {9 * ms, 0, 1}});
  writer.close(10 * ms);
}

Selection of(const char* port, Duration every = {}, Reduce reduce = Reduce::latest,
             Elements elements = {}) {
  return {port, std::move(elements), every, reduce};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(viewer_folder)

BOOST_AUTO_TEST_CASE(spikes_of_all_populations_come_in_order_of_time) {
  const test::TemporaryFolder folder;
  record_spikes(folder.path() / "spikes.h5");
  FolderSource source{folder.path()};
  BOOST_REQUIRE(source.streams().size() == 1U);
  BOOST_TEST(source.streams().front().port == "net.spikes");
  const auto all = source.read(of("net.spikes"), tutti::time_of(-1), Time::max(), 1000);
  BOOST_REQUIRE(all);
  BOOST_TEST(all->times == (std::vector<std::int64_t>{ms, ms, 3 * ms, 9 * ms}),
             boost::test_tools::per_element());
  BOOST_TEST(all->elements == (std::vector<std::uint64_t>{0, 2, 1, 0}),
             boost::test_tools::per_element());
  const auto one = source.read(of("net.spikes", {}, Reduce::latest, Elements::of({2})), Time{},
                               Time::max(), 1000);
  BOOST_TEST(one->times.size() == 1U);
}

BOOST_AUTO_TEST_CASE(spikes_of_one_instant_stay_in_one_frame) {
  const test::TemporaryFolder folder;
  record_spikes(folder.path() / "spikes.h5");
  FolderSource source{folder.path()};
  const auto first = source.read(of("net.spikes"), Time{}, Time::max(), 1);
  BOOST_REQUIRE(first);
  BOOST_TEST(first->times.size() == 2U);
  BOOST_TEST(ticks(first->to) == ms);
  const auto second = source.read(of("net.spikes"), first->to, Time::max(), 1);
  BOOST_TEST(second->times.front() == 3 * ms);
}

BOOST_AUTO_TEST_CASE(samples_are_reduced_over_the_stretch_that_ends_with_them) {
  const test::TemporaryFolder folder;
  record_signal(folder.path() / "net.v.h5");
  FolderSource source{folder.path()};
  const auto every = tutti::duration_of(ms);
  const auto read = [&](Reduce reduce) {
    return *source.read(of("net.v", every, reduce), tutti::time_of(-1), Time::max(), 100'000);
  };
  const auto latest = read(Reduce::latest);
  BOOST_REQUIRE(latest.times.size() == 11U);
  BOOST_TEST(latest.values[2 * 4] == 40.0F);
  const auto mean = read(Reduce::mean);
  BOOST_TEST(mean.values[0] == 0.0F);  // at 0 there is only the sample at 0
  BOOST_TEST(mean.values[2] == 5.5F);  // of samples 1 to 10
  const auto pairs = read(Reduce::min_max);
  BOOST_TEST(pairs.width == 4U);
  const std::vector<float> third(pairs.values.begin() + 8, pairs.values.begin() + 12);
  BOOST_TEST(third == (std::vector<float>{11.F, 20.F, -20.F, -11.F}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(frames_of_any_size_add_up_to_the_whole) {
  const test::TemporaryFolder folder;
  record_signal(folder.path() / "net.v.h5");
  FolderSource source{folder.path()};
  for (const std::size_t most : {1U, 7U, 40U, 100'000U}) {
    std::vector<float> seen;
    Time after = tutti::time_of(-1);
    while (const auto block = source.read(
               of("net.v", tutti::duration_of(ms / 2), Reduce::min_max, Elements::of({1})), after,
               Time::max(), most)) {
      seen.insert(seen.end(), block->values.begin(), block->values.end());
      after = block->to;
    }
    BOOST_REQUIRE(seen.size() == 42U);
    BOOST_TEST(seen[2] == -5.0F);
    BOOST_TEST(seen[3] == -1.0F);
    BOOST_TEST(seen[40] == -100.0F);
    BOOST_TEST(seen[41] == -96.0F);
  }
}

BOOST_AUTO_TEST_CASE(a_part_of_the_run_is_what_lies_in_it) {
  const test::TemporaryFolder folder;
  record_signal(folder.path() / "net.v.h5");
  FolderSource source{folder.path()};
  const auto part =
      source.read(of("net.v"), tutti::time_of(2 * ms - 1), tutti::time_of(3 * ms), 100'000);
  BOOST_REQUIRE(part);
  BOOST_TEST(part->times.size() == 11U);
  BOOST_TEST(part->times.front() == 2 * ms);
  BOOST_TEST(part->times.back() == 3 * ms);
}

BOOST_AUTO_TEST_CASE(files_of_other_programs_can_be_looked_at) {
  REQUIRE_SHARED(shared);
  const auto circuit = shared / "data/sonata/300_intfire";
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{circuit})
    if (entry.path().filename() == "spikes.h5") found = entry.path().parent_path();
  if (found.empty()) {
    BOOST_TEST_MESSAGE("SKIPPED: needs a spikes.h5 of 300_intfire");
    return;
  }
  FolderSource source{found};
  const auto& streams = source.streams();
  const auto spikes =
      std::ranges::find(streams, tutti::PortKind::spikes, &viewer::StreamInfo::kind);
  BOOST_REQUIRE((spikes != streams.end()));
  const auto all = source.read(of(spikes->port.c_str()), tutti::time_of(-1), Time::max(), 1 << 20);
  BOOST_REQUIRE(all);
  BOOST_TEST(all->times.size() == 4322U);  // what its authors published
}

BOOST_AUTO_TEST_CASE(a_folder_without_recordings_says_what_to_do) {
  const test::TemporaryFolder folder;
  try {
    const FolderSource source{folder.path()};
    BOOST_FAIL("it was taken");
  } catch (const tutti::Error& e) {
    BOOST_TEST(std::string{e.what()}.find("record:") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_finished_run_cannot_be_steered) {
  const test::TemporaryFolder folder;
  record_spikes(folder.path() / "spikes.h5");
  FolderSource source{folder.path()};
  BOOST_CHECK_THROW(source.command({}), tutti::Error);
}

BOOST_AUTO_TEST_SUITE_END()
