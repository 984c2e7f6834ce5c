// SPDX-License-Identifier: MIT
#pragma once
#include <optional>

#include "stream.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/element_table.hpp"

namespace viewer {

/// A module or a connection, for the picture of the run.
struct ModuleBox {
  std::string name, program;
  int ranks = 1;
  Duration step{};
};
struct Arrow {
  std::string from, to;  ///< "cortex.v", "probe.v"
  Duration delay{};
};

/// What does not change while a run is looked at.
struct Overview {
  std::string name, folder;
  bool live = false;  ///< The run goes on, or may still begin; else it is a finished folder.
  Time stop{};
  std::vector<ModuleBox> modules;
  std::vector<Arrow> arrows;
};

/// What a person asks of a run.
struct Command {
  enum class Verb : std::uint8_t { pause, resume, step, stop, mark, spike, value };
  Verb verb = Verb::pause;
  Duration step{};    ///< step: how far.
  std::string text;   ///< stop: why; mark: the note.
  std::string port;   ///< spike, value: of which input port,
  Elements elements;  ///<   to which of its elements; empty: all
  double amount = 1;  ///< spike: weight; value: in the port's unit
  Duration span{};    ///< value: how long; 0: until another one comes
  bool add = false;   ///< value: to what the sources say; else in its place
};

/// An answer to a person's command: when it takes effect.
struct Answer {
  std::uint64_t ticket = 0;  ///< As command() gave it.
  bool ok = false;
  Time at{};
  std::string text;
};

/// Where data come from: a run that goes on, or a folder of one that has ended. Nothing in it
/// waits. Times of data are pulled: who reads keeps the instant up to which it has read.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Moves what came from outside; to be called every few milliseconds.
  virtual void poll() = 0;

  /// Whether it is known what there is to look at; a run that has just begun does not know yet.
  virtual bool ready() const { return true; }

  /// Whether nothing will come any more of a run that went on.
  virtual bool over() const { return false; }

  virtual const Overview& overview() const = 0;
  /// Who is where and who waits for whom.
  virtual const tutti::control::Status& status() const = 0;
  virtual const std::vector<StreamInfo>& streams() const = 0;
  /// Input ports that take steering.
  virtual const std::vector<StreamInfo>& inputs() const = 0;

  /// The elements of a port. Live, the table must be fetched first: nullptr until it is there.
  virtual const tutti::ElementTable* table(const std::string& port) = 0;

  /// Somebody wants this, from `history` ago on; wants are counted. `every` must be a multiple of
  /// the step. Throws Error{usage} where there is no such port.
  virtual void want(const Selection& selection, Duration history) = 0;
  /// One who wanted it does no more.
  virtual void leave(const Selection& selection) = 0;

  /// What there is in (after, until], at most about `most` values of it, oldest first; nothing if
  /// there is nothing new. `from` of the block lies after `after` where older data are gone.
  virtual std::optional<Block> read(const Selection& selection, Time after, Time until,
                                    std::size_t most) = 0;

  /// Asks for something to happen; the answer comes out of answers() later, under the number that
  /// this returns. Throws Error{usage} where nothing can be asked, of a finished run for one.
  virtual std::uint64_t command(const Command& command) = 0;
  virtual std::vector<Answer> answers() = 0;
};

}  // namespace viewer
