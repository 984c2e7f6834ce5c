#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN CASES [COUNT [SEED [MOST_RANKS [cut]]]]: random models of the contract as real runs.

What every rank of every module saw, and the hash of every port, must equal the reference executor's to the bit; with
`cut`, that of a run that saves itself now and then, and of one that goes on from a checkpoint on other ranks.
"""
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

BIN, CASES = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
COUNT, SEED, RANKS = [int(word) for word in (sys.argv[3:6] + ["24", "1", "3"][len(sys.argv[3:6]):])]
CUT = "cut" in sys.argv[6:]


def expected_of(inputs, module):
    """The reference's rows without what a real module is not told: a spike's source, times of sending."""
    rows = {port: inputs.get(f"{module}.{port}", []) for port in ("in", "u", "w", "m")}
    rows["in"] = [row[:3] for row in rows["in"]]
    rows["m"] = [[t, arrival, port, text] for t, arrival, port, _, text in rows["m"]]
    return {port: found for port, found in rows.items() if found}


def differences(case, results):
    for module, spec in case["run"]["modules"].items():
        expected = expected_of(case["inputs"], module)
        for rank in range(spec["ranks"]):
            seen = json.loads((results / "seen" / f"{module}.{rank}.json").read_text())
            for port in sorted({*seen, *expected}):
                if seen.get(port) != expected.get(port):
                    yield f"{module} rank {rank}, {port}:\n  saw      {seen.get(port)}\n  expected {expected.get(port)}"
    summary = json.loads((results / "summary.json").read_text())["hashes"]
    for port, bins in case["hashes"].items():
        found = {number: text for number, text in enumerate(summary.get(port, [])) if int(text, 16)}
        needed = {int(number): text for number, text in bins.items() if int(text, 16)}
        if found != needed:
            yield f"hash of {port}: {found}, expected {needed}"


def run(case, folder, *words):
    """Everything that is wrong with a run; its folder."""
    shutil.rmtree(folder / "results", ignore_errors=True)
    (folder / "run.yaml").write_text(json.dumps(case["run"], indent=1))
    done = subprocess.run([BIN / "tutti", "run", *words, "--quiet", "--results", "results"], cwd=folder,
                          capture_output=True, text=True, timeout=120, check=False)
    results = folder / "results" / "machines-001"
    return [done.stdout + done.stderr] if done.returncode else list(differences(case, results)), results


def cut_and_resumed(case, folder, dice):
    """The same for a run that saves itself, and one that goes on from one of its checkpoints; how often it was saved."""
    case["run"]["run"]["checkpoint"] = {"every": f"{max(1, int(case['run']['run']['stop'].split()[0]) // 7)} ps", "keep": 50}
    wrong, results = run(case, folder, "run.yaml")
    saved = sorted((results / "checkpoint").glob("*")) if not wrong else []
    if not saved:
        return wrong, 0
    shutil.rmtree(folder / "saved", ignore_errors=True)
    shutil.copytree(dice.choice(saved), folder / "saved")
    for spec in case["run"]["modules"].values():
        spec["ranks"] = dice.randint(1, RANKS)
    wrong, _ = run(case, folder, "run.yaml", "--resume", "saved")
    return wrong, len(saved)


bad, saved = 0, 0
cases = subprocess.run([CASES, str(SEED), str(COUNT), str(RANKS)], capture_output=True, text=True, check=True).stdout
with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    for number, line in enumerate(cases.splitlines(), 1):
        case = json.loads(line)
        if CUT:
            wrong, times = cut_and_resumed(case, folder, random.Random(number))
            saved += times > 0
        else:
            wrong, _ = run(case, folder, "run.yaml")
        if wrong:
            bad += 1
            print(f"case {case['case']} of seed {SEED}\n{json.dumps(case['run'])}", *wrong, sep="\n")
print(f"{number} runs, {bad} differ from the reference" + (f"; {saved} were cut and resumed" if CUT else ""))
sys.exit(bad > 0 or (CUT and saved < COUNT // 4))
