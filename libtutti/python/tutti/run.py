# SPDX-License-Identifier: MIT
"""Compose a run in Python, check it, start it, and read what it left.

    run = tutti.Run({"tutti": 1, "run": {"name": "pair", "stop": "100 ms"}, "modules": {...}, "connections": [...]})
    run.check()                      # by the checker of `tutti check`; raises CheckError with every problem
    result = run.start().wait()      # a RunFolder
    times, elements = result.spikes("cortex.spikes")

The tree is the run file's own; `run.write("run.yaml")` is what `tutti run run.yaml` runs.
"""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from typing import Any, NamedTuple, Optional, Sequence, Union

import numpy as np

Path = Union[str, pathlib.Path]


def program() -> str:
    """The `tutti` that belongs to this package; TUTTI_PROGRAM names another."""
    beside = pathlib.Path(__file__).absolute().parents[4] / "bin" / "tutti"
    found = os.environ.get("TUTTI_PROGRAM") or (str(beside) if beside.exists() else shutil.which("tutti"))
    if not found:
        raise FileNotFoundError("no `tutti` in PATH or beside this package; set TUTTI_PROGRAM to its path")
    return found


class CheckError(ValueError):
    """What `tutti check` says of a run that cannot be started."""


class RunError(RuntimeError):
    """A run that ended badly: `code` is its exit code, `folder` what it left."""

    def __init__(self, text: str, code: int, folder: Optional[RunFolder]):
        super().__init__(text)
        self.code, self.folder = code, folder


class Signal(NamedTuple):
    times: np.ndarray     # float64 [ms], n
    elements: np.ndarray  # uint64, m
    values: np.ndarray    # [n, m]
    unit: str


class RunFolder:
    """A run folder, finished or not."""

    def __init__(self, path: Path):
        self.path = pathlib.Path(path)
        if not (self.path / "control" / "run.json").exists():
            raise FileNotFoundError(f"{self.path} is no run folder: it has no control/run.json")

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    @property
    def summary(self) -> dict[str, Any]:
        """How it went: hashes, timings, how it ended. Only where the run has ended."""
        return json.loads((self.path / "summary.json").read_text(encoding="utf-8"))

    @property
    def hashes(self) -> dict[str, list[str]]:
        """By port, a fingerprint for each bin of simulated time: equal where two runs are equal."""
        return self.summary["hashes"]

    def populations(self) -> list[str]:
        """Of neurons whose spikes were recorded."""
        import h5py
        with h5py.File(self.path / "spikes.h5") as file:
            return sorted(file["spikes"])

    def spikes(self, population: str) -> tuple[np.ndarray, np.ndarray]:
        """Times [ms] and node ids, by time."""
        import h5py
        with h5py.File(self.path / "spikes.h5") as file:
            if population not in file["spikes"]:
                raise KeyError(f"no population {population!r}; there are {', '.join(sorted(file['spikes']))}")
            group = file["spikes"][population]
            times, nodes = group["timestamps"][:], group["node_ids"][:]
        order = np.lexsort((nodes, times))
        return times[order], nodes[order]

    def signal(self, port: str, population: Optional[str] = None) -> Signal:
        """A recorded signal, "probe.v_ext" for one; with several populations in it, of one of them."""
        import h5py
        with h5py.File(self.path / f"{port}.h5") as file:
            names = sorted(file["report"])
            if population is None and len(names) > 1:
                raise ValueError(f"{port} has the populations {', '.join(names)}: name one")
            report = file["report"][population or names[0]]
            mapping = report["mapping"]
            start, _, step = mapping["time"][:]
            data = report["data"]
            ids = mapping["node_ids"][:] if "node_ids" in mapping else np.arange(data.shape[1])
            unit = data.attrs.get("units", "")
            values = data[:]
        unit = unit.decode() if isinstance(unit, bytes) else str(unit)
        return Signal(start + step * np.arange(len(values)), ids.astype(np.uint64), values, unit)


class LiveRun:
    """A run that goes on."""

    def __init__(self, process: subprocess.Popen, folder: pathlib.Path, keep: Any):
        self._process, self._results, self._keep = process, folder, keep

    @property
    def folder(self) -> Optional[RunFolder]:
        """Its folder, as soon as there is one."""
        ready = [place for place in self._results.glob("*") if (place / "control" / "run.json").exists()]
        return RunFolder(max(ready, key=lambda place: place.stat().st_ctime)) if ready else None

    def begun(self, timeout: float = 60) -> RunFolder:
        """Its folder, once there is one; RunError where it ends before that."""
        limit = time.monotonic() + timeout
        while (found := self.folder) is None:
            if not self.running:
                self.wait()
            if time.monotonic() > limit:
                raise TimeoutError(f"no run folder after {timeout} s")
            time.sleep(0.02)
        return found

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it early; files are closed properly."""
        self._process.terminate()

    def wait(self, timeout: Optional[float] = None) -> RunFolder:
        """Waits for its end [s]. Raises RunError with its last words where it ended badly."""
        text = self._process.communicate(timeout=timeout)[0]
        if self._process.returncode != 0:
            raise RunError(text.strip(), self._process.returncode, self.folder)
        found = self.folder
        assert found is not None
        return found


def start(files: Union[Path, Sequence[Path]], *, set: Sequence[str] = (),  # noqa: A002 - the verb's own word
          results: Path = "results", options: Sequence[str] = ()) -> LiveRun:
    """Starts what run files say, as `tutti run FILE... --set ...` does.

    Run folders are made in a folder of their own below `results`; LiveRun.folder says where.
    """
    words = [str(file) for file in ([files] if isinstance(files, (str, pathlib.Path)) else files)]
    for value in set:
        words += ["--set", value]
    return _start(words, results, options, None)


def _start(words: Sequence[str], results: Path, options: Sequence[str], keep: Any) -> LiveRun:
    place = pathlib.Path(results).absolute()
    place.mkdir(parents=True, exist_ok=True)
    own = pathlib.Path(tempfile.mkdtemp(prefix="python-", dir=place))
    process = subprocess.Popen([program(), "run", *words, "--quiet", "--results", str(own), *options],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return LiveRun(process, own, keep)


class Run:
    """A run file as a tree of dicts and lists. Relative paths in it are relative to `folder`, the current one without."""

    def __init__(self, tree: dict[str, Any], folder: Optional[Path] = None):
        self.tree = tree
        self.folder = pathlib.Path(folder or ".").absolute()

    def text(self) -> str:
        """As YAML; as JSON, which is YAML as well, where python3-yaml is missing."""
        try:
            import yaml
        except ImportError:
            return json.dumps(self.tree, indent=1)
        return yaml.safe_dump(self.tree, sort_keys=False, allow_unicode=True)

    def write(self, path: Path) -> None:
        pathlib.Path(path).write_text(self.text(), encoding="utf-8")

    def _file(self) -> Any:
        """The run file in the folder that its paths are relative to, gone with its owner."""
        file = tempfile.NamedTemporaryFile("w", suffix=".yaml", prefix=".tutti-", dir=self.folder, encoding="utf-8")
        file.write(self.text())
        file.flush()
        return file

    def check(self) -> dict[str, Any]:
        """What `tutti check --json` knows of it. Raises CheckError with all problems."""
        with self._file() as file:
            done = subprocess.run([program(), "check", file.name, "--json"], capture_output=True, text=True, check=False)
        if not done.stdout:
            raise CheckError(done.stderr.strip())
        found = json.loads(done.stdout)
        if not found["ok"]:
            raise CheckError("\n".join(problem["text"] for problem in found["problems"]
                                       if problem["severity"] == "error"))
        return found

    def start(self, results: Path = "results", options: Sequence[str] = ()) -> LiveRun:
        """Starts it, as `start` does with run files."""
        file = self._file()
        return _start([file.name], results, options, file)
