#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_guide.py BIN SOURCE: runs what docs/guide/rxd.md and rxd/README.md tell a reader to run or to write.

Commands run as they stand, runs for some steps only (other tests run them to their ends). Models run as modules of a
run of some milliseconds; what is only a part of one is put into one.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy

BIN, SOURCE = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
GUIDE, README = ((SOURCE / page).read_text(encoding="utf-8") for page in ("docs/guide/rxd.md", "rxd/README.md"))
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3, "min": 6e4, "h": 3.6e6}
CELLS = "cells: {sections: {soma: {length: 4 um, diameter: 4 um, type: soma}}}\n"


def blocks(page, language):
    return [text for kind, text in re.findall(r"^```(\w*)\n(.*?)^```", page, re.M | re.S) if kind == language]


def tutti(*words):
    done = subprocess.run([BIN / "tutti", *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def command(line):
    """A line of a shell block, its pictures drawn here; a run goes on for two of its longest steps."""
    words = line.partition("#")[0].replace("./tutti ", "").replace('"', "").split()
    if words[0] == "run":
        text = (pathlib.Path(words[1]) / "run.yaml").read_text(encoding="utf-8")
        steps = [float(n) * UNITS[unit] for n, unit in re.findall(r"step: ([\d.]+) (\w+)", text)]
        words += ["--quiet", "--set", f"run.stop={2 * max(steps)} ms"]
    said = tutti(*words)
    if "-o" in words:
        picture = pathlib.Path(words[words.index("-o") + 1])
        assert picture.stat().st_size > 500 and "<svg" in picture.read_text(encoding="utf-8"), line
    print("ran:", " ".join(words))
    return said


def model(text, name, cells=None):
    """Inspects a model and lets it run: alone, or with cells whose currents its inputs take."""
    pathlib.Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    tutti("inspect", "rxd", f"{name}.yaml")
    run = f"tutti: 1\nrun: {{name: {name}, stop: 3 ms}}\nmodules:\n  it: {{use: rxd, step: 1 ms, model: {name}.yaml}}\n"
    if cells:
        pathlib.Path("cells.yaml").write_text(cells, encoding="utf-8")
        run += "  cells: {use: cell, step: 1 ms, model: cells.yaml}\n"
        run += "connections: [{from: cells.i_k, to: it.i_k}]\n"
    pathlib.Path("run.yaml").write_text(run, encoding="utf-8")
    tutti("run", "run.yaml", "--quiet")
    print("ran: a model that begins with", text.splitlines()[0])


def with_voxels(line, more=""):
    return f"{line}\n{more}regions: {{cyt: {{}}}}\nspecies: {{ca: {{diffusion: 0.2 um2/ms, initial: 1}}}}\noutputs: {{ca: {{species: ca}}}}\n"


def shown(text):
    """What the page says within a line."""
    assert f"`{text}`" in GUIDE, f"the guide does not say {text}"
    return text + "\n"


def main():
    sh, = blocks(GUIDE, "")
    for line in sh.splitlines():
        command(line)
    whole, voxels, outside, coupled = blocks(GUIDE, "yaml")
    model(whole, "whole")
    shapes, box, image = voxels.splitlines()
    model(with_voxels(shapes.replace("0.5 um", "1 um"), CELLS), "shapes")
    model(with_voxels(box), "box")
    labels = numpy.zeros((12, 10, 10), numpy.uint8)  # z, y, x
    labels[:8, 2:8, 2:8], labels[8:, 4:6, 4:6] = 3, 4
    with h5py.File("spine.h5", "w") as file:
        file["labels"] = labels
    model(with_voxels(image), "image")
    model(outside, "outside",
          "cells: {point: {sections: {soma: {L: 20 um, diam: 20 um}}, membrane: {all: {hh: {}}}}}\n"
          "populations: {point: {cell: point, cells: [{x: 10 um, y: 20 um, z: 100 um}]}}\n")
    scenario = (SOURCE / "configs/spreading_depression/run.yaml").read_text(encoding="utf-8")
    for line in coupled.splitlines()[1:]:
        assert line.partition("#")[0].rstrip() in scenario, f"the scenario has no {line}"

    regions = "regions: {cyt: {}}\n"
    for diffusion in ("diffusion: [1 um2/ms, 1 um2/ms, 0.2 um2/ms]", "diffusion: 0.2 + 0.1*(z > 0)"):
        shown(diffusion)
        model(f"voxels: {{edge: 1 um}}\n{CELLS}{regions}species:\n  ca:\n    {diffusion}\n", "diffusion")
    (pathlib.Path("cell.swc")).write_text("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 40 0 0 1 2\n", encoding="utf-8")
    model(shown("cells: {swc: cell.swc, longest: 5 um}") + regions + "species: {ca: {initial: 1}}\n", "swc")
    driven = shown("parameters: {v: -70}") + shown("inputs: {v: {parameter: v, unit: mV}}").replace("mV}", "mV, optional: true}")
    model(CELLS + regions + driven + 'species: {ca: {initial: 1}}\nrates: {ca: "1e-3*(v + 70)"}\n', "driven")

    parts = blocks(README, "yaml")
    wanted = next(part for part in parts if part.startswith("where:"))
    pathlib.Path("readme.yaml").write_text(wanted, encoding="utf-8")
    tutti("inspect", "rxd", "readme.yaml")


with tempfile.TemporaryDirectory() as temporary:
    os.chdir(temporary)
    os.symlink(SOURCE / "configs", "configs")
    main()
