# SPDX-License-Identifier: MIT
"""Says its time, and a spike of each of its elements at the end of each step, until it fails as its model says."""
import os
import signal

import tutti

with tutti.join() as module:
    elements = range(4 * module.rank, 4 * module.rank + 4)
    clock = module.signal_output("clock", "ms", elements)
    spikes = module.spike_output("spikes", elements)
    told = module.signal_input("told", "ms", optional=True)
    steps = 0

    def keep(state):
        global steps
        if state.saving:
            state.put("steps", 0, str(steps).encode())
        else:
            steps = int(state.get("steps", 0))

    module.keep(keep)
    how, when, once = (module.model or {}).get("how"), module.model.get("when", 0), module.model.get("once")
    for window in module.windows():
        assert steps == round(window.begin_ms), (steps, window)
        clock.put(window.begin, [window.begin_ms] * 4)
        if told.connected:
            told.read()
        if window.end == window.begin:  # the last, for its sample
            continue
        spikes.send(list(elements), ms=[window.end_ms] * 4)
        steps += 1
        if how and window.end_ms >= when and module.rank == 0 and not (once and os.path.exists(once)):
            if once:
                open(once, "w", encoding="utf-8").close()
            if how == "raise":
                raise ValueError("the moon is full")
            if how == "exit":
                os._exit(3)
            os.kill(os.getpid(), getattr(signal, how))
