#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes pyramidal.swc, a thick-tufted layer-5 pyramidal cell that nobody reconstructed.

Lengths, numbers and diameters are of the order that Hay et al. (2011) and Romand et al. (2011) give
for rat somatosensory cortex: six basal trees that branch twice, an apical trunk of 650 um with
obliques, and a tuft. Directions are random with a fixed seed, so the file is always the same.

    make_morphology.py [OUTPUT.swc]
"""
import math
import random
import sys

SOMA, DEND, APIC = 1, 3, 4
STEP = 15.0  # [um] between points


class Tree:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows = []

    def point(self, kind, position, radius, parent):
        self.rows.append((kind, position, radius, parent))
        return len(self.rows)

    def branch(self, kind, start, direction, length, d0, d1, parent, wander=0.12):
        """A wandering run of cable; returns its last point's number, place and direction."""
        steps = max(2, round(length / STEP))
        for k in range(1, steps + 1):
            direction = unit([c + self.random.gauss(0, wander) for c in direction])
            start = [p + c * length / steps for p, c in zip(start, direction)]
            radius = 0.5 * (d0 + (d1 - d0) * k / steps)
            parent = self.point(kind, start, radius, parent)
        return parent, start, direction

    def bifurcate(self, kind, parent, start, direction, lengths, d, spread):
        """Two children on either side of a direction, again and again while lengths last."""
        if not lengths:
            return
        side = unit([self.random.gauss(0, 1) for _ in range(3)])
        for sign in (-1, 1):
            turned = unit([c + sign * spread * s for c, s in zip(direction, side)])
            length = lengths[0] * self.random.uniform(0.8, 1.2)
            end = self.branch(kind, start, turned, length, d, 0.75 * d, parent)
            self.bifurcate(kind, *end, lengths[1:], 0.7 * d, spread)


def unit(v):
    norm = math.sqrt(sum(c * c for c in v))
    return [c / norm for c in v]


def pyramidal(seed=5):
    tree = Tree(seed)
    soma = tree.point(SOMA, [0.0, 0.0, 0.0], 9.0, -1)
    for k in range(6):  # basal trees, around and slightly downwards
        angle = 2 * math.pi * k / 6
        out = unit([math.cos(angle), -0.35, math.sin(angle)])
        start = [9.0 * c for c in out]
        first = tree.point(DEND, start, 0.9, soma)
        end = tree.branch(DEND, start, out, 40, 1.6, 1.2, first)
        tree.bifurcate(DEND, *end, [70, 90], 1.0, 0.6)
    start = [0.0, 9.0, 0.0]
    at, place, up = tree.point(APIC, start, 2.4, soma), start, [0.0, 1.0, 0.0]
    diameter = 4.6
    for k in range(6):  # the trunk, an oblique at each stop
        at, place, up = tree.branch(APIC, place, unit([0.2 * up[0], 1.0, 0.2 * up[2]]), 105,
                                    diameter, diameter - 0.4, at, 0.04)
        diameter -= 0.4
        if k < 5:
            angle = 2.4 * k
            out = unit([math.cos(angle), 0.3, math.sin(angle)])
            end = tree.branch(APIC, place, out, 55, 1.2, 0.9, at)
            tree.bifurcate(APIC, *end, [80], 0.8, 0.5)
    tree.bifurcate(APIC, at, place, [0.0, 1.0, 0.0], [90, 110, 120], 1.8, 0.55)
    return tree.rows


def main(path):
    with open(path, "w", encoding="ascii") as out:
        out.write("# A synthetic layer-5 pyramidal cell, written by make_morphology.py; um\n")
        out.write("# id type x y z radius parent\n")
        for number, (kind, (x, y, z), radius, parent) in enumerate(pyramidal(), 1):
            out.write(f"{number} {kind} {x:.3f} {y:.3f} {z:.3f} {radius:.3f} {parent}\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "pyramidal.swc")
