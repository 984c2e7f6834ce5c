#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_controls.py PART BIN: parameters of cells that ports and people set while a run goes on, and ports that nobody is
connected to but observers."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

PART, BIN = sys.argv[1], pathlib.Path(sys.argv[2])

# Passive balls of 20 um. An even one has 1e-4 S/cm2 of leak, its reversal at -70 mV, and 10 pA from its clamp.
BALLS = """
tutti: 1
run: {name: controls, stop: 300 ms, seed: 1}
modules:
  player:
    use: player
    step: 1 ms
    model:
      signals:
        leak: {unit: mS/cm2, element: segment, first: 1, number: 1, constant: 0.5 mS/cm2}
        kick: {unit: pA, number: 3, constant: -20 pA}
  cells:
    use: cell
    step: 1 ms
    model:
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
          membrane: {all: {pas: {g: 1e-4 S/cm2, e: -70 mV}}}
      populations: {balls: {cell: ball, number: 4}}
      clamps: [{name: kick, population: balls, cells: [0, 1, 2], duration: 1 s, amplitude: 10 pA}]
      outputs: {leaks: {variable: pas.i}}
      controls:
        g: {parameter: pas.g}
        kick: {parameter: kick.amplitude, cells: [2], populations: [balls], uniform: true}
connections:
  - {from: player.leak, to: cells.g}
  - {from: player.kick, to: cells.kick}
record:
  - {port: cells.v, every: 50 ms}
  - {port: cells.leaks, every: 50 ms}
"""

G_US = 1e-4 * 1e-2 * math.pi * 400


def tutti(folder, text, *words):
    return runs.well(runs.attempt_text(BIN, folder, text, *words))


def recorded(folder, port):
    """Times by elements."""
    return runs.reports(folder / f"{port}.h5")[0]


def close(found, wanted, within=1e-3):
    assert all(abs(a - b) < within for a, b in zip(found, wanted, strict=True)), (found, wanted)


def fed(folder):
    """A leak in mS/cm2 reaches the one segment that the player has; one value for all is the mean of three; what flows
    through the leak in the end is what the clamp puts in. Ranks do not show."""
    done = tutti(folder, BALLS)
    close(recorded(done, "cells.v")[-1], [-70 + 0.01 / G_US, -70 + 0.01 / (5 * G_US), -70 - 0.02 / G_US, -70])
    close(recorded(done, "cells.leaks")[-1], [0.01, 0.01, -0.02, 0], 1e-6)
    assert runs.hashes(done) == runs.hashes(tutti(folder, BALLS, "--set", "modules.cells.ranks=3")), "ranks show"


def steered(folder):
    """What nobody is connected to can be steered: for a while, then the model holds again; and currents into segments."""
    text = BALLS[:BALLS.index("connections:")] + BALLS[BALLS.index("record:"):]
    log = [{"at": "100 ms", "do": "send", "port": "cells.g", "elements": [[0, 1, 1], [3, 1, 1]], "value": 5e-4,
            "for": "120 ms", "add": False},
           {"at": "100 ms", "do": "send", "port": "cells.kick", "elements": [], "value": -0.02, "for": "0 ms", "add": False},
           {"at": "100 ms", "do": "send", "port": "cells.i_inject", "elements": [[3, 1, 1]], "value": 0.01, "for": "120 ms",
            "add": False}]
    (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log), encoding="utf-8")
    done = tutti(folder, text, "--steer", folder / "log.jsonl", "--set", "run.stop=400 ms")
    v = recorded(done, "cells.v")
    up, down = -70 + 0.01 / G_US, -70 - 0.02 / G_US
    close(v[4], [-70 + 0.01 / (5 * G_US), up, down, -70 + 0.01 / (5 * G_US)], 0.01)  # after five time constants
    close(v[7], [up, up, down, -70], 1e-3)
    assert runs.hashes(done) == runs.hashes(tutti(folder, text, "--steer", folder / "log.jsonl", "--set", "run.stop=400 ms",
                                        "--set", "modules.cells.ranks=2")), "ranks show"


def refused(folder):
    """Mistakes in what ports should set, each with what there is."""
    for wrong, words in (("pas.gg", 'there is no "pas.gg"'), ("kik.amplitude", 'did you mean "kick.amplitude"'),
                         ("pas", "the gain of each kind of synapse")):
        (folder / "run.yaml").write_text(BALLS.replace("parameter: pas.g}", f"parameter: {wrong}}}"), encoding="utf-8")
        done = subprocess.run([BIN / "tutti", "check", folder / "run.yaml"], capture_output=True, text=True, timeout=50,
                              check=False)
        assert done.returncode == 2 and words in done.stdout + done.stderr, done.stdout + done.stderr
    for old, new, words in (("element: segment, first: 1,", "element: segment, first: 77,",
                             "g: its sources have elements 77, and none of them is among the 4 segments"),
                            ("parameter: pas.g}", "parameter: pas.g, region: [axon]}",
                             "controls.g: no segment that it chooses has what it sets")):
        (folder / "run.yaml").write_text(BALLS.replace(old, new), encoding="utf-8")
        for ranks in (1, 2):
            done = subprocess.run([BIN / "tutti", "run", folder / "run.yaml", "--results", folder / "out", "--set",
                                   f"modules.cells.ranks={ranks}"], capture_output=True, text=True, timeout=50, check=False)
            assert done.returncode == 2 and words in done.stderr, done.stdout + done.stderr


# Everything that a cell can tell, and nobody is connected; two ranks.
QUIET = """
tutti: 1
run: {name: quiet, stop: 3 s, seed: 1, pace: 1}
modules:
  cells:
    use: cell
    ranks: 2
    step: 1 ms
    model:
      celsius: 6.3 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
          ena: 50 mV
          ek: -77 mV
          membrane: {all: {hh: {}, ca_hva: {gbar: 5e-4 S/cm2}, ca_dynamics: {}, sk: {gbar: 4e-4 S/cm2}}}
      populations: {balls: {cell: ball, number: 2}}
      clamps: [{population: balls, duration: 10 s, amplitude: 0.2 nA}]
      outputs: {gate: {variable: hh.m}, current: {variable: hh.i}, inside: {variable: ca_i}}
record: [cells.spikes]
"""

PORTS = ("v", "i_membrane", "i_ca", "i_na", "i_k", "gate", "current", "inside")


def tapped(folder):
    """Every output can be looked at while the run goes on though nobody is connected, and nothing of the run shows it."""
    for scheme in ("backward_euler", "cvode"):
        text = QUIET.replace("celsius:", f"scheme: {scheme}\n      celsius:", 1)
        (folder / "run.yaml").write_text(text, encoding="utf-8")
        process = subprocess.Popen([BIN / "tutti", "run", folder / "run.yaml", "--quiet", "--results", folder / "out"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        taps = []
        try:
            for _ in range(200):
                going = list((folder / "out").glob("*/control/run.json"))
                if going:
                    break
                subprocess.run(["sleep", "0.05"], check=True)
            results, = (path.parent.parent for path in going)
            taps = [subprocess.Popen([BIN / "tutti", "tap", results, f"cells.{port}", "--csv", "--lines", "6"],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for port in PORTS]
            for port, tap in zip(PORTS, taps):
                said, _ = tap.communicate(timeout=30)
                rows = [line.split(",") for line in said.splitlines() if line[:1].isdigit()]
                assert len(rows) >= 2 and any(float(row[-1]) != 0 for row in rows), f"{scheme} {port}:\n{said}"
        finally:
            for tap in taps:
                tap.kill()
            said, _ = process.communicate(timeout=50)
        assert process.returncode == 0, said
        alone = tutti(folder, text.replace("pace: 1", "pace: 0"))
        assert runs.hashes(results) == runs.hashes(alone), f"{scheme}: looking on shows"
        for path in (folder / "out").iterdir():
            path.rename(folder / f"{scheme}-{path.name}")


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](pathlib.Path(temporary))
