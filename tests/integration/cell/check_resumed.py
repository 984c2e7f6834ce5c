#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_resumed.py PART BIN [CUTS [SEED]]: a network of cells that is cut at any time and goes on, on other ranks and threads, is the
network that was never cut: every hash of every port, to the bit."""
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

PART, BIN = sys.argv[1], pathlib.Path(sys.argv[2])
CUTS, SEED = [int(word) for word in (sys.argv[3:5] + ["1", "11"][len(sys.argv[3:5]):])]
DICE = random.Random(SEED)

# Cells of many sizes that share blocks, with calcium of their own, gap junctions, noise and clamps; a twin is fed with
# everything that the first one tells.
CABLES = """
tutti: 1
run: {name: cut, stop: 40 ms, seed: 3}
modules:
  player:
    use: player
    step: 1 ms
    model:
      spikes: {poisson: {number: 20, rate: 60 Hz}}
      signals:
        leak: {unit: S/cm2, element: segment, number: 60, sine: {amplitude: 5e-5 S/cm2, frequency: 70 Hz, offset: 1e-4 S/cm2, shift: 0.1}}
        gain: {unit: "1", element: segment, number: 99, noise: {sd: "0.3", mean: "1", tau: 5 ms}}
        push: {unit: nA, number: 2, sine: {amplitude: 0.3 nA, frequency: 90 Hz, offset: 0.4 nA}}
  cells: &cells
    use: cell
    step: 0.5 ms
    model: &model
      celsius: 20 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
          ena: 50 mV
          ek: -77 mV
          membrane: {all: {hh: {}, ca_hva: {gbar: 5e-4 S/cm2}, ca_dynamics: {}, sk: {gbar: 4e-4 S/cm2}}}
        stick:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 150 um, diam: 1.5 um, nseg: 5}}
          ena: 50 mV
          ek: -85 mV
          membrane:
            all: {Ra: 100 ohm cm}
            soma: {nats: {gbar: 0.1 S/cm2}, kv3_1: {gbar: 0.05 S/cm2}, pas: {g: 1e-4 S/cm2, e: -65 mV}}
            dend: {ih: {}, im: {gbar: 3e-5 S/cm2}, ca_lva: {gbar: 1e-4 S/cm2}, ca_dynamics: {}, pas: {g: 1e-4 S/cm2, e: -65 mV}}
        tree:
          sections:
            soma: {L: 15 um, diam: 15 um, nseg: 1}
            left: {parent: soma, L: 100 um, diam: 1.5 um, nseg: 3}
            right: {parent: soma, at: 0, L: 120 um, diam: 1 um, nseg: 4}
          ena: 50 mV
          ek: -77 mV
          membrane: {all: {Ra: 100 ohm cm, hh: {}, ca_hva: {gbar: 2e-4 S/cm2}, sk: {gbar: 4e-4 S/cm2}}}
      populations: {balls: {cell: ball, number: 7}, sticks: {cell: stick, number: 4}, trees: {cell: tree, number: 9}}
      synapses:
        fast: {type: exp2, tau1: 0.5 ms, tau2: 3 ms, e: 0 mV}
        slow: {type: nmda, tau1: 2 ms, tau2: 60 ms, e: 0 mV}
        smooth: {type: alpha, tau: 1 ms, e: -80 mV}
      inputs:
        outside: {to: [sticks, trees], rule: {fixed_indegree: 6}, synapse: fast, weight: 4 nS}
        heard: {to: sticks, rule: {fixed_indegree: 2}, synapse: fast, weight: 1 nS}
      connections:
        - {from: balls, to: [sticks, trees], synapse: slow, weight: 0.2 nS, delay: 1 ms}
        - {from: sticks, to: balls, synapse: smooth, weight: 1 nS, delay: {uniform: [2 ms, 9 ms]}, region: [soma]}
        - {from: trees, to: [trees, balls], rule: {probability: 0.4}, synapse: fast, weight: 1 nS, delay: 4.7 ms}
      clamps: [{name: push, population: balls, cells: [0], delay: 2 ms, duration: 50 ms, amplitude: 0.4 nA}]
      voltage_clamps: [{population: sticks, cells: [3], levels: [{voltage: -65 mV, duration: 30 ms}, {voltage: -40 mV, duration: 5 ms}]}]
      currents: {hiss: {to: balls, type: noise, mean: 0.1 nA, sd: 0.05 nA, tau: 3 ms}}
      gap_junctions:
        - {between: [balls, balls], probability: 0.5, conductance: 2 nS}
        - {between: [balls, sticks], list: [[0, 0], [3, 2]], conductance: 5 nS}
      controls:
        leak: {parameter: pas.g, region: [dend]}
        gain: {parameter: slow.gain}
        push: {parameter: push.amplitude, uniform: true}
  twin: {<<: *cells, model: {<<: *model, %(twin)s}}
connections:
  - {from: player.spikes, to: cells.outside, delay: 3.3 ms}
  - {from: player.spikes, to: twin.outside, delay: 1 ms}
  - {from: cells.spikes, to: twin.heard, delay: 2 ms}
  - {from: twin.spikes, to: cells.heard, delay: 2.6 ms}
  - {from: cells.%(current)s, to: twin.i_inject, delay: 1.5 ms, initial: 0 nA}
  - {from: cells.v, to: twin.v_ext}
  - {from: player.leak, to: cells.leak}
  - {from: player.gain, to: cells.gain}
  - {from: player.push, to: cells.push}
"""

# Every family of point neurons and of sources, on the clock, off it, and a cable cell among them.
POINTS = """
tutti: 1
run: {name: cut, stop: 60 ms, seed: 5}
modules:
  player: {use: player, step: 1 ms, model: {spikes: {poisson: {number: 20, rate: 60 Hz}}}}
  cells:
    use: cell
    step: 1 ms
    model:
      dt: 0.1 ms
      celsius: 6.3 degC
      cells:
        delta: {model: IF_curr_delta}
        exp: {model: IF_curr_exp, parameters: {tau_m: {uniform: [15 ms, 25 ms]}, tau_refrac: 3 ms}}
        alpha: {model: IF_curr_alpha}
        cond: {model: IF_cond_alpha}
        sfa: {model: IF_cond_exp_gsfa_grr}
        adexp: {model: EIF_cond_exp_isfa_ista}
        hh: {model: HH_cond_exp}
        izh: {model: Izhikevich}
        izh7: {model: Izhikevich2007}
        gif: {model: GIF_cond_exp}
        own: {model: AdExp, receptors: {a: {type: cond_beta, tau_rise: 1 ms, tau: 4 ms}, b: {type: cond_alpha, tau: 3 ms}}}
        poisson: {model: SpikeSourcePoisson, parameters: {rate: 60 Hz}}
        gamma: {model: SpikeSourceGamma, parameters: {alpha: 2, beta: 80 Hz}}
        regular: {model: SpikeSourceRegular, parameters: {rate: 70 Hz}}
        netstim: {model: NetStim, parameters: {interval: 10 ms, number: 1e9, start: 0 ms, noise: 0.5}}
        told: {model: SpikeSourceArray, parameters: {spike_times: [[5 ms, 19 ms, 40 ms], [7 ms, 33 ms]]}}
        fire1: {model: IntFire1, parameters: {tau: {normal: [20 ms, 2 ms]}, refrac: 2 ms}}
        fire2: {model: IntFire2, parameters: {ib: 1.1}}
        fire4: {model: IntFire4}
        ball: {sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}, membrane: {all: {pas: {}}, soma: {hh: {}}}}
      populations:
        delta: {cell: delta, number: 7}
        exp: {cell: exp, number: 9}
        alpha: {cell: alpha, number: 5}
        cond: {cell: cond, number: 5}
        sfa: {cell: sfa, number: 3}
        adexp: {cell: adexp, number: 5}
        hh: {cell: hh, number: 3}
        izh: {cell: izh, number: 5}
        izh7: {cell: izh7, number: 3}
        gif: {cell: gif, number: 5}
        own: {cell: own, number: 3}
        poisson: {cell: poisson, number: 6}
        gamma: {cell: gamma, number: 5}
        regular: {cell: regular, number: 3}
        netstim: {cell: netstim, number: 3}
        told: {cell: told, number: 2}
        fire1: {cell: fire1, number: 20}
        fire2: {cell: fire2, number: 3}
        fire4: {cell: fire4, number: 10}
        ball: {cell: ball, number: 3}
      synapses: {ampa: {type: exp, tau: 3 ms, e: 0 mV}}
      inputs:
        outside: {to: [exp, alpha], rule: {fixed_indegree: 5}, weight: 0.5 nA, delay: {uniform: [0 ms, 7 ms]}}
        mixed: {to: [fire1], rule: {fixed_indegree: 5}, weight: 0.2, delay: 0.37 ms}
      currents:
        hum: {to: [exp, izh7], type: ac, amplitude: 0.2 nA, frequency: 80 Hz}
        jitter: {to: [ball, exp], type: noise, mean: 0.1 nA, sd: 50 pA, interval: 1 ms}
      drives:
        currents: {to: [exp, alpha], rate: 8 kHz, weight: 0.12 nA}
        volts: {to: [delta, izh], rate: 2 kHz, weight: 0.7 mV}
        opens: {to: [cond, sfa, adexp, hh, gif, izh7], rate: 2 kHz, weight: 4 nS}
        own: {to: [own], receptor: a, rate: 2 kHz, weight: 4 nS}
        events: {to: [fire1, fire4], rate: 2 kHz, weight: 0.05}
      connections:
        - {from: [poisson, gamma, regular, netstim, told], to: [cond, adexp, gif, hh], rule: {probability: 0.5}, weight: 5 nS,
           delay: {uniform: [1 ms, 20 ms]}}
        - {from: [poisson, told], to: own, receptor: b, weight: 5 nS, delay: 2 ms}
        - {from: [exp, izh, cond], to: [exp, alpha], rule: {probability: 0.5}, weight: 0.1 nA, delay: {uniform: [1 ms, 5 ms]}}
        - {from: [told, exp], to: ball, rule: {probability: 0.5}, synapse: ampa, weight: 60 nS, delay: 1.5 ms, region: [soma]}
        - {from: fire1, to: fire1, rule: {probability: 0.2}, weight: {normal: [0.02, 0.002]}, delay: {uniform: [1 ms, 3 ms]}}
        - {from: fire4, to: fire1, rule: {fixed_indegree: 5}, weight: -0.02, delay: 1 ms}
        - {from: [fire1, exp], to: fire4, rule: {fixed_indegree: 20}, weight: 0.05, delay: 11.37 ms}
  hearer:
    use: cell
    step: 1 ms
    model: {cells: {s: {model: IF_curr_exp}}, populations: {s: {cell: s, number: 4}}, inputs: {ear: {to: s, weight: 5 nA}},
            connections: [{from: s, to: s, weight: 0.1 nA, delay: 1 ms, stdp: {w_min: 0 nA, w_max: 0.2 nA, reward: {tau: 1 s}}}]}
connections:
  - {from: cells.spikes, to: hearer.ear}
  - {from: player.spikes, to: cells.outside, delay: 2.5 ms}
  - {from: player.spikes, to: cells.mixed, delay: 2.25 ms}
"""

# Synapses that change, onto point neurons and onto cable cells, from cells and from outside.
CHANGING = """
tutti: 1
run: {name: cut, stop: 60 ms, seed: 4}
modules:
  player:
    use: player
    step: 1 ms
    model:
      spikes: {poisson: {number: 20, rate: 60 Hz}}
      signals: {reward: {unit: "1", step: {before: "0.5", after: "1", at: 25 ms}}}
  cells:
    use: cell
    step: 1 ms
    model:
      dt: 0.1 ms
      celsius: 6.3 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
          ek: -77 mV
          membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}}
        leaky: {model: IF_curr_exp, parameters: {tau_refrac: 2 ms}}
        noise: {model: SpikeSourcePoisson, parameters: {rate: 60 Hz}}
      populations:
        source: {cell: noise, number: 23}
        e: {cell: ball, number: 10}
        i: {cell: ball, number: 5}
        points: {cell: leaky, number: 11}
      synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}, gaba: {type: exp, tau: 6 ms, e: -80 mV}}
      drives: {out: {to: [points], rate: 2 kHz, weight: 0.35 nA}}
      inputs:
        outside: {to: points, rule: {fixed_indegree: 5}, weight: {uniform: [0.1 nA, 0.3 nA]}, delay: 2 ms,
                  stdp: {w_min: 0 nA, w_max: 0.5 nA, A_plus: 0.05, A_minus: 0.04}}
        tired: {to: e, rule: {fixed_indegree: 5}, synapse: ampa, weight: 4 nS, tsodyks_markram: {U: 0.5, tau_rec: 80 ms}}
      connections:
        - {from: source, to: e, weight: {uniform: [0.5 nS, 1.5 nS]}, delay: 1 ms, synapse: ampa, region: [dend],
           stdp: {rule: triplet, w_min: 0 nS, w_max: 3 nS, A_plus: 0.01, A3_plus: 0.01, weights: multiplicative}}
        - {from: source, to: i, weight: 2 nS, delay: 1 ms, synapse: ampa, tsodyks_markram: {U: 0.4, tau_rec: 100 ms, sites: 3}}
        - {from: e, to: i, weight: 0.4 nS, delay: 2 ms, synapse: ampa,
           stdp: {w_min: 0 nS, w_max: 1 nS, A_plus: 0.05, reward: {tau: 200 ms}}}
        - {from: i, to: e, weight: 3 nS, delay: 1 ms, synapse: gaba, tsodyks_markram: {U: 0.1, tau_rec: 50 ms, tau_facil: 200 ms}}
        - {from: source, to: points, weight: {uniform: [0.05 nA, 0.15 nA]}, delay: {uniform: [1 ms, 9 ms]},
           stdp: {w_min: 0 nA, w_max: 0.2 nA, A_plus: 0.05, A_minus: 0.01, reward: {tau: 200 ms}}}
        - {from: points, to: points, rule: {probability: 0.5}, weight: -0.1 nA, delay: {uniform: [1 ms, 9 ms]},
           stdp: {rule: vogels, w_min: 0 nA, w_max: -1 nA, eta: 0.05 nA, rho: 5 Hz}}
        - {from: source, to: points, weight: 0.2 nA, delay: 3 ms, tsodyks_markram: {U: 0.4, tau_rec: 100 ms, sites: 3}}
        - {from: points, to: points, rule: {probability: 0.5}, weight: 0.1 nA, delay: 2 ms,
           tsodyks_markram: {U: 0.1, tau_rec: 50 ms, tau_facil: 200 ms}}
  hearer:
    use: cell
    step: 1 ms
    model: {cells: {s: {model: IF_curr_exp}}, populations: {s: {cell: s, number: 4}}, inputs: {ear: {to: s, weight: 5 nA}},
            connections: [{from: s, to: s, weight: 0.1 nA, delay: 1 ms, stdp: {w_min: 0 nA, w_max: 0.2 nA, reward: {tau: 1 s}}}]}
connections:
  - {from: cells.spikes, to: hearer.ear}
  - {from: player.spikes, to: cells.outside, delay: 2.5 ms}
  - {from: player.spikes, to: cells.tired, delay: 2.5 ms}
  - {from: player.reward, to: cells.reward}
  - {from: cells.weights, to: hearer.reward}
"""


def hashes(folder, text, *words):
    results = runs.well(runs.attempt_text(BIN, folder, text, *words))
    return runs.hashes(results), results


# Ranks of the run that saves itself; ranks and threads of the one that goes on.
PLANS = ((1, 2, 2), (2, 1, 1))


def check(folder, text, every, ports, plans=PLANS):
    """Whole, whole and saved, and from so many checkpoints of that on."""
    whole, _ = hashes(folder, text)
    for port in ports:
        assert any(int(h, 16) for h in whole[port]), f"{port} is silent"
    saving = text.replace("seed:", f"checkpoint: {{every: {every}, keep: 50}}, seed:")
    for before, after, threads in plans:
        saved, results = hashes(folder, saving, "--set", f"modules.cells.ranks={before}")
        assert saved == whole, f"saving shows: {differences(whole, saved)}"
        checkpoints = sorted((results / "checkpoint").iterdir())
        for cut in DICE.sample(checkpoints, min(CUTS, len(checkpoints))):
            found, _ = hashes(folder, text, "--resume", cut, "--set", f"modules.cells.ranks={after}",
                              "--set", f"modules.cells.model.threads={threads}")
            assert found == whole, f"{before} ranks, cut at {cut.name}, on {after}: {differences(whole, found)}"


def differences(whole, found):
    return {port: [k for k, (a, b) in enumerate(zip(bins, found.get(port, []))) if a != b] for port, bins in whole.items()
            if bins != found.get(port)}


def cables(folder):
    check(folder, CABLES % {"twin": "scheme: crank_nicolson", "current": "i_membrane"}, "5 ms", ["cells.spikes", "cells.v"])
    check(folder, CABLES % {"twin": "spike_time: exact", "current": "i_ca"}, "4.5 ms", ["cells.i_ca", "twin.spikes"],
          PLANS[1:])


def points(folder):
    check(folder, POINTS, "7 ms", ["cells.spikes"])


def changing(folder):
    check(folder, CHANGING, "7 ms", ["cells.spikes", "cells.weights"])


def own_steps(folder):
    """CVODE goes its last way once more."""
    text = CABLES[:CABLES.index("      voltage_clamps")].replace("celsius:", "scheme: cvode\n      celsius:")
    text += "connections: [{from: player.spikes, to: cells.outside}, {from: player.spikes, to: cells.heard, delay: 0.3 ms}]\n"
    text += "record: [{port: cells.v, every: 1 ms}, {port: cells.i_ca, every: 1 ms}, cells.spikes]\n"
    check(folder, text, "3.5 ms", ["cells.spikes", "cells.v", "cells.i_ca"], PLANS + ((1, 1, 1), (2, 2, 2)))


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](pathlib.Path(temporary))
