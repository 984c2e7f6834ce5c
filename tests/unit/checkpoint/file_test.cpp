// SPDX-License-Identifier: MIT
#include "checkpoint/file.hpp"

#include <fstream>

#include "test.hpp"

using namespace tutti;

namespace {

State::Entries entries(std::uint64_t first) {
  const std::vector<std::byte> bytes{std::byte{1}, std::byte{2}};
  return {{"cells", {{first, bytes}, {first + 1, {}}}}, {".past spikes", {{first, bytes}}}};
}

checkpoint::Head head(std::uint32_t rank) { return {"cortex", rank, 2, time_of(250), 1}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(what_all_ranks_wrote_is_read_as_one) {
  const test::TemporaryFolder folder;
  for (const std::uint32_t rank : {0U, 1U})
    checkpoint::write(folder.path(), head(rank), entries(10 * rank));
  BOOST_TEST(checkpoint::holds(folder.path(), "cortex"));
  BOOST_TEST(!checkpoint::holds(folder.path(), "calcium"));
  const auto all = checkpoint::read(folder.path(), "cortex", time_of(250));
  BOOST_TEST(all.at("cells").size() == 4U);
  BOOST_TEST((all.at("cells").at(10) == entries(10).at("cells").at(10)));
  BOOST_TEST(all.at(".past spikes").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_time_a_missing_rank_and_junk_are_refused) {
  const test::TemporaryFolder folder;
  checkpoint::write(folder.path(), head(0), entries(0));
  BOOST_CHECK_THROW(checkpoint::read(folder.path(), "cortex", time_of(250)), Error);  // rank 1
  checkpoint::write(folder.path(), head(1), entries(10));
  BOOST_CHECK_THROW(checkpoint::read(folder.path(), "cortex", time_of(251)), Error);
  std::ofstream{folder.path() / "cortex.1.h5"} << "no HDF5";
  BOOST_CHECK_THROW(checkpoint::read(folder.path(), "cortex", time_of(250)), Error);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_an_error) {
  BOOST_CHECK_THROW(checkpoint::write("/proc/nowhere", head(0), entries(0)), Error);
}

BOOST_AUTO_TEST_SUITE_END()
