// SPDX-License-Identifier: MIT
#include "forward/matrix.hpp"

#include "one_source.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace lfp;

namespace {
std::vector<Segment> some_segments(std::size_t n) {
  std::vector<Segment> segments;
  const tutti::Random random{1, tutti::stream_id("segments"), 0};
  for (std::size_t i = 0; i < n; ++i) {
    const auto u = [&](std::uint64_t k) { return 200 * random.uniform(6 * i + k) - 100; };
    segments.push_back({{u(0), u(1), u(2)}, {u(3), u(4), u(5)}, 1.5, i % 5 == 0});
  }
  return segments;
}

const std::vector<Electrode> probe{{{150, 0, -100}, 0, "", 0, {0, 0, 1}},
                                   {{150, 0, 0}, 1, "", 0, {0, 0, 1}},
                                   {{150, 0, 100}, 2, "", 8, {1, 0, 0}}};
}  // namespace

BOOST_AUTO_TEST_SUITE(forward_matrix)

BOOST_AUTO_TEST_CASE(potentials_are_the_sum_over_segments) {
  const auto segments = some_segments(1003);  // no multiple of the lanes
  const ForwardMatrix matrix{probe, segments, {}, Method::soma_as_point};
  const Source source{{}, Method::soma_as_point};
  std::vector<double> current(segments.size()), potential(probe.size());
  for (std::size_t i = 0; i < current.size(); ++i) current[i] = std::sin(static_cast<double>(i));
  matrix.apply(current, potential);
  for (std::size_t e = 0; e < probe.size(); ++e) {
    double sum = 0, magnitude = 0;
    for (std::size_t i = 0; i < current.size(); ++i) {
      const double part = source.at(segments[i], probe[e]) * current[i];
      sum += part, magnitude += std::abs(part);
    }
    // Two orders of one sum differ by rounding of its parts.
    BOOST_TEST(std::abs(potential[e] - sum) <= 1e-14 * magnitude);
  }
}

BOOST_AUTO_TEST_CASE(an_electrode_has_the_same_bits_whoever_else_is_there) {
  const auto segments = some_segments(517);
  const std::vector<double> current(segments.size(), 0.1);
  std::vector<double> all(probe.size()), alone(1);
  ForwardMatrix{probe, segments, {}, Method::line}.apply(current, all);
  for (std::size_t e = 0; e < probe.size(); ++e) {
    ForwardMatrix{{&probe[e], 1}, segments, {}, Method::line}.apply(current, alone);
    BOOST_TEST(alone[0] == all[e]);
  }
}

BOOST_AUTO_TEST_CASE(what_lies_outside_a_slice_is_named) {
  const Medium medium{{0.3, 0.3, 0.3}, Slice{0, 300, 0, 1.5}};
  const std::vector<Segment> segments{{{0, 0, 10}, {0, 0, 400}, 1, false}};
  const std::vector<Electrode> inside{{{0, 0, 0}, 0, "", 0, {0, 0, 1}}};
  BOOST_CHECK_EXCEPTION((ForwardMatrix{inside, segments, medium, Method::line}),
                        std::invalid_argument, [](const auto& e) {
                          return std::string{e.what()}.find("the end of segment 0 at z = 400 um") ==
                                 0;
                        });
  BOOST_CHECK_THROW((ForwardMatrix{probe, {}, medium, Method::line}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
