// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tutti::rxd_app {

/// An expression of a model file as the solver takes it: "0.1 uM" becomes "0.0001", a number in um,
/// ms and mM; what is no number with a unit stays as it is. With `needed` ("mM-1 ms-1") the
/// dimension is checked. Throws Error{config} for an unknown unit or a dimension that does not fit.
std::string in_solver_units(const std::string& text, std::optional<std::string_view> needed = {});

/// "mM ms-1" to the power that a rate of `molecules` reactants has; through a membrane "um-2 ms-1".
std::string rate_unit(int molecules, bool membrane);

}  // namespace tutti::rxd_app
