#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py TUTTI SOURCE: the stages of a pipeline are ports, right in number and time, and a stimulator that
listens to them lowers the power it is triggered by; the same for any number of ranks."""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import signal

TUTTI, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
LOOP = SOURCE / "configs/closed_loop"


def tutti(*words, code=0):
    done = subprocess.run([TUTTI, *map(str, words)], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def run(folder, *files, settings=()):
    before = set(folder.glob("*"))
    tutti("run", *files, "--quiet", "--results", folder, *[w for s in settings for w in ("--set", s)])
    new, = set(folder.glob("*")) - before
    return new


def report(done, port):
    with h5py.File(done / f"{port}.h5") as f:
        return np.hstack([f[f"report/{p}/data"][:] for p in f["report"]]).astype("f8")


def table(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)


def stimuli(done):
    with h5py.File(done / "spikes.h5") as f:
        return f["spikes/stimulator/timestamps"][:]


def hashes(done):
    return json.loads((done / "summary.json").read_text())["hashes"]


def measured(done):
    """What the pipeline found, against NumPy and SciPy on what was recorded beside it."""
    rate = table(done / "monitor.rate.csv")
    with h5py.File(done / "spikes.h5") as f:
        for column, (name, number) in enumerate((("exc", 160), ("inh", 40)), 1):
            times = f[f"spikes/{name}/timestamps"][:]
            counts, _ = np.histogram(times[times < 4000], np.arange(0, 4000.1, 5))
            assert np.allclose(rate[:, column], counts[:len(rate)] / number / 5e-3, atol=1e-9), name
    beta = table(done / "monitor.beta.csv")
    for time, *found, effective in beta[::40]:
        assert effective >= 1, "one window, and several frequencies in the band"
        for column, value in enumerate(found, 1):
            last = rate[rate[:, 0] <= time, column][-50:]  # 250 ms of bins that were closed by then
            f, p = signal.periodogram(last, 200, "hann", detrend="constant")
            expected = p[(f >= 13) & (f <= 30)].sum() * f[1]
            assert abs(value - expected) < 1e-9 * max(1, expected), (time, column, value, expected)
    # The port holds at each step of 10 ms what was known then: the value of that instant or before.
    port = report(done, "monitor.beta")
    assert port.shape == (401, 2), port.shape
    known = {round(t): row[:2] for t, *row in beta}
    for step in (50, 199, 399):
        assert np.allclose(port[step], known[10 * step], rtol=1e-6), (step, port[step], known[10 * step])
    # Causality is there one period after the data it is from: first at window + period.
    late = report(done, "monitor.excitation")
    assert not late[:150].any() and late[152:].any(), "nothing before 1.5 s"


def closed(folder):
    loop = run(folder, LOOP)
    cut = run(folder, LOOP, LOOP / "open.yaml")
    measured(loop)
    power = {name: report(done, "monitor.beta")[100:].mean() for name, done in (("loop", loop), ("cut", cut))}
    print("beta power [Hz^2]:", power, "stimuli:", len(stimuli(loop)), len(stimuli(cut)))
    assert power["cut"] > 200, "the rhythm is there without the loop"
    assert power["loop"] < 0.6 * power["cut"], "the stimulator lowers the power that triggers it"
    # It fires only while the mean over populations was above 100 at the step before, and not without rest.
    for done in (loop, cut):
        times, mean = stimuli(done), report(done, "monitor.beta").mean(1)
        assert len(times) > 5 and np.diff(times).min() >= 25
        assert all(mean[round(t / 10)] > 100 for t in times), "it fires at the end of a step that was high"
    assert len(stimuli(loop)) < len(stimuli(cut)), "the loop rests once it has succeeded"
    again = run(folder, LOOP, settings=("modules.cortex.ranks=2", "modules.drive.ranks=2"))
    assert hashes(again) == hashes(loop), "ranks, or how long a thread took, show in the results"


def mistakes(folder):
    extra = folder / "wrong.yaml"
    for text, expected in (
            ("beta: {of: nothing}", "there is no signal \"nothing\" before this stage; there are: rate"),
            ("beta: {band: slow}", "\"slow\" is no band"),
            ("rate: {of: noise}", "\"noise\" is none: add"),
            ("beta: {measure: bandpower}", "band_power"),
            ("rates: {measure: rate, of: activity}", "a stage cannot be called \"rates\": MODULE.rates.csv is a file")):
        extra.write_text("modules: {monitor: {model: {pipeline: {" + text + "}}}}\n")
        told = tutti("check", LOOP, extra, code=2)
        assert expected in told, (text, told)


with tempfile.TemporaryDirectory() as temporary:
    closed(pathlib.Path(temporary))
    mistakes(pathlib.Path(temporary))
print("the loop is closed")
