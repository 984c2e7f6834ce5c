#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""split_runs.py BIN SOURCE [CUTS [SEED [SCENARIO...]]]: scenarios that are cut anywhere go on as if nothing had been.

For each scenario in turn: it runs whole, and saving itself; then it goes on from random checkpoints of that run and of runs that
were resumed themselves, on one or two ranks of each module that can have them. Hashes of all ports and every number in all
recordings must be those of the whole run, byte for byte. The models of the tests of each module (cables, points, plasticity,
reaction and diffusion along cables and in space, potentials, measures, NEURON, Brian2, random ones of the contract) are cut
by their own tests: the scenario `tests`. `all` is that and all others:

    tests/integration/checkpoints/split_runs.py build/release/bin . 100 $RANDOM all
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py
import numpy as np

BIN, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
CUTS, SEED = [int(word) for word in (sys.argv[3:5] + ["3", "1"][len(sys.argv[3:5]):])]

# run file in configs: end, checkpoints, and modules that may have one rank or two
SCENARIOS = {
    "column": ("60 ms", "7 ms", ("thalamus", "cortex", "calcium", "probe")),
    "hybrid": ("100 ms", "11 ms", ("column",)),
    "closed_loop": ("800 ms", "70 ms", ("drive", "cortex")),
    "spine": ("60 ms", "10 ms", ("spine",)),
    "soma_wave": ("40 ms", "10 ms", ("cell",)),
    "calcium_wave": ("200 ms", "30 ms", ("dendrite",)),
    "spreading_depression": ("150 ms", "25 ms", ("neurons", "inside")),
    "netpyne_tutorial": ("100 ms", "9 ms", ("net",)),
}
IN_CVODE = ("spine",)  # begins anew where it is saved: the run that was saved is the whole one
TESTS = SOURCE / "tests" / "integration"


def run(results, *words):
    before = set(results.glob("*"))
    done = subprocess.run([BIN / "tutti", "run", *map(str, words), "--quiet", "--results", results], capture_output=True,
                          text=True, timeout=300, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    place, = set(results.glob("*")) - before
    return place


def content(place):
    """Hashes, and all that was recorded."""
    found = {"hashes": json.loads((place / "summary.json").read_text())["hashes"]}
    for path in sorted(place.glob("*.h5")):
        with h5py.File(path) as file:
            file.visititems(lambda name, item, of=path.name: found.update({f"{of}/{name}": item[()]})
                            if isinstance(item, h5py.Dataset) else None)
    return found


def same(whole, found, what):
    wrong = [port for port in whole["hashes"] if whole["hashes"][port] != found["hashes"].get(port)]
    assert not wrong, f"{what}: hashes of {wrong}"
    assert whole.keys() == found.keys(), f"{what}: {set(whole) ^ set(found)}"
    for name, value in whole.items():
        assert name == "hashes" or np.array_equal(value, found[name], equal_nan=value.dtype.kind == "f"), f"{what}: {name}"


def cut(folder, name, cuts, dice):
    stop, every, modules = SCENARIOS[name]
    results = folder / name
    results.mkdir()
    first = ("--set", f"run.stop={stop}")
    whole = content(run(results, SOURCE / "configs" / name, *first))
    place = run(results, SOURCE / "configs" / name, *first, "--set", f"run.checkpoint={{every: {every}, keep: 50}}")
    saved = sorted((place / "checkpoint").iterdir(), key=lambda path: float(path.name.rstrip("ms")))
    assert len(saved) > 2, saved
    if name in IN_CVODE:
        whole, saved = content(place), saved[-1:]
    else:
        same(whole, content(place), f"{name}: saving shows")
    for _ in range(cuts):
        at = dice.choice(saved)
        ranks = {module: dice.randint(1, 2) for module in modules}
        again = run(results, "--resume", at, *[word for module, n in ranks.items()
                                               for word in ("--set", f"modules.{module}.ranks={n}")])
        same(whole, content(again), f"{name}, cut at {at.name} of {at.parents[1].name}, on {ranks}")
        print(f"{name}, cut at {at.name} of {at.parents[1].name}, on {ranks}: the same", flush=True)
        if name not in IN_CVODE and (again / "checkpoint").exists():
            saved += sorted((again / "checkpoint").iterdir())


def in_their_own_tests(cuts, dice):
    """The models of the modules' tests, `cuts` each."""
    def test(script, *words):
        done = subprocess.run([sys.executable, TESTS / script, *map(str, words)], capture_output=True, text=True, timeout=3000,
                              check=False)
        print(done.stdout, end="", flush=True)
        assert done.returncode in (0, 77), (script, words, done.stdout, done.stderr)

    seed = dice.randint(1, 10**6)
    for part in ("cables", "points", "changing", "own_steps"):
        test("cell/check_resumed.py", part, BIN, cuts, seed)
    for part in ("cables", "voxels", "cvode"):
        test("rxd/check_resumed.py", part, BIN, cuts, seed)
    test("lfp/check_resumed.py", BIN, cuts, seed)
    test("bridges/check_neuron_resumed.py", BIN, (cuts + 3) // 4, seed)  # four ways each
    test("bridges/check_brian2_resumed.py", BIN, cuts, seed)
    test("machines/check.py", BIN, BIN.parent / "tests/integration/machines/machine_cases", 4 * cuts, seed, 3, "cut")


def main():
    dice, names = random.Random(SEED), sys.argv[5:] or ["column"]
    if names == ["all"]:
        names = [*SCENARIOS, "tests"]
    shares = sum(22 if name == "tests" else 1 for name in names)  # so many models are in the tests
    cuts = -(-CUTS // shares)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            if name == "tests":
                in_their_own_tests(cuts, dice)
            else:
                cut(pathlib.Path(folder), name, cuts, dice)
    print("whole and cut in two are the same")


main()
