// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <memory>

#include "../observe/live_runs.hpp"
#include "../observe/parse.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

using std::chrono::milliseconds;

struct TapOptions {
  std::vector<std::string> names;  // [RUN] MODULE.PORT
  std::string elements, every, history = "0 ms", reduce = "latest";
  bool csv = false;
  std::uint64_t lines = 0;  // then it ends; 0: with the run
};

tap::Reduce reduce_of(const std::string& text) {
  if (text == "latest") return tap::Reduce::latest;
  if (text == "mean") return tap::Reduce::mean;
  if (text == "minmax") return tap::Reduce::min_max;
  throw Error{Fault::usage, "--reduce is latest, mean or minmax, not \"{}\"", text};
}

/// Prints batches as lines, as many as are wanted.
class Printer {
 public:
  Printer(const TapOptions& options) : options_{options}, comma_{options.csv ? "," : " "} {}

  void head(const tap::Stream& stream) {
    stream_ = stream;
    const auto& port = stream.info;
    if (port.port.kind == PortKind::spikes) {
      fmt::print("{}time_ms{}element\n", options_.csv ? "" : "# ", comma_);
      return;
    }
    if (!options_.csv)
      fmt::print("# {} [{}], {} elements, every {}\n", port.full_name(), port.port.unit,
                 stream.table.ids.size(), stream.every);
    fmt::print("{}time_ms", options_.csv ? "" : "# ");
    stream.table.ids.for_each([&](std::uint64_t element) {
      if (stream.reduce == tap::Reduce::min_max)
        fmt::print("{}{}_least{}{}_most", comma_, element, comma_, element);
      else
        fmt::print("{}{}", comma_, element);
    });
    fmt::print("\n");
  }

  void print(const tap::Batch& batch) {
    missed_ += batch.sequence - next_;
    next_ = batch.sequence + 1;
    lost_ = batch.lost;
    const auto width = batch.times.empty() ? 0 : batch.values.size() / batch.times.size() / 8;
    for (std::size_t k = 0; k < batch.times.size() && !enough(); ++k, ++lines_) {
      fmt::print("{}", to_ms(time_of(batch.times[k])));
      if (batch.kind == PortKind::spikes) fmt::print("{}{}", comma_, batch.elements[k]);
      for (std::size_t n = 0; batch.kind == PortKind::signal && n < width; ++n) {
        double value = 0;
        std::memcpy(&value, batch.values.data() + (k * width + n) * sizeof value, sizeof value);
        fmt::print("{}{}", comma_, value);
      }
      fmt::print("\n");
    }
    std::fflush(stdout);
  }

  bool enough() const { return options_.lines > 0 && lines_ >= options_.lines; }
  void close() const {
    if (missed_ > 0) fmt::print(stderr, "{} batches were dropped: this was too slow\n", missed_);
    if (lost_ > 0) fmt::print(stderr, "{} found no room at their source\n", lost_);
  }

 private:
  const TapOptions& options_;
  const char* comma_;
  tap::Stream stream_;
  std::uint64_t lines_ = 0, next_ = 0, missed_ = 0, lost_ = 0;
};

void tap_port(const TapOptions& options) {
  const auto live = find_run(options.names.size() > 1 ? options.names.front() : std::string{});
  tap::Observer observer{live.info, "tutti tap"};
  observer.welcome(milliseconds{30'000});
  tap::Subscribe wish;
  wish.id = 1;
  wish.port = options.names.back();
  if (!options.elements.empty()) wish.elements = parse_elements(options.elements);
  if (!options.every.empty()) wish.every = parse_duration(options.every);
  wish.reduce = reduce_of(options.reduce);
  wish.history = parse_duration(options.history);
  observer.send(wish);
  Printer printer{options};
  for (auto heard = std::chrono::steady_clock::now(); !printer.enough();) {
    const auto word = observer.poll(milliseconds{200});
    const auto now = std::chrono::steady_clock::now();
    if (!word) {
      if (now - heard > std::chrono::seconds{10})
        throw Error{Fault::lost, "run {} has said nothing for 10 s: it is gone", live.info.name};
      continue;
    }
    heard = now;
    if (const auto* refused = std::get_if<tap::Refused>(&*word))
      throw Error{Fault::usage, "{}", refused->text};
    if (const auto* stream = std::get_if<tap::Stream>(&*word)) printer.head(*stream);
    if (const auto* batch = std::get_if<tap::Batch>(&*word)) printer.print(*batch);
    if (std::holds_alternative<tap::Bye>(*word)) break;
  }
  printer.close();
}

}  // namespace

void add_tap(CLI::App& app, int&) {
  auto typed = std::make_shared<TapOptions>();
  auto* tap = app.add_subcommand("tap", "prints what an output says, while the run goes on");
  tap->add_option("MODULE.PORT", typed->names,
                  "with the run before it where several are alive: column cortex.spikes")
      ->required()
      ->expected(1, 2);
  tap->add_option("--elements", typed->elements, "3, 0..9, 1,5,20..29 by 3; all if not said");
  tap->add_option("--every", typed->every, "of a signal: \"1 ms\"; every sample if not said");
  tap->add_option("--reduce", typed->reduce,
                  "what becomes of the samples between: latest, mean, minmax")
      ->capture_default_str();
  tap->add_option("--history", typed->history,
                  "how much of the past first, as far as somebody looked before")
      ->capture_default_str();
  tap->add_flag("--csv", typed->csv, "with commas and a head");
  tap->add_option("--lines", typed->lines, "how many, then it ends; else with the run");
  tap->footer("Example: tutti tap column cortex.spikes --csv\nNobody in the run waits for this.");
  tap->callback([typed] { tap_port(*typed); });
}

}  // namespace tutti::cli
