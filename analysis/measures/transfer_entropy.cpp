// SPDX-License-Identifier: MIT
#include "measures/transfer_entropy.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "measures/require.hpp"

namespace measures {

namespace {
// A sequence as letters 0 … size − 1 of its own alphabet.
struct Letters {
  std::vector<std::size_t> letter;
  std::size_t size = 0;
};

Letters letters_of(std::span<const double> counts) {
  std::vector<double> alphabet(counts.begin(), counts.end());
  std::ranges::sort(alphabet);
  alphabet.erase(std::unique(alphabet.begin(), alphabet.end()), alphabet.end());
  Letters result{{}, alphabet.size()};
  for (const double c : counts)
    result.letter.push_back(
        static_cast<std::size_t>(std::ranges::lower_bound(alphabet, c) - alphabet.begin()));
  return result;
}

// H in bits of a table of counts.
double entropy(std::span<const std::size_t> table, double total) {
  double h = 0;
  for (const auto n : table)
    if (n > 0) h -= static_cast<double>(n) / total * std::log2(static_cast<double>(n) / total);
  return h;
}

struct Entropies {
  double future_present, present, future_present_source, present_source;
};

Entropies joint_entropies(const Letters& source, const Letters& target) {
  const auto a = target.size, b = source.size;
  std::vector<std::size_t> fp(a * a), p(a), fps(a * a * b), ps(a * b);
  const auto n = target.letter.size() - 1;
  for (std::size_t t = 0; t < n; ++t) {
    const auto f = target.letter[t + 1], now = target.letter[t], s = source.letter[t];
    ++fp[f * a + now], ++p[now], ++fps[(f * a + now) * b + s], ++ps[now * b + s];
  }
  const auto total = static_cast<double>(n);
  return {entropy(fp, total), entropy(p, total), entropy(fps, total), entropy(ps, total)};
}

double transferred(const Entropies& h) {
  return h.future_present - h.present - h.future_present_source + h.present_source;
}

// Fisher and Yates, with the engine's bits alone: what the standard library's distributions give
// differs between implementations.
void shuffle(std::vector<std::size_t>& x, std::mt19937_64& engine) {
  __extension__ using Wide = unsigned __int128;
  for (std::size_t i = x.size(); i > 1; --i)
    std::swap(x[i - 1], x[static_cast<std::size_t>((Wide{engine()} * i) >> 64)]);
}
}  // namespace

TransferEntropy transfer_entropy(std::span<const double> source, std::span<const double> target,
                                 std::size_t shuffles, std::uint64_t seed) {
  require(source.size() == target.size() && source.size() > 1,
          "transfer entropy needs two trains of one length, not {} and {} bins", source.size(),
          target.size());
  auto from = letters_of(source);
  const auto to = letters_of(target);
  // A table of more cells than this can never be filled by a spike train: bins are far too wide.
  require(to.size * to.size * from.size < 100'000'000,
          "transfer entropy of {} and {} different counts: take narrower bins", from.size, to.size);
  const auto h = joint_entropies(from, to);
  TransferEntropy result;
  result.samples = source.size() - 1;
  result.bits = transferred(h);
  result.uncertainty = h.future_present - h.present;
  std::mt19937_64 engine{seed};
  for (std::size_t i = 0; i < shuffles; ++i) {
    shuffle(from.letter, engine);
    result.shuffled += transferred(joint_entropies(from, to)) / static_cast<double>(shuffles);
  }
  if (result.uncertainty > 0)
    result.normalised = (result.bits - result.shuffled) / result.uncertainty;
  return result;
}

}  // namespace measures
