# SPDX-License-Identifier: MIT
"""NEURON's segments as a table of elements, with the geometry that rxd, lfp and viewers take from it."""
from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from .elements import ElementTable

SWC_TYPES = {"soma": 1, "axon": 2, "dend": 3, "apic": 4}
REALS = {"parent_at": "", "x0": "um", "y0": "um", "z0": "um", "x1": "um", "y1": "um", "z1": "um", "d0": "um", "d1": "um",
         "length": "um", "diameter": "um", "area": "um2", "volume": "um3"}
WHOLE = ("cell", "section", "segment", "swc_type", "parent")


def _swc_type(section: Any) -> int:
    name = section.name().split(".")[-1]
    return next((number for word, number in SWC_TYPES.items() if name.startswith(word)), 3)


def _outline(section: Any) -> np.ndarray:
    """x, y, z, diameter [um] at the ends of the segments, [nseg + 1, 4]."""
    n = section.n3d()
    arc = np.array([section.arc3d(k) for k in range(n)])
    points = np.array([[section.x3d(k), section.y3d(k), section.z3d(k), section.diam3d(k)] for k in range(n)])
    at = np.linspace(0, arc[-1], section.nseg + 1)
    return np.stack([np.interp(at, arc, points[:, k]) for k in range(4)], axis=1)


def segments_of(h: Any, cells: Mapping[int, Sequence[Any]], per_cell: int) -> tuple[ElementTable, list[Any]]:
    """The table of all segments of the cells (gid -> sections), and NEURON's segments in the same order.

    Segment k of a cell is element gid · per_cell + k, on whatever rank the cell is.
    """
    h.define_shape()
    columns: dict[str, list] = {name: [] for name in (*REALS, *WHOLE)}
    segments: list[Any] = []
    numbers: list[int] = []
    for gid in sorted(cells):
        begins = {}
        count = sum(section.nseg for section in cells[gid])
        if count > per_cell:
            raise ValueError(f"the cell of gid {gid} has {count} segments; say per_cell={count} or more")
        element = gid * per_cell
        for number, section in enumerate(cells[gid]):
            begins[section] = element
            outline = _outline(section)
            up = section.parentseg()
            for k, segment in enumerate(section):
                parent, at = element - 1, 1.0
                if k == 0:
                    parent, at = -1, 0.0
                    if up is not None and up.sec in begins:
                        place = min(int(up.x * up.sec.nseg), up.sec.nseg - 1)
                        parent, at = begins[up.sec] + place, up.x * up.sec.nseg - place
                row = {"cell": gid, "section": gid * per_cell + number, "segment": k, "swc_type": _swc_type(section),
                       "parent": parent, "parent_at": at, "length": section.L / section.nseg,
                       "diameter": segment.diam, "area": segment.area(), "volume": segment.volume(),
                       "d0": outline[k, 3], "d1": outline[k + 1, 3]}
                for axis, name in enumerate("xyz"):
                    row[name + "0"], row[name + "1"] = outline[k, axis], outline[k + 1, axis]
                for name, value in row.items():
                    columns[name].append(value)
                segments.append(segment)
                numbers.append(element)
                element += 1
    arrays = {name: np.array(values, dtype=np.int64 if name in WHOLE else np.float64)
              for name, values in columns.items()}
    return ElementTable(numbers, "segment", arrays, {name: unit for name, unit in REALS.items() if unit}), segments
