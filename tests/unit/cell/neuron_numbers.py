#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes neuron_numbers.csv beside this script: what NEURON makes of tapered sections, and its GHK currents and potentials,
for cable_test.cpp and ions_test.cpp. Made with NEURON 8.2.2."""
import csv
import math
import pathlib

from neuron import h

# x, y, z, diameter [um], and parent; tapers that widen, narrow, jump, bend and lie across compartments' edges
TREE = {
    "root": ([(0, 0, 0, 4), (0, 50, 0, 1), (0, 80, 0, 3)], None),
    "left": ([(0, 80, 0, 3), (-20, 100, 5, 1.5), (-25, 130, 5, 1.5), (-60, 150, -10, 0.3)], "root"),
    "right": ([(0, 80, 0, 2), (10, 90, 0, 2.4), (40, 110, 0, 0.7)], "root"),
    "tip": ([(40, 110, 0, 0.7), (40, 150, 30, 0.4), (42, 160, 30, 1.1)], "right"),
}
RA = {"root": 100, "left": 150, "right": 70, "tip": 200}
COUNTS = ({"root": 1, "left": 1, "right": 1, "tip": 1}, {"root": 7, "left": 5, "right": 3, "tip": 1},
          {"root": 2, "left": 31, "right": 4, "tip": 9})


def tree_rows():
    for case, counts in enumerate(COUNTS):
        sections = {}
        for name, (points, parent) in TREE.items():
            section = sections[name] = h.Section(name=name)
            for point in points:
                h.pt3dadd(*point, sec=section)
            section.Ra = RA[name]
            section.nseg = counts[name]
            if parent:
                section.connect(sections[parent](1), 0)
        for number, (name, section) in enumerate(sections.items()):
            for k, segment in enumerate(section):
                yield ["compartment", case, number, k, segment.area(), segment.ri()]
            yield ["end", case, number, section.nseg, 0, section(1).ri()]


def ion_rows():
    """NEURON's ghk() is of a permeability of 1 cm/s and in mA/cm2; the potential is where the currents of pk 2e-6 and
    pna 8e-8 cm/s cancel."""
    h.celsius = 34
    for z, inside, outside in ((1, 10, 140), (1, 54.4, 2.5), (2, 1e-4, 1.5)):
        for v in (-120, -70, -20, -1, 0, 10, 60):
            yield ["ghk", z, inside, outside, v, h.ghk(v, inside, outside, z)]
    for ko in (2.5, 5, 12):
        low, high = -150.0, 100.0
        while high - low > 1e-11:
            middle = (low + high) / 2
            current = 2e-6 * h.ghk(middle, 54.4, ko, 1) + 8e-8 * h.ghk(middle, 10, 140, 1)
            low, high = (low, middle) if current > 0 else (middle, high)
        yield ["rest", 1, 54.4, ko, 34, low]
    for z, inside, outside in ((1, 10, 140), (1, 54.4, 2.5), (2, 1e-4, 1.5)):
        yield ["nernst", z, inside, outside, 34, h.nernst(inside, outside, z)]


with open(pathlib.Path(__file__).with_suffix(".csv"), "w", encoding="ascii", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["what", "a", "b", "c", "d", "value"])
    for row in (*tree_rows(), *ion_rows()):
        assert math.isfinite(row[-1])
        out.writerow(row)
