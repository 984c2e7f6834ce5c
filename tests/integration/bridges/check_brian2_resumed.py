#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_brian2_resumed.py BIN [CUTS [SEED]]: Brian2 is saved and goes on, and is what it would have been, byte for byte."""
import importlib.util
import json
import pathlib
import random
import subprocess
import sys
import tempfile

if importlib.util.find_spec("brian2") is None:
    print("SKIPPED: needs python3-brian")
    sys.exit(77)
BIN, HERE = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent
CUTS, SEED = [int(word) for word in (sys.argv[2:4] + ["2", "1"][len(sys.argv[2:4]):])]
PORTS = {"spikes": {"direction": "out", "kind": "spikes"},
         "v": {"direction": "out", "kind": "signal", "unit": "mV", "element": "neuron"},
         "drive": {"direction": "in", "kind": "spikes"},
         "i": {"direction": "in", "kind": "signal", "unit": "nA", "optional": True}}


def run_file(**more):
    return {"tutti": 1, "run": {"name": "lif", "stop": "100 ms", "seed": 5, "deadline": "60 s", **more},
            "modules": {"input": {"use": "player", "step": "1 ms", "model": {
                            "spikes": {"poisson": {"number": 5, "rate": "400 Hz"}},
                            "signals": {"i": {"unit": "nA", "number": 20, "noise": {"mean": "0.4 nA", "sd": "0.4 nA", "tau": "5 ms"}}}}},
                        "cells": {"python": str(HERE / "lif.py"), "step": "1 ms", "ports": PORTS, "model": {"noise": True}},
                        "ear": {"use": "analysis", "step": "1 ms", "model": {
                            "rates": {"bin": "5 ms"}, "inputs": {"v": {"unit": "mV"}},
                            "pipeline": {"mean_v": {"measure": "mean", "of": "v"}}}}},
            "connections": [{"from": "input.spikes", "to": "cells.drive", "delay": "1.5 ms"},
                            {"from": "input.i", "to": "cells.i"},
                            {"from": "cells.spikes", "to": "ear.spikes"}, {"from": "cells.v", "to": "ear.v"}]}


def hashes(folder, *words):
    before = set((folder / "results").glob("*"))
    done = subprocess.run([BIN / "tutti", "run", *words, "--quiet"], cwd=folder, capture_output=True, text=True, timeout=100,
                          check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    place, = set((folder / "results").glob("*")) - before
    return place, json.loads((place / "summary.json").read_text())["hashes"]


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "plain.yaml").write_text(json.dumps(run_file()))
    (folder / "saving.yaml").write_text(json.dumps(run_file(checkpoint={"every": "9 ms", "keep": 50})))
    _, whole = hashes(folder, "plain.yaml")
    assert all(any(int(bin, 16) for bin in bins) for bins in whole.values()), whole
    place, saved = hashes(folder, "saving.yaml")
    assert saved == whole, "saving shows"
    checkpoints = sorted((place / "checkpoint").glob("*ms"))
    for at in random.Random(SEED).sample(checkpoints, min(CUTS, len(checkpoints))):
        _, found = hashes(folder, "--resume", at, "plain.yaml")
        assert found == whole, (at.name, {port for port in whole if whole[port] != found[port]})
        print(f"cut at {at.name}: the same", flush=True)
print("Brian2 goes on as if nothing had been")
