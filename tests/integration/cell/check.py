#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what flows through the ports of cable cells, as runs of the programs."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])

# Two passive cylinders of 3 compartments; a membrane of 20 um by 20 um by pi with 1e-4 S/cm2 has 1.2566e-3 uS.
STICKS = """
tutti: 1
run: {name: sticks, stop: 400 ms, seed: 1}
modules:
  player:
    use: player
    step: 1 ms
    model:
      signals:
        current: {unit: nA, element: segment, first: 2, number: 3, constant: 0.001 nA}
        outside: {unit: mV, element: segment, first: 3, number: %(outside)s, constant: -100 mV}
  cells:
    use: cell
    step: 1 ms
    model:
      cells:
        stick:
          sections: {soma: {L: 60 um, diam: 20 um, nseg: 3}}
          membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm, pas: {g: 1e-4 S/cm2, e: -70 mV}}}
      populations: {sticks: {cell: stick, number: 2}}
      outputs:
        far: {variable: v, cells: [1], populations: [sticks], distance: [15 um, 25 um]}
        leak: {variable: i_membrane, region: [soma], middle: true}
connections:
  - {from: player.current, to: cells.i_inject}
  - {from: player.outside, to: cells.v_ext}
record:
  - {port: cells.v, every: 100 ms}
  - {port: cells.i_membrane, every: 100 ms}
  - {port: cells.far, every: 100 ms}
  - {port: cells.leak, every: 100 ms}
"""


def tutti(folder, text, *sets):
    (folder / "run.yaml").write_text(text, encoding="utf-8")
    command = [BIN / "tutti", "run", folder / "run.yaml", "--quiet", "--results", folder / "out"]
    for item in sets:
        command += ["--set", item]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


def run(folder, text, *sets):
    before = set((folder / "out").glob("*"))
    done = tutti(folder, text, *sets)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set((folder / "out").glob("*")) - before
    return new


def last(folder, port):
    with h5py.File(folder / f"{port}.h5") as f:
        (_, report), = f["report"].items()
        return report["data"][-1]


def feeds(folder):
    """Elements 2, 3 and 4 get 1 pA each: one of the first cell, two of the second. Between compartments the resistance
    is 0.06 MOhm, of a membrane it is 796: in a cell all have the same voltage within 0.1 %. A potential outside that is
    the same everywhere changes nothing."""
    done = run(folder, STICKS % {"outside": 3})
    v, i = last(done, "cells.v"), last(done, "cells.i_membrane")
    g = 1e-4 * 1e-2 * math.pi * 20 * 20  # [uS] of a compartment
    for first, put in ((0, 0.001), (3, 0.002)):
        mean = sum(v[first:first + 3]) / 3
        assert abs(mean + 70 - put / (3 * g)) < 2e-4, (v, put / (3 * g))  # floats in the file
        assert abs(sum(i[first:first + 3]) - put) < 1e-9, i
    assert (last(done, "cells.far") == v[[3, 5]]).all(), "segments 20 um from the middle of the second cell"
    assert (last(done, "cells.leak") == i[[1, 4]]).all(), "the middle of either"
    hashes = [json.loads((f / "summary.json").read_text())["hashes"]
              for f in (done, run(folder, STICKS % {"outside": 3}, "modules.cells.ranks=2"))]
    assert hashes[0] == hashes[1], "ranks show"


def partial_field(folder):
    done = tutti(folder, STICKS % {"outside": 2})
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "v_ext has values for 2 of the 3 segments of cell 1 (elements 3 to 5)" in said, said


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](pathlib.Path(temporary))
