// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "case.hpp"
#include "machine.hpp"
#include "tutti/plan/hash.hpp"

namespace contract {

/// Everything modules saw and sent, in the contract's format.
struct Log {
  json inputs = json::object(), outputs = json::object();
  std::map<std::string, tutti::plan::PortHash> hashes;

  /// Makes an entry for each port that `model` connects, so that silence shows, too.
  explicit Log(const Case& model);

  void read(const std::string& module, std::int64_t t, const Readings& readings, bool has_signals);
  void took(const std::string& module, std::int64_t t, const std::vector<TakenSpike>& spikes,
            const std::vector<TakenNote>& notes);
  void sent(const ModuleSpec& module, const Sent& sent);
  void sampled(const ModuleSpec& module, const char* port, std::int64_t t,
               const std::vector<double>& values);
  /// Per port and bin, as 16 hexadecimal digits.
  json hash_text() const;
};

/// Runs the model one act at a time, reading from whole histories: no frames, no ranks, no plan.
Log sequential_reference(const Case& model);

}  // namespace contract
