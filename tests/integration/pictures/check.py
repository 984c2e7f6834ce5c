#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py TUTTI SOURCE: the pictures of the pages are made by docs/pictures/make, every kind of picture
of a run is drawn, and what cannot be drawn is refused in a sentence."""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import h5py
import numpy as np

TUTTI, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
KINDS = ("raster", "rates", "intervals", "lfp", "spectra", "spectrogram", "traces", "correlations", "granger", "shape",
         "shape3d")


def tutti(*words, code=0):
    done = subprocess.run([TUTTI, *map(str, words)], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def size_of_png(path):
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def drawn(path):
    """A picture of a sensible size with something in it."""
    if path.suffix == ".png":
        width, height = size_of_png(path)
        assert 300 < width < 3000 and 200 < height < 3000, (path, width, height)
    else:
        marks = sum(1 for e in xml.parse(path).iter() if e.tag.rpartition("}")[2] in ("path", "use", "image"))
        assert marks > 20, (path, marks)
    assert 1500 < path.stat().st_size < 1_500_000, (path, path.stat().st_size)


def pages(folder):
    made = folder / "pages"
    subprocess.run([SOURCE / "docs/pictures/make", TUTTI, made], check=True, timeout=300,
                   stdout=subprocess.DEVNULL)
    shown = set()
    for page in [SOURCE / "README.md", *(SOURCE / "docs/guide").glob("*.md")]:
        shown |= set(re.findall(r"pictures/([\w.]+)\)", page.read_text(encoding="utf-8")))
    new = {p.name for p in made.iterdir()}
    kept = {p.name for p in (SOURCE / "docs/pictures").iterdir()} - {"make"}
    assert shown and shown <= kept, f"pages show {shown}, docs/pictures has {kept}"
    assert new == kept, f"docs/pictures/make makes {new}, docs/pictures has {kept}"
    for name in new:
        drawn(made / name)
        if name.endswith(".png"):  # the same size: the committed ones were made by this command
            assert size_of_png(made / name) == size_of_png(SOURCE / "docs/pictures" / name), name


def every_kind(folder):
    tutti("run", SOURCE / "configs/column", "--quiet", "--results", folder, "--set", "run.stop=170 ms")
    run = folder / "column-001"
    told = tutti("plot", run)
    for kind in KINDS:
        drawn(run / "figures" / f"{kind}.svg")
        assert f"{kind}.svg: " in told, told
    page = (run / "figures/index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == len(KINDS) and "src=" not in page, "the page holds all and needs nothing"
    for kind in ("raster", "coherence"):
        words = [] if kind == "raster" else ["--from", "pyramidal", "--to", "probe.v_ext[4]"]
        tutti("plot", run, kind, *words, "-o", folder / f"{kind}.png")
        drawn(folder / f"{kind}.png")
    tutti("plot", SOURCE / "configs/column/pyramidal.swc", "-o", folder / "cell.svg")
    drawn(folder / "cell.svg")
    assert "did you mean \"raster\"" in tutti("plot", run, "rastre", code=2)
    words = ["--from", "pyramidal", "--to", "interneuron"]
    assert "a few numbers" in tutti("plot", run, "transfer-entropy", *words, code=2)
    words = ["--from", "pyramidal", "--to", "probe.v_ext[4]", "--window", "10 ms"]
    tutti("plot", run, "triggered", *words, "-o", folder / "triggered.svg")
    tutti("inspect", "cell", SOURCE / "configs/column/cortex.yaml", "--sonata", folder / "circuit")
    tutti("plot", folder / "circuit", "-o", folder / "connections")
    assert len(list((folder / "connections").glob("connectivity-*.svg"))) == 4  # one of each rule
    for picture in (folder / "connections").glob("*.svg"):
        drawn(picture)
    assert ".svg, .png or .html" in tutti("plot", run, "raster", "-o", folder / "raster.gif", code=2)


def maps(folder):
    """Voxels over space and time: a line over time, a plane at instants."""
    tutti("run", SOURCE / "configs/soma_wave", "--quiet", "--results", folder)
    run = folder / "soma_wave-001"
    assert "112 voxels along x over time" in tutti("plot", run, "map", "-o", folder / "line.svg")
    told = tutti("plot", run, "map", "--of", "cell.slice", "-o", folder / "plane.png")
    assert "1664 of 1664 voxels" in told, told
    wide, one = size_of_png(folder / "plane.png"), folder / "one.png"
    tutti("plot", run, "map", "--of", "cell.slice", "--at", "100 ms", "-o", one)
    assert size_of_png(one)[1] < wide[1]  # one plane in place of four
    assert "a signal of voxels" in tutti("plot", folder / "column-001", "map", code=2)


def many_spikes(folder):
    """A hundred thousand spikes make a picture that a browser still opens."""
    random = np.random.default_rng(1)
    with h5py.File(folder / "many.h5", "w") as f:
        f["spikes/E/timestamps"] = np.sort(random.uniform(0, 1000, 100_000))
        f["spikes/E/node_ids"] = random.integers(0, 10_000, 100_000)
    tutti("plot", folder / "many.h5", "raster", "-o", folder / "many.svg")
    assert (folder / "many.svg").stat().st_size < 1_000_000


with tempfile.TemporaryDirectory() as temporary:
    many_spikes(pathlib.Path(temporary))
    pages(pathlib.Path(temporary))
    every_kind(pathlib.Path(temporary))
    maps(pathlib.Path(temporary))
print("all pictures are drawn")
