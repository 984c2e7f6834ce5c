// SPDX-License-Identifier: MIT
#pragma once
#include "expressions/expression.hpp"
#include "expressions/parser.hpp"
#include "expressions/program.hpp"

/// The words of expressions/ that reaction–diffusion models are written in.
namespace rxd {

using expressions::Expr;
using expressions::Names;
using expressions::nearest_of;
using expressions::Op;
using expressions::parse;
using expressions::Pool;
using expressions::Program;

}  // namespace rxd
