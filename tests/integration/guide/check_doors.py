#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_doors.py BIN SOURCE: what the guide's pages on programs and on looking on tell a reader to type or to write is
typed and run, as it stands there."""
import importlib.util
import json
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import h5py

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(BIN.parent / "lib" / "tutti" / "python"))


def blocks(page, language):
    text = (SOURCE / "docs" / "guide" / f"{page}.md").read_text(encoding="utf-8")
    return [body for kind, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if kind == language]


def run(line, limit=60):
    """A command's output; one that goes on for ever is interrupted after `limit` s."""
    process = subprocess.Popen(shlex.split(os.path.expandvars(line), comments=True), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL)
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.send_signal(2)
        out, err = process.communicate(timeout=20)
        assert out, f"{line} says nothing"
    else:
        assert process.returncode == 0, f"{line} ended with {process.returncode}:\n{out}{err}"
    print("ran:", line, flush=True)
    return out


def attach(line):
    """In a terminal, until it is told to leave by `q`."""
    near, far = pty.openpty()
    process = subprocess.Popen(shlex.split(line), stdin=far, stdout=far, stderr=far, start_new_session=True)
    os.close(far)
    seen, end = b"", time.monotonic() + 20
    while b"Hz" not in seen and time.monotonic() < end:
        if select.select([near], [], [], 0.2)[0]:
            seen += os.read(near, 65536)
    os.write(near, b"q")
    assert process.wait(timeout=20) == 0 and b"Hz" in seen and b"cortex" in seen, seen
    os.close(near)
    print("ran:", line, flush=True)


# What the guide leaves out of the scripts that it shows.
IN_NEURON = """
    h.load_file("stdrun.hoc")
    gid, gids, soma = 0, [0], h.Section(name="soma")
    soma.insert("hh")
    soma.L = soma.diam = 12
    h.ParallelContext().set_gid2node(gid, 0)
    h.ParallelContext().cell(gid, h.NetCon(soma(0.5)._ref_v, None, sec=soma))
    synapse, clamp = h.ExpSyn(soma(0.5)), h.IClamp(soma(0.5))
    clamp.dur = 1e9
"""
IN_BRIAN2 = """
    cells = b2.NeuronGroup(1, "dv/dt = -v/(10*ms) + I_ext/(1*nF) : volt\\nI_ext : amp", threshold="v > 5*mV", reset="v = 0*mV",
                           method="euler")
    synapses = b2.Synapses(drive, cells, on_pre="v += 1*mV")
    synapses.connect()
"""


def coupled(name, script, comment, lines):
    """A script of the guide, with what it leaves out, driven by trains and a current."""
    if importlib.util.find_spec(name) is None:
        return print(f"NOT RUN: the guide's lines on {name} need python3-{name.rstrip('2')}")
    written = re.sub(rf"^ *# \.\.\. {comment}.*\n", lambda _: lines, script, flags=re.M)
    assert written != script, script
    written = written.replace('target = "cython"', 'target = "numpy"')  # nothing to compile, which takes a minute
    pathlib.Path(f"{name}_script.py").write_text(written, encoding="utf-8")
    pathlib.Path(f"{name}.yaml").write_text(json.dumps({
        "tutti": 1, "run": {"name": name, "stop": "20 ms", "deadline": "60 s"},
        "modules": {"input": {"use": "player", "step": "1 ms", "model": {
                        "spikes": {"poisson": {"number": 100, "rate": "300 Hz"}},
                        "signals": {"i": {"unit": "nA", "number": 1, "constant": "1 nA"}}}},
                    "m": {"python": f"{name}_script.py", "step": "1 ms", "ports": {
                        "spikes": {"direction": "out", "kind": "spikes"}, "drive": {"direction": "in", "kind": "spikes"},
                        "i": {"direction": "in", "kind": "signal", "unit": "nA"}}}},
        "connections": [{"from": "input.spikes", "to": "m.drive", "delay": "1 ms"}, {"from": "input.i", "to": "m.i"}],
        "record": ["m.spikes"]}), encoding="utf-8")
    run(f"tutti run {name}.yaml --quiet")
    with h5py.File(f"results/{name}-001/spikes.h5") as file:
        assert sum(len(group["timestamps"]) for group in file["spikes"].values()) > 0, f"{name} never spikes"


def programs():
    module, kept, composed, look_on, neuron, brian2 = blocks("programs", "python")
    pathlib.Path("thalamus.py").write_text(module, encoding="utf-8")
    pathlib.Path("kept.py").write_text(kept, encoding="utf-8")
    for text in (composed, look_on):
        scope = {}
        exec(compile(text, "programs.md", "exec"), scope)
        print("ran:", text.splitlines()[2])
        if "folder" in scope:
            assert len(scope["times"]) > 5 and scope["v"].values.shape[1] == 10, scope
        else:
            assert 0 <= scope["at_ms"] <= 100, scope["at_ms"]
            scope["live"].wait(timeout=60)
    coupled("neuron", neuron, "build the cells", IN_NEURON)
    coupled("brian2", brian2, "build `cells`", IN_BRIAN2)
    pathlib.Path("kept.yaml").write_text(json.dumps({
        "tutti": 1, "run": {"name": "kept", "stop": "20 ms", "checkpoint": {"every": "10 ms"}},
        "modules": {"m": {"python": "kept.py", "step": "1 ms",
                          "ports": {"v": {"direction": "out", "kind": "signal", "unit": "mV"}}}}, "record": ["m.v"]}))
    run("tutti run kept.yaml --quiet")
    run("tutti run --resume results/kept-001 --quiet")
    whole, again = (json.loads(pathlib.Path(f"results/kept-00{k}/summary.json").read_text())["hashes"] for k in (1, 2))
    assert whole == again and whole["m.v"], (whole, again)
    run("tutti run run.yaml --quiet")
    shutil.copy(SOURCE / "tests/integration/bridges/relay.c", "echo.c")
    plain = blocks("programs", "")
    compiled = next(block for block in plain if block.startswith("cc "))
    for line in [*plain[0].splitlines(), compiled.splitlines()[1]]:
        run(line)
    (fragment,) = blocks("programs", "yaml")
    pathlib.Path("both.yaml").write_text("tutti: 1\nrun: {name: both, stop: 10 ms}\n" + fragment, encoding="utf-8")
    print(run("tutti check both.yaml"))


def observe():
    commands = [line for block in blocks("observe", "") for line in block.splitlines() if line.startswith("tutti ")]
    again = next(line for line in commands if "--steer" in line)
    live = subprocess.Popen(["tutti", "run", "configs/column", "configs/column/pipette.yaml", "--quiet"],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    place = pathlib.Path("results/column-001")
    while not any(r["clock_ms"] > 0 for r in json.loads(run("tutti ps --json"))):
        time.sleep(0.2)
    for line in commands:
        if line == again or line.endswith("column-001"):  # the latter on another machine
            continue
        if " attach " in line:
            attach(line)
        else:
            run(line, 2 if "--csv" in line else 60)
    text = live.communicate(timeout=60)[0]
    assert live.returncode == 130 and "seen enough" in text, (live.returncode, text)
    given = [json.loads(line) for line in (place / "steering.jsonl").read_text().splitlines()]
    assert {"cortex.thalamic", "cortex.i_inject"} <= {line.get("port") for line in given}, given
    done = subprocess.run(shlex.split(again), capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 130, done.stdout + done.stderr
    notes = [(pathlib.Path("results") / name / "steering.jsonl").read_text() for name in ("column-001", "column-002")]
    assert "seen enough" in notes[1] and len(notes[1].splitlines()) >= 3, notes
    print("ran:", again)


with tempfile.TemporaryDirectory() as folder:
    for page in (programs, observe):
        place = pathlib.Path(folder) / page.__name__
        place.mkdir()
        os.chdir(place)
        for name in ("configs", "libtutti"):
            os.symlink(SOURCE / name, name)
        pathlib.Path("build").mkdir()
        os.symlink(BIN.parent, "build/release")
        os.environ["PATH"] = f"{BIN}:{os.environ['PATH']}"
        page()
