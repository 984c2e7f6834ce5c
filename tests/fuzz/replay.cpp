// SPDX-License-Identifier: MIT
// replay FILE|FOLDER...: gives a fuzz target each file, and mutants of it. Without libFuzzer, so
// that any compiler can do it in seconds: what fuzzers once found stays mended.
#include <cstdio>
#include <iterator>
#include <vector>

#include "target.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

/// xorshift64: the same mutants every time.
struct Dice {
  std::uint64_t state = 0x9E3779B97F4A7C15ULL;
  std::size_t below(std::size_t limit) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<std::size_t>(state % limit);
  }
};

Bytes read(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

void give(const Bytes& bytes) {
  const Bytes exact(bytes);  // of its own length: a sanitizer sees who reads past its end
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Bytes mutant(const Bytes& of, Dice& dice) {
  Bytes bytes = of;
  for (auto changes = 1 + dice.below(4); changes > 0 && !bytes.empty(); --changes) {
    const auto at = dice.below(bytes.size());
    switch (dice.below(4)) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1U << dice.below(8));
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(dice.below(2) == 0 ? 0xFF : dice.below(256));
        break;
      case 2:
        bytes.resize(at);
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 1 + dice.below(8), bytes[at]);
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t mutants_of_each = 50;
  std::vector<std::filesystem::path> files;
  for (int k = 1; k < argc; ++k) {
    if (std::filesystem::is_regular_file(argv[k])) files.emplace_back(argv[k]);
    if (!std::filesystem::is_directory(argv[k])) continue;
    for (const auto& entry : std::filesystem::directory_iterator{argv[k]})
      files.push_back(entry.path());
  }
  if (files.empty()) {
    std::fprintf(stderr, "replay: nothing to replay\n");
    return 2;
  }
  Dice dice;
  for (const auto& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);  // the last one named is the one that failed
    const auto bytes = read(file);
    give(bytes);
    for (std::size_t k = 0; k < mutants_of_each; ++k) give(mutant(bytes, dice));
  }
  std::printf("%zu files, %zu mutants of each: no finding\n", files.size(), mutants_of_each);
  return 0;
}
