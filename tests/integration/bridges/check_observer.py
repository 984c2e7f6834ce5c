#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_observer.py BIN: Python looks on at a run and steers it: what it sees is what is recorded, and what it did replays."""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

BIN = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(BIN.parent / "lib" / "tutti" / "python"))
import tutti  # noqa: E402

TREE = {"tutti": 1, "run": {"name": "seen", "stop": "400 ms", "seed": 3, "pace": 0.5},
        "modules": {"input": {"use": "player", "step": "1 ms",
                              "model": {"spikes": {"poisson": {"number": 10, "rate": "40 Hz"}}}},
                    "cells": {"use": "cell", "step": "0.1 ms", "model": {
                        "cells": {"lif": {"model": "IF_curr_exp", "parameters": {}}},
                        "populations": {"p": {"cell": "lif", "number": 10}},
                        "inputs": {"drive": {"to": "p", "rule": {"one_to_one": True}, "weight": "2 nA"}}}}},
        "connections": [{"from": "input.spikes", "to": "cells.drive", "delay": "1 ms"}],
        "record": ["input.spikes", "cells.spikes"]}


def run(folder):
    """Looks on from the first moment; pauses, gives a volley, goes on. Returns what was seen and the folder."""
    live = tutti.Run(TREE, folder).start(folder / "results")
    with tutti.Observer(live.begun(), "test") as observer:
        ports = observer.ports()
        assert "cells.spikes" in [port["port"] for port in ports["outputs"]], ports
        assert "cells.drive" in [port["port"] for port in ports["inputs"]], ports
        tap = observer.tap("input.spikes")
        at = observer.pause()
        one, two = observer.step(10), observer.step(10)
        assert one > at and abs(two - one - 10) < 1e-6, (at, one, two)
        given = observer.give_spikes("cells.drive", range(5), weight=1.0)
        assert given >= at, (given, at)
        assert observer.mark("a volley") >= 0
        observer.resume()
        frames = list(tap)
    assert tap.table is not None and len(tap.table) == 10, tap.table
    assert [frame.sequence for frame in frames] == list(range(len(frames))) and not any(f.lost for f in frames)
    assert all(len(frame.times) == len(frame.elements) for frame in frames)
    seen = sorted((t, int(e)) for frame in frames for t, e in zip(frame.times_ms, frame.elements))
    return seen, live.wait(timeout=60), frames[0].begin / 1e9


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    seen, result, since = run(folder)
    times, nodes = result.spikes(next(name for name in result.populations() if name != "p"))
    recorded = [(t, int(n)) for t, n in zip(times, nodes) if t > since]
    assert len(seen) == len(recorded) > 20 and np.allclose([t for t, _ in seen], [t for t, _ in recorded]), (
        len(seen), len(recorded), since)
    log = [json.loads(line) for line in (result.path / "steering.jsonl").read_text().splitlines()]
    assert len(log) >= 3, log
    # the log replays to the same bytes; without it the cells were different
    TREE["run"].pop("pace")
    tutti.Run(TREE, folder).write(folder / "again.yaml")
    for words, same in ((["--steer", result.path / "steering.jsonl"], True), ([], False)):
        results = folder / f"again-{same}"
        done = subprocess.run([BIN / "tutti", "run", folder / "again.yaml", "--quiet", "--results", results, *words],
                              capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        again = tutti.RunFolder(next(results.iterdir()))
        assert (again.hashes["cells.spikes"] == result.hashes["cells.spikes"]) == same, same
        assert again.hashes["input.spikes"] == result.hashes["input.spikes"]
print(f"Python looks on: {len(seen)} spikes seen as recorded, and what was given replays")
