#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what flows through the ports of cable cells, as runs of the programs."""
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

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


def run(folder, text, *sets):
    return runs.well(runs.attempt_text(BIN, folder, text, *runs.settings(*sets)))


def last(folder, port):
    return runs.reports(folder / f"{port}.h5")[0][-1]


def spikes_of(folder):
    """(time, (population, node)) of all populations, by time."""
    with h5py.File(folder / "spikes.h5") as f:
        return sorted((float(t), (name, int(n))) for name, group in f["spikes"].items()
                      for t, n in zip(group["timestamps"][:], group["node_ids"][:]))


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
    hashes = [runs.hashes(f)
              for f in (done, run(folder, STICKS % {"outside": 3}, "modules.cells.ranks=2"))]
    assert hashes[0] == hashes[1], "ranks show"


IONS = """
tutti: 1
run: {name: ions, stop: 300 ms, seed: 1}
modules:
  player:
    use: player
    step: 1 ms
    model:
      signals: {outside: {unit: mM, element: segment, first: 1, number: 2, constant: 12 mM}}
  cells:
    use: cell
    step: 1 ms
    model:
      celsius: 6.3 degC
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
          membrane: {all: {hh: {gnabar: 0 S/cm2, gl: 0 S/cm2}}}
          ek: -77 mV
          ki: 60 mM
      populations: {balls: {cell: ball, number: 3}}
connections:
  - {from: player.outside, to: cells.k_o}
record:
  - {port: cells.v, every: 100 ms}
  - {port: cells.i_k, every: 1 ms}
"""


def ions(folder):
    """Potassium of 12 mM outside the second and the third of three cells that have nothing but potassium channels: they go
    to its Nernst potential while the first stays at ek; and what potassium carries is what charges the capacity."""
    done = run(folder, IONS)
    v = last(done, "cells.v")
    nernst = 1000 * 8.31446261815324 * 279.45 / 96485.33212 * math.log(12 / 60)
    # half way there most channels have shut: what is left of the way shrinks by a third every 10 ms
    assert abs(v[0] + 77) < 1e-2 and abs(v[1] - nernst) < 1e-2 and v[1] == v[2], (v, nernst)
    with h5py.File(done / "cells.i_k.h5") as f:
        (_, report), = f["report"].items()
        carried = report["data"][:].sum(axis=0)  # [nA ms], means over 1 ms
    capacity = 1e-5 * math.pi * 20 * 20  # [nF]
    for k in range(3):
        assert abs(carried[k] + capacity * (v[k] + 70)) < 1e-5, (carried, v)
    hashes = [runs.hashes(f)
              for f in (done, run(folder, IONS, "modules.cells.ranks=2"))]
    assert hashes[0] == hashes[1], "ranks show"


def partial_field(folder):
    done, _ = runs.attempt_text(BIN, folder, STICKS % {"outside": 2})
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "v_ext has values for 2 of the 3 segments of cell 1 (elements 3 to 5)" in said, said


# Cells of two shapes joined by gap junctions, with all that puts current into them and every kind of synapse.
JOINED = """
tutti: 1
run: {name: joined, stop: 60 ms, seed: 3}
modules:
  cells:
    use: cell
    step: 0.5 ms
    model:
      scheme: crank_nicolson
      celsius: 6.3 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
          ena: 50 mV
          ek: -77 mV
          membrane: {all: {hh: {}}}
        stick:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 150 um, diam: 1.5 um, nseg: 5}}
          ena: 50 mV
          ek: -77 mV
          membrane: {all: {Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {g: 1e-4 S/cm2, e: -65 mV}}}
      populations: {balls: {cell: ball, number: 7}, sticks: {cell: stick, number: 4}}
      synapses:
        slow: {type: nmda, tau1: 2 ms, tau2: 60 ms, e: 0 mV}
        smooth: {type: alpha, tau: 1 ms, e: -80 mV}
      connections:
        - {from: balls, to: sticks, synapse: slow, weight: 0.2 nS, delay: 1 ms, region: [dend]}
        - {from: sticks, to: balls, synapse: smooth, weight: 1 nS, delay: 2 ms, region: [soma]}
      clamps: [{population: balls, cells: [0], delay: 2 ms, duration: 50 ms, amplitude: 0.4 nA}]
      voltage_clamps: [{population: sticks, cells: [3], levels: [{voltage: -65 mV, duration: 10 ms}]}]
      currents: {hiss: {to: balls, type: noise, mean: 0.02 nA, sd: 0.01 nA, tau: 3 ms}}
      gap_junctions:
        - {between: [balls, balls], probability: 0.5, conductance: 2 nS}
        - {between: [balls, sticks], list: [[0, 0], [3, 2]], conductance: 5 nS}
record:
  - cells.spikes
  - {port: cells.v, every: 10 ms}
"""


def joined(folder):
    """Spikes cross gap junctions, and neither ranks nor threads show in any bit of them."""
    hashes = []
    for sets in ((), ("modules.cells.ranks=2",), ("modules.cells.model.threads=2",),
                 ("modules.cells.ranks=2", "modules.cells.model.threads=2")):
        done = run(folder, JOINED, *sets)
        hashes.append(runs.hashes(done))
    assert all(h == hashes[0] for h in hashes), "ranks or threads show"
    assert len({cell for _, cell in spikes_of(done)}) > 3, "only the driven cell fires"


def own_steps(folder):
    """Spikes of cvode are off the grid, hardly depend on its tolerance, and not at all on ranks."""
    text = JOINED[:JOINED.index("      voltage_clamps")] + JOINED[JOINED.index("record:"):]
    text = text.replace("scheme: crank_nicolson", "scheme: cvode")

    def spikes(*sets):
        return spikes_of(run(folder, text, *sets))

    fine = spikes("modules.cells.model.tolerance=1e-6 mV")
    assert len(fine) >= 3, fine
    assert any(abs(t / 0.025 - round(t / 0.025)) > 1e-3 for t, _ in fine), fine
    coarse = spikes()
    assert [n for _, n in coarse] == [n for _, n in fine]
    assert max(abs(a - b) for (a, _), (b, _) in zip(coarse, fine)) < 0.01, (coarse, fine)
    assert spikes("modules.cells.ranks=2") == coarse, "ranks show"
    # interpolated spikes of a fixed step of second order come near; those at ends of steps less so
    fixed = [spikes("modules.cells.model.scheme=crank_nicolson", f"modules.cells.model.spike_time={how}")
             for how in ("exact", "step")]
    far = [max(abs(a - b) for (a, _), (b, _) in zip(one, fine)) for one in fixed]
    assert far[0] < 0.05 and far[0] < far[1] < 0.1, far
    refused, _ = runs.attempt_text(BIN, folder, JOINED.replace("crank_nicolson", "cvode"))
    assert refused.returncode == 2 and "gap_junctions: needs a fixed step" in refused.stdout + refused.stderr


def inspected(folder):
    """What is in a reconstruction, and a picture of it."""
    (folder / "cell.swc").write_text("1 1 0 0 0 5 -1\n2 3 0 10 0 1 1\n3 3 0 60 0 1 2\n4 3 30 90 0 0.5 3\n"
                                     "5 3 -30 90 0 0.5 3\n6 2 0 -40 0 0.5 -1\n7 2 0 -80 0 0.5 6\n", encoding="utf-8")
    done = subprocess.run([BIN / "tutti", "inspect", folder / "cell.swc", "-o", folder / "cell.svg"],
                          capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("points        7", "trees         2", "1 branch points, 3 tips", "2 at the soma"):
        assert words in done.stdout, done.stdout
    dend, = (line.split() for line in done.stdout.splitlines() if line.startswith("dend"))
    assert dend[1] == "3" and abs(float(dend[3]) - (50 + 2 * math.hypot(30, 30))) < 0.11, dend
    assert any(0x2800 < ord(letter) < 0x2900 for letter in done.stdout), "no picture"
    assert (folder / "cell.svg").read_text(encoding="utf-8").count("<line") == 7  # 6 pieces and a scale bar
    missing = subprocess.run([BIN / "tutti", "inspect", "nowhere.swc"], capture_output=True, text=True, timeout=30,
                             check=False)
    assert missing.returncode == 2 and "nowhere.swc" in missing.stderr, missing


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](pathlib.Path(temporary))
