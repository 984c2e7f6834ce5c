// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE expressions
#include "expressions/expression.hpp"

#include <cmath>

#include "expressions/error.hpp"
#include "expressions/parser.hpp"
#include "expressions/program.hpp"
#include "test.hpp"

namespace {

struct Fixture {
  Fixture() {
    names.define("x", pool.input(0));
    names.define("calcium", pool.input(1));
    names.define("ca[cyt]", pool.input(1));
  }
  double value(const std::string& text, double x = 2, double ca = 3) {
    return pool.evaluate(expressions::parse(text, names, pool), {x, ca});
  }
  std::pair<std::string, std::size_t> problem(const std::string& text) {
    try {
      expressions::parse(text, names, pool);
    } catch (const expressions::Error& e) {
      return {e.what(), e.where().value_or(999)};
    }
    return {"", 999};
  }
  expressions::Pool pool;
  expressions::Names names;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(rxd_expression_suite, Fixture)

BOOST_AUTO_TEST_CASE(precedence_and_associativity_are_those_of_arithmetic) {
  BOOST_TEST(value("1 + 2*3") == 7);
  BOOST_TEST(value("(1 + 2)*3") == 9);
  BOOST_TEST(value("8/4/2") == 1);
  BOOST_TEST(value("7-4-2") == 1);
  BOOST_TEST(value("-x^2") == -4);
  BOOST_TEST(value("2^3^2") == 512);
  BOOST_TEST(value("2**-1") == 0.5);
  BOOST_TEST(value("1e-3*1.5E2") == 0.15);
  BOOST_TEST(value("2*-x") == -4);
}

BOOST_AUTO_TEST_CASE(functions_conditions_and_regions_are_understood) {
  BOOST_TEST(value("exp(log(x))") == 2, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(value("log10(1000)") == 3, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(value("min(x, calcium) + max(x, calcium)") == 5);
  BOOST_TEST(value("if(x > 1, 10, 20)") == 10);
  BOOST_TEST(value("if(x >= 3, 10, 20)") == 20);
  BOOST_TEST(value("(x < 3)*5 + (x <= 2)") == 6);
  BOOST_TEST(value("ca[cyt]*2") == 6);
  BOOST_TEST(value("pow(x, 0.5)") == std::sqrt(2.0));
  BOOST_TEST(value("sin(pi/2)") == 1);
}

BOOST_AUTO_TEST_CASE(conditions_join_with_and_or_not_and_in_chains) {
  BOOST_TEST(value("x == 2 and calcium != 2") == 1);
  BOOST_TEST(value("x == 3 or calcium == 3") == 1);
  BOOST_TEST(value("not x == 2") == 0);
  BOOST_TEST(value("not (x > 5 or calcium > 5) and x") == 1);
  BOOST_TEST(value("1 < x <= 2 < calcium") == 1);
  BOOST_TEST(value("1 < x < 2") == 0);
  BOOST_TEST(value("1 or 0 and 0") == 1);
  BOOST_TEST(value("7 % 4 + (-1) % 4") == 6);  // of the divisor's sign, as in Python
  BOOST_TEST(contains(problem("x = 2").first, "found '='"));
  BOOST_TEST(contains(problem("x and").first, "found the end"));
  BOOST_TEST(contains(problem("andx").first, "unknown name 'andx'"));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_points_at_its_character_and_suggests) {
  const auto [what, where] = problem("3*calcum + 1");
  BOOST_TEST(where == 2U);
  BOOST_TEST(contains(what, "unknown name 'calcum'"));
  BOOST_TEST(contains(what, "did you mean 'calcium'"));
  BOOST_TEST(contains(what, "character 3"));
  BOOST_TEST(contains(problem("ca[cyy]").first, "ca[cyt]"));
  BOOST_TEST(contains(problem("exq(x)").first, "did you mean 'exp'"));
}

BOOST_AUTO_TEST_CASE(a_malformed_expression_says_what_was_found_and_needed) {
  BOOST_TEST(contains(problem("x +").first, "found the end where a number, a name or '('"));
  BOOST_TEST(problem("x +").second == 3U);
  BOOST_TEST(contains(problem("(x").first, "where ')' is needed"));
  BOOST_TEST(contains(problem("x x").first, "found 'x' where an operator or the end"));
  BOOST_TEST(contains(problem("pow(x)").first, "takes 2 argument(s), not 1"));
  BOOST_TEST(contains(problem("").first, "found the end"));
  BOOST_TEST(contains(problem("1 $ 2").first, "found '$'"));
  BOOST_TEST(contains(problem(std::string(1000, '(')).first, "200 deep"));
  BOOST_TEST(contains(problem(std::string(1000, '-') + "x").first, "200 deep"));
  BOOST_TEST(contains(problem(std::string(20000, 'x')).first, "more than 10000"));
}

BOOST_AUTO_TEST_CASE(derivatives_agree_with_central_differences) {
  const double h = 1e-5;
  for (const std::string text :
       {"x^3*calcium", "x/(calcium + x)", "exp(-x*calcium)", "log(x + calcium)", "sqrt(x*calcium)",
        "sin(x)*cos(calcium)", "tan(x/3)", "tanh(x - calcium)", "abs(x - calcium)", "x^calcium",
        "x^-2", "min(x^2, calcium)", "max(x^2, calcium)", "if(x < calcium, x^2, calcium^2)",
        "-x*-x", "1.9565/((0.1/(1000*x))^2 + 1)",
        "(calcium*1000*x/(calcium + 0.13)/(1000*x + 0.4))^3"}) {
    const expressions::Expr e = expressions::parse(text, names, pool);
    for (const std::uint32_t k : {0U, 1U}) {
      std::vector<double> up{1.3, 1.9}, down = up, here = up;
      up[k] += h;
      down[k] -= h;
      const double numeric = (pool.evaluate(e, up) - pool.evaluate(e, down)) / (2 * h);
      const double exact = pool.evaluate(pool.derivative(e, k), here);
      // Error of the difference: h^2 f'''/6, about 1e-10 of functions of order one, and rounding
      // 1e-16/h.
      BOOST_TEST_CONTEXT(text << " by input " << k)
      BOOST_TEST(std::abs(exact - numeric) < 1e-8 * (1 + std::abs(exact)));
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_subexpressions_are_one_node_and_constants_fold) {
  BOOST_TEST(expressions::parse("x*calcium + x*calcium", names, pool) ==
             expressions::parse("calcium*x + x*ca[cyt]", names, pool));
  BOOST_TEST(pool.is_constant(expressions::parse("(2*3 - 6)*x", names, pool), 0));
  BOOST_TEST(expressions::parse("x*1 + 0", names, pool) == pool.input(0));
}

BOOST_AUTO_TEST_CASE(a_compiled_program_gives_what_the_expressions_give_bit_for_bit) {
  std::vector<expressions::Expr> all;
  for (const std::string text :
       {"x*calcium + 1", "exp(x) - calcium^2", "x", "2.5", "if(x < 1, calcium, -x)",
        "x*calcium + exp(x)", "sqrt(calcium)/(x + 0.1)"})
    all.push_back(expressions::parse(text, names, pool));
  const expressions::Program program{pool, all};
  auto workspace = program.workspace();
  std::vector<double> x(150), ca(150);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 0.02 * static_cast<double>(i);
    ca[i] = 3 - x[i] / 2;
  }
  const double* inputs[] = {x.data(), ca.data()};
  for (std::size_t first = 0; first < x.size(); first += expressions::Program::block) {
    const std::size_t count = std::min(expressions::Program::block, x.size() - first);
    program.run(inputs, first, count, workspace);
    for (std::size_t k = 0; k < all.size(); ++k)
      for (std::size_t i = 0; i < count; ++i)
        BOOST_REQUIRE_EQUAL(workspace.result(k)[i],
                            pool.evaluate(all[k], {x[first + i], ca[first + i]}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
