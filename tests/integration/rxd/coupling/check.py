#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN: a cell and its calcium, exchanged ever more often, against both solved as one system here.

Currents reach calcium one window late and calcium acts on the cell from the next window on, so the error must fall in
proportion to the window; what the cell's own step of 0.001 ms leaves is far below.
"""
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py

BIN, HERE = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent
STOP, SAMPLE = 40, 0.1  # [ms]

AREA = math.pi * 20 * 20 * 1e-8  # [cm2]
VOLUME = 0.05 * math.pi / 4 * 20**3  # [um3]
SLOPE = 1e3 * 8.314462618 * (273.15 + 34) / (2 * 96485.33212)  # RT/zF [mV]


def linoid(x, k):
    return k * (1 - x / k / 2) if abs(x / k) < 1e-6 else x / (math.exp(x / k) - 1)


def gates(v):
    """Rates of ca_hva [1/ms]: Reuveni et al. 1993."""
    return (0.055 * linoid(-27 - v, 3.8), 0.94 * math.exp((-75 - v) / 17),
            0.000457 * math.exp((-13 - v) / 50), 0.0065 / (1 + math.exp((-v - 15) / 28)))


def sk(ca):
    return 1 / (1 + (0.00043 / ca) ** 4.8)


def slope(t, y):
    v, m, h, z, ca = y
    am, bm, ah, bh = gates(v)
    i_ca = 3e-4 * m * m * h * (v - SLOPE * math.log(2 / ca))  # [mA/cm2]
    i_in = 0.06e-6 / AREA if t >= 2 else 0
    others = 1e-4 * (v + 70) + 2e-3 * z * (v + 85)
    influx = -i_ca * AREA * 1e6 * 1e6 / (2 * 96485.33212)  # [amol/ms] of nA
    return ((i_in - i_ca - others) * 1e3, am - (am + bm) * m, ah - (ah + bh) * h, sk(ca) - z,
            influx / VOLUME + (5e-5 - ca) / 20)


def as_one():
    """Classical Runge-Kutta at 0.005 ms, whose error is near rounding; samples of calcium [mM]."""
    am, bm, ah, bh = gates(-70)
    y, dt, samples = [-70, am / (am + bm), ah / (ah + bh), sk(5e-5), 5e-5], 0.005, [5e-5]
    for n in range(round(STOP / dt)):
        t = n * dt
        a = slope(t + 1e-9, y)
        b = slope(t + dt / 2, [u + dt / 2 * k for u, k in zip(y, a)])
        c = slope(t + dt / 2, [u + dt / 2 * k for u, k in zip(y, b)])
        d = slope(t + dt - 1e-9, [u + dt * k for u, k in zip(y, c)])
        y = [u + dt / 6 * (p + 2 * q + 2 * r + s) for u, p, q, r, s in zip(y, a, b, c, d)]
        if (n + 1) % round(SAMPLE / dt) == 0:
            samples.append(y[4])
    return samples


def coupled(folder, window):
    sets = [f"modules.{name}.step={window} ms" for name in ("cell", "calcium")]
    command = [BIN / "tutti", "run", HERE, "--quiet", "--results", folder / str(window)]
    for item in sets:
        command += ["--set", item]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result, = (folder / str(window)).glob("coupling-*")
    with h5py.File(result / "calcium.ca_i.h5") as f:
        (_, report), = f["report"].items()
        return report["data"][:: round(SAMPLE / window), 0]


truth = as_one()
peak = max(truth)
errors = {}
with tempfile.TemporaryDirectory() as temporary:
    for window in (0.1, 0.025, 0.005):
        samples = coupled(pathlib.Path(temporary), window)
        assert len(samples) == len(truth), (len(samples), len(truth))
        errors[window] = max(abs(a - b) for a, b in zip(samples, truth)) / peak
print(f"peak {peak:.3g} mM; error relative to it by exchange interval: {errors}")
assert peak > 4e-4, "calcium must open the channel, or nothing is fed back"
# Calcium rises within 2 ms: a window of 0.1 ms or two is as much of its way.
assert errors[0.1] < 0.1 and errors[0.005] < 5e-3, errors
assert abs(errors[0.1] / errors[0.025] / 4 - 1) < 0.15, errors
assert abs(errors[0.025] / errors[0.005] / 5 - 1) < 0.15, errors
