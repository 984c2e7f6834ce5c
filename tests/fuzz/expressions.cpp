// SPDX-License-Identifier: MIT
// A rate or a rule of distance as a person may write it: parsed, derived, compiled and evaluated.
#include "expressions/error.hpp"
#include "expressions/parser.hpp"
#include "expressions/program.hpp"
#include "target.hpp"

using namespace expressions;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Pool pool;
  Names names;
  names.define("x", pool.input(0));
  names.define("ca[cyt]", pool.input(1));
  names.define("distance", pool.input(2));
  try {
    const auto e = parse(fuzz::text_of(data, size), names, pool);
    const std::vector<double> at{0.5, 1e-4, 120.0};
    pool.evaluate(e, at);
    pool.evaluate(pool.derivative(e, 0), at);
  } catch (const Error&) {
  }
  return 0;
}
