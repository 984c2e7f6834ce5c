// SPDX-License-Identifier: MIT
#include "test.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "recordings.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"

BOOST_AUTO_TEST_SUITE(sonata_files)

BOOST_AUTO_TEST_CASE(spikes_come_back_as_they_were_written_over_many_chunks) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  constexpr std::uint64_t n = 100'001;  // several chunks of 16384 and a rest
  const auto train = test::spikes(0, n);
  for (const int compression : {0, 4}) {
    std::filesystem::remove(path);
    sonata::SpikeWriter writer{path, {{test::neurons(), true}}, compression};
    for (std::uint64_t i = 0; i < n; i += 777) {
      const auto count = std::min<std::uint64_t>(777, n - i);
      writer.append(0, std::span{train}.subspan(i, count));
      if (i % 10 == 0) writer.flush(train[i].tick);
    }
    BOOST_TEST(writer.count() == n);
    writer.close(train.back().tick);

    const auto exact = sonata::read_exact_spikes(path, "cortex.spikes");
    BOOST_TEST((exact.spikes == train));
    BOOST_TEST((exact.table == test::neurons()));

    const auto lists = sonata::read_spikes(path);
    BOOST_REQUIRE(lists.size() == 2);
    for (const auto& list : lists) {
      const std::uint64_t first = list.population == "exc" ? 10 : 15;
      const std::uint64_t end = list.population == "exc" ? 15 : 18;
      sonata::SpikeList expected{list.population, sonata::Sorting::by_time, {}, {}};
      for (const auto& spike : train) {
        if (spike.element < first || spike.element >= end) continue;
        expected.times.push_back(static_cast<double>(spike.tick) / 1e9);
        expected.node_ids.push_back(spike.element - first);
      }
      BOOST_TEST((list == expected));
    }
    BOOST_TEST((sonata::recording_of(path).state == sonata::State::closed));
    BOOST_TEST(sonata::recording_of(path).recorded_until == train.back().tick);
  }
}

BOOST_AUTO_TEST_CASE(a_port_without_spikes_leaves_empty_groups) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  sonata::SpikeWriter{path, {{test::neurons(), false}}}.close(5'000'000'000);
  const auto lists = sonata::read_spikes(path);
  BOOST_REQUIRE(lists.size() == 2);
  BOOST_TEST(lists[0].population == "exc");
  BOOST_TEST(lists[0].times.empty());
  BOOST_TEST((lists[1].sorting == sonata::Sorting::by_time));
}

BOOST_AUTO_TEST_CASE(spikes_out_of_order_or_of_nobody_are_refused) {
  const test::TemporaryFolder folder;
  sonata::SpikeWriter writer{folder.path() / "spikes.h5", {{test::neurons(), false}}};
  writer.append(0, {{{1000, 12, 1}, {1000, 13, 1}, {2000, 10, 1}}});
  const auto append = [&](sonata::Spike spike) { writer.append(0, {&spike, 1}); };
  BOOST_CHECK_THROW(append({1999, 17, 1}), sonata::Error);
  BOOST_CHECK_THROW(append({2000, 9, 1}), sonata::Error);
  BOOST_CHECK_THROW(append({3000, 18, 1}), sonata::Error);
}

BOOST_AUTO_TEST_CASE(populations_of_one_name_in_two_ports_are_told_apart) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  auto other = test::neurons();
  other.port = "thalamus.spikes";
  sonata::SpikeWriter writer{path, {{test::neurons(), false}, {other, false}}};
  const sonata::Spike spike{7, 16, 1};
  writer.append(1, {&spike, 1});
  writer.close(10);
  const auto lists = sonata::read_spikes(path);
  BOOST_REQUIRE(lists.size() == 4);
  BOOST_TEST(lists[3].population == "thalamus_inh");
  BOOST_TEST(lists[3].node_ids == std::vector<std::uint64_t>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_recording_is_never_overwritten) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  sonata::SpikeWriter{path, {}}.close(0);
  BOOST_CHECK_THROW((sonata::SpikeWriter{path, {}}), sonata::Error);
}

BOOST_AUTO_TEST_CASE(a_report_comes_back_exactly_or_as_float32) {
  const test::TemporaryFolder folder;
  for (const bool exact : {false, true})
    for (const int compression : {0, 6}) {
      const auto path = folder.path() / (std::to_string(exact) + std::to_string(compression));
      constexpr std::uint64_t n = 3000;  // two chunks of 1024 and a rest
      const sonata::ReportPort port{test::segments(), "mV", 0, 25'000'000, exact};
      sonata::ReportWriter writer{path, port, compression};
      for (std::uint64_t k = 0; k < n; ++k) {
        writer.append(test::sample(k, 6));
        if (k % 700 == 0) writer.flush();
      }
      writer.close();

      const sonata::ReportReader reader{path};
      const auto& report = reader.report("exc");
      BOOST_TEST(report.samples == n);
      BOOST_TEST(report.unit == "mV");
      BOOST_TEST(reader.step_tick() == 25'000'000);
      BOOST_TEST((reader.table().ids == test::segments().ids));
      const auto values = reader.samples(report, 0, n);
      bool equal = true;
      for (std::uint64_t k = 0; k < n; ++k)
        for (std::size_t i = 0; i < 6; ++i) {
          const double wanted = test::value(k, i);
          equal &= values[k * 6 + i] ==
                   (exact ? wanted : static_cast<double>(static_cast<float>(wanted)));
        }
      BOOST_TEST(equal);
      BOOST_TEST(reader.column(report, 4)[2999] == values[2999 * 6 + 4]);
    }
}

BOOST_AUTO_TEST_CASE(the_mapping_says_node_section_and_place_along_it) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "cortex.v.h5";
  sonata::ReportWriter{path, {test::segments(), "mV", 0, 100, false}}.close();
  const sonata::ReportReader reader{path};
  const auto& report = reader.report("exc");
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(report.node_ids == (std::vector<std::uint64_t>{0, 1}), per_element);
  BOOST_TEST(report.index_pointers == (std::vector<std::uint64_t>{0, 3, 6}), per_element);
  BOOST_TEST(report.element_ids == (std::vector<std::uint32_t>{0, 1, 1, 2, 3, 3}), per_element);
  // A section of 30 and 10 µm has its segments' middles at 15/40 and 35/40.
  BOOST_TEST(report.element_pos == (std::vector<float>{.5F, .375F, .875F, .5F, .25F, .75F}),
             per_element);
}

BOOST_AUTO_TEST_CASE(elements_that_are_not_grouped_by_node_are_reordered) {
  auto table = test::segments();
  table.columns[0].values = std::vector<std::int64_t>{11, 10, 10, 11, 10, 11};
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "cortex.v.h5";
  sonata::ReportWriter writer{path, {table, "mV", 0, 100, true}};
  writer.append(std::vector<double>{0, 1, 2, 3, 4, 5});
  writer.close();
  const sonata::ReportReader reader{path};
  const auto& report = reader.report("exc");
  BOOST_TEST(reader.samples(report, 0, 1) == (std::vector<double>{1, 2, 4, 0, 3, 5}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wide_report_is_cut_into_chunks_of_moderate_size) {
  // 100,000 segments: 8 MiB of memory hold 20 samples; the file stays readable by column.
  const test::TemporaryFolder folder;
  sonata::PortTable table{"cortex.v", "segment", {}, {{"exc", 0, 100'000}}, {}};
  for (std::uint64_t id = 0; id < 100'000; ++id) table.ids.push_back(id);
  const auto path = folder.path() / "cortex.v.h5";
  sonata::ReportWriter writer{path, {table, "mV", 0, 100, false}};
  std::vector<double> values(100'000);
  for (std::size_t k = 0; k < 50; ++k) {
    std::ranges::fill(values, static_cast<double>(k));
    values[77'777] = -static_cast<double>(k);
    writer.append(values);
  }
  writer.close();
  const sonata::ReportReader reader{path};
  const auto& report = reader.report("exc");
  const auto odd = reader.column(report, 77'777);
  const auto even = reader.column(report, 99'999);
  for (std::size_t k = 0; k < 50; ++k) {
    BOOST_TEST(odd[k] == -static_cast<double>(k));
    BOOST_TEST(even[k] == static_cast<double>(k));
  }
}

BOOST_AUTO_TEST_CASE(the_same_recording_is_the_same_bytes) {
  const test::TemporaryFolder folder;
  std::vector<std::string> contents;
  for (const char* name : {"a.h5", "b.h5"}) {
    const auto path = folder.path() / name;
    sonata::SpikeWriter writer{path, {{test::neurons(), true}}};
    writer.append(0, test::spikes(0, 1000));
    writer.close(test::spike(999).tick);
    std::ifstream in{path, std::ios::binary};
    contents.emplace_back(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // HDF5's stamps count seconds
  }
  BOOST_TEST((contents[0] == contents[1]));
}

BOOST_AUTO_TEST_SUITE_END()
