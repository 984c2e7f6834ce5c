#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_synapses.py PART BIN SOURCE: synapses that learn and change, by what a whole network does."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def run(folder, *files, settings=()):
    return runs.well(runs.attempt(BIN, folder, *files, *runs.settings(*settings)))


REWARD = """
tutti: 1
run: {name: reward, stop: 2 s, seed: 4}
modules:
  teacher: {use: player, step: 1 ms, model: {signals: {reward: {unit: "1", step: {before: "0", after: "1", at: 1 s}}}}}
  net:
    use: cell
    step: 1 ms
    model:
      dt: 0.1 ms
      cells:
        leaky: {model: IF_curr_exp, parameters: {tau_refrac: 2 ms}}
        noise: {model: SpikeSourcePoisson, parameters: {rate: 20 Hz}}
      populations: {source: {cell: noise, number: 40}, target: {cell: leaky, number: 10}}
      drives: {out: {to: [target], rate: 2 kHz, weight: 0.35 nA}}
      connections:
        - {from: source, to: target, weight: {uniform: [0.05 nA, 0.15 nA]}, delay: 1 ms,
           stdp: {w_min: 0 nA, w_max: 0.2 nA, A_plus: 0.05, A_minus: 0.01, reward: {tau: 200 ms}}}
connections:
  - {from: teacher.reward, to: net.reward}
record:
  - net.spikes
  - {port: net.weights, every: 100 ms}
"""


def reward(folder):
    """Weights stay while there is no reward and grow with one, where the target's spikes follow the source's; the
    same for any ranks and threads."""
    import h5py
    folder = pathlib.Path(folder)
    (folder / "reward.yaml").write_text(REWARD)
    results = folder / "results"
    results.mkdir()
    done = [run(results, folder / "reward.yaml", settings=(f"modules.net.ranks={r}", f"modules.net.model.threads={t}"))
            for r, t in ((1, 1), (3, 1), (1, 2))]
    hashes = [runs.hashes(r) for r in done]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    with h5py.File(done[0] / "net.weights.h5") as f:
        data = next(iter(f["report"].values()))["data"][:]
    print(data.mean(axis=1))
    assert data.shape[1] == 10
    assert abs(data[0] - data[9]).max() < 1e-6, "weights moved without reward"
    assert data[-1].mean() > data[9].mean() + 0.05, "reward moved no weight"


CHANGING = """
tutti: 1
run: {name: changing, stop: 300 ms, seed: 4}
modules:
  teacher: {use: player, step: 1 ms, model: {signals: {reward: {unit: "1", step: {before: "0", after: "1", at: 150 ms}}}}}
  net:
    use: cell
    step: 1 ms
    model:
      celsius: 6.3 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
          ek: -77 mV
          membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}}
        noise: {model: SpikeSourcePoisson, parameters: {rate: 40 Hz}}
      populations: {source: {cell: noise, number: 40}, e: {cell: ball, number: 10}, i: {cell: ball, number: 5}}
      synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}, gaba: {type: exp, tau: 6 ms, e: -80 mV}}
      connections:
        - {from: source, to: e, weight: {uniform: [0.5 nS, 1.5 nS]}, delay: 1 ms, synapse: ampa, region: [dend],
           stdp: {rule: triplet, w_min: 0 nS, w_max: 3 nS, A_plus: 0.01, A3_plus: 0.01, weights: multiplicative}}
        - {from: source, to: i, weight: 2 nS, delay: 1 ms, synapse: ampa, tsodyks_markram: {U: 0.4, tau_rec: 100 ms, sites: 3}}
        - {from: e, to: i, weight: 0.4 nS, delay: 2 ms, synapse: ampa,
           stdp: {w_min: 0 nS, w_max: 1 nS, A_plus: 0.05, reward: {tau: 200 ms}}}
        - {from: i, to: e, weight: 3 nS, delay: 1 ms, synapse: gaba, tsodyks_markram: {U: 0.1, tau_rec: 50 ms, tau_facil: 200 ms}}
connections:
  - {from: teacher.reward, to: net.reward}
record:
  - net.spikes
  - {port: net.weights, every: 50 ms}
"""


def changing(folder):
    """Plastic, rewarded, depressing and stochastic synapses between cable cells: the same for any ranks and threads."""
    import h5py
    folder = pathlib.Path(folder)
    (folder / "changing.yaml").write_text(CHANGING)
    results = folder / "results"
    results.mkdir()
    done = [run(results, folder / "changing.yaml", settings=(f"modules.net.ranks={r}", f"modules.net.model.threads={t}"))
            for r, t in ((1, 1), (2, 1), (3, 1), (1, 2))]
    hashes = [runs.hashes(r) for r in done]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    with h5py.File(done[0] / "net.weights.h5") as f:
        e, i = (f[f"report/{name}/data"][:] for name in ("e", "i"))
    print(e[0], e[-1], i[0], i[-1])
    assert e.shape[1] == 10 and i.shape[1] == 5, "one weight for each cell with plastic synapses"
    assert (abs(e[-1] - e[0]) > 1e-4).all(), "no weight of the triplet rule moved"
    assert abs(i[3] - i[0]).max() < 1e-6, "weights moved without reward"
    assert abs(i[-1] - i[0]).min() > 1e-6, "reward moved no weight"


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"networks {PART}: fine")
