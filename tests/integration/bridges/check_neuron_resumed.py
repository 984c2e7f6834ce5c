#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_neuron_resumed.py BIN [CUTS [SEED]]: NEURON is saved and goes on, and is what it would have been, byte for byte.

Every hash of every port and every number in Vectors that record, for fixed steps of both orders and CVODE, under h.run() and
pc.psolve(), on one rank and on two. CVODE begins anew where it is saved: there the run that was saved is the whole one.
"""
import importlib.util
import json
import pathlib
import random
import subprocess
import sys
import tempfile

if importlib.util.find_spec("neuron") is None:
    print("SKIPPED: needs python3-neuron")
    sys.exit(77)
BIN, HERE = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent
CUTS, SEED = [int(word) for word in (sys.argv[2:4] + ["1", "1"][len(sys.argv[2:4]):])]
DICE = random.Random(SEED)


def run_file(scheme, way, ranks, **more):
    def signal(unit, **shape):
        return {"unit": unit, "number": 12, **shape}
    ports = {name: {"direction": "out", "kind": "signal", "unit": unit, "element": element}
             for name, unit, element in (("v", "mV", "neuron"), ("i_membrane", "nA", "segment"), ("i_na", "nA", "segment"))}
    return {
        "tutti": 1, "run": {"name": "chance", "stop": "60 ms", "seed": 2, "deadline": "60 s", **more},
        "modules": {
            "input": {"use": "player", "step": "1 ms", "model": {
                "spikes": {"poisson": {"number": 12, "rate": "60 Hz"}},
                "signals": {"push": signal("nA", noise={"mean": "0.05 nA", "sd": "0.05 nA", "tau": "5 ms"}),
                            "sodium": signal("mM", sine={"offset": "10 mM", "amplitude": "1 mM", "frequency": "40 Hz"})}}},
            "cortex": {"python": str(HERE / "chance.py"), "ranks": ranks, "step": "0.5 ms",
                       "model": {"scheme": scheme, "way": way},
                       "ports": {"spikes": {"direction": "out", "kind": "spikes"}, "drive": {"direction": "in", "kind": "spikes"},
                                 "push": {"direction": "in", "kind": "signal", "unit": "nA"},
                                 "na_i": {"direction": "in", "kind": "signal", "unit": "mM"}, **ports}},
            "ear": {"use": "analysis", "step": "1 ms", "model": {  # outputs that somebody hears have hashes
                "rates": {"bin": "5 ms"}, "inputs": {name: {"unit": port["unit"]} for name, port in ports.items()},
                "pipeline": {f"mean_{name}": {"measure": "mean", "of": name} for name in ports}}}},
        "connections": [{"from": "input.spikes", "to": "cortex.drive", "delay": "1.3 ms"},
                        {"from": "input.push", "to": "cortex.push"}, {"from": "input.sodium", "to": "cortex.na_i"},
                        *[{"from": f"cortex.{name}", "to": f"ear.{name}"} for name in ("spikes", *ports)]]}


def tutti(folder, *words, code=0):
    before = set((folder / "results").glob("*"))
    done = subprocess.run([BIN / "tutti", "run", *words, "--quiet"], cwd=folder, capture_output=True, text=True, timeout=100,
                          check=False)
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done.stderr, max(set((folder / "results").glob("*")) - before, default=None)


def told(folder, *words):
    _, place = tutti(folder, *words)
    seen = {path.name: json.loads(path.read_text()) for path in sorted(place.glob("seen.*.json"))}
    return place, {"hashes": json.loads((place / "summary.json").read_text())["hashes"], **seen}


def same(whole, found, what):
    other = {port: [k for k, (a, b) in enumerate(zip(bins, found["hashes"][port])) if a != b]
             for port, bins in whole["hashes"].items()}
    assert not any(other.values()), f"{what}: bins that differ are {other}"
    assert found == whole, f"{what}: Vectors that record"


def cut(folder, scheme, way, ranks):
    (folder / "plain.yaml").write_text(json.dumps(run_file(scheme, way, ranks)))
    (folder / "saving.yaml").write_text(json.dumps(run_file(scheme, way, ranks, checkpoint={"every": "7 ms", "keep": 50})))
    place, whole = told(folder, "saving.yaml")
    assert all(any(int(bin, 16) for bin in bins) for bins in whole["hashes"].values()), whole["hashes"]
    assert len(whole["seen.0.json"][2]) > 2, "the first cell hardly spikes"
    if scheme != "cvode":
        same(whole, told(folder, "plain.yaml")[1], "saving shows")
    saved = sorted((place / "checkpoint").glob("*ms"), key=lambda path: float(path.name[:-2]))
    assert len(saved) >= 1, saved
    for at in DICE.sample(saved, CUTS):
        if scheme == "cvode":  # the run goes on being saved at the same times
            at = saved[-1]
        found = told(folder, "--resume", at, *(["plain.yaml"] if scheme != "cvode" else []))[1]
        same(whole, found, f"{scheme}, {way}, {ranks} ranks, cut at {at.name}")
        print(f"{scheme}, {way}, {ranks} ranks, cut at {at.name}: the same", flush=True)
    return saved


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    cut(folder, "fixed", "run", 1)
    cut(folder, "second", "psolve", 1)
    cut(folder, "cvode", "run", 1)
    saved = cut(folder, "fixed", "psolve", 2)
    words, _ = tutti(folder, "--resume", saved[-1], "--set", "modules.cortex.ranks=1", code=2)
    assert "ranks: 2" in words, words
print("NEURON goes on as if nothing had been")
