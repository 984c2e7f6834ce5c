// SPDX-License-Identifier: MIT
#include "viewer.hpp"

extern "C" {
extern const char tutti_viewer_page[];      // NOLINT(modernize-avoid-c-arrays): defined by page.S
extern const char tutti_viewer_page_end[];  // NOLINT(modernize-avoid-c-arrays)
}

namespace viewer {

std::string_view embedded_page() { return {tutti_viewer_page, tutti_viewer_page_end}; }

}  // namespace viewer
