#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN: a module in a job of its own is lost in the middle; the run does what its connections say."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

BIN, HERE = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
STOP, LOST = 60, 20  # ms
RUN = """
tutti: 1
run: {{name: loss, stop: {stop} ms, seed: 1, deadline: 8 s{more}}}
modules:
  source:
    python: {here}/source.py
    step: 1 ms
    ranks: {ranks}
    model: {{how: {how}, when: {when}{once}}}
    ports:
      clock: {{direction: out, kind: signal, unit: ms, element: neuron}}
      spikes: {{direction: out, kind: spikes, element: neuron}}
      told: {{direction: in, kind: signal, unit: ms, optional: true}}
  listener: {{python: {here}/listener.py, step: 1 ms}}
connections:
  - {{from: source.clock, to: listener.clock, delay: 1 ms, initial: -1 ms, on_loss: {policy}{recording}}}
  - {{from: source.spikes, to: listener.spikes, delay: 1 ms, on_loss: {policy}{recording}}}
  - {{from: listener.back, to: source.told, delay: 1 ms, initial: 0 ms}}
record:
  - {{port: source.clock, exact: true}}
  - {{port: source.spikes, exact: true}}
"""


def run(folder, policy, how, ranks=1, recording="", once="", more="", when=LOST, stop_ms=STOP):
    folder.mkdir(exist_ok=True)
    (folder / "run.yaml").write_text(RUN.format(
        stop=stop_ms, here=HERE, policy=policy, how=how, ranks=ranks, when=when, more=more,
        recording=f", recording: {recording}" if recording else "", once=f", once: {once}" if once else ""))
    begin = time.monotonic()
    done = subprocess.run([BIN / "tutti", "run", folder / "run.yaml", "--results", folder], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=100)
    took = time.monotonic() - begin
    results = sorted(p for p in folder.glob("loss-*") if p.is_dir())
    return done, took, results


def heard(folder):
    return [json.loads(line) for line in (folder / "heard.jsonl").read_text().splitlines()]


def check_before(lines, ranks):
    """Up to the loss everything came, and nothing but what was said came ever."""
    last = None
    for line in lines:
        at, clock = line["at"], line["clock"]
        assert len(clock) == 4 * ranks
        if at < LOST - 5:
            assert clock == [at - 1 if at >= 1 else -1] * (4 * ranks), line
            want = {(at + 1, e) for e in range(4 * ranks)} if at >= 1 else set()
            assert {tuple(s) for s in line["spikes"]} == want, line
        last = at
    assert last == STOP - 1 or last == STOP, last


def survivors(results, ranks, took, done, culprit="source"):
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    assert took < 25, took
    assert "goes on without" in done.stdout and culprit in done.stdout, done.stdout
    folder, = results
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["ok"] and culprit in summary["notices"][0], summary
    lines = heard(folder)
    check_before(lines, ranks)
    return folder, lines


def hold(folder, how, ranks):
    done, took, results = run(folder, "hold", how, ranks)
    folder, lines = survivors(results, ranks, took, done)
    final = lines[-1]["clock"]
    assert LOST - 5 <= min(final) <= max(final) <= LOST + 5, final  # what was said last
    assert lines[-2]["clock"] == final and not lines[-1]["spikes"]
    with h5py.File(folder / "source.clock.h5") as f:  # the recording has no numbers where none were said
        data = next(iter(f["report"].values()))["data"][:]
        said = int(np.argmax(np.isnan(data[:, 0])))  # whole frames, and what is asked for is a step of the recorder long
        assert LOST - 11 < said <= LOST + 5, data[:, 0]
        assert np.all(data[:said, 0] == np.arange(said)) and np.all(np.isnan(data[said:, 0])), data[:, 0]
        assert np.all(np.isnan(data[LOST + 6:])), data[-1]
    print(f"hold, {how}, {ranks} ranks: {took:.1f} s")


def silence(folder, how):
    done, took, results = run(folder, "silence", how)
    _, lines = survivors(results, 1, took, done)
    assert lines[-1]["clock"] == [0] * 4 and not lines[-1]["spikes"], lines[-1]
    print(f"silence, {how}: {took:.1f} s")


def replay(folder, how):
    done, _, (whole,) = run(folder.parent, "stop", "null")
    assert done.returncode == 0, done.stderr
    done, took, results = run(folder, "replay", how, recording=whole)
    _, lines = survivors(results, 1, took, done)
    for got, want in zip(lines, heard(whole), strict=True):  # as if nothing had happened
        assert got == want, (got, want)
    print(f"replay, {how}: {took:.1f} s")


def wait(folder):
    done, took, results = run(folder, "wait", "SIGKILL", once=folder / "failed", more=", checkpoint: {every: 50 ms}",
                              when=800, stop_ms=1000)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "goes back to" in done.stdout, (done.stdout, done.stderr)
    first, second = results
    assert not json.loads((first / "summary.json").read_text())["ok"]
    assert json.loads((second / "summary.json").read_text())["ok"]
    lines = {line["at"]: line for line in heard(first) + heard(second)}
    assert len(lines) >= 1000 and all(
        line["clock"] == [at - 1 if at >= 1 else -1] * 4 for at, line in lines.items()), lines
    print(f"wait: {took:.1f} s")


def stop(folder):
    done, took, _ = run(folder, "stop", "exit")
    assert done.returncode == 1 and "source is gone" in done.stderr and took < 15, (took, done.stderr)
    print(f"stop: {took:.1f} s")


def refused(folder):
    """What cannot be kept is said before the run."""
    text = RUN.format(stop=STOP, here=HERE, policy="hold", how="raise", ranks=1, when=1, more="", recording="", once="")
    folder.mkdir()
    for old, new, words in [
            ("on_loss: hold}", "on_loss: replay}", "needs `recording:`"),
            ("python: %s/source.py" % HERE, "use: player", "job: own"),
            ("delay: 1 ms, on_loss: hold}", "delay: 1 ms, on_loss: stop}", "on every connection")]:
        changed = text.replace(old, new, 1)
        if "player" in new:
            changed = changed.replace("model: {how: raise, when: 1}", "model: {spikes: {poisson: {number: 4, rate: 1 Hz}}, "
                                      "signals: {clock: {unit: ms, number: 4, constant: 1}}}")
            changed = changed.replace("  - {from: listener.back, to: source.told, delay: 1 ms, initial: 0 ms}\n", "")
        (folder / "run.yaml").write_text(changed)
        done = subprocess.run([BIN / "tutti", "check", folder / "run.yaml"], capture_output=True, text=True, timeout=60)
        assert words in done.stdout + done.stderr, (words, done.stdout, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        hold(base / "raise", "raise", 1)
        hold(base / "kill", "SIGKILL", 2)
        silence(base / "silence", "exit")
        (base / "x").mkdir()
        replay(base / "x" / "replay", "SIGKILL")
        wait(base / "wait")
        stop(base / "stop")
        refused(base / "refused")


main()
