#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py TUTTI SOURCE: `tutti measure` on SONATA files of others, beside NumPy and SciPy."""
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import signal

TUTTI, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SHARED = pathlib.Path(os.environ.get("TUTTI_SHARED", SOURCE / ".." / "shared"))
FS, N = 1000.0, 10000
random = np.random.default_rng(7)


def report(path, data, population="electrodes"):
    """A report as other programs write it: no element table."""
    with h5py.File(path, "w") as f:
        group = f.create_group(f"report/{population}")
        group.create_dataset("data", data=data.astype("f4")).attrs["units"] = "mV"
        m = group.create_group("mapping")
        columns = data.shape[1]
        m["node_ids"] = np.arange(columns, dtype="u8")
        m["index_pointers"] = np.arange(columns + 1, dtype="u8")
        m["element_ids"] = np.zeros(columns, "u4")
        m["element_pos"] = np.full(columns, 0.5, "f4")
        m.create_dataset("time", data=[0.0, len(data) * 1e3 / FS, 1e3 / FS]).attrs["units"] = "ms"


def spikes(path, **populations):
    with h5py.File(path, "w") as f:
        for name, (times, nodes) in populations.items():
            group = f.create_group(f"spikes/{name}")
            group.attrs["sorting"] = "by_time"
            group.create_dataset("timestamps", data=times).attrs["units"] = "ms"
            group["node_ids"] = np.asarray(nodes, "u8")


def ask(path, *words, fails=False):
    done = subprocess.run([TUTTI, "measure", path, *words], capture_output=True, text=True, timeout=60,
                          check=False)
    if fails:
        assert done.returncode == 2, (words, done.returncode, done.stderr)
        return done.stderr
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def numbers(path, *words):
    ask(path, *words, "-o", "answer.csv")
    text = pathlib.Path("answer.csv").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    names = rows[0].split(",")
    return names, np.loadtxt(io.StringIO("\n".join(rows[1:])), delimiter=",", ndmin=2)


def close(a, b, tolerance, what):
    worst = np.max(np.abs(np.asarray(a) - np.asarray(b)))
    assert worst <= tolerance, f"{what}: off by {worst}, allowed {tolerance}"


def spectra():
    t = np.arange(N) / FS
    two = 2 * np.sin(2 * np.pi * 40 * t) + 0.5 * np.sin(2 * np.pi * 90 * t)
    # float32 in the file: 1e-7 of an amplitude of 2.5, so some 1e-6 of a density
    noise = random.normal(size=(N, 2))
    report("lfp.h5", np.column_stack([two, noise[:, 0], noise[:, 0] + noise[:, 1]]))
    with h5py.File("lfp.h5") as f:
        x = f["report/electrodes/data"][:].astype("f8")
    names, rows = numbers("lfp.h5", "spectrum", "--window", "1 s")
    assert names[0] == "frequency [Hz]" and names[1].endswith("[mV^2/Hz]"), names
    f, p = signal.welch(x.T, FS, nperseg=1000)
    close(rows[:, 0], f, 1e-9, "frequencies")
    close(rows[:, 1:], p.T, 1e-12, "Welch")  # the same samples and sums: rounding alone
    close(rows[[40, 39, 90], 1], [1.333333333, 0.333333333, 0.083333333], 1e-6, "FORMATS, Welch")
    _, rows = numbers("lfp.h5", "multitaper", "--stop", "1 s")
    tapers = signal.windows.dpss(1000, 4, 7)
    y = x[:1000, 0] - x[:1000, 0].mean()
    expected = 2 * (np.abs(np.fft.rfft(tapers * y)) ** 2).mean(0) / FS
    close(rows[1:-1, 1], expected[1:-1], 1e-9, "multitaper")
    close(rows[[38, 40, 42], 1], [.27564, .27813, .27473], 1e-5, "FORMATS, multitaper")
    _, rows = numbers("lfp.h5", "coherence", "--from", "lfp[1]", "--to", "lfp[2]", "--window", "250 ms")
    _, c = signal.coherence(x[:, 1], x[:, 2], FS, nperseg=250)
    close(rows[1:, 1], c[1:], 1e-9, "coherence")
    # Morlet: a sine of amplitude 2 at 40 Hz has A²σ√π in the middle
    names, rows = numbers("lfp.h5", "spectrogram", "--of", "lfp[0]", "--band", "40-80", "--bin", "10 ms")
    sigma = 7 / (2 * np.pi * 40)
    close(rows[500, 1], 4 * sigma * np.sqrt(np.pi), 1e-3, "Morlet")
    told = ask("lfp.h5", "band", "--of", "lfp[0]", "--band", "30-50", "--window", "1 s")
    assert "2 " in told.split("\n")[2].split("  ", 1)[1], told  # A²/2 = 2 mV²


def trains():
    rate, n, stop = 20.0, 40, 20_000.0
    times = [np.sort(random.uniform(0, stop, random.poisson(rate * stop / 1e3))) for _ in range(n)]
    nodes = np.repeat(np.arange(n), [len(t) for t in times])
    times = np.concatenate(times)
    order = np.argsort(times)
    echo = times[order] + 3
    spikes("spikes.h5", E=(times[order], nodes[order]), I=(echo[::2], nodes[order][::2]))
    told = json.loads(ask("spikes.h5", "rates", "--stop", "20 s", "--json"))
    columns = {c["name"]: c["values"] for c in told["columns"]}
    assert columns["population"] == ["E", "I"] and columns["spikes"][0] == len(times)
    close(columns["rate"][0], len(times) / n / (stop / 1e3), 1e-12, "rate")
    assert any("does not say how many neurons" in note for note in told["notes"])
    told = json.loads(ask("spikes.h5", "intervals", "--stop", "20 s", "--json"))
    columns = {c["name"]: c["values"][0] for c in told["columns"]}
    close(columns["CV"], np.mean([np.std(d) / np.mean(d) for d in
                                  (np.diff(times[order][nodes[order] == k]) for k in range(n))]),
          1e-12, "CV")
    close([columns["LV"], columns["Fano factor"]], [1, 1], 0.1, "Poisson")
    _, rows = numbers("spikes.h5", "psth", "--from", "E", "--to", "I", "--bin", "1 ms", "--window", "10 ms")
    assert rows[np.argmax(rows[:, 1]), 0] in (2.0, 3.0), "the echo comes after 3 ms"
    names, rows = numbers("spikes.h5", "histogram", "--bin", "100 ms", "--stop", "20 s")
    counts, _ = np.histogram(times, np.arange(0, 20_001, 100))
    close(rows[:, 1], counts / n / 0.1, 1e-9, "histogram")
    told = ask("spikes.h5", "cross-correlation", "--from", "E", "--to", "I", "--bin", "1 ms")
    assert "at a lag of 3 ms" in told, told


def published():
    """The published output of 300_intfire: 4322 spikes."""
    file = SHARED / "data/sonata/300_intfire/output/spikes.h5"
    if not file.exists():
        return
    told = json.loads(ask(file, "rates", "--json"))
    columns = {c["name"]: c["values"] for c in told["columns"]}
    assert sum(columns["spikes"]) == 4322, columns


def python():
    """The Python package gives the verb's numbers, as arrays and frames."""
    os.environ["TUTTI_PROGRAM"] = TUTTI
    sys.path.insert(0, str(pathlib.Path(TUTTI).parents[1] / "lib/tutti/python"))
    import tutti
    answer = tutti.measure("spikes.h5", "rates", stop="20 s")
    told = json.loads(ask("spikes.h5", "rates", "--stop", "20 s", "--json"))
    assert list(answer["population"]) == ["E", "I"] and answer.units["rate"] == "Hz" and answer.notes == told["notes"]
    for column in told["columns"][1:]:
        assert np.array_equal(answer[column["name"]], column["values"]), column["name"]
    wide = tutti.measure("lfp.h5", "spectrogram", of="lfp[0]", band="40-80", cycles=5)
    assert "wavelets of 5 cycles" in wide.notes[0], wide.notes
    answer = tutti.measure("spikes.h5", "cross-correlation", source="E", target="I", bin="1 ms")
    assert answer["lag"][np.argmax(answer["correlation"])] == 3
    try:
        tutti.measure("spikes.h5", "granger", source="E", target="nobody")
        raise AssertionError("nobody has no spikes")
    except ValueError as error:
        assert "it has: E, I" in str(error)
    try:
        import pandas  # noqa: F401
    except ImportError:
        print("SKIPPED: frames need pandas")
        return
    frame = answer.frame()
    assert list(frame.columns) == ["lag", "correlation", "95 % of chance"] and frame.attrs["units"]["lag"] == "ms"


def awkward():
    """Too little, nothing or a constant to measure: a sentence that says so, and never a number."""
    spikes("none.h5", E=([], []), I=([], []))
    spikes("one.h5", E=([5.0], [0]), I=([7.0], [0]))
    report("flat.h5", np.ones((1000, 3)))
    report("short.h5", random.normal(size=(5, 2)))
    for what in ("rates", "intervals", "spectrum"):
        assert "neither a spike nor a sample" in ask("none.h5", what, fails=True)
    pair = ["--from", "E", "--to", "I"]
    for what in ("spectrum", "multitaper", "band", "spectrogram"):
        assert "at least 32 are needed" in ask("one.h5", what, fails=True), what
    for what in ("psth", "triggered"):
        assert "has 50 ms before and after it" in ask("one.h5", what, *pair, fails=True), what
    for what in ("cross-correlation", "coherence", "granger", "transfer-entropy"):
        assert "E does not vary" in ask("one.h5", what, *pair, "--start", "10 ms", "--stop", "1 s", fails=True), what
    flat = ["--from", "flat[0]", "--to", "flat[1]"]
    for what in ("cross-correlation", "coherence", "phase-locking", "granger"):
        told = ask("flat.h5", what, *flat, fails=True)
        assert "flat[0] does not vary: all of its" in told, told
    told = ask("flat.h5", "band")
    assert "nan" in told and "-nan" not in told, told  # a constant has no power to share
    assert "at least 32 are needed: take a longer stretch" in ask("short.h5", "spectrum", fails=True)
    assert "too short for wavelets" in ask("short.h5", "phase-locking", "--from", "short[0]", "--to", "short[1]",
                                           fails=True)
    for words, expected in ((["--window", "20 s"], "it must be between 4 and 10000"),
                            (["--window", "2 ms"], "it must be between 4 and 10000")):
        assert expected in ask("lfp.h5", "spectrum", *words, fails=True)
    assert "choose a lower --band" in ask("lfp.h5", "band", "--band", "600-700", fails=True)
    assert "a longer --window" in ask("lfp.h5", "band", "--band", "1-2", "--window", "100 ms", fails=True)
    for kind in ("spectra", "spectrogram", "multitaper", "granger", "correlations", "intervals", "lfp", "shape"):
        for file in ("none.h5", "one.h5", "flat.h5", "short.h5"):
            done = subprocess.run([TUTTI, "plot", file, kind, "-o", "picture.svg"], capture_output=True, text=True,
                                  timeout=20, check=False)
            assert done.returncode in (0, 2) and done.stderr.count("\n") == (done.returncode == 2), (kind, file, done)


def effective():
    """Every measure says how many independent samples stand behind it."""
    single = (["rates"], ["histogram"], ["intervals"], ["correlation"], ["spectrum"], ["multitaper"], ["band"],
              ["spectrogram"])
    double = ("psth", "cross-correlation", "coherence", "granger", "transfer-entropy")
    for file, questions in (("spikes.h5", single + tuple([w, "--from", "E", "--to", "I"] for w in double)),
                            ("lfp.h5", (["phase-locking", "--from", "lfp[1]", "--to", "lfp[2]"],))):
        for words in questions:
            told = ask(file, *words, "--stop", "10 s")
            assert re.search("independent|effective", told), (words, told)


def mistakes():
    for words, expected in ((["rate"], "did you mean"), (["granger"], "--from"),
                            (["granger", "--from", "E", "--to", "nobody"], "it has: E, I"),
                            (["psth", "--from", "E", "--to", "i"], "did you mean \"I\""),
                            (["band", "--band", "betta"], "did you mean \"beta\""),
                            (["csd"], "no signal"), (["band", "--band", "slow"], "no band"),
                            (["rates", "--start", "1 h"], "nothing is left"),
                            (["rates", "--start", "5"], "5")):
        told = ask("spikes.h5", *words, fails=True)
        assert expected in told and told.count("\n") == 1, (words, told)
    assert "no such file" in ask("nothing.h5", "rates", fails=True)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    spectra()
    trains()
    published()
    python()
    mistakes()
    awkward()
    effective()
print("all answers agree")
