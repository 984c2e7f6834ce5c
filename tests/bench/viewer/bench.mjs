// SPDX-License-Identifier: MIT
// frames: frames a second of the page, 10,000 neurons at 5 Hz and 16 traces, software rendering.
// first: from the start of `tutti run` to the first spike on the screen.
// publisher: hashes and wall time of a run without viewers, and with a stalled and a greedy one.
// flood: a client that takes all it can of a finished run, and the server's memory meanwhile.
// live: three clients that take all they can of a run that goes on in real time, and whether that is late.
// memory [SECONDS]: a run in real time with a stalled and a greedy client; the memory of viewer and broker meanwhile.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { bin, browser, folder, open, serve, source, start, test, until } from "../../integration/viewer/harness.mjs";

const part = process.argv[2] ?? "";
const wanted = (name) => part === "" || part === name;
const pause = (ms) => new Promise((give) => setTimeout(give, ms));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const newest = () => join(folder, "results", readdirSync(join(folder, "results")).sort().at(-1));
const tutti = (...more) => execFileSync(join(bin, "tutti"), ["run", ...more, "--quiet", "--results", join(folder, "results")], { cwd: folder });

async function frames() {
  writeFileSync(join(folder, "large.yaml"), `tutti: 1
run: {name: large, stop: 10 s, seed: 1}
modules:
  net: {use: player, step: 1 ms, model: {spikes: {poisson: {number: 10000, rate: 5 Hz}}, signals: {v: {unit: mV, number: 16, noise: {sd: 5 mV, tau: 10 ms}}}}}
record: [net.spikes, net.v]
`);
  tutti("large.yaml");
  const server = await serve(newest());
  const chromium = await browser();
  const page = await open(chromium, server.address);
  const devtools = await chromium.newBrowserCDPSession();
  const used = async () => {
    const times = {};
    for (const p of (await devtools.send("SystemInfo.getProcessInfo")).processInfo) times[p.type.split(".")[0]] = (times[p.type.split(".")[0]] ?? 0) + p.cpuTime;
    return times;
  };
  await page.evaluate(() => tutti.frame.arrange([{ kind: "raster", wide: 6, high: 9 }, { kind: "traces", wide: 6, high: 9 }]));
  await page.waitForFunction(() => tutti.frame.panel("raster").count > 400_000, null, { timeout: 60_000 });
  await page.evaluate(() => {
    for (let k = 0; k < 16; ++k) tutti.app.add({ port: "net.v", element: k });
    tutti.app.axis.show(0, 1000);
  });
  await pause(2000);
  const before = await used();
  const { rate, points, script, count } = await page.evaluate(async () => {
    // one second of data in view, moving: every panel is drawn anew at each frame of the screen
    const { axis } = tutti.app;
    const [first, end] = tutti.frame.panel("raster").layers[0].store.range(axis.from, axis.to);
    const panels = tutti.frame.shown.map((s) => s.panel);
    let spent = 0;
    for (const panel of panels) {
      const frame = panel.frame.bind(panel);
      panel.frame = () => {
        const begin = performance.now();
        frame();
        spent += performance.now() - begin;
      };
    }
    let count = 0;
    const begin = performance.now();
    await new Promise((give) => {
      const turn = (now) => {
        ++count;
        axis.show(axis.from + 10, axis.to + 10);
        if (now - begin < 5000) requestAnimationFrame(turn);
        else give();
      };
      requestAnimationFrame(turn);
    });
    return { rate: (1000 * count) / (performance.now() - begin), points: end - first, script: spent / count, count };
  });
  const after = await used();
  const cpu = Object.keys(after).map((type) => `${type} ${((1000 * (after[type] - (before[type] ?? 0))) / count).toFixed(1)}`).join(", ");
  console.log(`frames: processor time of each [ms]: ${cpu}`);
  console.log(`frames: ${rate.toFixed(1)} a second with ${points} spikes and 16 traces in view, ${script.toFixed(1)} ms of script each`);
  server.kill();
}

async function first() {
  const chromium = await browser();
  const begun = Date.now();
  const run = start(join(bin, "tutti"), ["run", join(source, "configs/column"), "--results", "first", "--set", "run.stop=60 s"]);
  const name = await until("a run folder", () => existsSync(join(folder, "first")) && readdirSync(join(folder, "first"))[0]);
  await until("its control file", () => existsSync(join(folder, "first", name, "control/run.json")));
  const server = await serve(join(folder, "first", name));
  const page = await open(chromium, server.address);
  console.log(`first: the page is alive after ${((Date.now() - begun) / 1000).toFixed(2)} s`);
  await page.waitForFunction(() => tutti.frame.panel("raster")?.count > 0, null, { timeout: 60_000 });
  console.log(`first: a spike on the screen after ${((Date.now() - begun) / 1000).toFixed(2)} s`);
  run.kill("SIGINT");
  await run.ended;
  server.kill();
}

/** Clients in a process of their own (clients.mjs); `taken()` says how many bytes each has had. */
function watch(address, ports, ...kinds) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("clients.mjs", import.meta.url)), address, ports.join(","), ...kinds], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const taken = async () => {
    child.stdin.write("\n");
    return JSON.parse((await answers.next()).value);
  };
  return { taken, end: () => child.stdin.end() };
}

async function publisher() {
  const hashes = (where) => JSON.stringify(JSON.parse(readFileSync(join(where, "summary.json"), "utf8")).hashes);
  const once = async (watched) => {
    const begun = Date.now();
    const results = join(folder, "pub");
    const before = existsSync(results) ? readdirSync(results).length : 0;
    const run = start(join(bin, "tutti"), ["run", join(source, "configs/column"), "--quiet", "--results", "pub", "--set", "run.stop=1 s"]);
    let server, clients;
    if (watched) {
      const name = await until("a folder", () => existsSync(results) && readdirSync(results).length > before && readdirSync(results).sort().at(-1));
      await until("its control file", () => existsSync(join(results, name, "control/run.json")));
      server = await serve(join(results, name));
      const ports = ["cortex.spikes", "thalamus.spikes", "cortex.v", "calcium.ca_i", "probe.v_ext"];
      clients = watch(server.address, ports, "greedy", "stalled");
    }
    await run.ended;
    const seconds = (Date.now() - begun) / 1000;
    const taken = clients ? (await clients.taken())[0] : 0;
    clients?.end();
    server?.kill();
    const where = join(results, readdirSync(results).sort().at(-1));
    return { seconds, taken, hashes: hashes(where), wall: JSON.parse(readFileSync(join(where, "summary.json"), "utf8")).wall_s };
  };
  const without = [];
  const with_ = [];
  for (let k = 0; k < 3; ++k) {
    without.push(await once(false));
    with_.push(await once(true));
  }
  const same = [...without, ...with_].every((r) => r.hashes === without[0].hashes);
  const [a, b] = [median(without.map((r) => r.wall)), median(with_.map((r) => r.wall))];
  console.log(`publisher: hashes ${same ? "equal" : "DIFFER"}; wall ${a.toFixed(2)} s without, ${b.toFixed(2)} s with a stalled and a greedy client (${(100 * (b / a - 1)).toFixed(1)} %); the greedy one took ${(with_[0].taken / 1e6).toFixed(1)} MB`);
  if (!same) process.exitCode = 1;
}

async function flood() {
  writeFileSync(join(folder, "flood.yaml"), `tutti: 1
run: {name: flood, stop: 20 s, seed: 1}
modules:
  net: {use: player, step: 1 ms, model: {signals: {v: {unit: mV, number: 1000, noise: {sd: 5 mV}}}}}
record: [net.v]
`);
  tutti("flood.yaml");
  const server = await serve(newest());
  const memory = () => Number(readFileSync(`/proc/${server.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;
  const begin = Date.now();
  const clients = watch(server.address, ["net.v"], "greedy", "greedy", "greedy");
  await until("80 MB for each", async () => (await clients.taken()).every((n) => n > 79e6), 120);
  const seconds = (Date.now() - begin) / 1000;
  const taken = (await clients.taken()).reduce((n, m) => n + m, 0);
  console.log(`flood: ${(taken / 65536 / seconds).toFixed(0)} messages of 64 KiB a second to three clients (${(taken / 1e6 / seconds).toFixed(0)} MB/s); the server holds ${memory().toFixed(0)} MiB`);
  clients.end();
  server.kill();
}

/** The same from a run that goes on, in real time: is it late? */
async function live() {
  const lasts = 15;
  writeFileSync(join(folder, "live.yaml"), `tutti: 1
run: {name: live, stop: ${lasts} s, seed: 1, pace: 1}
modules:
  net: {use: player, step: 1 ms, model: {spikes: {poisson: {number: 10000, rate: 5 Hz}}, signals: {v: {unit: mV, number: 1000, noise: {sd: 5 mV}}}}}
  rates: {use: analysis, step: 10 ms, model: {rates: {bin: 100 ms}}}
connections: [{from: net.spikes, to: rates.spikes}]
`);
  const once = async (watched) => {
    const results = join(folder, watched ? "watched" : "alone");
    const run = start(join(bin, "tutti"), ["run", "live.yaml", "--quiet", "--results", results]);
    const where = join(results, await until("a run folder", () => existsSync(results) && readdirSync(results)[0]));
    let rate = 0;
    if (watched) {
      await until("its control file", () => existsSync(join(where, "control/run.json")));
      const server = await serve(where);
      const clients = watch(server.address, ["net.v", "net.spikes"], "again", "again", "again");
      await pause(5000); // there is a past to ask for
      const sum = async () => (await clients.taken()).reduce((n, m) => n + m, 0);
      const [before, begin] = [await sum(), Date.now()];
      await pause(8000);
      rate = ((await sum()) - before) / (Date.now() - begin) / 65.536;
      await run.ended;
      clients.end();
      server.kill();
    }
    await run.ended;
    const summary = JSON.parse(readFileSync(join(where, "summary.json"), "utf8"));
    return { rate, wall: summary.wall_s, hashes: JSON.stringify(summary.hashes) };
  };
  const [alone, watched] = [await once(false), await once(true)];
  const same = alone.hashes === watched.hashes;
  console.log(`live: ${watched.rate.toFixed(0)} messages of 64 KiB a second to three clients of a run of ${lasts} s in real time, which took ${watched.wall.toFixed(2)} s, alone ${alone.wall.toFixed(2)} s; hashes ${same ? "equal" : "DIFFER"}`);
  if (!same) process.exitCode = 1;
}

const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

/** The broker of the run in `where`. */
const broker = (where) => readdirSync("/proc").find((pid) => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0].endsWith("tutti-broker") && words.includes(where);
  } catch {
    return false;
  }
});

async function memory() {
  const lasts = Number(process.argv[3] ?? 600);
  writeFileSync(join(folder, "long.yaml"), `tutti: 1
run: {name: long, stop: ${lasts + 20} s, seed: 1, pace: 1}
modules:
  net: {use: player, step: 1 ms, model: {spikes: {poisson: {number: 10000, rate: 5 Hz}}, signals: {v: {unit: mV, number: 200, noise: {sd: 5 mV, tau: 10 ms}}}}}
  rates: {use: analysis, step: 10 ms, model: {rates: {bin: 100 ms}}}
connections: [{from: net.spikes, to: rates.spikes}]
`);
  const run = start(join(bin, "tutti"), ["run", "long.yaml", "--quiet", "--results", "long"]);
  const where = join(folder, "long", await until("a run folder", () => existsSync(join(folder, "long")) && readdirSync(join(folder, "long"))[0]));
  await until("its control file", () => existsSync(join(where, "control/run.json")));
  const server = await serve(where);
  const clients = watch(server.address, ["net.spikes", "net.v"], "greedy", "stalled");
  const seen = { viewer: [], broker: [] };
  const gate = await until("its broker", () => broker(where));
  const filled = Math.min(120, lasts / 2); // seconds until the histories, 48 MiB a stream, are full
  await pause(1000 * filled);
  for (let k = 0; k * 10 < lasts - filled; ++k) {
    await pause(10_000);
    seen.viewer.push(resident(server.pid));
    seen.broker.push(resident(gate));
  }
  for (const [name, sizes] of Object.entries(seen)) {
    const half = sizes.length >> 1;
    const [a, b] = [Math.max(...sizes.slice(0, half)), Math.max(...sizes.slice(half))];
    console.log(`memory: the ${name} held at most ${a.toFixed(1)} MiB in the first half of what followed ${filled} s, ${b.toFixed(1)} MiB in the second (${sizes.filter((_, k) => k % 6 === 0).map((m) => m.toFixed(1)).join(" ")})`);
    if (b > a + 4) process.exitCode = 1;
  }
  console.log(`memory: the greedy client took ${((await clients.taken())[0] / 1e6).toFixed(0)} MB`);
  clients.end();
  run.kill("SIGINT");
  await run.ended;
  server.kill();
}

await test(async () => {
  if (wanted("frames")) await frames();
  if (wanted("first")) await first();
  if (wanted("publisher")) await publisher();
  if (wanted("flood")) await flood();
  if (wanted("live")) await live();
  if (part === "memory") await memory();
});
