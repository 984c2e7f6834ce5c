// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "stream.hpp"
#include "tutti/element_table.hpp"

namespace viewer {

/// One recorded port.
class Recorded {
 public:
  virtual ~Recorded() = default;
  virtual const StreamInfo& info() const = 0;
  virtual const tutti::ElementTable& table() const = 0;
  virtual Time end() const = 0;  ///< Of the last spike or sample.
  /// What there is in (after, until], oldest first, at most about `most` values; empty where there
  /// is nothing. The block reaches up to `until` where nothing was left out.
  virtual Block read(const Selection& selection, Time after, Time until, std::size_t most) = 0;
};

/// All ports of spikes.h5: ours, or the populations of a SONATA file of others as ports "spikes".
/// Throws sonata::Error.
std::vector<std::unique_ptr<Recorded>> open_spikes(const std::filesystem::path& file);

/// The port of one PORT.h5, ours or a SONATA report of others; nothing where the file is none.
std::unique_ptr<Recorded> open_signal(const std::filesystem::path& file);

/// The wanted elements' places in the table, ascending; all of them where `wanted` is empty. Throws
/// Error{usage} where an element is not in the table.
std::vector<std::size_t> rows_of(const tutti::ElementTable& table, const Elements& wanted);

}  // namespace viewer
