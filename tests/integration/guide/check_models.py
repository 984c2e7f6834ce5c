#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_models.py BIN SOURCE PAGE: runs the models that docs/guide/PAGE.md shows, and its commands.

A YAML block is a part of a model: it is laid over that of models/PAGE.yaml, checked without a warning and run to
its end. Blocks of run files, which join modules by name, are those of other tests.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

BIN, SOURCE, PAGE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
HERE = pathlib.Path(__file__).resolve().parent
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", (SOURCE / f"docs/guide/{PAGE}.md").read_text(encoding="utf-8"), re.M | re.S)


def run(words):
    done = subprocess.run(words, shell=isinstance(words, str), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def model(block, number):
    path = pathlib.Path(f"example{number}.yaml")
    path.write_text("modules:\n  net:\n    model:\n" + textwrap.indent(block, "      "), encoding="utf-8")
    told = run(["tutti", "check", f"{PAGE}.yaml", path])
    assert "warning" not in told, f"{block}\n{told}"
    run(["tutti", "run", f"{PAGE}.yaml", path, "--quiet", "--results", "examples"])
    print(f"ran: example {number}, {block.splitlines()[0].strip()} ...")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.symlink(SOURCE / "configs", "configs")
    pathlib.Path("bin").mkdir()
    pathlib.Path("bin/tutti").write_text(f'#!/bin/sh\nexec {BIN}/tutti "$@"\n', encoding="utf-8")
    pathlib.Path("bin/tutti").chmod(0o755)
    os.environ["PATH"] = f"{os.getcwd()}/bin:{os.environ['PATH']}"
    shutil.copy(HERE / f"models/{PAGE}.yaml", f"{PAGE}.yaml")
    shutil.copy(SOURCE / "configs/column/pyramidal.swc", "pyramidal.swc")
    pathlib.Path("positions.csv").write_text("x,y,z,angle\n1,2,3,30\n4,5,6,60\n", encoding="utf-8")
    found = 0
    for count, (language, text) in enumerate(BLOCKS):
        if language == "yaml" and not re.search(r"^modules:|from: \w+\.\w", text, re.M):
            model(text, count)
            found += 1
        elif language == "sh":
            for line in text.splitlines():
                run(line)
                print("ran:", line)
    assert found > 1, "the page shows no models"
print(f"{PAGE}: fine")
