// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tutti/control/run_info.hpp"
#include "tutti/control/source_notes.hpp"

namespace tutti::gateway {

/// A process of the run as the gateway knows it.
struct Source {
  std::string peer;  ///< ZeroMQ's routing id
  tap::Introduction said;
};

/// What there is in a run: its processes, their ports, and tables of elements as far as somebody
/// asked for them.
class Atlas {
 public:
  explicit Atlas(const control::RunInfo& info);

  /// A process has introduced itself. Throws Error{protocol} for one that is not of the run.
  void add(const std::string& peer, tap::Introduction&& said);
  /// Everybody has.
  bool complete() const { return sources_.size() == expected_; }
  const Source* find(const std::string& peer) const;
  /// The ranks of a module, by rank.
  std::vector<const Source*> of_module(const std::string& module) const;

  const tap::Welcome& welcome() const { return welcome_; }
  /// The output "module.port"; nullptr where there is none.
  const tap::PortInfo* output(const std::string& full_name) const;
  /// All elements of an output, and those of each rank that has any.
  Elements elements(const tap::PortInfo& output) const;
  std::vector<std::pair<std::uint32_t, Elements>> parts(const tap::PortInfo& output) const;

  /// The rows of some elements, if they are known.
  std::optional<ElementTable> table(const tap::PortInfo& output, const Elements& chosen) const;
  /// Whether sources have to be asked for them now: which elements. Asks again after a while.
  std::optional<Elements> question(const tap::PortInfo& output, const Elements& chosen,
                                   double now_s);
  /// A rank's answer. Throws Error{config} where parts do not fit together.
  void take(const std::string& peer, tap::Description&& part);

 private:
  struct Book {
    Elements covered, asked;
    std::optional<ElementTable> table;
    std::set<std::uint32_t> awaited;  // ranks
    std::vector<ElementTable> parts;
    double asked_at_s = 0;
  };
  void describe();

  std::vector<control::RunInfo::Member> members_;
  std::size_t expected_ = 0;
  std::map<std::pair<std::size_t, std::uint32_t>, Source> sources_;  // by member and rank
  tap::Welcome welcome_;
  std::map<std::string, Book> books_;
};

}  // namespace tutti::gateway
