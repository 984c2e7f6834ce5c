// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/hdf5.hpp"
#include "sonata/record_file.hpp"

namespace sonata {

/// Opens a file for reading whatever state it is in: complete, being written, or left behind.
File open_for_reading(const std::filesystem::path& path);

/// What a recording says of itself.
struct Recording {
  State state = State::closed;
  std::int64_t recorded_until = 0;  ///< [ps] Everything up to here is in the file.
};

/// The state of one of our files; `closed` for those of others, which do not say.
Recording recording_of(const std::filesystem::path& path);

/// Closes properly what a killed process left behind, so that any tool can open it: clears HDF5's
/// marks of an open file, cuts lists that belong together to one length, and writes the time axes.
/// Does nothing to a file that was closed. Requires that its writer is gone: that cannot be seen
/// from the file. Throws Error where the file is beyond repair.
Recording close_after_crash(const std::filesystem::path& path);

}  // namespace sonata
