#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Look on at configs/column while it runs, and stimulate it: a raster and a field that grow, as in a notebook.

    PYTHONPATH=build/release/lib/tutti/python python3 configs/notebook/look.py [-o PICTURE.png] [--stop "300 ms"]

Starts the run, taps the cortex's spikes and the probe, draws every 50 ms of simulated time, and when the field has been
quiet for 60 ms (`--after`), gives the thalamic input a volley. What was given when is in steering.jsonl of the run folder. The cells
would be just the same if nobody looked on; what is given is the only thing that changes them.
"""
import argparse
import pathlib

import matplotlib

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("-o", "--output", help="a file for the last picture; else a window shows it while it grows")
arguments.add_argument("--stop", default="500 ms")
arguments.add_argument("--after", type=float, default=60, help="how long the cortex is silent before a volley [ms]")
arguments.add_argument("--results", default="results")
options = arguments.parse_args()
if options.output:
    matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import tutti  # noqa: E402

column = pathlib.Path(__file__).resolve().parents[1] / "column"
live = tutti.start(column, set=[f"run.stop={options.stop}"], results=options.results)
figure, (raster, field) = plt.subplots(2, 1, sharex=True, figsize=(9, 6), layout="constrained")
times, cells, samples, instants, volleys = [], [], [], [], []


def draw():
    raster.clear(), field.clear()
    raster.plot(times, cells, "|", color="#0072B2", markersize=4)
    raster.set_ylabel("neuron")
    if samples:
        values = np.concatenate(samples) * 1e3
        spread = max(6 * values.std(), 1e-3)
        for k, trace in enumerate(values.T):
            field.plot(np.concatenate(instants), trace - k * spread, color="#444444", linewidth=0.6)
        field.set_yticks(-spread * np.arange(values.shape[1]), [str(k) for k in range(values.shape[1])])
    for at in volleys:
        raster.axvline(at, color="#D55E00"), field.axvline(at, color="#D55E00")
    field.set_ylabel("contact")
    field.set_xlabel("time [ms]")


with tutti.Observer(live.begun(), "notebook") as run:
    spikes = run.tap("cortex.spikes", history_ms=1000)
    probe = run.tap("probe.v_ext", every_ms=1, history_ms=1000)
    drawn, late = 0.0, ""
    while not run.over:
        while (frame := spikes.poll(0.02)) is not None:
            times.extend(frame.times_ms), cells.extend(frame.elements)
        while (frame := probe.poll()) is not None:
            if frame.values is not None:
                samples.append(frame.values), instants.append(frame.times_ms)
        now = instants[-1][-1] if instants else 0.0
        last = max([*times[-1:], *volleys[-1:], 0.0])
        if now > last + options.after and run.state.get("phase") == "running" and not late:
            try:
                volleys.append(run.give_spikes("cortex.thalamic"))
            except tutti.TuttiError as error:  # the run's end is nearer than the first window that nobody has begun
                late = str(error)
        if now > drawn + 50:
            drawn = now
            draw()
            if not options.output:
                plt.pause(0.001)
folder = live.wait()
draw()
print(f"{len(times)} spikes and {sum(map(len, samples))} samples seen, {len(volleys)} volleys given; results in {folder.path}")
if options.output:
    figure.savefig(options.output, dpi=150)
else:
    plt.show()
