// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sonata/report_reader.hpp"
#include "spike_player.hpp"
#include "tutti/element_table.hpp"

namespace player {

/// offset + amplitude · sin(2π · (frequency · t + phase + i · shift)) for element i of the port.
struct Sine {
  double offset = 0;
  double amplitude = 0;
  double frequency_hz = 0;
  double phase = 0;  ///< [turns]
  double shift = 0;  ///< [turns] from one element to the next
};

/// Gaussian noise, independent per element. Without `tau` every sample is independent; with it, an
/// Ornstein–Uhlenbeck process of that correlation time, stationary from the start.
struct Noise {
  double mean = 0;
  double sd = 0;
  Duration tau{};
};

struct Constant {
  double value = 0;
};

/// `before` up to and without `at`, `after` from there on.
struct Step {
  double before = 0;
  double after = 0;
  Time at{};
};

/// A recording of Tutti's, read piece by piece: its samples from 0 on, one every `step`; the last
/// one holds. Sample k is of all rows of its element table.
struct Recorded {
  std::filesystem::path path;
  Duration step{1};
  std::uint64_t samples = 1;
};

/// One signal port. All values are in `unit`.
struct SignalRecipe {
  std::string port;
  std::string unit;
  std::string element = "neuron";
  std::uint64_t number = 1;
  std::uint64_t first = 0;  ///< Number of the first element.
  bool mean = false;
  std::variant<Constant, Step, Sine, Noise, Recorded> shape;
  std::optional<tutti::ElementTable> table;  ///< Of a recording; then `number` are its rows.
};

/// Plays a share of the elements of a signal port.
class SignalPlayer {
 public:
  /// `recipe` is borrowed. `share` counts from 0 within the recipe, `step` is between two samples.
  SignalPlayer(const SignalRecipe& recipe, std::uint64_t seed, std::uint64_t stream, Share share,
               Duration step);

  /// The next sample, of instant 0 first; borrowed until the next call. A `mean` has nothing before
  /// instant 0 and is 0 there.
  const std::vector<double>& next();

 private:
  void fill(const Constant& shape);
  void fill(const Step& shape);
  void fill(const Sine& shape);
  void fill(const Noise& shape);
  void fill(const Recorded& shape);

  const SignalRecipe* recipe_;
  std::vector<tutti::Random> random_;
  std::unique_ptr<sonata::ReportReader> reader_;  ///< Of a recording ...
  std::vector<double> block_;                     ///< ... some samples of which are here,
  std::uint64_t block_first_ = 0;                 ///< this one first.
  Share share_;
  Duration step_;
  std::uint64_t index_ = 0;  ///< Of the next sample.
  std::vector<double> values_;
  std::vector<double> zeros_;
};

}  // namespace player
