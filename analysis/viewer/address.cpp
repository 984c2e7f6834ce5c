// SPDX-License-Identifier: MIT
#include "address.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "tutti/error.hpp"

namespace viewer {
namespace {

namespace fs = std::filesystem;
constexpr std::uint16_t usual_port = 8470;
constexpr int usual_tries = 100;

std::string new_token() {
  std::random_device random;  // the system's own randomness
  std::string token;
  for (int k = 0; k < 4; ++k) token += fmt::format("{:08x}", random());
  return token;
}

bool is_token(const std::string& text) {
  return text.size() >= 8 && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

}  // namespace

Address choose_address(const fs::path& folder, const AddressWish& wish) {
  Address address{usual_port, usual_tries, new_token()};
  std::ifstream in{folder / "control" / "viewer.json"};
  const auto old = nlohmann::json::parse(in, nullptr, false);
  if (old.is_object() && is_token(old.value("token", ""))) {
    address.token = old.value("token", "");
    address.port = old.value("port", usual_port);
  }
  if (!wish.token.empty()) {
    if (!is_token(wish.token))
      throw tutti::Error{tutti::Fault::usage, "--token: needed 8 to 64 hexadecimal digits"};
    address.token = wish.token;
  }
  if (wish.port != 0) address.port = wish.port, address.tries = 1;
  return address;
}

void keep_address(const fs::path& folder, const Address& address) {
  const auto path = folder / "control" / "viewer.json";
  std::error_code ignored;
  if (!fs::exists(path.parent_path(), ignored)) return;  // a folder that is not ours
  std::ofstream{path};                                   // first the file, then who may read it
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ignored);
  std::ofstream{path} << nlohmann::json{{"port", address.port}, {"token", address.token}} << "\n";
}

std::string page_text(const fs::path& file) {
  if (file.empty()) return {};
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw tutti::Error{tutti::Fault::io, "{} cannot be read", file.string()};
  return text.str();
}

}  // namespace viewer
