#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_new.py BIN: what `tutti new module` writes builds, runs and passes its own test, in both languages."""
import pathlib
import subprocess
import sys
import tempfile

BIN = pathlib.Path(sys.argv[1])


def do(*words, folder, code=0):
    done = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=200,
                          check=False)
    assert done.returncode == code, (words, done.stdout + done.stderr)
    return done.stdout + done.stderr


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    do(BIN / "tutti", "new", "module", "retina", "--python", folder=folder)
    assert "retina: ok" in do("/usr/bin/python3", "test.py", BIN / "tutti", folder=folder / "retina")
    told = do(BIN / "tutti", "new", "module", "tectum", folder=folder)
    build = next(line for line in told.splitlines() if "cmake -B" in line)
    do("sh", "-c", build, folder=folder / "tectum")
    assert "tectum: ok" in do("/usr/bin/python3", "test.py", BIN / "tutti", folder=folder / "tectum")
    assert "every" in do(folder / "tectum" / "build" / "tectum", "--help", folder=folder)
    assert "there already" in do(BIN / "tutti", "new", "module", "tectum", folder=folder, code=2)
    assert "cannot name" in do(BIN / "tutti", "new", "module", "9x", folder=folder, code=2)
print("tutti new module: ok")
