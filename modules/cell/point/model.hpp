// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cell::point {

/// A parameter of a kind of point neuron, under PyNN's name.
struct Parameter {
  std::string name;
  std::string unit;       ///< The solver's own; "1" for a plain number.
  double value = 0;       ///< Where nobody says otherwise.
  double least = -1e300;  ///< Below it a value makes no sense.
  bool list = false;      ///< As many numbers as you like; none where nobody says otherwise.
  bool in_time = false;   ///< May be a formula of time (Course).
};

/// A number that changes with time: for cells, by gid, at t [ms].
using Course =
    std::function<void(double t_ms, std::span<const std::uint64_t> gids, std::span<double> values)>;

/// A receptor of the user's own, for LIF and AdExp: PyNN's post-synaptic responses.
struct Receptor {
  enum class Shape { curr_exp, cond_exp, cond_alpha, cond_beta };
  Shape shape = Shape::cond_exp;
  double tau_rise = 0, tau_decay = 5;  ///< [ms] Rise of cond_beta only; it is below the decay.
  double e_rev = 0;                    ///< [mV]
};

/// How many receptors a neuron may have.
constexpr std::size_t most_receptors = 8;

/// How neurons of a kind are advanced.
enum class Drive {
  clock,   ///< On the grid of dt: input acts and spikes leave at multiples of it.
  events,  ///< At their inputs alone, at instants of any value (intfire.hpp).
};

/// A kind of point neuron: what can be said about it before there is one.
struct Model {
  std::string name;
  std::string doc;
  Drive drive = Drive::clock;
  std::string weight_unit;  ///< Of its synapses: "nA", "uS", "mV" or "1".
  std::vector<std::string> receptors;
  std::vector<Parameter> parameters;
  std::vector<std::string> states;    ///< What can be set at the start and recorded.
  std::vector<Receptor> responses{};  ///< Of LIF and AdExp, in the order of `receptors`.

  /// Whether it fires by itself and takes no input.
  bool is_source() const { return states.empty(); }
  /// Of weights onto a receptor.
  const char* unit_of(std::size_t receptor) const {
    const bool current =
        receptor < responses.size() && responses[receptor].shape == Receptor::Shape::curr_exp;
    return current ? "nA" : weight_unit.c_str();
  }
  /// The place of a parameter, or -1.
  int find(std::string_view parameter) const;
};

/// All kinds, in the order of the reference.
const std::vector<Model>& models();

/// The kind of that name, or nullptr.
const Model* find_model(std::string_view name);

/// Values of all parameters of a kind for some neurons: each one number for all, or one per neuron.
class Values {
 public:
  Values() = default;
  /// The defaults.
  explicit Values(const Model& model);
  void set(int parameter, double value) { columns_[at(parameter)] = {value}; }
  void set(int parameter, std::vector<double> each) { columns_[at(parameter)] = std::move(each); }
  /// Of one neuron.
  double of(int parameter, std::size_t neuron) const {
    const auto& column = columns_[at(parameter)];
    return column.size() == 1 ? column[0] : column[neuron];
  }
  /// A list for all, or one for each neuron.
  void set_lists(int parameter, std::vector<std::vector<double>> lists) {
    lists_[at(parameter)] = std::move(lists);
  }
  std::size_t lists(int parameter) const { return lists_[at(parameter)].size(); }
  const std::vector<double>& list_of(int parameter, std::size_t neuron) const;
  /// In place of one number for all time.
  void set_course(int parameter, Course course) { courses_[parameter] = std::move(course); }
  /// None where the parameter does not change.
  Course course(int parameter) const {
    const auto found = courses_.find(parameter);
    return found == courses_.end() ? Course{} : found->second;
  }
  /// Whether all neurons are alike.
  bool uniform() const;
  /// Those of some neurons, in this order.
  Values of_neurons(const std::vector<std::size_t>& neurons) const;

 private:
  static std::size_t at(int parameter) { return static_cast<std::size_t>(parameter); }
  std::vector<std::vector<double>> columns_;
  std::vector<std::vector<std::vector<double>>> lists_;  // [parameter][1 or neuron]
  std::map<int, Course> courses_;
};

}  // namespace cell::point
