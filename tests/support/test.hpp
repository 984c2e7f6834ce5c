// SPDX-License-Identifier: MIT
#pragma once
#ifndef BOOST_TEST_DYN_LINK
#define BOOST_TEST_DYN_LINK
#endif
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace test {

/// The folder of reference data that lies beside a checkout (../shared, or TUTTI_SHARED), if any.
inline std::optional<std::filesystem::path> shared() {
  std::filesystem::path path;
  if (const char* set = std::getenv("TUTTI_SHARED"))
    path = set;
  else if (const char* source = std::getenv("TUTTI_SOURCE"))
    path = std::filesystem::path{source} / ".." / "shared";
  if (path.empty() || !std::filesystem::exists(path / "refs")) return std::nullopt;
  return path;
}

/// The checkout itself.
inline std::filesystem::path source() {
  const char* set = std::getenv("TUTTI_SOURCE");
  return set ? std::filesystem::path{set} : std::filesystem::current_path();
}

/// A fresh folder that is gone at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tutti-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace test

/// Ends a test with a message where reference data is not there: said, never silent.
#define REQUIRE_SHARED(variable)                                                        \
  const auto variable##_found = test::shared();                                         \
  if (!variable##_found) {                                                              \
    BOOST_TEST_MESSAGE("SKIPPED: needs ../shared or TUTTI_SHARED with reference data"); \
    return;                                                                             \
  }                                                                                     \
  const auto& variable = *variable##_found
