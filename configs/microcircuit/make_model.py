#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make_model.py SCALE > cortex.yaml: the cortical microcircuit of Potjans and Diesmann (Cereb. Cortex 24, 785, 2014).

Tables 1, 4 and 5 of the paper. SCALE shrinks populations and degrees alike; weights then grow by 1/sqrt(SCALE) and a
steady current makes up for the lost mean input, so that rates stay (van Albada, Helias, Diesmann 2015).
"""
import math
import sys

SCALE = float(sys.argv[1])
NAMES = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
NUMBER = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]  # inputs from elsewhere, 8 Hz each
# of the full network [Hz], for which the current makes up, as earlier versions of that example had them. NEST's
# Potjans_2014, whose numbers, probabilities and starting voltages are those below, now lists 0.903, 2.965, 4.414, 5.876,
# 7.569, 8.633, 1.105 and 7.829: with these L2/3E of a tenth of the network falls to 0.43 Hz, so near its threshold it is.
RATE = [0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523]
PROBABILITY = [  # row: target, column: source
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000],
    [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443]]
WEIGHT, G, TAU_SYN = 0.0878, -4, 0.5  # nA; ms
START = [(-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94), (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46),
         (-61.43, 4.48)]  # mean and sd of the voltage, so that it starts near its steady state [mV]

size = [round(n * SCALE) for n in NUMBER]
grown = WEIGHT / math.sqrt(SCALE)


def weight(target, source, base):
    return base * (G if source % 2 else 2 if (target, source) == (0, 2) else 1)


def degree(target, source):
    """Inputs of one neuron in the full network."""
    pairs = NUMBER[target] * NUMBER[source]
    return math.log(1 - PROBABILITY[target][source]) / math.log(1 - 1 / pairs) / NUMBER[target]


def current(target):
    """The mean input that a smaller network lacks [nA]."""
    full = sum(weight(target, s, WEIGHT) * degree(target, s) * RATE[s] for s in range(8)) + WEIGHT * EXTERNAL[target] * 8
    return 1e-3 * TAU_SYN * (1 - math.sqrt(SCALE)) * full


print(f"""# SPDX-License-Identifier: MIT
# Written by `make_model.py {sys.argv[1]}`: the microcircuit of Potjans and Diesmann (2014), {sum(size)} neurons.
dt: 0.1 ms

cells:""")
for k, name in enumerate(NAMES):
    print(f"  {name}: {{model: IF_curr_exp, parameters: {{cm: 0.25 nF, tau_m: 10 ms, tau_refrac: 2 ms, v_rest: -65 mV, "
          f"v_reset: -65 mV, v_thresh: -50 mV,\n    tau_syn_E: 0.5 ms, tau_syn_I: 0.5 ms, i_offset: {current(k):.6f} nA}}}}")
print("\npopulations:")
for name, n, (mean, sd) in zip(NAMES, size, START):
    print(f"  {name}: {{cell: {name}, number: {n}, initial: {{v: {{normal: [{mean} mV, {sd} mV]}}}}}}")
print("\ndrives:")
for name, n in zip(NAMES, EXTERNAL):
    print(f"  to_{name}: {{to: [{name}], rate: {n * 8 * SCALE:g} Hz, weight: {grown:.6f} nA}}")
print("\nconnections:")
for t, target in enumerate(NAMES):
    for s, source in enumerate(NAMES):
        total = round(degree(t, s) * SCALE * size[t])
        if total == 0:
            continue
        mean = weight(t, s, grown)
        delay = "[0.8 ms, 0.4 ms]" if s % 2 else "[1.5 ms, 0.75 ms]"
        print(f"  - {{from: {source}, to: {target}, allow_self: true, rule: {{fixed_total: {total}}}, delay: {{normal: {delay}, min: 0.1 ms}},\n"
              f"     weight: {{normal: [{mean:.6f} nA, {abs(mean) / 10:.6f} nA]}}, "
              f"receptor: {'inhibitory' if s % 2 else 'excitatory'}}}")
