/* SPDX-License-Identifier: MIT */
/* A module in C: sends each spike that arrives on, as element + 100, and the number of spikes so far as a signal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti.h>

static int give_up(tutti_module* module) {
  fprintf(stderr, "relay: %s\n", tutti_error());
  return module == NULL ? 2 : tutti_leave(module, tutti_error());
}

/* For checkpoints: the spikes so far. */
static int keep(tutti_state* state, void* context) {
  double* count = context;
  const void* bytes;
  size_t size;
  if (tutti_state_saving(state)) return tutti_state_put(state, "count", 0, count, sizeof *count);
  const int status = tutti_state_get(state, "count", 0, &bytes, &size);
  if (status == TUTTI_OK && size == sizeof *count) memcpy(count, bytes, size);
  return status;
}

int main(void) {
  double count = 0;
  tutti_module* m = NULL;
  if (tutti_abi() != TUTTI_ABI || tutti_join(NULL, NULL, &m) != TUTTI_OK) return give_up(NULL);
  tutti_port* in = tutti_spike_input(m, "in", 0);
  tutti_port* out = tutti_spike_output(m, "spikes", 0);
  tutti_port* counter = tutti_signal_output(m, "count", "1", "neuron", 0);
  if (!in || !out || !counter || tutti_keep(m, keep, &count)) return give_up(m);

  const tutti_table* sources = tutti_elements(in); /* what we offer follows from what we were offered */
  if (!sources) return give_up(m);
  const size_t n = tutti_table_size(sources);
  uint64_t* numbers = malloc((n + 1) * sizeof *numbers);
  tutti_table_elements(sources, numbers);
  for (size_t k = 0; k < n; ++k) numbers[k] += 100;
  tutti_table* mine = tutti_table_new("neuron", numbers, n);
  const uint64_t zero = 0;
  tutti_table* one = tutti_table_new("neuron", &zero, 1);
  if (!mine || !one || tutti_offer(out, mine) || tutti_offer(counter, one)) return give_up(m);
  tutti_table_free(mine);
  tutti_table_free(one);

  int64_t begin, end;
  int status;
  while ((status = tutti_next_window(m, &begin, &end)) == TUTTI_OK) {
    const int64_t* times;
    const uint64_t* elements;
    const double* weights;
    size_t spikes;
    if (tutti_put(counter, begin, &count, 1)) return give_up(m);
    if (tutti_take_spikes(in, &times, &elements, &weights, &spikes)) return give_up(m);
    for (size_t k = 0; k < spikes; ++k) {
      const uint64_t other = elements[k] + 100;
      if (tutti_send_spikes(out, &other, &times[k], NULL, 1)) return give_up(m);
    }
    count += (double)spikes;
  }
  if (status != TUTTI_END) return give_up(m);
  free(numbers);
  return tutti_leave(m, NULL);
}
