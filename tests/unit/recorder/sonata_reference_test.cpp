// SPDX-License-Identifier: MIT
// Reads files that other simulators wrote: the circuits published with the SONATA format.
#include "test.hpp"

#include <algorithm>
#include <numeric>

#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"

BOOST_AUTO_TEST_SUITE(sonata_reference)

BOOST_AUTO_TEST_CASE(the_legacy_layout_of_gids_is_read) {
  REQUIRE_SHARED(shared);
  const auto inputs = shared / "data/sonata/300_intfire/inputs";
  const auto lgn = sonata::read_spikes(inputs / "lgn_spikes.h5");
  BOOST_REQUIRE(lgn.size() == 1);
  BOOST_TEST(lgn[0].population.empty());
  BOOST_TEST(lgn[0].times.size() == 2738);  // h5dump's count
  BOOST_TEST((lgn[0].sorting == sonata::Sorting::by_id));
  BOOST_TEST(std::ranges::is_sorted(lgn[0].node_ids));
  BOOST_TEST(sonata::read_spikes(inputs / "tw_spikes.h5")[0].times.size() == 295);
}

BOOST_AUTO_TEST_CASE(a_text_for_sorting_is_read) {
  REQUIRE_SHARED(shared);
  const auto v1 = sonata::read_spikes(shared / "data/sonata/300_intfire/output/spikes.h5");
  BOOST_REQUIRE(v1.size() == 1);
  BOOST_TEST(v1[0].population == "v1");
  BOOST_TEST(v1[0].times.size() == 4322);
  BOOST_TEST((v1[0].sorting == sonata::Sorting::by_time));
  BOOST_TEST(std::ranges::is_sorted(v1[0].times));
}

BOOST_AUTO_TEST_CASE(a_report_of_another_simulator_is_read) {
  REQUIRE_SHARED(shared);
  const auto folder = shared / "data/sonata/5_cells_iclamp/output";
  const sonata::ReportReader reader{folder / "membrane_potential.h5"};
  const auto& report = reader.report("biophysical");
  BOOST_TEST(report.samples == 40000);
  BOOST_TEST(report.columns() == 5);
  BOOST_TEST(report.index_pointers.size() == 6);
  BOOST_TEST(reader.step_tick() == 100'000'000);
  // The cells fire: spikes.h5 beside it has 124 spikes, so the soma passes 0 mV now and then.
  const auto v = reader.column(report, 0);
  BOOST_TEST(*std::ranges::max_element(v) > 0);
  BOOST_TEST(*std::ranges::min_element(v) > -110);
  BOOST_CHECK_THROW(reader.table(), sonata::Error);
  BOOST_CHECK_THROW(reader.report("nobody"), sonata::Error);
}

BOOST_AUTO_TEST_CASE(what_is_no_spike_file_is_refused_with_its_name) {
  REQUIRE_SHARED(shared);
  const auto says = [](const std::filesystem::path& path, const char* text) {
    try {
      sonata::read_spikes(path);
    } catch (const sonata::Error& error) {
      const std::string what = error.what();
      return what.find(path.string()) != std::string::npos && what.find(text) != std::string::npos;
    }
    return false;
  };
  BOOST_TEST(says(shared / "data/sonata/5_cells_iclamp/output/membrane_potential.h5", "/spikes"));
  BOOST_TEST(says(shared / "FORMATS.md", "HDF5"));
  BOOST_TEST(says("/nonexistent/spikes.h5", "no such file"));
}

BOOST_AUTO_TEST_SUITE_END()
