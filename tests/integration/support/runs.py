# SPDX-License-Identifier: MIT
"""Runs of the real programs, and what they left behind: what checks of networks and cells share."""
import json
import pathlib
import subprocess


def attempt(binaries, results, *words, timeout=150):
    """`tutti run` with these words: how it ended, and its new run folder in `results` or None."""
    results = pathlib.Path(results)
    before = set(results.glob("*"))
    done = subprocess.run([binaries / "tutti", "run", *words, "--quiet", "--results", results],
                          capture_output=True, text=True, timeout=timeout, check=False)
    return done, next(iter(set(results.glob("*")) - before), None)


def attempt_text(binaries, folder, text, *words, timeout=60):
    """Likewise for the text of a run file; results are in the folder's `out`."""
    (folder / "run.yaml").write_text(text, encoding="utf-8")
    return attempt(binaries, folder / "out", folder / "run.yaml", *words, timeout=timeout)


def well(ended):
    """The folder of an attempt that must have ended well."""
    done, folder = ended
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def settings(*items):
    """`--set` for each of them."""
    return [word for item in items for word in ("--set", item)]


def hashes(folder):
    return json.loads((folder / "summary.json").read_text())["hashes"]


def reports(path):
    """The data of every report of a file, [time][element]."""
    import h5py
    with h5py.File(path) as f:
        return [group["data"][:] for group in f["report"].values()]


def contents(path):
    """Every data set of a file. The bytes of the file itself may differ: they follow the moments at which it was
    flushed."""
    import h5py
    found = {}
    with h5py.File(path) as f:
        f.visititems(lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None)
    return found
