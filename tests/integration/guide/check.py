#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN SOURCE PAGE: runs what docs/guide/PAGE.md tells a reader to run.

Shell blocks run line by line in a folder with `configs/` and a recorded `results/column-001`. Python blocks
run there as well. A YAML block is laid over base.yaml, with electrodes as the page shows them; it has to run
to its end.
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
TEXT = (SOURCE / f"docs/guide/{PAGE}.md").read_text(encoding="utf-8")
BASE = (HERE / "base.yaml").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, re.M | re.S)


def run(words, code=0):
    done = subprocess.run(words, shell=isinstance(words, str), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def shell(block):
    for line in block.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            run(line)
            print("ran:", line)


def example(block, number):
    """A block as it stands, or a part of `modules:`, laid over the base, whose connections it keeps."""
    block = textwrap.dedent(block)
    for line in re.findall(r"^  - .*$", BASE, re.M):
        target = re.search(r"to: (\S+?)[,}]", line).group(1)
        if f"to: {target}" not in block:
            block = block.replace("connections:\n", f"connections:\n{line}\n")
    if not re.match(r"(modules|connections|record|recorder):", block):
        block = "modules:\n" + textwrap.indent(block, "  ")
    path = pathlib.Path(f"example{number}.yaml")
    path.write_text(block, encoding="utf-8")
    run([str(BIN / "tutti"), "run", "base.yaml", str(path), "--quiet", "--results", "examples"])
    print(f"ran: example {number}, {block.splitlines()[1].strip()} ...")


def prepare():
    os.symlink(SOURCE / "configs", "configs")
    (pathlib.Path("bin")).mkdir()
    for name in ("tutti", "bin/tutti"):  # the page says ./tutti or tutti
        pathlib.Path(name).write_text(f'#!/bin/sh\nexec {BIN}/tutti "$@"\n', encoding="utf-8")
        pathlib.Path(name).chmod(0o755)
    os.environ["PATH"] = f"{os.getcwd()}/bin:{os.environ['PATH']}"
    os.environ["TUTTI_PROGRAM"] = str(BIN / "tutti")
    sys.path.insert(0, str(BIN.parent / "lib/tutti/python"))
    run(["tutti", "run", "configs/column", "--quiet", "--set", "run.stop=400 ms"])


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    prepare()
    for file in ("probe.csv", "tip.csv"):
        pathlib.Path(file).write_text("x,y,z\n" + "".join(f"40,{y},30\n" for y in range(-100, 301, 50)), encoding="utf-8")
    for path in HERE.glob("*.yaml"):
        shutil.copy(path, path.name)  # paths in a file are relative to it
    table = next((text for kind, text in BLOCKS if not kind and text.startswith("x,y,z")), None)
    if table:
        pathlib.Path("probe.csv").write_text(table, encoding="utf-8")
    for count, (language, text) in enumerate(BLOCKS):
        if language == "sh":
            shell(text)
        elif language == "python":
            exec(compile(text, f"{PAGE}.md", "exec"), {})
            print("ran:", text.splitlines()[0])
        elif language == "yaml":
            example(text, count)
    assert any(kind for kind, _ in BLOCKS), "the page shows nothing to run"
print(f"{PAGE}: fine")
