#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what the reaction-diffusion scenarios must show, as runs of the programs."""
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def run(folder, name, *sets):
    command = [BIN / "tutti", "run", SOURCE / "configs" / name, "--quiet", "--results", folder]
    for item in sets:
        command += ["--set", item]
    before = set(folder.glob(f"{name}-*"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set(folder.glob(f"{name}-*")) - before
    return new


def data(folder, port):
    with h5py.File(folder / f"{port}.h5") as f:
        (_, report), = f["report"].items()
        return report["data"][:]


def hashes(folder):
    return json.loads((folder / "summary.json").read_text())["hashes"]


def calcium_wave(folder):
    done = run(folder, "calcium_wave")
    ca = data(done, "dendrite.ca")  # every 10 ms
    def front(row):  # where calcium falls through 0.5 uM on the right [um], linear between middles of segments
        last = max(i for i, c in enumerate(row) if c > 5e-4)
        return (last + 0.5 + (row[last] - 5e-4) / (row[last] - row[last + 1])) * 1000 / 1001
    speed = (front(ca[200]) - front(ca[100])) / 1000
    # The front goes from segment to segment, so its place wobbles by a part of one within the 75 um. NEURON's CVODE
    # has it at 597 and 673 um (refs 07d).
    assert abs(speed - 0.0759) < 0.001, speed
    assert abs(front(ca[200]) - 673) < 1.5, front(ca[200])
    row = ca[200]
    assert max(abs(a - b) for a, b in zip(row, row[::-1])) < 1e-3 * max(row), "the wave is not symmetric"
    amounts = json.loads((done / "dendrite.rxd.json").read_text())["amounts"]
    begin, end = (sum(amounts[f"ca[{r}]"][key] for r in ("cyt", "er")) for key in ("begin_amol", "end_amol"))
    assert abs(end / begin - 1) < 1e-12, "calcium is lost"


def spine(folder):
    done = run(folder, "spine")
    head, dendrite = data(done, "spine.head"), data(done, "spine.dendrite")
    top, below = head.max(), dendrite.max()
    assert top > 1e-3 and below < 0.1 * top, (top, below)
    assert dendrite[:, 20].max() == below, "the dendrite has most under the spine"
    amounts = json.loads((done / "spine.rxd.json").read_text())["amounts"]
    buffer = [sum(amounts[s][key] for s in ("buffer", "bound")) for key in ("begin_amol", "end_amol")]
    assert abs(buffer[1] / buffer[0] - 1) < 1e-12, "buffer is lost"
    assert hashes(done) == hashes(run(folder, "spine", "modules.spine.ranks=2")), "ranks show"


def circadian(folder):
    nuclear = data(run(folder, "circadian"), "clock.nuclear")[:, 0] * 1e3  # [uM] every tenth of an hour

    def rate(y):  # Goldbeter 1995, per hour
        m, p0, p1, p2, pn = y
        first, second = 3.2 * p0 / (2 + p0) - 1.58 * p1 / (2 + p1), 5 * p1 / (2 + p1) - 2.5 * p2 / (2 + p2)
        to_nucleus = 1.9 * p2 - 1.3 * pn
        return (0.76 / (1 + pn**4) - 0.65 * m / (0.5 + m), 0.38 * m - first, first - second,
                second - to_nucleus - 0.95 * p2 / (0.2 + p2), to_nucleus)

    y, h, worst = (0.1, 0.25, 0.25, 0.25, 0.25), 1 / 60, 0
    for i in range(1200):  # Runge and Kutta at a minute: far more exact than what is compared
        for _ in range(6):
            a = rate(y)
            b = rate([v + h / 2 * k for v, k in zip(y, a)])
            c = rate([v + h / 2 * k for v, k in zip(y, b)])
            d = rate([v + h * k for v, k in zip(y, c)])
            y = [v + h / 6 * (p + 2 * q + 2 * r + s) for v, p, q, r, s in zip(y, a, b, c, d)]
        worst = max(worst, abs(nuclear[i + 1] - y[4]))
    assert worst < 1e-4, worst  # of about 1 uM; CVODE's tolerance is 1e-7 a step
    peaks = [i / 10 for i in range(300, 1199) if nuclear[i - 1] < nuclear[i] > nuclear[i + 1]]
    assert len(peaks) >= 3 and abs(peaks[-1] - peaks[-2] - 23.7) < 0.5, peaks  # the paper: about 24 h


def inspect(folder):
    command = [BIN / "tutti", "inspect", "rxd", SOURCE / "configs/spine/spine.yaml", "-o", folder / "spine.svg"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    for part in ("head_membrane", "membrane             3 of 49 segments", "bound' = diffusion + binding",
                 "influx           3000*channel", "fastest decay"):
        assert part in said, f"{part}\n{said}"
    assert (folder / "spine.svg").read_text().count("<line") == 49
    shells = math.pi / 4 * (20 + 0.04 + 0.6**3)
    assert f"{shells:.6g} um3" in said, said


def soma_wave(folder):
    done = run(folder, "soma_wave")
    axis = data(done, "cell.axis")  # every ms; voxels of 0.5 um along x

    def front(row):
        last = max((i for i, u in enumerate(row[:-1]) if u > 0.5 >= row[i + 1]), default=0)
        return 0.5 * (last + 0.5 + (row[last] - 0.5) / (row[last] - row[last + 1]))

    def reached(x):
        t = next(t for t in range(len(axis)) if front(axis[t]) > x)
        a, b = front(axis[t - 1]), front(axis[t])
        return t - 1 + (x - a) / (b - a)

    plain = math.sqrt(0.25 / 2) * (1 - 2 * 0.1)  # [um/ms] in a cylinder
    dendrite = (30 - 15) / (reached(30) - reached(15))
    assert abs(dendrite / plain - 1) < 0.01, dendrite  # 0.2 % from voxels of 0.5 um, and the sealed end behind
    mouth = (44 - 40) / (reached(44) - reached(40))
    assert mouth < 0.9 * plain, mouth  # a front that opens is slowed down by its curvature
    assert axis[-1].min() > 0.9, "the wave has not filled the soma"
    assert hashes(done) == hashes(run(folder, "soma_wave", "modules.cell.ranks=2")), "ranks show"


def spreading_depression(folder):
    """A wave that neither potassium's diffusion nor the cells make alone, and silence behind it."""
    done = run(folder, "spreading_depression")
    v, k = data(done, "neurons.v"), data(done, "space.k")  # every 5 ms and 50 ms; cells of 25 um along y

    def front(row):  # [um] the last voxel above 15 mM
        return 25 * max(i for i, c in enumerate(row) if c > 15)

    speed = (front(k[380]) - front(k[100])) / 14 * 60 / 1000  # [mm/min]
    assert 2 < speed < 5, speed  # as in cortex
    assert front(k[200]) < 25 * 35 and k[200][45] < 3.3 and v[2000][45] < -75, "the wave is everywhere at once"
    assert 20 < k[-1].max() < 60, k[-1].max()
    behind, beyond = k[:, 20], v[:, 20]  # 500 um on: calm, depolarised for seconds, calm again
    assert behind[60] < 3.5 and 25 < behind.max() < 45 and behind[-1] < 8, behind[::40]
    assert beyond[600] < -70 and beyond.max() > -30 and beyond[-1] < -68, beyond[::400]
    assert (beyond > -50).sum() * 0.005 > 3, "the membrane is not depolarised for seconds"
    told = {name: json.loads((done / f"{name}.rxd.json").read_text())["inputs"]["i_k"] for name in ("inside", "space")}
    assert abs(told["inside"]["received_pC"] / told["space"]["received_pC"] - 1) < 1e-12, told
    for got in told.values():
        assert abs((got["applied_amol"] + got["in_flight_amol"]) / got["received_amol"] - 1) < 1e-12, got
    short = [run(folder, "spreading_depression", "run.stop=2 s", *more) for more in
             ([], ["modules.space.ranks=1", "modules.inside.ranks=2", "modules.neurons.ranks=2"])]
    assert hashes(short[0]) == hashes(short[1]), "ranks show"
    # Without what the channels carry, potassium only diffuses, and the cells beyond are at rest.
    alone = folder / "alone"
    shutil.copytree(SOURCE / "configs/spreading_depression", alone)
    for file, old, new in (("run.yaml", "  - {from: neurons.i_k, to: space.i_k}\n", ""),
                           ("space.yaml", "i_k: {species: k}", "i_k: {species: k, optional: true}")):
        text = (alone / file).read_text()
        assert old in text
        (alone / file).write_text(text.replace(old, new))
    subprocess.run([BIN / "tutti", "run", alone, "--quiet", "--results", folder / "apart", "--set", "run.stop=10 s"],
                   check=True, capture_output=True, timeout=100)
    apart, = (folder / "apart").iterdir()
    assert data(apart, "space.k")[:, 20].max() < 3.3 < 20 < k[:201, 20].max(), "potassium spreads without the cells"


def inspect_voxels(folder):
    command = [BIN / "tutti", "inspect", "rxd", SOURCE / "configs/soma_wave/cell.yaml", "-o", folder / "soma.svg"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    volume = float(said.split("volume ")[1].split(" um3")[0])
    exact = math.pi * (4 * 40 + 64 * 16)
    assert abs(volume / exact - 1) < 0.01, said
    assert "WARNING" not in said and "stiffness" in said, said
    assert (folder / "soma.svg").read_text().count("<rect") > 2000


def inspect_run(folder):
    """Segments that come through ports are those of the run; several modules are told apart; mistakes have names."""
    def tutti(*words):
        return subprocess.run([BIN / "tutti", "inspect", "rxd", *words], capture_output=True, text=True, timeout=100,
                              cwd=folder, check=False)
    said = tutti(SOURCE / "configs/column", "-o", "column.svg", "--of", "ca[er]")
    assert said.returncode == 0, said.stderr
    assert "calcium: 24 cells of the run, 1896 segments in 24 trees" in said.stdout, said.stdout
    assert "er           volume               1896 of 1896 segments" in said.stdout, said.stdout
    picture = (folder / "column.svg").read_text()
    assert picture.count('stroke="rgb(40,40,120)"') == 1896 and "ca[er] = 0.0174061 mM" in picture
    wrong = tutti(SOURCE / "configs/column", "--of", "cca")
    assert wrong.returncode == 2 and "unknown species 'cca'" in wrong.stderr, wrong
    wrong = tutti(SOURCE / "configs/spreading_depression", "-o", "both.svg")
    assert wrong.returncode == 2 and "--module" in wrong.stderr, wrong
    wrong = tutti(SOURCE / "configs/brunel")
    assert wrong.returncode == 2 and "no module with `use: rxd`" in wrong.stderr, wrong
    assert {path.name for path in folder.iterdir()} == {"column.svg"}, "it leaves something behind"


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](pathlib.Path(temporary))
