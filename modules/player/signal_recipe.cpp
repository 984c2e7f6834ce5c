// SPDX-License-Identifier: MIT
#include "signal_recipe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "files.hpp"

namespace player {

SignalPlayer::SignalPlayer(const SignalRecipe& recipe, std::uint64_t seed, std::uint64_t stream,
                           Share share, Duration step)
    : recipe_{&recipe}, share_{share}, step_{step}, values_(share.count), zeros_(share.count) {
  if (std::holds_alternative<Noise>(recipe.shape))
    for (std::uint64_t i = 0; i < share.count; ++i)
      random_.emplace_back(seed, stream, share.first + i);
  if (const auto* recorded = std::get_if<Recorded>(&recipe.shape))
    reader_ = reading([&] { return std::make_unique<sonata::ReportReader>(recorded->path); });
}

const std::vector<double>& SignalPlayer::next() {
  std::visit([this](const auto& shape) { fill(shape); }, recipe_->shape);
  return index_++ == 0 && recipe_->mean ? zeros_ : values_;
}

void SignalPlayer::fill(const Constant& shape) { std::ranges::fill(values_, shape.value); }

void SignalPlayer::fill(const Step& shape) {
  const Time now = tutti::time_zero + static_cast<std::int64_t>(index_) * step_;
  std::ranges::fill(values_, now < shape.at ? shape.before : shape.after);
}

void SignalPlayer::fill(const Sine& shape) {
  const double turns =
      shape.frequency_hz * static_cast<double>(index_) * tutti::to_s(step_) + shape.phase;
  for (std::uint64_t i = 0; i < share_.count; ++i) {
    const double turn = turns + static_cast<double>(share_.first + i) * shape.shift;
    values_[i] =
        shape.offset + shape.amplitude * std::sin(2 * std::numbers::pi * (turn - std::floor(turn)));
  }
}

void SignalPlayer::fill(const Noise& shape) {
  // The exact update of an Ornstein–Uhlenbeck process over one step (Gillespie 1996, eq. 3.1).
  const double keep = shape.tau > Duration::zero() && index_ > 0
                          ? std::exp(-tutti::to_s(step_) / tutti::to_s(shape.tau))
                          : 0.0;
  const double fresh = shape.sd * std::sqrt(1 - keep * keep);
  for (std::uint64_t i = 0; i < share_.count; ++i)
    values_[i] = shape.mean + keep * (values_[i] - shape.mean) + fresh * random_[i].normal(index_);
}

void SignalPlayer::fill(const Recorded& shape) {
  constexpr std::uint64_t block_values = 1ULL << 20;  // 8 MiB, whatever the recording's length
  const auto now = static_cast<std::int64_t>(index_) * step_;
  const auto sample = std::min(static_cast<std::uint64_t>(now / shape.step), shape.samples - 1);
  if (block_.empty() || sample >= block_first_ + block_.size() / recipe_->number) {
    const std::uint64_t most = std::max<std::uint64_t>(block_values / recipe_->number, 1);
    block_first_ = sample;
    block_ = reading(
        [&] { return reader_->samples_by_row(sample, std::min(most, shape.samples - sample)); });
  }
  const auto begin = (sample - block_first_) * recipe_->number + share_.first;
  std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(begin), share_.count, values_.begin());
}

}  // namespace player
