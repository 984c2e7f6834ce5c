# SPDX-License-Identifier: MIT
"""A module that notes what it reads: a line in seen.jsonl of the run folder for each window where that is not usual."""
import json
import pathlib

import tutti

with tutti.join() as module:
    current = module.signal_input("current", "nA", element="cell")
    notes = module.message_input("notes", optional=True)
    values = module.signal_output("said", "nA", range(3))
    with open(pathlib.Path(module.folder) / "seen.jsonl", "w", encoding="utf-8") as seen:
        for window in module.windows():
            now = [float(value) for value in current.read()]
            values.put(window.begin, now)
            for note in notes.take():
                print(json.dumps({"at_ps": note.arrival, "from": note.source, "type": note.media_type,
                                  "text": note.data.decode()}), file=seen, flush=True)
            if any(now):
                print(json.dumps({"begin_ms": window.begin_ms, "values": now}), file=seen, flush=True)
