#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_brian2.py BIN: Brian2 as a module of a run spikes as Brian2 alone does, given the same trains."""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

for missing in [name for name in ("brian2", "h5py") if importlib.util.find_spec(name) is None]:
    print(f"SKIPPED: needs python3-{missing.rstrip('2')}")
    sys.exit(77)
import h5py  # noqa: E402
BIN = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
STOP = 200
PORTS = {"spikes": {"direction": "out", "kind": "spikes"},
         "v": {"direction": "out", "kind": "signal", "unit": "mV", "element": "neuron"},
         "drive": {"direction": "in", "kind": "spikes"},
         "i": {"direction": "in", "kind": "signal", "unit": "nA", "optional": True}}


def run(folder, step):
    (folder / "run.yaml").write_text(json.dumps({
        "tutti": 1, "run": {"name": "lif", "stop": f"{STOP} ms", "seed": 5, "deadline": "60 s"},
        "modules": {"input": {"use": "player", "step": "1 ms",
                              "model": {"spikes": {"poisson": {"number": 5, "rate": "150 Hz"}}}},
                    "cells": {"python": str(HERE / "lif.py"), "step": step, "ports": PORTS}},
        "connections": [{"from": "input.spikes", "to": "cells.drive", "delay": "1.5 ms"}],
        "record": ["input.spikes", "cells.spikes", "cells.v"]}))
    done = subprocess.run([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, capture_output=True, text=True,
                          timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    newest = max((folder / "results").iterdir())
    with h5py.File(newest / "spikes.h5") as file:
        return {name: sorted(zip(group["timestamps"][:].tolist(), group["node_ids"][:].tolist()))
                for name, group in file["spikes"].items()}


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    seen = run(folder, "1 ms")
    # what arrives is given off in the time step that is nearest; a source gives off one spike a step
    steps = sorted({(int(np.ceil((t + 1.5) / 0.1 - 0.5 - 1e-9)), cell) for t, cell in seen["input"] if t + 1.5 < STOP})
    np.savetxt(folder / "trains.csv", [(0.1 * k, cell) for k, cell in steps], delimiter=",", fmt="%.6f")
    text = subprocess.run([sys.executable, HERE / "lif.py", "ALONE", folder / "trains.csv", str(STOP)],
                          capture_output=True, text=True, timeout=100, check=True).stdout.split()
    alone = sorted((float(t), int(cell)) for t, cell in (line.split(",") for line in text))
    names = [name for name in seen if name != "input"]
    found = seen[names[0]]
    assert len(found) > 50, found
    assert len(alone) == len(found), (len(alone), len(found))
    for (t, cell), (t_alone, cell_alone) in zip(found, alone):
        assert cell == cell_alone and abs(t - t_alone) < 1e-6, (t, cell, t_alone, cell_alone)
    assert run(folder, "0.5 ms")[names[0]] == found  # what it sees does not depend on how often it looks
print(f"Brian2: {len(found)} spikes as alone")
