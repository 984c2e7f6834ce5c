#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN: what tutti-lfp gives, against sums over the recorded membrane currents.

The potential of a line is integrated numerically here, not taken from the module's closed form.
"""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PART, BIN, HERE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("TUTTI_SHARED", HERE.parents[3] / "shared"))
SIGMA = 0.3  # [S/m]
# Sums of float32 products: what rounding leaves of the largest value, and far above what it does.
SINGLE = 1e-5


def run(folder, *sets, name="fields"):
    command = [BIN / "tutti", "run", HERE / name, "--quiet", "--results", folder]
    for item in sets:
        command += ["--set", item]
    before = set(pathlib.Path(folder).glob(f"{name}-*"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set(pathlib.Path(folder).glob(f"{name}-*")) - before
    return new


def signal(folder, port):
    """Values [sample, element] in the order of element numbers, and columns of the element table."""
    with h5py.File(folder / f"{port}.h5") as f:
        table = f[f"tutti/ports/{port}/elements"]
        columns = {name: values[:] for name, values in table["columns"].items()}
        parts = [group["data"][:] for group in f["report"].values()]
        assert len(parts) == 1, "one population, so columns are in the order of elements"
        return parts[0], columns


def geometry(columns):
    ends = [np.stack([columns[axis + end] for axis in "xyz"], axis=1) for end in "01"]
    return ends[0], ends[1], columns["diameter"]


def point_potential(place, source, sigma):
    """Of 1 nA at `source` [um] in a medium of conductivities `sigma` along the axes [mV]."""
    d = place - source
    sx, sy, sz = sigma
    return 1 / (4 * math.pi * np.sqrt(sy * sz * d[..., 0]**2 + sx * sz * d[..., 1]**2 + sx * sy * d[..., 2]**2))


NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)


def line_matrix(contacts, columns, potential):
    """[contact, segment]: the mean of a point source's potential along each segment."""
    start, end, _ = geometry(columns)
    along = (NODES + 1) / 2
    places = start[:, None, :] + along[None, :, None] * (end - start)[:, None, :]
    return np.stack([(potential(np.asarray(c), places) * WEIGHTS / 2).sum(axis=1) for c in contacts])


CONTACTS = [(60, y, 75) for y in (-100, 0, 100, 200, 300, 400)]


def compare(what, found, expected, tolerance):
    scale = abs(expected).max()
    worst = abs(found - expected).max() / scale
    print(f"{what}: largest {scale:.3g}, off by {worst:.1e} of it")
    assert scale > 0 and worst < tolerance, (what, worst)


def potentials(folder, contacts, potential, *sets, here=1e-6, tolerance=SINGLE):
    """Runs with the matrix at the source and here; both must give `potential` summed over currents."""
    for where, limit in (("source", tolerance), ("here", here)):
        done = run(folder, f"modules.probe.model.multiply={where}", *sets)
        current, columns = signal(done, "cells.i_membrane")
        expected = current @ line_matrix(contacts, columns, potential).T
        compare(f"v_ext, multiplied at {where}", signal(done, "probe.v_ext")[0], expected, limit)
    return done, current, columns, expected


def ranks(folder):
    """The same bits whatever the ranks of cells and probe."""
    first = None
    for cells, probe in ((1, 1), (2, 1), (3, 1), (3, 2), (1, 3)):
        done = run(folder, f"modules.cells.ranks={cells}", f"modules.probe.ranks={probe}")
        told = json.loads((done / "summary.json").read_text())["hashes"]
        values = [signal(done, port)[0] for port in ("probe.v_ext", "probe.csd", "probe.dipole", "probe.stimulus")]
        assert all(np.isfinite(v).all() and abs(v).max() > 0 for v in values)
        if first is None:
            first = told, values
        assert told == first[0], (cells, probe)
        assert all(np.array_equal(a, b) for a, b in zip(values, first[1])), (cells, probe)
    # where nobody takes the currents themselves, cells write them straight to where they are multiplied
    alone = None
    for cells, probe in ((1, 1), (3, 1), (2, 2)):
        done = run(folder, f"modules.cells.ranks={cells}", f"modules.probe.ranks={probe}",
                   "record=[{port: probe.v_ext, exact: true}, {port: probe.stimulus, exact: true}]")
        told = json.loads((done / "summary.json").read_text())["hashes"]
        assert np.array_equal(signal(done, "probe.v_ext")[0], first[1][0]), (cells, probe)
        assert np.array_equal(signal(done, "probe.stimulus")[0], first[1][3]), (cells, probe)
        assert "cells.i_membrane" not in told and told["probe.v_ext"] == first[0]["probe.v_ext"], told.keys()
        alone = alone or told
        assert told == alone, (cells, probe)
    # a probe with a coarser step gets every fifth sample, and the others are not even computed
    done = run(folder, "modules.probe.step=0.5 ms", "modules.cells.ranks=2", "record=[{port: probe.v_ext, exact: true}]")
    assert np.array_equal(signal(done, "probe.v_ext")[0], first[1][0][::5])


def homogeneous(folder):
    done, current, columns, v_ext = potentials(folder, CONTACTS, lambda c, p: point_potential(c, p, (SIGMA,) * 3))
    csd = -SIGMA * np.diff(v_ext, 2, axis=1) / 100**2
    compare("csd", signal(done, "probe.csd")[0], csd, 1e-6)
    start, end, _ = geometry(columns)
    compare("dipole", signal(done, "probe.dipole")[0], current @ ((start + end) / 2), 1e-6)
    cells = columns["cell"]
    for cell in set(cells):
        mine = current[:, cells == cell]
        assert abs(mine.sum(axis=1)).max() < 1e-6 * abs(mine).max(), "currents of a cell add up to zero"
    at_source = run(folder)
    compare("csd at the source", signal(at_source, "probe.csd")[0], csd, SINGLE)
    compare("dipole at the source", signal(at_source, "probe.dipole")[0], current @ ((start + end) / 2), SINGLE)


def anisotropic(folder):
    sigma = (0.3, 0.45, 0.3)
    potentials(folder, CONTACTS, lambda c, p: point_potential(c, p, sigma),
               "modules.probe.model.sigma=[0.3 S/m, 0.45 S/m, 0.3 S/m]")


def slice(folder):
    """An electrode on the glass below a slice, saline above: the series of images, summed here anew."""
    top, above = 300.0, 1.5
    reflection = (SIGMA - above) / (SIGMA + above)

    def potential(contact, places):
        total = 0
        for n in range(-60, 61):
            # images at 2nh ± z: one factor -1·R per passage of both sides; glass reflects fully
            weight = reflection ** abs(n)
            for sign in (1, -1):
                image = places * np.array([1, 1, sign]) + np.array([0, 0, 2 * n * top])
                total = total + weight * point_potential(contact, image, (SIGMA,) * 3)
        return total

    contacts = [(60, y, 0) for y in (-100, 0, 100, 200, 300, 400)]
    potentials(folder, contacts, potential, "modules.probe.model.at=[0 um, 0 um, -75 um]",
               "modules.probe.model.slice={top: 300 um}")


def discs(folder):
    """The mean over a contact's face: 20 rings of 24 places each."""
    radius = 12.0
    rings = radius * np.sqrt((np.arange(20) + 0.5) / 20)
    angles = 2 * math.pi * np.arange(24) / 24
    face = np.array([(0, r * math.cos(a), r * math.sin(a)) for r in rings for a in angles])

    def potential(contact, places):
        return np.mean([point_potential(contact + d, places, (SIGMA,) * 3) for d in face], axis=0)

    # 64 places stand for a disc in the module, good to 1e-5 from five radii on; sources and sinks of a
    # cell cancel to a few hundredths there, and the error does not
    contacts = [(x + 250, y, z) for x, y, z in CONTACTS]
    potentials(folder, contacts, potential, "modules.probe.model.radius=12 um",
               "modules.probe.model.at=[250 um, 0 um, 0 um]", "modules.probe.model.normal=[1, 0, 0]",
               here=5e-4, tolerance=5e-4)


def stimulus(folder):
    done = run(folder, "modules.probe.ranks=2")
    current, _ = signal(done, "pulse.current")
    _, columns = signal(done, "cells.i_membrane")
    matrix = line_matrix(CONTACTS[1:3], columns, lambda c, p: point_potential(c, p, (SIGMA,) * 3))
    compare("stimulus", signal(done, "probe.stimulus")[0], 1e3 * current @ matrix, 1e-6)


def cable(folder):
    """What an electrode does to a cable, all the way: its current becomes a potential along the cable, and
    that moves the membrane by v with (G + g) v = -G v_ext at rest, G the axial conductances and -G v_ext
    the activating function (Rattay 1989). Solved here by NumPy, v_ext by quadrature."""
    done = run(folder, name="cable")
    v, columns = signal(done, "cell.v")
    _, geometry_columns = signal(done, "cell.i_membrane")
    n, diameter, length = v.shape[1], 2.0, 1000.0
    dx = length / n
    axial = 1e6 * math.pi * diameter**2 / 4 / (100e4 * dx)  # [uS], Ra = 100 ohm cm = 1e6 ohm um
    leak = 1e6 * 1e-4 * math.pi * diameter * dx * 1e-8  # [uS], 1e-4 S/cm2
    between = axial * (np.diff(np.eye(n), axis=0).T @ np.diff(np.eye(n), axis=0))
    # A cell stands where the middle of its first segment is, so the cable's is half a segment before 500 um.
    outside = -5e3 * line_matrix([(500 - dx / 2, 50, 0)], geometry_columns,
                                 lambda c, p: point_potential(c, p, (SIGMA,) * 3))[0]
    expected = np.linalg.solve(between + leak * np.eye(n), -between @ outside)
    moved = v[-1] + 65
    # 20 time constants in, 2e-9 of the start is left; quadrature of a segment of 10 um that is 50 um away is exact
    compare("polarisation", moved, expected, 1e-6)
    current = signal(done, "cell.i_membrane")[0][-1]
    compare("membrane current", current, leak * expected, 1e-6)
    # a cathode depolarises what is below it and hyperpolarises what is beside that
    assert moved[n // 2] > 5 and moved[n // 2 - 20] < 0 and moved[n // 2 + 20] < 0, moved
    assert np.allclose(moved, moved[::-1], atol=1e-6)


def probeinterface(folder):
    """The same contacts from probeinterface's JSON, in millimetres and in a plane of their own."""
    path = pathlib.Path(folder) / "probe.json"
    path.write_text(json.dumps({
        "specification": "probeinterface", "version": "0.2.21",
        "probes": [{"ndim": 2, "si_units": "mm", "annotations": {}, "contact_annotations": {},
                    "contact_positions": [[x / 1e3, y / 1e3] for x, y, _ in CONTACTS],
                    "contact_shapes": ["circle"] * 6, "contact_shape_params": [{"radius": 0.0}] * 6,
                    "contact_ids": [str(k) for k in range(6)], "device_channel_indices": [15, 14, 13, 12, 11, 10]}]}))
    a, b = run(folder), run(folder, f"modules.probe.model.electrodes={path}",
                            "modules.probe.model.at=[0 um, 0 um, 75 um]")
    found, columns = signal(b, "probe.v_ext")
    assert list(columns["channel"]) == [15, 14, 13, 12, 11, 10]
    assert np.allclose(signal(a, "probe.v_ext")[0], found, rtol=0, atol=1e-10)


def circuit(folder):
    """The published circuit 5_cells_iclamp with its own electrode file: 86 contacts beside five reconstructed
    cells, through their first spikes. The potential is the line source's of the recorded currents."""
    if not (SHARED / "data/sonata/5_cells_iclamp").exists():
        print("SKIPPED: needs ../shared or TUTTI_SHARED with SONATA's examples")
        return
    probe = (SHARED / "data/sonata/shared_components/recXelectrodes/linear_electrode.csv").resolve()
    path = pathlib.Path(folder) / "five.yaml"
    path.write_text(f"""
tutti: 1
run: {{name: five, stop: 560 ms}}
modules:
  circuit: {{use: cell, step: 0.1 ms, model: {(SHARED / "data/sonata/5_cells_iclamp/simulation_config.json").resolve()}}}
  probe: {{use: lfp, step: 0.1 ms, model: {{electrodes: {probe}}}}}
connections:
  - {{from: circuit.i_membrane, to: probe.i_membrane}}
record:
  - circuit.spikes
  - {{port: circuit.i_membrane, every: 0.5 ms, exact: true}}
  - {{port: probe.v_ext, every: 0.5 ms, exact: true}}
""")
    done = subprocess.run([BIN / "tutti", "run", path, "--quiet", "--results", folder], capture_output=True, text=True,
                          timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result, = pathlib.Path(folder).glob("five-*")
    with h5py.File(result / "spikes.h5") as f:
        assert sum(len(g["timestamps"]) for g in f["spikes"].values()) > 0, "no spike: nothing to see"
    current, columns = signal(result, "circuit.i_membrane")
    start, end, diameter = geometry(columns)
    rows = [line.split() for line in probe.read_text().splitlines()[1:] if line.strip()]
    contacts = np.array([[float(x) for x in row[1:4]] for row in rows])
    extent = np.linalg.norm(end - start, axis=1)
    along = (NODES + 1) / 2
    places = start[:, None, :] + along[None, :, None] * (end - start)[:, None, :]
    expected = []
    for contact in contacts:  # a segment's surface is as near as a contact gets
        direction = (end - start) / extent[:, None]
        axial = ((contact - start) * direction).sum(axis=1)
        rho = np.maximum(np.linalg.norm(contact - start - axial[:, None] * direction, axis=1), diameter / 2)
        distance = np.sqrt(rho[:, None]**2 + ((places - start[:, None, :]) * direction[:, None, :]).sum(axis=2)**2
                           - 2 * axial[:, None] * along * extent[:, None] + axial[:, None]**2)
        expected.append(current @ ((WEIGHTS / 2 / distance).sum(axis=1) / (4 * math.pi * SIGMA)))
    compare("v_ext of 5_cells_iclamp", signal(result, "probe.v_ext")[0], np.array(expected).T, SINGLE)


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"lfp {PART}: fine")
