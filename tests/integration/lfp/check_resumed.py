#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_resumed.py BIN [CUTS [SEED]]: whole = cut and resumed, to the bit, for potentials and live measures.

A run of tutti-lfp and of every stage of tutti-analysis goes on from random checkpoints, with one rank of the probe or
two; hashes of all ports and every number in the files it leaves must be those of the whole run, which is itself that of
a run without checkpoints. The membrane currents are a recorded run's.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py

TUTTI, HERE = pathlib.Path(sys.argv[1]) / "tutti", pathlib.Path(__file__).resolve().parent
CUTS, SEED = [int(word) for word in (sys.argv[2:4] + ["4", "1"][len(sys.argv[2:4]):])]
STOP = "run.stop=100 ms"

PIPELINE = {
    "rate": {"measure": "rate", "of": "activity", "bin": "1 ms"},
    "cause": {"measure": "granger", "of": "rate", "from": "first", "to": "second", "window": "40 ms", "every": "10 ms"},
    "level": {"measure": "mean", "of": "potential"},
    "density": {"measure": "csd", "of": "potential"},
    "waves": {"measure": "filter", "of": "potential", "band": "300-2000", "order": 3},
    "power": {"measure": "band_power", "of": "waves", "band": "300-2000", "window": "8 ms"},
    "alarm": {"measure": "trigger", "of": "rate", "above": 80, "refractory": "3 ms"}}


def run_file(currents):
    units = {"rate": "Hz", "cause": "1", "level": "mV", "density": "uA/mm^3", "waves": "mV", "power": "mV^2"}
    return {
        "tutti": 1, "run": {"name": "cut", "stop": "100 ms", "checkpoint": {"every": "5 ms", "keep": 50}},
        "modules": {
            "trains": {"use": "player", "step": "1 ms", "model": {"spikes": [
                {"population": name, "poisson": {"number": 20, "rate": "80 Hz", "depth": 1, "frequency": "50 Hz"}}
                for name in ("first", "second")]}},
            "tissue": {"use": "player", "step": "0.1 ms", "model": {"signals": {
                "i_membrane": {"unit": "nA", "element": "segment", "replay": {"path": str(currents)}},
                "pulse": {"unit": "uA", "element": "electrode", "number": 2, "first": 1,
                          "sine": {"amplitude": "2 uA", "frequency": "200 Hz", "shift": 0.5}}}}},
            "probe": {"use": "lfp", "step": "0.1 ms", "model": {"electrodes": str(HERE / "fields/probe.csv"), "csd": True}},
            "monitor": {"use": "analysis", "step": "1 ms", "model": {
                "rates": {"bin": "2 ms"}, "psd": {"window": "10 ms"}, "pipeline": PIPELINE,
                "inputs": {"activity": {"kind": "spikes"}, "potential": {"unit": "mV"}}}},
            "ear": {"use": "analysis", "step": "1 ms", "model": {"rates": {"bin": "2 ms"},  # so that all outputs are heard
                "inputs": {**{name: {"unit": unit} for name, unit in units.items()}, "stimulus": {"unit": "mV"}, "alarm": {"kind": "spikes"},
                           "dipole": {"unit": "nA um"}, "csd": {"unit": "nA/um^3"}},
                "pipeline": {"sum": {"measure": "mean", "of": "stimulus"},
                             "alarms": {"measure": "rate", "of": "alarm"}}}}},
        "connections": [
            {"from": "tissue.i_membrane", "to": "probe.i_membrane"}, {"from": "tissue.pulse", "to": "probe.i_electrode"},
            {"from": "trains.spikes", "to": "monitor.spikes"}, {"from": "trains.spikes", "to": "monitor.activity"},
            {"from": "probe.v_ext", "to": "monitor.v_ext"}, {"from": "probe.v_ext", "to": "monitor.potential"},
            *[{"from": f"monitor.{name}", "to": f"ear.{name}"} for name in units],
            {"from": "monitor.alarm", "to": "ear.alarm"}, {"from": "trains.spikes", "to": "ear.spikes"},
            *[{"from": f"probe.{name}", "to": f"ear.{name}"} for name in ("stimulus", "dipole", "csd")]]}


def run(folder, *words):
    """The run folder, and all that is in it in the end."""
    before = set(folder.glob("*"))
    done = subprocess.run([TUTTI, "run", *map(str, words), "--quiet", "--results", folder], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    new, = set(folder.glob("*")) - before
    found = {path.name: path.read_text() for path in new.glob("*.csv")}
    found["hashes"] = json.loads((new / "summary.json").read_text())["hashes"]
    for path in new.glob("*.analysis.h5"):
        with h5py.File(path) as f:
            f.visititems(lambda name, item, of=path.stem: found.update({f"{of}/{name}": item[:].tolist()})
                         if isinstance(item, h5py.Dataset) else None)
    return new, found


def checkpoints(done):
    return sorted((done / "checkpoint").glob("*ms"))


def main(folder):
    recorded, _ = run(folder / "currents", HERE / "fields", "--set", STOP)
    file = folder / "run.yaml"
    file.write_text(json.dumps(run_file(recorded / "cells.i_membrane.h5")))
    _, plain = run(folder / "results", file, "--set", "run.checkpoint={}")
    done, told = run(folder / "results", file)
    assert told == plain, "checkpoints show in the results"
    assert {f"monitor.{stage}.csv" for stage in PIPELINE if stage != "alarm"} < set(told) and "monitor.analysis/psd/power" in told, set(told)
    assert told["monitor.rates.csv"] == told["ear.rates.csv"], "each module writes files of its own"
    for port, bins in told["hashes"].items():
        assert any(int(bin, 16) for bin in bins), f"{port} is silent"
    dice, saved_so_far = random.Random(SEED), checkpoints(done)
    for _ in range(CUTS):  # some go on from where a run was saved that had been resumed itself
        saved, ranks = dice.choice(saved_so_far), dice.randint(1, 2)
        print(f"{saved.parents[1].name} from {saved.name} with {ranks} ranks", flush=True)
        again, found = run(folder / "results", "--resume", saved, "--set", f"modules.probe.ranks={ranks}",
                           "--set", f"modules.trains.ranks={3 - ranks}")
        for key, value in told.items():
            assert found[key] == value, (key, str(found[key])[:2000], str(value)[:2000])
        saved_so_far += checkpoints(again)


with tempfile.TemporaryDirectory() as temporary:
    for name in ("currents", "results"):
        (pathlib.Path(temporary) / name).mkdir()
    main(pathlib.Path(temporary))
print("potentials and measures are the same, cut and resumed")
