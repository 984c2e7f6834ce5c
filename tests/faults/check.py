#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN: processes of a run are killed or fail; what happens then is asserted."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(sys.argv[1])
LIMIT = 10  # s from the fault to the end of the run

RUN = """
tutti: 1
run: {{name: fault, stop: {stop}, seed: 7, hash: 1 s}}
modules:
  source: {{use: player, step: 1 ms, ranks: 2, model: {{spikes: {{poisson: {{number: 50, rate: 20 Hz}}}}}}}}
  sink: {{use: thrower, step: 1 ms, model: {{how: {how}, when: {when}}}}}
connections: [{{from: source.spikes, to: sink.drive, delay: 1 ms}}]
record: [source.spikes]
"""


def left_over():
    mine = f"tutti-{os.getuid()}-"
    return {str(p) for base in ("/tmp", "/dev/shm") for p in pathlib.Path(base).glob(mine + "*")}


def strays(folder):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and int(entry.name) != os.getpid() and str(folder) in line:
            found.append((int(entry.name), line))
    return found


def start(folder, how="throw", when="1000 h", stop="1000 h"):
    (folder / "run.yaml").write_text(RUN.format(how=how, when=when, stop=stop).replace("1000 h", "100 h"))
    return subprocess.Popen([BIN / "tutti", "run", folder / "run.yaml", "--results", folder],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def pid_of(folder, words):
    """The process whose command line has these words, once the run is going."""
    for _ in range(200):
        for pid, line in strays(folder):
            if all(w in line for w in words) and not line.startswith("mpirun") or \
                    words == ["mpirun"] and line.startswith("mpirun"):
                return pid
        time.sleep(0.05)
    raise AssertionError(f"no process {words}")


def end(process, begin):
    text = process.communicate(timeout=60)[0]
    took = time.monotonic() - begin
    assert took < LIMIT, f"took {took:.1f} s\n{text}"
    return text


def check_files(folder):
    import h5py
    run, = folder.glob("fault-*")
    with h5py.File(run / "spikes.h5") as f:
        assert f["spikes"]
    return json.loads((run / "summary.json").read_text())


def misbehave(folder, how, code, words):
    begin = time.monotonic()
    process = start(folder, how, "50 ms", "100 s")
    text = end(process, begin)
    assert process.returncode == code, (process.returncode, text)
    for word in words:
        assert word in text, (word, text)
    told = check_files(folder)
    assert not told["ok"] and told["culprit"].startswith("sink"), told


def kill(folder, words, culprit):
    process = start(folder)
    pid = pid_of(folder, words)
    time.sleep(1.5)
    begin = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    text = end(process, begin)
    assert process.returncode == 1, (process.returncode, text)
    assert culprit in text, (culprit, text)
    check_files(folder)


def interrupt(folder):
    process = start(folder)
    pid_of(folder, ["--module", "sink"])
    time.sleep(1.5)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    text = end(process, begin)
    assert process.returncode == 130, (process.returncode, text)
    check_files(folder)


def launcher_killed(folder):
    process = start(folder)
    pid_of(folder, ["--module", "sink"])
    time.sleep(1.5)
    process.kill()
    process.communicate()
    limit = time.monotonic() + LIMIT
    while strays(folder) and time.monotonic() < limit:
        time.sleep(0.1)


CASES = {
    "throw": lambda f: misbehave(f, "throw", 1, ["sink at", "the moon is full", "logs in"]),
    "leave": lambda f: misbehave(f, "leave", 1, ["sink", "left"]),
    "abort": lambda f: misbehave(f, "abort", 1, ["sink is gone"]),
    "late spike": lambda f: misbehave(f, "late_spike", 1, ["spike of element 0", "outside the window"]),
    "kill a rank": lambda f: kill(f, ["--module", "source"], "source rank"),
    "kill the recorder": lambda f: kill(f, ["--module", "recorder"], "recorder is gone"),
    "kill the broker": lambda f: kill(f, ["tutti-broker"], "the broker ended early"),
    "interrupt": interrupt,
    "kill the launcher": launcher_killed,
}

before = left_over()
bad = 0
for name, case in CASES.items():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        began = time.monotonic()
        try:
            case(folder)
            assert not strays(folder), f"still running: {strays(folder)}"
            print(f"{name}: fine, {time.monotonic() - began:.1f} s", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            bad += 1
            print(f"{name}: FAILED: {error}", flush=True)
        for pid, _ in strays(folder):
            os.kill(pid, signal.SIGKILL)
rest = left_over() - before
with tempfile.TemporaryDirectory() as temporary:  # the next run tidies up after a killed launcher
    misbehave(pathlib.Path(temporary), "throw", 1, [])
rest = left_over() - before
if rest:
    print(f"left behind: {rest}")
    bad += 1
sys.exit(bad > 0)
