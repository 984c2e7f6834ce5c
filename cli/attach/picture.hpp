// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tutti/control/tap.hpp"

namespace tutti::cli {

/// What is known of a run that somebody looks at in the terminal, and how that is drawn. Knows no
/// terminal: it takes words of the gateway and gives lines.
class Picture {
 public:
  /// `span`: how much simulated time rates and raster show.
  Picture(std::string run, Duration span) : run_{std::move(run)}, span_{span} {}

  void take(const control::Status& status, double wall_s);
  void take(const tap::Stream& stream);
  void take(const tap::Batch& batch);
  void note(std::string line) { note_ = std::move(line); }

  /// The picture as it is now, at most `columns` wide and `rows` high.
  std::vector<std::string> draw(std::size_t columns, std::size_t rows) const;

 private:
  struct Port {
    tap::Stream stream;
    Time from{}, reached{};
    bool begun = false;
    std::deque<std::pair<Time, std::uint64_t>> spikes;  // of the span, and those who are ahead
  };
  struct Population {
    std::string name;
    std::uint64_t first = 0, count = 0;
    const Port* port = nullptr;
    double hz = 0;
    bool holds(const std::pair<Time, std::uint64_t>& spike) const {
      return spike.second >= first && spike.second - first < count;
    }
  };
  static constexpr std::size_t name_width = 22;
  Time reached() const;
  std::vector<Population> populations() const;
  std::string head(std::size_t columns) const;
  void draw_members(std::vector<std::string>& lines) const;
  void draw_rates(std::vector<std::string>& lines, const std::vector<Population>& all,
                  std::size_t columns) const;
  void draw_raster(std::vector<std::string>& lines, const std::vector<Population>& all,
                   std::size_t columns, std::size_t rows) const;
  std::vector<unsigned> dots_of(const Population& p, std::size_t width, std::size_t height) const;

  std::string run_, note_;
  Duration span_;
  control::Status status_;
  double speed_ = 0;  // simulated per wall-clock time
  double told_s_ = 0;
  std::map<std::uint32_t, Port> ports_;
};

}  // namespace tutti::cli
