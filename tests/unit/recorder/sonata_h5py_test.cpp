// SPDX-License-Identifier: MIT
// Another reader than ours: h5py goes through the files field by field (read_with_h5py.py).
#include <fmt/format.h>

#include <cstdlib>

#include "recordings.hpp"
#include "sonata/repair.hpp"
#include "test.hpp"

namespace {

constexpr const char* python = "/usr/bin/python3";  // the system's, which has python3-h5py

bool has_h5py() {
  return std::system(fmt::format("{} -c 'import h5py' 2>/dev/null", python).c_str()) == 0;
}

int check(const char* what, const std::filesystem::path& path) {
  const auto script = test::source() / "tests/unit/recorder/read_with_h5py.py";
  return std::system(
      fmt::format("{} '{}' {} '{}'", python, script.string(), what, path.string()).c_str());
}

}  // namespace

/// Ends a test with a message where h5py is not installed: said, never silent.
#define REQUIRE_H5PY()                                             \
  if (!has_h5py()) {                                               \
    BOOST_TEST_MESSAGE("SKIPPED: needs the package python3-h5py"); \
    return;                                                        \
  }

BOOST_AUTO_TEST_SUITE(sonata_h5py)

BOOST_AUTO_TEST_CASE(h5py_finds_every_field_of_a_spike_file) {
  REQUIRE_H5PY();
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  auto silent = test::neurons();
  silent.port = "silent.spikes";
  sonata::SpikeWriter writer{path, {{test::neurons(), true}, {silent, false}}};
  writer.append(0, test::spikes(0, 1000));
  writer.close(test::spike(999).tick);
  BOOST_TEST(check("spikes", path) == 0);
}

BOOST_AUTO_TEST_CASE(h5py_finds_every_field_of_a_report) {
  REQUIRE_H5PY();
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "cortex.v.h5";
  sonata::ReportWriter writer{path, {test::segments(), "mV", 0, 100'000'000, false}};
  for (std::uint64_t k = 0; k < 1500; ++k) writer.append(test::sample(k, 6));
  writer.close();
  BOOST_TEST(check("report", path) == 0);
}

BOOST_AUTO_TEST_CASE(h5py_finds_the_potential_beside_the_report_of_a_probe) {
  REQUIRE_H5PY();
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "probe.v_ext.h5";
  sonata::ReportWriter writer{path, {test::electrodes(), "mV", 0, 500'000'000, false}};
  for (std::uint64_t k = 0; k < 1500; ++k) writer.append(test::sample(k, 3));
  writer.close();
  BOOST_TEST(check("probe", path) == 0);
}

BOOST_AUTO_TEST_CASE(h5py_reads_while_the_file_is_written) {
  REQUIRE_H5PY();
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  sonata::SpikeWriter writer{path, {{test::neurons(), true}}};
  writer.append(0, test::spikes(0, 1000));
  writer.flush(test::spike(999).tick);
  BOOST_TEST(check("live", path) == 0);
  writer.append(0, test::spikes(1000, 2000));
  writer.close(test::spike(1999).tick);
}

BOOST_AUTO_TEST_SUITE_END()
