#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_resumed.py PART BIN [CUTS [SEED]]: whole = cut and resumed, to the bit, for reaction and diffusion.

Runs of several models go on from random checkpoints with one rank or two; hashes of all ports and what the modules
account for must be those of the whole run, which is itself that of a run without checkpoints.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PART, TUTTI = sys.argv[1], pathlib.Path(sys.argv[2]) / "tutti"
CUTS, SEED = [int(word) for word in (sys.argv[3:5] + ["3", "1"][len(sys.argv[3:5]):])]

CELLS = {"count": 3, "sections": {
    "soma": {"length": "12 um", "diameter": "12 um", "type": "soma"},
    "left": {"parent": "soma", "length": "80 um", "diameter": ["2 um", "1 um"], "segments": 9},
    "right": {"parent": "soma", "length": "60 um", "diameter": "1.5 um", "segments": 7, "direction": [0, 1, 0]}}}
BUFFERED = {
    "species": {"ca": {"regions": ["cyt"], "diffusion": "0.3 um2/ms", "charge": 2, "initial": "0.1 uM"},
                "buffer": {"regions": ["cyt"], "initial": "30 uM", "scale": "30 uM"},
                "bound": {"regions": ["cyt"], "initial": "3 uM", "scale": "30 uM"}},
    "regions": {"cyt": {}},
    "reactions": {"binding": {"equation": "ca + buffer <> bound", "forward": "20 mM-1 ms-1", "backward": "0.02 ms-1"},
                  "pump": {"equation": "ca > 0", "rate": "speed*ca*ca/(ca + 0.001)"}},
    "parameters": {"speed": 0.05},
    "inputs": {"i_ca": {"species": "ca", "optional": True},
               "speed": {"parameter": "speed", "unit": "ms-1", "optional": True}},
    "outputs": {"ca": {"species": "ca"}, "bound": {"species": "bound"}}}
# Rates are linear, so its matrix is kept from window to window.
LINEAR = {
    "cells": CELLS, "regions": {"cyt": {}},
    "parameters": {"rest": 1e-4},
    "species": {"a": {"diffusion": "1 um2/ms", "charge": 1, "initial": "0.001*(1 + x/100)"},
                "b": {"initial": "1 uM"}, "dye": {"diffusion": "0.5 um2/ms"}},
    "reactions": {"change": {"equation": "a <> b", "forward": "0.3 ms-1", "backward": "0.7 ms-1"},
                  "loss": {"equation": "b > 0", "rate": "0.01*(b - rest)"}},
    "boundaries": {"pipette": {"species": "dye", "where": {"section": ["soma"]}, "value": "0.1 mM"}},
    "inputs": {"i": {"species": "a"}, "pipette": {"boundary": "pipette"}},
    "outputs": {"a": {"species": "a"}, "dye": {"species": "dye"}}}


def player(step, **signals):
    shapes = {name: {"unit": unit, "element": "segment", "number": 51, **shape}
              for name, (unit, shape) in signals.items()}
    return {"use": "player", "step": step, "model": {"signals": shapes}}


def listener(*ports):
    """Something that hears outputs, so that they have hashes."""
    inputs = {port.replace(".", "_"): {"unit": "mM"} for port in ports}
    pipeline = {f"mean_{name}": {"measure": "mean", "of": name} for name in inputs}
    return ({"use": "analysis", "step": "2 ms", "model": {"inputs": inputs, "pipeline": pipeline}},
            [{"from": port, "to": f"ear.{name}"} for port, name in zip(ports, inputs)])


def cables():
    """Fixed and own steps, a matrix that is kept, currents that are averaged and held, parameters and boundaries."""
    ear, heard = listener("linear.a", "linear.dye", "fixed.bound", "first.ca", "adaptive.ca")
    buffered = lambda **solver: {"use": "rxd", "step": "1 ms", "model": {"cells": CELLS, **BUFFERED, "solver": solver}}
    return {
        "fast": player("0.25 ms", i=("nA", {"noise": {"mean": "-0.1 pA", "sd": "0.02 pA", "tau": "5 ms"}})),
        "slow": player("3 ms", i=("nA", {"noise": {"mean": "-0.1 pA", "sd": "0.02 pA"}}),
                       pipette=("mM", {"sine": {"offset": "0.1 mM", "amplitude": "0.05 mM", "frequency": "50 Hz"}}),
                       speed=("ms-1", {"step": {"before": "0.05 ms-1", "after": "0.1 ms-1", "at": "17 ms"}})),
        "linear": {"use": "rxd", "step": "1 ms", "model": LINEAR},
        "fixed": buffered(scheme="second_order"), "first": buffered(scheme="first_order"),
        "adaptive": buffered(scheme="adaptive", tolerance=1e-4, threads=2), "ear": ear,
    }, [{"from": "slow.i", "to": "linear.i"}, {"from": "slow.pipette", "to": "linear.pipette"},
        {"from": "fast.i", "to": "fixed.i_ca"}, {"from": "slow.i", "to": "first.i_ca"},
        {"from": "fast.i", "to": "adaptive.i_ca"}, {"from": "slow.speed", "to": "adaptive.speed"}, *heard]


def voxels():
    """A box in slabs, one cell in slabs, and several cells that ranks have whole."""
    ear, heard = listener("box.ca", "box.near", "cell.ca", "cell.near", "cells.bound")
    one = {**CELLS, "count": 1}
    outputs = {**BUFFERED["outputs"], "near": {"species": "ca", "by": "segment"}}  # of segments that slabs cut

    def space(step, grid, cells, **solver):
        return {"use": "rxd", "step": step, "model": {"cells": cells, **BUFFERED, "outputs": outputs, "voxels": grid,
                                                      "solver": solver}}
    return {
        "fast": player("0.5 ms", i=("nA", {"noise": {"mean": "-0.1 pA", "sd": "0.02 pA", "tau": "5 ms"}}),
                       speed=("ms-1", {"sine": {"offset": "0.1 ms-1", "amplitude": "0.05 ms-1", "frequency": "30 Hz"}})),
        "box": space("1 ms", {"edge": "10 um", "box": {"from": ["-50 um", "-50 um", "-50 um"],
                                                      "to": ["150 um", "150 um", "50 um"]}}, one, scheme="adaptive"),
        "cell": space("1 ms", {"edge": "1 um"}, one, scheme="second_order"),
        "cells": space("2 ms", {"edge": "1 um"}, CELLS, scheme="adaptive"), "ear": ear,
    }, [{"from": "fast.i", "to": "box.i_ca"}, {"from": "fast.speed", "to": "box.speed"},
        {"from": "fast.i", "to": "cell.i_ca"}, {"from": "fast.speed", "to": "cell.speed"},
        {"from": "fast.i", "to": "cells.i_ca"}, *heard]


def tutti(*words, code=0):
    done = subprocess.run([TUTTI, *map(str, words)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def run(folder, modules, *words):
    """What the run folder says in the end."""
    before = set(folder.glob("results/*"))
    tutti("run", *words, "--quiet", "--results", folder / "results")
    done, = set(folder.glob("results/*")) - before
    told = {name: json.loads((done / f"{name}.rxd.json").read_text())
            for name, module in modules.items() if module["use"] == "rxd"}
    told["hashes"] = json.loads((done / "summary.json").read_text())["hashes"]
    return done, told


def checkpoints(done):
    return sorted((done / "checkpoint").glob("*ms"))


def resumed(folder, model):
    modules, connections = model()
    file = folder / "run.yaml"
    everything = {"tutti": 1, "run": {"name": "cut", "stop": "60 ms"}, "modules": modules, "connections": connections}
    file.write_text(json.dumps(everything))
    _, plain = run(folder, modules, file)
    everything["run"]["checkpoint"] = {"every": "35 ms" if model is cvode else "6 ms", "keep": 50}
    file.write_text(json.dumps(everything))
    dice = random.Random(SEED)
    done, told = run(folder, modules, file)
    if model is cvode:
        assert told["hashes"] != plain["hashes"], "CVODE went on as if nothing had been saved: then say so"
        for name, amount in told["model"]["amounts"].items():
            begin, end = amount["end_amol"], plain["model"]["amounts"][name]["end_amol"]
            assert abs(begin / end - 1) < 1e-4, (name, begin, end)  # some dozens of steps of 1e-6 each
    else:
        assert told == plain, "checkpoints show in the results"
    assert all(any(int(bin, 16) for bin in bins) for bins in told["hashes"].values()), "a port is silent"
    saved_so_far = checkpoints(done)
    for _ in range(CUTS):  # some go on from where a run was saved that had been resumed itself
        saved = dice.choice(saved_so_far)
        ranks = {name: dice.randint(1, 2) for name in modules if name != "ear"}
        print(f"{saved.parents[1].name} from {saved.name} with ranks {ranks}", flush=True)
        again, found = run(folder, modules, "--resume", saved,
                           *[word for name, n in ranks.items() for word in ("--set", f"modules.{name}.ranks={n}")])
        for key, value in told.items():
            assert found[key] == value, (key, found[key], value)
        saved_so_far += checkpoints(again)


def cvode():
    """CVODE's history is in no checkpoint: it begins anew there, where a run is saved as where one goes on. Both are
    the same to the bit as long as neither is saved again; a run that was never saved agrees within the tolerance."""
    ear, heard = listener("model.ca", "model.bound")
    modules = {"slow": player("2 ms", i=("nA", {"step": {"before": "-0.1 pA", "after": "-0.2 pA", "at": "17 ms"}})),
               "model": {"use": "rxd", "step": "1 ms", "model": {"cells": CELLS, **BUFFERED, "solver": {
                   "scheme": "cvode", "tolerance": 1e-6}}}, "ear": ear}
    return modules, [{"from": "slow.i", "to": "model.i_ca"}, *heard]


with tempfile.TemporaryDirectory() as temporary:
    resumed(pathlib.Path(temporary), {"cables": cables, "voxels": voxels, "cvode": cvode}[PART])
    print(PART, "are the same, cut and resumed")
