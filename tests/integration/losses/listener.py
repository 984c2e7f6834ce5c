# SPDX-License-Identifier: MIT
"""Notes what it reads and hears: a line of heard.jsonl in the run folder for each step."""
import json
import pathlib

import tutti

with tutti.join() as module:
    clock = module.signal_input("clock", "ms")
    spikes = module.spike_input("spikes")
    back = module.signal_output("back", "ms", range(8))
    module.keep()
    with open(pathlib.Path(module.folder) / "heard.jsonl", "a", encoding="utf-8") as heard:
        for window in module.windows():
            back.put(window.begin, [window.begin_ms] * 8)
            values = [float(v) for v in clock.read()]
            batch = spikes.take()
            print(json.dumps({"at": window.begin_ms, "clock": values,
                              "spikes": [[t / 1e9, int(e)] for t, e in zip(batch.times, batch.elements)]}), file=heard,
                  flush=True)
