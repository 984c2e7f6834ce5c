#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_python.py BIN: a run composed in Python is checked, started and read; it is the run that `tutti run` makes."""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

BIN = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(BIN.parent / "lib" / "tutti" / "python"))
import tutti  # noqa: E402


def tree():
    return {"tutti": 1, "run": {"name": "pair", "stop": "100 ms", "seed": 3},
            "modules": {"input": {"use": "player", "step": "1 ms",
                                  "model": {"spikes": {"poisson": {"number": 5, "rate": "40 Hz"}}}}},
            "record": ["input.spikes"]}


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    whole = tree()
    run = tutti.Run(whole, folder)
    assert [m["name"] for m in run.check()["modules"]] == ["input", "recorder"]
    result = run.start(folder / "results").wait(timeout=60)
    times, nodes = result.spikes(*result.populations())
    assert len(times) > 5 and np.all(np.diff(times) >= 0) and nodes.max() < 5, times
    run.write(folder / "run.yaml")
    subprocess.run([BIN / "tutti", "run", folder, "--quiet", "--results", folder / "other"], check=True,
                   capture_output=True, timeout=60)
    other = tutti.RunFolder(next((folder / "other").iterdir()))
    assert other.hashes == result.hashes and len(result.hashes["input.spikes"]) >= 10, result.hashes
    assert json.loads(json.dumps(result.summary))["ok"]

    whole["modules"]["input"]["stp"] = 3
    try:
        tutti.Run(whole, folder).check()
        raise AssertionError("a misspelt key was not seen")
    except tutti.CheckError as e:
        assert 'unknown key "stp"' in str(e) and "did you mean" in str(e), e
    try:
        tutti.Run(whole, folder).start(folder / "results").wait(timeout=60)
        raise AssertionError("it ran all the same")
    except tutti.RunError as e:
        assert e.code == 2 and e.folder is None and "did you mean" in str(e), e
    try:
        tutti.RunFolder(folder)
        raise AssertionError("not a run folder")
    except FileNotFoundError as e:
        assert "is no run folder" in str(e), e
    long = tree()
    long["run"].update(stop="1000 s", hash="1 s", pace=1)  # in real time: it lasts longer than the test
    live = tutti.Run(long, folder).start(folder / "results")
    while live.folder is None:
        assert live.running
    live.stop()
    try:
        live.wait(timeout=60)
        raise AssertionError("it was stopped")
    except tutti.RunError as e:
        assert e.code == 130 and e.folder.summary["ok"] is False, (e.code, str(e))
    del live
    assert not list(folder.glob(".tutti-*")), "files left behind"
print("runs from Python: ok")
