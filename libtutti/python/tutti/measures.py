# SPDX-License-Identifier: MIT
"""The numbers of `tutti measure` as NumPy arrays.

    answer = tutti.measure("results/column-001", "granger", source="pyramidal", target="interneuron")
    answer["frequency"], answer.notes        # an array, and how many independent samples stand behind it
    answer.frame()                           # a pandas DataFrame
"""
from __future__ import annotations

import json
import pathlib
import subprocess
from typing import Any, NamedTuple, Optional, Union

import numpy as np

from .run import RunFolder, program


class Answer(NamedTuple):
    """What a measure gives: columns of one length, by name."""
    what: str
    notes: list[str]
    columns: dict[str, np.ndarray]  # float64; text where a column holds names
    units: dict[str, str]

    def __getitem__(self, name: Any) -> Any:
        if not isinstance(name, str):
            return tuple(self)[name]
        if name not in self.columns:
            raise KeyError(f"{self.what} has no column {name!r}; it has {', '.join(self.columns)}")
        return self.columns[name]

    def frame(self) -> Any:
        """As a pandas DataFrame, units and notes in `attrs`."""
        frame = _installed("pandas").DataFrame(self.columns)
        frame.attrs.update(what=self.what, notes=self.notes, units=self.units)
        return frame


def measure(path: Union[str, pathlib.Path, RunFolder], what: str, *, source: Optional[str] = None,
            target: Optional[str] = None, **options: Any) -> Answer:
    """A measure of a run folder or SONATA file; `tutti measure --help` lists them all.

    `source` and `target` are the verb's --from and --to; other options have its names: of, bin="5 ms",
    window="250 ms", start, stop, band="13-30", order, conductivity, cycles, seed. Raises ValueError with what
    the verb says where the question has no answer.
    """
    place = path.path if isinstance(path, RunFolder) else path
    words = [program(), "measure", str(place), what, "--json"]
    for name, value in {"from": source, "to": target, **options}.items():
        if value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip())
    told = json.loads(done.stdout)
    columns, units = {}, {}
    for column in told["columns"]:
        values = column["values"]
        names = any(isinstance(value, str) for value in values)
        columns[column["name"]] = np.array(values) if names else np.array(values, dtype=float)
        units[column["name"]] = column["unit"]
    return Answer(told["what"], told["notes"], columns, units)


def spike_frame(folder: RunFolder) -> Any:
    """All recorded spikes as a pandas DataFrame: time [ms], population, node; by time."""
    pandas = _installed("pandas")
    parts = []
    for population in folder.populations():
        times, nodes = folder.spikes(population)
        parts.append(pandas.DataFrame({"time": times, "population": population, "node": nodes}))
    return pandas.concat(parts).sort_values(["time", "population", "node"], ignore_index=True)


def neo_block(folder: RunFolder) -> Any:
    """A Neo Block of one segment: a SpikeTrain per neuron that fired, an AnalogSignal per recorded signal."""
    neo = _installed("neo")
    stop = folder.summary["stop_ms"]
    segment = neo.Segment(name=folder.path.name)
    for population in folder.populations() if (folder.path / "spikes.h5").exists() else ():
        times, nodes = folder.spikes(population)
        for node in np.unique(nodes):
            segment.spiketrains.append(neo.SpikeTrain(times[nodes == node], units="ms", t_stop=stop,
                                                      name=f"{population} {node}", population=population,
                                                      node=int(node)))
    for file in sorted(folder.path.glob("*.*.h5")):
        for population in _populations(file):
            signal = folder.signal(file.stem, population)
            step = (signal.times[1] - signal.times[0]) if len(signal.times) > 1 else stop
            segment.analogsignals.append(_analog(neo, signal, float(step), f"{file.stem} {population}"))
    block = neo.Block(name=folder.path.name)
    block.segments.append(segment)
    return block


def _populations(file: pathlib.Path) -> list[str]:
    import h5py
    with h5py.File(file) as opened:
        return sorted(opened["report"]) if "report" in opened else []


def _analog(neo: Any, signal: Any, step_ms: float, name: str) -> Any:
    """Units that `quantities` does not know, such as mM, stay in an annotation."""
    import quantities
    try:
        units = quantities.Quantity(1, signal.unit.replace(" ", "*").replace("^", "**") or "dimensionless")
    except (LookupError, SyntaxError, NameError):
        units = quantities.dimensionless
    return neo.AnalogSignal(signal.values, units=units, sampling_period=step_ms * quantities.ms,
                            t_start=signal.times[0] * quantities.ms, name=name, unit=signal.unit,
                            elements=signal.elements)


def _installed(package: str) -> Any:
    try:
        return __import__(package)
    except ImportError as error:
        raise ImportError(f"this needs {package}: apt-get install python3-{package}") from error
