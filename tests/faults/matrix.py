#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""matrix.py BUILD [--all] [--write] [--only WORD...]

The fault matrix on a miniature of configs/column: every process of a run fails in every way at the
start, in the middle and at the end. Each run must end, or go on, as the table below says, in time,
name the culprit, and leave sound files, no process, no socket and no shared memory behind.

Without --all a third of the cases runs, another one every day. --write puts the table, with the
longest time that was measured, into docs/reference/faults.md.
"""
import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import uuid

import h5py

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
PAGE = SOURCE / "docs" / "reference" / "faults.md"
MINIATURE = {
    "run.stop": "20 ms",
    "run.deadline": "8 s",
    "modules.cortex.model.populations.pyramidal.number": "4",
    "modules.cortex.model.populations.interneuron.number": "2",
    "modules.monitor.model.psd.window": "10 ms",
}
MODULES = ["thalamus", "cortex", "calcium", "probe", "monitor", "recorder"]
WRITERS = ["monitor", "recorder"]  # have files of their own in the run folder
VICTIMS = MODULES + ["broker", "launcher", "observer"]
FAULTS = {
    "throw": "an exception in its code",
    "exit0": "ends early, as if all were well",
    "exit1": "ends early with an error",
    "kill": "`kill -9`",
    "stop": "suspended (SIGSTOP)",
    "abort": "abort()",
    "garbage": "garbage in a frame; who sends none, in a control message",
    "half": "half a frame, or control message",
    "disk": "the disk is full",
    "memory": "no memory is left when it wants much",
}
MOMENTS = {"start": 0, "middle": 10, "end": 19}  # [ms] of simulated time
PATIENCE = 45  # s for a run that takes one, on a busy machine: deadline, farewell, closing of files


def expected(victim, fault, moment):
    """How the run ends: its exit codes, and a word of its last line."""
    done = ([0], "done")
    if victim == "observer":
        return done
    if victim == "launcher":
        if fault in ("stop", "garbage", "half"):
            return done  # it goes on when it is continued; what it says to the broker is for show
        if fault == "disk":
            return [1], "summary.json"
        return {"exit0": [0], "kill": [-9], "abort": [-6]}.get(fault, [1]), ""
    if victim == "broker":
        if fault in ("garbage", "half"):
            return [0, 1, 4], ""  # ends where it was for a member; who looks on drops it
        return done if fault == "disk" else ([1, 4], "broker")
    if fault == "disk" and victim not in WRITERS:
        return done
    if fault in ("garbage", "half") and victim not in WRITERS:
        return [1], victim + "."  # the port that it came from; who found out is the culprit
    return [1], victim


def outcome(victim, fault, moment):
    codes, word = expected(victim, fault, moment)
    if 0 in codes and len(codes) > 1:
        return "ends or goes on"
    if word == "done":
        return "goes on"
    return "ends" + (f" ({'/'.join(str(c) for c in codes)})" if codes != [1] else "")


class Case:
    def __init__(self, build, victim, fault, moment):
        self.build, self.victim, self.fault, self.moment = build, victim, fault, moment
        self.name = f"{victim} {fault} at {moment}"
        self.mark = uuid.uuid4().hex

    def environment(self, sabotaged):
        variables = dict(os.environ, TUTTI_MARK=self.mark)
        if sabotaged:
            variables["LD_PRELOAD"] = str(self.build / "tests" / "tutti-saboteur.so")
            variables["TUTTI_SABOTAGE"] = f"{self.victim} {self.fault} {MOMENTS[self.moment]}"
        return variables

    def start(self, arguments, sabotaged):
        return subprocess.Popen([self.build / "bin" / "tutti", *arguments], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env=self.environment(sabotaged))

    def processes(self):
        """Of this case: whoever inherited its mark."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self.mark.encode() in (entry / "environ").read_bytes():
                    state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
                    if state != "Z":
                        found.append((int(entry.name), state, (entry / "comm").read_text().strip()))
            except OSError:
                pass
        return found

    def observe(self, folder):
        """Looks on from the beginning; whatever becomes of it, the run does not notice."""
        for _ in range(200):
            runs = list(folder.glob("column-*/control/run.json"))
            if runs:
                break
            time.sleep(0.02)
        else:
            raise AssertionError("no run folder")
        return self.start(["tap", str(runs[0].parents[1]), "cortex.spikes"], True)

    def wake(self, process):
        """Continues a process that stopped itself, as a person would after Ctrl-Z."""
        for _ in range(300):
            if process.poll() is not None:
                return
            if pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T":
                time.sleep(0.3)
                return process.send_signal(signal.SIGCONT)
            time.sleep(0.02)

    def run(self):
        """Seconds that it took; raises AssertionError."""
        with tempfile.TemporaryDirectory(prefix="tutti-matrix-") as temporary:
            folder = pathlib.Path(temporary)
            sets = dict(MINIATURE)
            if self.victim in ("broker", "launcher", "observer"):
                sets["run.pace"] = "0.04"  # half a second, so that they see it pass
            arguments = ["run", str(SOURCE / "configs" / "column"), "--results", str(folder)]
            for key, value in sets.items():
                arguments += ["--set", f"{key}={value}"]
            begin = time.monotonic()
            process = self.start(arguments, self.victim != "observer")
            observer = self.observe(folder) if self.victim == "observer" else None
            try:
                if (self.victim, self.fault) == ("launcher", "stop"):
                    self.wake(process)
                text = process.communicate(timeout=PATIENCE)[0]
                took = time.monotonic() - begin
                self.check(process, text, folder)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"still going after {PATIENCE} s; {self.processes()}") from None
            finally:
                if observer:
                    observer.kill()
                    observer.communicate()
                for pid, *_ in self.processes():
                    os.kill(pid, signal.SIGKILL)
            return took

    def check(self, process, text, folder):
        codes, word = expected(self.victim, self.fault, self.moment)
        last = text.strip().splitlines()[-1] if text.strip() else ""
        assert process.returncode in codes, f"exit code {process.returncode}, not {codes}:\n{text}"
        assert word in last, f"the last line does not say {word}:\n{text}"
        alive = self.linger()
        assert not alive, f"still running: {alive}\n{text}"
        for base in ("/tmp", "/dev/shm"):
            left = list(pathlib.Path(base).glob(f"tutti-{os.getuid()}-{process.pid}-*"))
            # who is killed cannot tidy up; the next run does
            assert not left or self.victim == "launcher", f"left behind: {left}\n{text}"
        for path in folder.glob("column-*/*.h5"):
            try:
                with h5py.File(path) as f:
                    f.visititems(lambda name, item: item[()] if isinstance(item, h5py.Dataset) else None)
            except (OSError, RuntimeError) as error:
                raise AssertionError(f"{path.name} cannot be read: {error}\n{text}") from None
        for path in folder.glob("column-*/summary.json"):
            if self.victim == "launcher":
                continue
            told = json.loads(path.read_text())
            assert told["ok"] == (process.returncode == 0), told
            if self.victim in MODULES and not told["ok"] and self.fault not in ("garbage", "half"):
                assert told["culprit"].startswith(self.victim), (told["culprit"], told["reason"])

    def linger(self):
        """Who is still there after a moment; observers notice the end of a run when they look."""
        limit = time.monotonic() + 6
        mine = ("tutti", ) if self.victim == "observer" else ()
        while time.monotonic() < limit:
            alive = [p for p in self.processes() if p[2] not in mine]
            if not alive:
                return []
            time.sleep(0.05)
        return alive


def table(took):
    lines = ["| | " + " | ".join(FAULTS) + " |", "|---|" + "---|" * len(FAULTS)]
    for victim in VICTIMS:
        cells = []
        for fault in FAULTS:
            outcomes = {outcome(victim, fault, m) for m in MOMENTS}
            longest = max(took[victim, fault, m] for m in MOMENTS)
            cells.append(f"{' or '.join(sorted(outcomes))}, {longest:.0f} s")
        lines.append(f"| {victim} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write(took):
    begin, end = "<!-- matrix.py writes from here -->\n", "<!-- to here -->\n"
    text = PAGE.read_text()
    head, rest = text.split(begin)
    PAGE.write_text(head + begin + "\n" + table(took) + "\n\n" + end + rest.split(end)[1])


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("--all", action="store_true")
    words.add_argument("--write", action="store_true")
    words.add_argument("--only", nargs="*", default=[], help="words of a case: cortex kill end")
    words.add_argument("--jobs", type=int, default=2)
    args = words.parse_args()
    cases = [Case(args.build.resolve(), v, f, m) for v in VICTIMS for f in FAULTS for m in MOMENTS]
    if args.only:
        cases = [c for c in cases if all(w in c.name.split() for w in args.only)]
    elif not args.all:
        third = datetime.date.today().toordinal() % 3
        cases = [c for k, c in enumerate(cases) if (k + k // 27 + k // 3) % 3 == third]
    took, bad = {}, 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for case, job in [(c, pool.submit(c.run)) for c in cases]:
            try:
                took[case.victim, case.fault, case.moment] = job.result()
                print(f"{case.name}: fine, {job.result():.1f} s", flush=True)
            except AssertionError as error:
                bad += 1
                print(f"{case.name}: FAILED: {error}", flush=True)
    print(f"{len(cases)} cases, {bad} failed")
    if args.write and not bad:
        write(took)
    return bad > 0


if __name__ == "__main__":
    raise SystemExit(main())
