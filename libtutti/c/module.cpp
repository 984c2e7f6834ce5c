// SPDX-License-Identifier: MIT
// tutti.h: a module's part in a run.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "handles.hpp"
#include "tutti/version.hpp"

using namespace tutti;
using c::guarded;

namespace {

thread_local std::string last_error;
thread_local Fault last_fault = Fault::model;

/// A scalar as what it looks like, unless it was in quotes.
nlohmann::ordered_json value_of(const config::Node& scalar) {
  if (!scalar.quoted) {
    if (scalar.text == "true") return true;
    if (scalar.text == "false") return false;
    auto number = nlohmann::ordered_json::parse(scalar.text, nullptr, false);
    if (number.is_number()) return number;
  }
  return scalar.text;
}

nlohmann::ordered_json json_of(const config::Node& node) {
  if (node.is_scalar()) return value_of(node);
  nlohmann::ordered_json result;
  if (node.is_list()) result = nlohmann::ordered_json::array();
  if (node.is_map()) result = nlohmann::ordered_json::object();
  for (const auto& item : node.items) result.push_back(json_of(item));
  for (const auto& entry : node.entries) result[entry.key] = json_of(entry.value);
  return result;
}

std::string from_environment(const char* given, const char* variable) {
  if (given != nullptr) return given;
  if (const char* found = std::getenv(variable); found != nullptr) return found;
  throw Error{
      Fault::usage,
      "{} is not set: start this program by `tutti run`, or by `tutti join RUN MODULE -- …`",
      variable};
}

Module& face(const tutti_module* module) { return module->membership->face(); }

}  // namespace

int c::remember(Fault fault, const char* text) {
  last_error = text;
  last_fault = fault;
  switch (fault) {
    case Fault::usage:
      return TUTTI_USAGE;
    case Fault::config:
      return TUTTI_CONFIG;
    case Fault::protocol:
      return TUTTI_PROTOCOL;
    case Fault::io:
      return TUTTI_IO;
    case Fault::model:
      return TUTTI_MODEL;
    case Fault::peer:
      return TUTTI_PEER;
    case Fault::deadline:
      return TUTTI_DEADLINE;
    case Fault::lost:
      return TUTTI_LOST;
    case Fault::interrupted:
      return TUTTI_INTERRUPTED;
  }
  return TUTTI_MODEL;
}

int tutti_abi() { return TUTTI_ABI; }
const char* tutti_version() { return tutti::version; }
const char* tutti_error() { return last_error.c_str(); }

int tutti_join(const char* run_folder, const char* module, tutti_module** result) {
  return guarded([&] {
    const auto folder = from_environment(run_folder, "TUTTI_RUN");
    const auto name = from_environment(module, "TUTTI_MODULE");
    if (module::launched()) module::catch_signals();
    auto made = std::make_unique<tutti_module>();
    made->membership = std::make_unique<module::Membership>(folder, name, nullptr);
    made->model = json_of(face(made.get()).model()).dump();
    *result = made.release();
  });
}

int tutti_leave(tutti_module* module, const char* failure) {
  if (module == nullptr) return 0;
  const std::unique_ptr<tutti_module> last{module};
  auto& membership = *module->membership;
  if (failure != nullptr)
    return membership.fail(failure == last_error ? last_fault : Fault::model, failure);
  try {
    membership.finish();
    return 0;
  } catch (const Error& e) {
    c::remember(e.fault(), e.what());
    return membership.fail(e.fault(), e.what());
  } catch (const std::exception& e) {
    c::remember(Fault::model, e.what());
    return membership.fail(Fault::model, e.what());
  }
}

const char* tutti_name(const tutti_module* module) { return face(module).name().c_str(); }
const char* tutti_model(const tutti_module* module) { return module->model.c_str(); }
const char* tutti_folder(const tutti_module* module) { return face(module).folder().c_str(); }
int64_t tutti_step(const tutti_module* module) { return ticks(face(module).step()); }
int64_t tutti_stop(const tutti_module* module) { return ticks(face(module).stop()); }
uint64_t tutti_seed(const tutti_module* module) { return face(module).seed(); }
int tutti_rank(const tutti_module* module) { return face(module).ranks().rank; }
int tutti_ranks(const tutti_module* module) { return face(module).ranks().count; }

int64_t tutti_begin(const tutti_module* module) { return ticks(face(module).begin()); }

int tutti_keep(tutti_module* module, int (*visit)(tutti_state*, void*), void* context) {
  return guarded([&] {
    face(module).keep([=](State& state) {
      tutti_state handle{&state, {}, {}};
      if (visit == nullptr || visit(&handle, context) == 0) return;
      throw Error{state.saving() ? Fault::model : Fault::config, "its state could not be {}: {}",
                  state.saving() ? "saved" : "loaded",
                  handle.why.empty() ? last_error : handle.why};
    });
  });
}

int tutti_state_saving(const tutti_state* state) { return state->state->saving() ? 1 : 0; }

int tutti_state_put(tutti_state* state, const char* part, uint64_t number, const void* bytes,
                    size_t size) {
  return guarded([&] {
    const auto* first = static_cast<const std::byte*>(bytes);
    state->bytes.assign(first, first + size);
    state->state->entry(part, number, [&](Fields& fields) { fields(state->bytes); });
  });
}

int tutti_state_get(tutti_state* state, const char* part, uint64_t number, const void** bytes,
                    size_t* size) {
  return guarded([&] {
    state->state->entry(part, number, [&](Fields& fields) { fields(state->bytes); });
    *bytes = state->bytes.data(), *size = state->bytes.size();
  });
}

void tutti_state_fail(tutti_state* state, const char* why) { state->why = c::text(why); }

int tutti_next_window(tutti_module* module, int64_t* begin, int64_t* end) {
  bool over = false;
  const int fault = guarded([&] {
    const auto window = face(module).next_window();
    over = !window;
    if (over) return;
    module->window = *window;
    *begin = ticks(window->begin), *end = ticks(window->end);
  });
  return over ? TUTTI_END : fault;
}

int tutti_say(tutti_module* module, const char* line) {
  return guarded([&] { face(module).say(c::text(line)); });
}
