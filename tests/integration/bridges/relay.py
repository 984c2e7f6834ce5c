# SPDX-License-Identifier: MIT
"""The same module as relay.c, in Python; `fail_at` [ms] in its model makes it give up there."""
import tutti

with tutti.join() as module:
    inlet = module.spike_input("in")
    out = module.spike_output("spikes")
    counter = module.signal_output("count", "1", range(1))
    count = 0

    def keep(state):
        global count
        if state.saving:
            state.put("count", 0, str(count).encode())
        else:
            count = int(state.get("count", 0))

    module.keep(keep)
    out.offer(inlet.elements.elements + 100)
    for window in module.windows():
        counter.put(window.begin, [count])
        spikes = inlet.take()
        out.send(spikes.elements + 100, ps=spikes.times)
        count += len(spikes.times)
        module.say(f"{count} spikes so far")
        if module.model and window.end_ms >= module.model["fail_at"]:
            raise ValueError("as I was told")
