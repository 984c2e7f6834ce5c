#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_doors.py BIN SOURCE: what the guide's pages on programs and on looking on tell a reader to type or to write is
typed and run, as it stands there."""
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


def programs():
    module, composed, look_on, neuron, brian2 = blocks("programs", "python")
    pathlib.Path("thalamus.py").write_text(module, encoding="utf-8")
    for text in (composed, look_on):
        scope = {}
        exec(compile(text, "programs.md", "exec"), scope)
        print("ran:", text.splitlines()[2])
        if "folder" in scope:
            assert len(scope["times"]) > 5 and scope["v"].values.shape[1] == 10, scope
        else:
            assert 0 <= scope["at_ms"] <= 100, scope["at_ms"]
            scope["live"].wait(timeout=60)
    for text in (neuron, brian2):  # check_neuron.py and check_brian2.py run such programs
        compile(text, "programs.md", "exec")
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
