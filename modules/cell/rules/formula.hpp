// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expressions/program.hpp"
#include "tutti/random.hpp"

namespace cell::rules {

/// What cells (or segments) are, for formulas: a column of numbers for each attribute, by row.
/// Lengths are in um.
using Columns = std::map<std::string, std::vector<double>, std::less<>>;

/// What words in formulas mean.
struct Words {
  std::vector<std::string> attributes;    ///< Names of columns.
  std::map<std::string, double> numbers;  ///< Names that stand for one number everywhere.
  std::array<double, 3> size{};           ///< Of space [um]; 0 where nobody said.
  std::array<bool, 3> periodic{};         ///< Whether space closes on itself in x, y, z.
};

/// What a formula is about, and so which names it has.
///
/// A cell: its attributes. A pair: pre_ATTRIBUTE and post_ATTRIBUTE, dist_x, dist_y, dist_z (never
/// negative), dist_2D (x and z), dist_3D and, where space has a size, dist_norm2D, dist_norm3D. A
/// contact: also `path`, the way along the dendrite from the soma [um]. All have `uniform`,
/// a random number from 0 to 1, and `normal`, one of mean 0 and deviation 1.
///
/// A cell in time: what a cell has and `t`, the time [ms]. Its random numbers are the cell's own
/// and stay the same. Its cells are the `sources` of Pairs.
enum class About { cell, pair, contact, cell_in_time };

/// A formula that somebody wrote, checked and compiled to run over blocks of pairs.
class Formula {
 public:
  /// Throws expressions::Error, which points at the character.
  Formula(std::string_view text, const Words& words, About about);

  const std::string& text() const { return text_; }
  /// The names of columns it reads, of targets (or of cells) and of sources.
  const std::vector<std::string>& reads_of_targets() const { return of_targets_; }
  const std::vector<std::string>& reads_of_sources() const { return of_sources_; }
  bool reads_path() const { return path_; }
  bool reads_time() const { return time_; }
  /// Of a cell in time: whether values differ between cells.
  bool differs_by_cell() const { return !of_sources_.empty() || random_; }
  /// Multiplies all values: a unit.
  void scale(double factor) { factor_ = factor; }
  double factor() const { return factor_; }

  /// Some pairs that share their target.
  struct Pairs {
    const Columns* of_sources = nullptr;
    const Columns* of_targets = nullptr;
    std::uint64_t target = 0;                  ///< Row.
    std::span<const std::uint64_t> sources{};  ///< Rows; of a cell: one row of any value each.
    std::span<const std::uint64_t> draws{};    ///< What random numbers hang on, beside `random`.
    const tutti::Random* random = nullptr;     ///< Of the target.
    std::span<const double> path{};            ///< [um]
    double time = 0;                           ///< [ms]
  };
  /// One value per source. Throws Error{config} where a column is not there.
  void evaluate(const Pairs& pairs, std::span<double> values) const;
  /// Of a cell.
  double of_cell(const Columns& columns, std::uint64_t row, const tutti::Random& random) const;

 private:
  struct Input {
    enum class From { source, target, uniform, normal, path, time } from;
    std::string column{};
  };
  std::string text_;
  expressions::Program program_;
  std::vector<Input> inputs_;
  std::vector<std::string> of_targets_, of_sources_;
  bool path_ = false, time_ = false, random_ = false;
  double factor_ = 1;
};

}  // namespace cell::rules
