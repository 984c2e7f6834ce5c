#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_neuron.py BIN SOURCE: NEURON as a module of a run.

Reference 06, a ring of 64 cells, spike for spike: whole in one NEURON, on 1 and on 2 ranks, nothing connected to its
inputs; and cut in two, half in each of two NEURONs that know nothing of each other.
"""
import csv
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SHARED = pathlib.Path(os.environ.get("TUTTI_SHARED", SOURCE / ".." / "shared"))
for missing in [name for name in ("neuron", "h5py") if importlib.util.find_spec(name) is None]:
    print(f"SKIPPED: needs python3-{missing}")
    sys.exit(77)
if not (SHARED / "refs").is_dir():
    print("SKIPPED: needs ../shared or TUTTI_SHARED with reference data")
    sys.exit(77)
import h5py  # noqa: E402
HERE = pathlib.Path(__file__).resolve().parent
STOP = 300
PORTS = {"spikes": {"direction": "out", "kind": "spikes"},
         "v": {"direction": "out", "kind": "signal", "unit": "mV", "element": "neuron"},
         "previous": {"direction": "in", "kind": "spikes", "optional": True}}


def part(first, count, ranks=1):
    return {"python": str(HERE / "ring.py"), "ranks": ranks, "step": "1 ms", "ports": PORTS,
            "model": {"first": first, "count": count}}


def in_tutti(first):
    """The ring's cells from `first` to 63 in tutti-cell: element k is cell first + k."""
    place = {"sections": ["dend"], "spread": {"by": "length", "even": True}, "synapse": "ring"}
    gids = range(first, 64)

    def kind(k):
        return {"sections": {"soma": {"L": "12.6157 um", "diam": "12.6157 um", "nseg": 1},
                             "dend": {"parent": "soma", "at": 1, "L": f"{200 + 10 * k} um", "diam": "1 um", "nseg": 11}},
                "threshold": "-10 mV", "ena": "50 mV", "ek": "-77 mV",
                "membrane": {"all": {"cm": "1 uF/cm2", "Ra": "100 ohm cm"},
                             "soma": {"hh": {"gnabar": "0.12 S/cm2", "gkbar": "0.036 S/cm2", "gl": "0.0003 S/cm2",
                                             "el": "-54.3 mV"}},
                             "dend": {"pas": {"g": "0.001 S/cm2", "e": "-65 mV"}}}}

    model = {"dt": "0.025 ms", "celsius": "6.3 degC", "v_init": "-65 mV", "cells": {f"t{k}": kind(k) for k in range(7)},
             "populations": {f"c{gid}": {"cell": f"t{gid % 7}", "number": 1} for gid in gids},
             "synapses": {"ring": {"type": "exp", "tau": "2 ms", "e": "0 mV"}},
             "inputs": {"previous": {"to": f"c{first}", "rule": {"list": [[first - 1, 0]]},
                                     "weight": f"{15 + first % 4} nS", **place}},
             "connections": [{"from": f"c{gid - 1}", "to": f"c{gid}", "rule": {"all_to_all": True},
                              "weight": f"{15 + gid % 4} nS", "delay": f"{1 + 0.5 * (gid % 5)} ms", **place}
                             for gid in gids[1:]]}
    return {"use": "cell", "step": "1 ms", "model": model}


def spikes_of(folder, modules, connections, code=0, signals=True):
    run = {"tutti": 1, "run": {"name": "ring", "stop": f"{STOP} ms", "deadline": "60 s"}, "modules": modules,
           "connections": connections, "record": [{"port": f"{name}.{port}"} for name in modules
                                                  for port in (["spikes", "v"] if signals else ["spikes"])]}
    (folder / "run.yaml").write_text(json.dumps(run))
    done = subprocess.run([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, capture_output=True, text=True,
                          timeout=150, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    if code:
        return done.stderr
    newest = max((folder / "results").iterdir())
    found = []
    with h5py.File(newest / "spikes.h5") as file:
        for name, population in file["spikes"].items():  # one cell each in tutti-cell: c32, c33 ...
            first = int(name[1:]) if name[1:].isdigit() else 0
            found += zip(population["timestamps"][:].tolist(), (population["node_ids"][:] + first).tolist())
    return sorted(found)


def same(found, expected):
    assert len(found) == len(expected), (len(found), len(expected))
    for (t, gid), (t_ref, gid_ref) in zip(found, expected):
        assert gid == gid_ref and abs(t - t_ref) < 1e-9, (t, gid, t_ref, gid_ref)  # [ms]: 1 fs


with open(SHARED / "refs" / "06_ring_n64_r1_be_dt0.025_np1.csv", encoding="utf-8") as file:
    reference = sorted((float(t), int(gid)) for t, gid in list(csv.reader(file))[1:] if float(t) < STOP)
alone = subprocess.run([sys.executable, HERE / "ring.py", "ALONE", str(STOP)], capture_output=True, text=True, timeout=100,
                       check=True).stdout.split()
same(sorted((float(t), int(gid)) for t, gid in (line.split(",") for line in alone)), reference)

with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    for ranks in (1, 2):
        same(spikes_of(folder, {"whole": part(0, 64, ranks)}, []), reference)
    same(spikes_of(folder, {"a": part(0, 32), "b": part(32, 32)},
                   [{"from": "a.spikes", "to": "b.previous", "delay": "2 ms"},
                    {"from": "b.spikes", "to": "a.previous", "delay": "1 ms"}]), reference)
    # half in NEURON, half in tutti-cell, whose elements begin at 0 again
    mixed = spikes_of(folder, {"a": part(0, 32), "b": in_tutti(32)},
                      [{"from": "a.spikes", "to": "b.previous", "delay": "2 ms"},
                       {"from": "b.spikes", "to": "a.previous", "delay": "1 ms", "offset": 32}], signals=False)
    same(mixed, reference)
    # a gid that nobody has is caught before NEURON sees anything
    words = spikes_of(folder, {"a": part(0, 32), "b": part(40, 24)},
                      [{"from": "a.spikes", "to": "b.previous", "delay": "2 ms"}], code=2)
    assert "b.previous" in words and "39" in words, words
print(f"NEURON: {len(reference)} spikes as the reference's, whole on 1 and 2 ranks, cut in two, and half in tutti-cell")
