// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equation.hpp"
#include "error.hpp"
#include "expressions.hpp"
#include "model.hpp"

namespace rxd {

/// Molecules in one um3 of a 1 mM solution.
inline constexpr double molecules_per_mM_um3 = 602214.076;
/// Faraday's constant [C/mol].
inline constexpr double faraday = 96485.33212;

/// One concentration: a species in a region.
struct Variable {
  std::string name;  ///< "ca[cyt]", or "ca" where the species lives in one region
  std::size_t species = 0;
  std::size_t region = 0;
  double diffusion = 0;  ///< [um2/ms]
  Expr initial = 0;      ///< of the position inputs
  double scale = 1e-3;
  Expr profile = 0;  ///< of the position inputs: diffusion is multiplied with it
};

/// How much one turn of a reaction changes a variable: molecules per area become amounts here.
struct Term {
  std::size_t variable = 0;
  double change = 0;
};

/// A reaction with its rate compiled: all its terms change by change × rate × size of `region`.
struct Process {
  std::string name;
  std::vector<Term> terms;
  std::size_t region = 0;  ///< whose volume or membrane area scales the rate
  Expr rate = 0;
};

/// A parameter that may change at each segment while time runs.
struct Driven {
  std::string name;
  Expr initial = 0;  ///< of the position inputs
};

/// A variable that is held at a value where a selection says so.
struct Hold {
  std::string name;
  std::size_t variable = 0;
  Selection where;
  Expr condition = 0;  ///< of the position inputs, like the value
  Expr value = 0;
};

/// The derivative of a process by a variable: result `result` of the program.
struct Slope {
  std::size_t process = 0;
  std::size_t variable = 0;
  std::size_t result = 0;
};

/// A model understood: names resolved, expressions parsed, differentiated and compiled. Shared by
/// all trees.
///
/// Variables are ordered for the solver: those that diffuse come first, in groups such that no
/// group depends on a later one (so that each group is solved alone, with the earlier ones known);
/// those that stay where they are come last and are eliminated node by node.
class Network {
 public:
  /// Positions an expression may use, in this order after the variables among the inputs:
  /// x y z [um], diameter [um], length (of the segment) [um].
  static constexpr std::array<std::string_view, 5> positions = {"x", "y", "z", "diameter",
                                                                "length"};

  /// Throws ModelError with all that is wrong in the model.
  explicit Network(const Model& model);

  const Model& model() const { return model_; }
  const std::vector<Variable>& variables() const { return variables_; }
  /// Parameters that may be set; their inputs follow the positions.
  const std::vector<Driven>& driven() const { return driven_; }
  const std::vector<Hold>& holds() const { return holds_; }
  /// What the selection of each region says as an expression of positions; constant 1: nothing.
  Expr region_condition(std::size_t region) const { return conditions_[region]; }
  /// The same of the model's named selections.
  Expr choice_condition(std::size_t choice) const { return choice_conditions_[choice]; }
  /// How many inputs the programs have: variables, positions, driven parameters.
  std::size_t inputs() const { return variables_.size() + positions.size() + driven_.size(); }
  const std::vector<Process>& processes() const { return processes_; }
  const std::vector<Slope>& slopes() const { return slopes_; }
  /// Results: rate of each process, then the slopes.
  const Program& program() const { return program_; }
  /// Results: rate of each process, and nothing else.
  const Program& rates() const { return rates_; }
  /// The graph that all expressions of the model are part of.
  const Pool& pool() const { return pool_; }

  std::size_t mobile() const { return mobile_; }
  /// Ends of the groups of mobile variables: group g is [ends[g-1], ends[g]).
  const std::vector<std::size_t>& group_ends() const { return group_ends_; }
  /// Whether entry (row, column) of the node matrix can be non-zero, fill-in of the elimination
  /// included.
  bool filled(std::size_t row, std::size_t column) const {
    return filled_[row * variables_.size() + column];
  }
  /// Likewise of a matrix without diffusion, eliminated from the last variable to the first.
  bool coupled(std::size_t row, std::size_t column) const {
    return coupled_[row * variables_.size() + column];
  }
  /// Whether all rates are linear in the variables and all slopes the same everywhere and always.
  bool linear() const { return linear_; }
  /// Whether, besides, no variable's rate depends on another variable.
  bool separate() const { return separate_; }

  /// The variable called "ca[cyt]" or, where that is clear, "ca". Throws Error with the nearest
  /// name.
  std::size_t variable(std::string_view name) const;
  std::optional<std::size_t> region(std::string_view name) const;

 private:
  void check_names();
  void add_variables();
  void add_parameters();
  void add_conditions();
  Expr condition(const std::string& section, const std::string& item, const Selection& where);
  Expr parse_static(const std::string& text);
  void add_boundary(const Boundary& boundary);
  void check_stoichiometry();
  void add_initial_values();
  void add_profiles();
  void add_reaction(const Reaction& reaction);
  void add_rate(const Rate& rate);
  std::size_t participant(const std::string& name, std::optional<std::size_t> home,
                          const Reaction& reaction) const;
  Expr add_side(const Reaction& reaction, const std::vector<Participant>& side, double sign,
                Process& process, std::optional<std::size_t>& home);
  void within(const std::string& section, const std::string& item, const char* field,
              const std::function<void()>& read);
  void raise() const;
  void order_variables();
  void compile();
  class Scope;
  friend class Scope;

  Model model_;
  Pool pool_;
  std::vector<Complaint> complaints_;
  std::vector<Expr> parameters_;
  std::vector<Expr> conditions_;         // by region
  std::vector<Expr> choice_conditions_;  // by choice
  std::vector<Driven> driven_;
  std::vector<Hold> holds_;
  std::vector<Variable> variables_;
  std::vector<Process> processes_;
  std::vector<Slope> slopes_;
  Program program_, rates_;
  std::size_t mobile_ = 0;
  std::vector<std::size_t> group_ends_;
  std::vector<bool> filled_, coupled_;
  bool linear_ = false, separate_ = false;
};

}  // namespace rxd
