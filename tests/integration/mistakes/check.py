# SPDX-License-Identifier: MIT
"""Gives `tutti check` and `tutti run` one mistake at a time: the message must name it, exit code 2, in under 2 s of CPU time."""
import pathlib
import resource
import subprocess
import sys
import tempfile

TUTTI = pathlib.Path(sys.argv[1]) / "tutti"
SOURCE = pathlib.Path(sys.argv[2])
SECONDS = 2.0

# two players that feed a program whose ports the file declares: no module needs more than this
GOOD = """tutti: 1
run: {name: small, stop: 100 ms}
modules:
  drive:
    use: player
    step: 1 ms
    model:
      spikes: {regular: {number: 2, interval: 10 ms}}
      signals: {v: {unit: mV, number: 2, constant: -70 mV}}
  target:
    command: [/bin/true]
    step: 1 ms
    ports:
      spikes: {direction: in, kind: spikes}
      current: {direction: in, kind: signal, unit: nA, optional: true}
      voltage: {direction: in, kind: signal, unit: V, optional: true}
      echo: {direction: out, kind: spikes}
connections:
  - {from: drive.spikes, to: target.spikes, delay: 1 ms}
  - {from: drive.v, to: target.voltage}
record: [drive.spikes]
"""

# a sentence, what to replace, by what, and the parts that the message must have
MISTAKES = [
    ("a misspelt key", "use: player", "user: player", ["run.yaml:5:5", '"user"', 'did you mean "use"?']),
    ("a misspelt key of a model", "interval:", "intervall:", ["run.yaml:8:", '"intervall"', 'did you mean "interval"?']),
    ("a misspelt module", "from: drive.v", "from: drvie.v", ['no module "drvie"', 'did you mean "drive"?']),
    ("a module that does not ship", "use: player", "use: playr", ['no module "playr"', 'did you mean "player"?']),
    ("a misspelt port", "from: drive.spikes", "from: drive.spiks", ["run.yaml:19:", '"spiks"', 'did you mean "spikes"?']),
    ("an output for an input", "to: target.spikes", "to: target.echo", ['no input "echo"', "that is an output"]),
    ("a missing file", "regular: {number: 2, interval: 10 ms}", "file: {path: gone.h5}", ["run.yaml:8:", "gone.h5"]),
    ("a missing model", "model:\n      spikes: {regular: {number: 2, interval: 10 ms}}\n"
     "      signals: {v: {unit: mV, number: 2, constant: -70 mV}}", "model: gone.yaml",
     ["run.yaml:7:12", "there is no file", "gone.yaml"]),
    ("a bare number where a unit is needed", "stop: 100 ms", "stop: 100",
     ["run.yaml:2:26", "100 has no unit", 'write "100 ms"']),
    ("a bare number in a model", "constant: -70 mV", "constant: -70", ["run.yaml:9:", "has no unit", '"-70 mV"']),
    ("a time in mV", "step: 1 ms\n    model", "step: 1 mV\n    model", ['"1 mV" is a voltage, but a time is needed']),
    ("a voltage into a current", "to: target.voltage", "to: target.current",
     ["run.yaml:20:", "voltage in mV", "current in nA"]),
    ("a step between two ticks", "step: 1 ms\n    model", "step: 1/3 ms\n    model",
     ["modules.drive.step", "not a whole number of ticks"]),
    ("two modules of one name", "  target:", "  drive:", ['the key "drive" is there twice', "line 4", "3 errors"]),
    ("spikes into a signal", "from: drive.spikes, to: target.spikes", "from: drive.spikes, to: target.voltage",
     ["gives spikes", "takes a signal"]),
    ("an input that nobody feeds", "  - {from: drive.spikes, to: target.spikes, delay: 1 ms}\n", "",
     ["target.spikes is not connected", "to: target.spikes"]),
    ("a spike loop without delay", "from: drive.spikes, to: target.spikes, delay: 1 ms",
     "from: target.echo, to: target.spikes", ["target", "delay"]),
    ("no ranks", "step: 1 ms\n    model", "step: 1 ms\n    ranks: 0\n    model",
     ["modules.drive.ranks: 0 is out of range", "at least 1"]),
    ("a thousand ranks", "step: 1 ms\n    model", "step: 1 ms\n    ranks: 1000\n    model",
     ["modules.drive.ranks: 1000 is out of range", "at most 256"]),
    ("a step longer than the run", "stop: 100 ms", "stop: 0.5 ms", ["modules.drive.step", "longer than the run", "modules.target.step", "2 errors"]),
    ("a run that lasts too long", "stop: 100 ms", "stop: 1e9 s", ["longer than 106 days"]),
    ("a model that is a folder", "model:\n      spikes: {regular: {number: 2, interval: 10 ms}}\n"
     "      signals: {v: {unit: mV, number: 2, constant: -70 mV}}", "model: /tmp",
     ["run.yaml:7:12", "/tmp is a folder where a YAML file is needed"]),
    ("no model at all", "model:\n      spikes: {regular: {number: 2, interval: 10 ms}}\n"
     "      signals: {v: {unit: mV, number: 2, constant: -70 mV}}", "ranks: 1", ["run.yaml:4:3", "drive: nothing to play"]),
    ("a program that is not there", "/bin/true", "./gone", ["modules.target.command", "there is no file", "gone"]),
    ("a program that PATH does not have", "[/bin/true]", "gone", ["no program gone is found in PATH", "./gone"]),
    ("a list that is none", "record: [drive.spikes]", "record: drive.spikes", ["write record: [drive.spikes]"]),
    ("broken YAML", "run: {name: small, stop: 100 ms}", "run: {name: small, stop: 100 ms", ["run.yaml:", "no valid YAML"]),
]

failures = []


def spent(usage):
    return usage.ru_utime + usage.ru_stime


def tutti(folder, *arguments):
    """Exit code, all that it said, and how much CPU time it took: on a busy machine the clock says nothing of us."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(TUTTI), *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr, spent(resource.getrusage(resource.RUSAGE_CHILDREN)) - spent(before)


def expect(title, folder, arguments, parts, seconds=SECONDS):
    code, said, took = tutti(folder, *arguments)
    wrong = [f"does not say {part!r}" for part in parts if part not in said]
    if code != 2:
        wrong.append(f"exit code {code}")
    if took > seconds:
        wrong.append(f"took {took:.1f} s")
    print(f"{'ok  ' if not wrong else 'FAIL'} {title} ({' '.join(arguments[:1])}, {took:.2f} s)")
    if wrong:
        failures.append(title)
        print("    " + "; ".join(wrong) + "\n    " + said.replace("\n", "\n    "))


def small_files(folder):
    run = folder / "run.yaml"
    run.write_text(GOOD)
    code, said, _ = tutti(folder, "check", "run.yaml")
    if code != 0:
        failures.append("the file without a mistake")
        print("FAIL the file without a mistake\n" + said)
    for title, old, new, parts in MISTAKES:
        assert old in GOOD, f"{title}: {old!r} is not in the file"
        run.write_text(GOOD.replace(old, new, 1))
        for verb in ("check", "run"):  # one mistake, one error: what follows from it is not told
            count = [] if parts[-1].endswith("errors") else ["1 error; nothing was started"]
            expect(title, folder, [verb, "run.yaml"], parts + count)
    run.write_text(GOOD.replace("stop: 100 ms", "stop: 100").replace("from: drive.v", "from: drvie.v"))
    expect("two mistakes at once", folder, ["check", "run.yaml"], ["100 has no unit", "drvie", "2 errors"])
    run.write_text(GOOD)
    expect("a misspelt file", folder, ["run", "rum.yaml"], ["rum.yaml", 'did you mean "run.yaml"?'])
    expect("a misspelt verb", folder, ["chekc", "run.yaml"], ['did you mean "check"?'])
    expect("no verb", folder, [], ["tutti run configs/column"])
    expect("a misspelt flag", folder, ["check", "run.yaml", "--jsn"], ["check: there is no option --jsn", "did you mean --json?"])
    expect("a missing word", folder, ["check"], ["check: FILE is required", "tutti check --help"])
    expect("a word too many", folder, ["ps", "column"], ['ps: "column" is one word too many'])
    expect("a log of steering that is none", folder, ["run", "run.yaml", "--steer", "run.yaml"], ["line 1", "steering.jsonl"])
    expect("a folder of runs", folder, ["check", str(SOURCE / "configs")], ["no run.yaml", "these have: ", "configs/brunel, "])
    expect("a step back", folder, ["step", "--by", "-1 ms"], ["--by -1 ms"])
    (folder / "empty.yaml").write_text("")
    expect("an empty file", folder, ["check", "empty.yaml"], ["this file is empty", "tutti: 1"])
    expect("a --set of a misspelt module", folder, ["check", "run.yaml", "--set", "modules.drve.ranks=2"],
           ['there is no module "drve"', 'did you mean "drive"?', "1 error"])
    expect("a --set without a value", folder, ["check", "run.yaml", "--set", "modules"], ["--set modules.cortex.ranks=4"])
    expect("a --set of nonsense", folder, ["check", "run.yaml", "--set", "modules.drive.ranks=many"],
           ["--set modules.drive.ranks=many", "whole number"])


def results_not_writable(folder):
    alone = GOOD[:GOOD.index("  target:")] + GOOD[GOOD.index("record:"):]
    (folder / "run.yaml").write_text(alone)
    (folder / "blocked").write_text("a file where the folder of results should be\n")
    expect("an output folder that is a file", folder, ["run", "run.yaml", "--results", "blocked"], ["blocked"])
    # /proc takes no folders, not even from root
    expect("an output folder that cannot be made", folder, ["run", "run.yaml", "--results", "/proc/results"],
           ["/proc/results"])


def morphologies(folder):
    """SWC files through the main scenario, as a person would try their own."""
    column = SOURCE / "configs" / "column"
    if not (column / "run.yaml").exists() or not (TUTTI.parent / "tutti-cell").exists():
        print("SKIPPED mistakes in SWC files: they need configs/column and tutti-cell")
        return
    files = {
        "gone.swc": (None, ["gone.swc"]),
        "loop.swc": ("1 1 0 0 0 5 -1\n2 3 0 10 0 1 4\n3 3 0 20 0 1 2\n4 3 0 30 0 1 3\n", ["loop.swc"]),
        "orphan.swc": ("1 1 0 0 0 5 -1\n2 3 0 10 0 1 1\n3 3 0 20 0 1 77\n", ["orphan.swc", "77"]),
    }
    for name, (text, parts) in files.items():
        if text is not None:
            (folder / name).write_text(text)
        expect(f"the morphology {name}", folder,
               ["check", str(column), "--set", f"modules.cortex.model.cells.pyramidal.morphology={name}"], parts)


with tempfile.TemporaryDirectory() as temporary:
    small_files(pathlib.Path(temporary))
    results_not_writable(pathlib.Path(temporary))
    morphologies(pathlib.Path(temporary))
print(f"{len(failures)} failed" if failures else "all fine")
sys.exit(1 if failures else 0)
