// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace viewer {

/// What the user asks for; 0 and "" leave it to us.
struct AddressWish {
  std::uint16_t port = 0;
  std::string token;
};

struct Address {
  std::uint16_t port = 0;
  int tries = 1;  ///< Ports from `port` on that may be taken instead.
  std::string token;
};

/// Port and token of a run's viewer: the wished ones; else those it had before (a page that is
/// still open then finds it again); else 8470 or a little above, and 128 random bits.
Address choose_address(const std::filesystem::path& folder, const AddressWish& wish);

/// Notes them in the folder (control/viewer.json, readable by its owner only), where it can.
void keep_address(const std::filesystem::path& folder, const Address& address);

/// A page from a file; "" where none is named. Throws Error{io} where it cannot be read.
std::string page_text(const std::filesystem::path& file);

}  // namespace viewer
