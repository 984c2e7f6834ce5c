/* SPDX-License-Identifier: MIT */
/* Tutti's C interface: take part in a run as one of its modules, from C and from whatever can call
 * C. Handles are opaque; numbers are plain; no exception crosses it. Times are int64 counts of 1
 * ps.
 *
 *   tutti_module* m;
 *   if (tutti_join(NULL, NULL, &m) != TUTTI_OK) { fputs(tutti_error(), stderr); return 2; }
 *   tutti_port* in = tutti_spike_input(m, "in", 0);
 *   int64_t begin, end;
 *   while (tutti_next_window(m, &begin, &end) == TUTTI_OK) { ... }
 *   return tutti_leave(m, NULL);
 *
 * Every call that returns int gives TUTTI_OK, TUTTI_END (no further window) or one of the faults
 * below; every call that returns a handle gives NULL for a fault. What went wrong is then in
 * tutti_error(). All calls of a module come from one thread. What a pointer points to belongs to
 * Tutti and is valid until the next call with the same port, unless said otherwise.
 *
 * The order within a window (T, T+h]: put plain samples at T, read signals at T, put direct samples
 * at T, take spikes and messages, advance. In the last window begin == end: send and read only. */
#ifndef TUTTI_H
#define TUTTI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows when something is added; nothing is ever changed or taken away. */
#define TUTTI_ABI 1

enum {
  TUTTI_OK = 0,
  TUTTI_END = -1,
  TUTTI_USAGE = 1,    /* a call that makes no sense here */
  TUTTI_CONFIG = 2,   /* the run file, the model, or ports that do not fit */
  TUTTI_PROTOCOL = 3, /* ports used against the contract */
  TUTTI_IO = 4,
  TUTTI_MODEL = 5,
  TUTTI_PEER = 6, /* another process ended badly */
  TUTTI_DEADLINE = 7,
  TUTTI_LOST = 8,
  TUTTI_INTERRUPTED = 9
};

typedef struct tutti_module tutti_module;
typedef struct tutti_port tutti_port;
typedef struct tutti_table tutti_table;

/* Of the library that is loaded, not of this header. */
int tutti_abi(void);
const char* tutti_version(void);
/* What went wrong in this thread's last call that failed; never NULL. */
const char* tutti_error(void);

/* ---- a module's part in a run --------------------------------------------------------------- */

/* Connects to the run whose folder this is, as one of its modules. NULL: as TUTTI_RUN and
 * TUTTI_MODULE say, which the launcher and `tutti join` set. */
int tutti_join(const char* run_folder, const char* module, tutti_module** result);
/* After the last window: waits until all may leave. With `failure`, one sentence, at any time:
 * tells the run that this module cannot go on, because of itself or, where the sentence is what
 * tutti_error() says, of that. Frees the module and its ports. Returns the exit code that the
 * process should end with. */
int tutti_leave(tutti_module* module, const char* failure);

const char* tutti_name(const tutti_module* module);
/* The run file's `model:` as JSON; what is no number or boolean there is text, units included. */
const char* tutti_model(const tutti_module* module);
const char* tutti_folder(const tutti_module* module);
int64_t tutti_step(const tutti_module* module); /* [ps] */
int64_t tutti_stop(const tutti_module* module); /* [ps] */
uint64_t tutti_seed(const tutti_module* module);
int tutti_rank(const tutti_module* module);
int tutti_ranks(const tutti_module* module);

/* Where the run goes on from [ps]: 0, or the time of its checkpoint; the first window begins there.
 */
int64_t tutti_begin(const tutti_module* module);

/* What a module knows beyond its model, for checkpoints: `visit` is called between windows to save
 * it and, in a run that is resumed, in the first tutti_next_window to load it. It returns 0, or
 * another number if it could not. NULL: the module knows nothing. To be called before the run is
 * joined; a run with a module without cannot be saved. */
typedef struct tutti_state tutti_state;
int tutti_keep(tutti_module* module, int (*visit)(tutti_state* state, void* context),
               void* context);
int tutti_state_saving(const tutti_state* state);
/* Saving: one entry of a part, by a number that other ranks know it by as well (a cell's). */
int tutti_state_put(tutti_state* state, const char* part, uint64_t number, const void* bytes,
                    size_t size);
/* Loading: the same; the bytes hold until the next call. */
int tutti_state_get(tutti_state* state, const char* part, uint64_t number, const void** bytes,
                    size_t* size);
/* Why this `visit` is about to return other than 0, in a sentence for people. */
void tutti_state_fail(tutti_state* state, const char* why);

/* Waits for the next window (begin, end], as long as lease and plan say. */
int tutti_next_window(tutti_module* module, int64_t* begin, int64_t* end);
/* Shows one line of live summary beside the run's progress. */
int tutti_say(tutti_module* module, const char* line);

/* ---- ports: all are declared before anything else is asked ---------------------------------- */

enum { TUTTI_LATEST = 0, TUTTI_LINEAR = 1, TUTTI_ALL = 2 };  /* what a signal input takes */
enum { TUTTI_OPTIONAL = 1 };                                 /* flags of inputs */
enum { TUTTI_WEIGHTED = 1 };                                 /* flags of spike outputs */
enum { TUTTI_MEAN = 1, TUTTI_DIRECT = 2, TUTTI_SINGLE = 4 }; /* flags of signal outputs */

tutti_port* tutti_spike_input(tutti_module* module, const char* name, int flags);
tutti_port* tutti_spike_output(tutti_module* module, const char* name, int flags);
/* `element`: the kind that it takes, "segment" for one; "" or NULL takes any. */
tutti_port* tutti_signal_input(tutti_module* module, const char* name, const char* unit,
                               const char* element, int take, int flags);
tutti_port* tutti_signal_output(tutti_module* module, const char* name, const char* unit,
                                const char* element, int flags);
tutti_port* tutti_message_input(tutti_module* module, const char* name, int flags);
tutti_port* tutti_message_output(tutti_module* module, const char* name);
/* 1, 0, or a negative fault. The first call joins the run. */
int tutti_connected(tutti_port* port);

/* ---- elements ------------------------------------------------------------------------------- */

/* A table of elements: `kind` is "neuron", "segment", ...; numbers in any order, each once. */
tutti_table* tutti_table_new(const char* kind, const uint64_t* elements, size_t count);
void tutti_table_free(tutti_table* table);
int tutti_table_population(tutti_table* table, const char* name, uint64_t first, uint64_t count);
/* One value per element, ascending by element. */
int tutti_table_set_reals(tutti_table* table, const char* column, const char* unit,
                          const double* values, size_t count);
int tutti_table_set_integers(tutti_table* table, const char* column, const int64_t* values,
                             size_t count);
const char* tutti_table_kind(const tutti_table* table);
size_t tutti_table_size(const tutti_table* table);
/* Writes all element numbers, ascending. */
int tutti_table_elements(const tutti_table* table, uint64_t* to);
size_t tutti_table_populations(const tutti_table* table);
int tutti_table_get_population(const tutti_table* table, size_t index, const char** name,
                               uint64_t* first, uint64_t* count);
size_t tutti_table_columns(const tutti_table* table);
int tutti_table_column(const tutti_table* table, size_t index, const char** name, const char** unit,
                       int* is_integer);
/* NULL where there is none of that name and type. */
const double* tutti_table_reals(const tutti_table* table, const char* column);
const int64_t* tutti_table_integers(const tutti_table* table, const char* column);

/* What this rank has to offer at an output; before the first window. The table is copied. */
int tutti_offer(tutti_port* output, const tutti_table* table);
/* All elements of all sources of an input; waits until they have told. Lives as long as the port.
 */
const tutti_table* tutti_elements(tutti_port* input);
/* Which of them this rank takes; everything where it is not called. Before the first window. */
int tutti_want(tutti_port* input, const uint64_t* elements, size_t count);

/* ---- data ----------------------------------------------------------------------------------- */

/* What arrives in the open window, sorted by (time, element); once per window. */
int tutti_take_spikes(tutti_port* input, const int64_t** times, const uint64_t** elements,
                      const double** weights, size_t* count);
/* Spikes of the open window, in any order; `weights` may be NULL. */
int tutti_send_spikes(tutti_port* output, const uint64_t* elements, const int64_t* times,
                      const double* weights, size_t count);
/* latest, linear: a value per wanted element, ascending, at the open window's begin. */
int tutti_read(tutti_port* input, const double** values, size_t* count);
/* all: how many samples arrived since the last window ... */
int tutti_samples(tutti_port* input, size_t* count);
/* ... and each of them. `elements` may be NULL; else it has room for `count` numbers, which a call
 * with NULL tells. */
int tutti_sample(tutti_port* input, size_t index, int64_t* arrival, const double** values,
                 uint64_t* elements, size_t* count);
/* The sample at `time`, a multiple of the step: a value per offered element, ascending. */
int tutti_put(tutti_port* output, int64_t time, const double* values, size_t count);

int tutti_take_messages(tutti_port* input, size_t* count);
int tutti_message(tutti_port* input, size_t index, int64_t* arrival, const char** from,
                  uint32_t* source_rank, const char** media_type, const void** bytes, size_t* size);
int tutti_send_message(tutti_port* output, int64_t time, const char* media_type, const void* bytes,
                       size_t size);

/* ---- looking on, and steering --------------------------------------------------------------- */

/* Somebody who looks on at a run that is alive. Nobody in the run ever waits for an observer: what
 * it is too slow for is dropped, and counted. */
typedef struct tutti_observer tutti_observer;

/* `name`: for people. */
int tutti_look(const char* run_folder, const char* name, tutti_observer** result);
void tutti_look_away(tutti_observer* observer);
/* The run's ports as JSON: {run, folder, stop_ms, outputs: [...], inputs: [...]}. Waits until the
 * run has begun. Text belongs to the observer until its next call. */
int tutti_ports(tutti_observer* observer, const char** json);

enum { TUTTI_REDUCE_LATEST = 0, TUTTI_REDUCE_MEAN = 1, TUTTI_REDUCE_MIN_MAX = 2 };
/* Asks for an output, "cortex.spikes", under a number of the caller's. No elements: all. Signals
 * come every `every` ps, 0: every sample. First comes `history` ps of the past, as far as it is
 * there. */
int tutti_tap(tutti_observer* observer, uint32_t id, const char* port, const uint64_t* elements,
              size_t count, int64_t every, int reduce, int64_t history);
int tutti_untap(tutti_observer* observer, uint32_t id);

enum {
  TUTTI_NOTHING = 0,
  TUTTI_STREAM = 1,  /* what a tap will bring: tutti_stream */
  TUTTI_BATCH = 2,   /* some of it: tutti_batch */
  TUTTI_STATE = 3,   /* how the run is, as JSON: tutti_text */
  TUTTI_REFUSED = 4, /* a tap that cannot be, and why: tutti_text */
  TUTTI_OVER = 5     /* the run has ended */
};
/* The next thing that the run says, if one comes within `wait_ms`; `id`: of the tap it belongs to.
 */
int tutti_poll(tutti_observer* observer, int wait_ms, int* what, uint32_t* id);
const char* tutti_text(const tutti_observer* observer);
/* The elements of the stream that began last, and what its values are. */
const tutti_table* tutti_stream(const tutti_observer* observer, const char** unit, int* is_spikes,
                                int64_t* every);

typedef struct {
  uint64_t sequence;    /* 0, 1, 2 ...: where it jumps, batches were dropped for this observer */
  uint64_t lost;        /* samples or spikes that were dropped nearer to the source, in all */
  int64_t from, to;     /* [ps], it covers (from, to] */
  size_t count;         /* of spikes, or samples */
  const int64_t* times; /* [ps], ascending */
  const uint64_t* elements; /* of spikes; else NULL */
  const double* values;     /* of samples, [time][element][1, or 2 with min_max]; else NULL */
  size_t width;             /* values per time */
} tutti_batch_view;
void tutti_batch(const tutti_observer* observer, tutti_batch_view* view);

/* "pause", "resume", "step" (`by` ps), "stop" or "mark" (with a text). `at`: the simulated time at
 * which it takes effect. What was done is in steering.jsonl of the run folder. */
int tutti_steer(tutti_observer* observer, const char* verb, int64_t by, const char* text,
                int64_t* at);
/* One spike to each element of an input port; no elements: all. */
int tutti_give_spikes(tutti_observer* observer, const char* port, const uint64_t* elements,
                      size_t count, double weight, int64_t* at);
/* A value, in the port's unit, for `duration` ps (0: until another one comes), on top of what the
 * sources say or in its place. */
int tutti_give_signal(tutti_observer* observer, const char* port, const uint64_t* elements,
                      size_t count, double value, int64_t duration, int add, int64_t* at);

#ifdef __cplusplus
}
#endif
#endif /* TUTTI_H */
