// SPDX-License-Identifier: MIT
// The example clients of the protocol page see what was recorded.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { check, column, serve, source, start, test } from "./harness.mjs";

/** Runs a program beside this one: a server that lives in this process could not answer a blocking wait. */
async function said(program, args) {
  const child = start(program, args);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${child.said}`);
  return child.said;
}

await test(async () => {
  const run = column("60 ms");
  const server = await serve(run);
  const count = (file) => spawnSync("/usr/bin/python3", ["-c",
    "import h5py, sys; f = h5py.File(sys.argv[1]); print(sum(len(f['spikes'][p]['timestamps']) for p in ('pyramidal', 'interneuron')))", file], { encoding: "utf8" }).stdout.trim();
  const clients = join(source, "docs/reference/viewer-clients");
  const [major] = process.versions.node.split(".").map(Number);
  const flags = major < 22 ? ["--experimental-websocket"] : [];
  if (major >= 20) {
    const text = await said("node", [...flags, join(clients, "client.mjs"), server.address, "cortex.spikes"]);
    const last = text.trim().split("\n").at(-2);
    const seen = [...last.matchAll(/(pyramidal|interneuron) (\d+)/g)].reduce((n, m) => n + Number(m[2]), 0);
    check(String(seen) === count(join(run, "spikes.h5")), "the client in JavaScript counts every spike", last);
  } else {
    console.log("SKIPPED: this Node has no WebSocket of its own");
  }
  const lines = (await said("/usr/bin/python3", [join(clients, "client.py"), server.address, "probe.v_ext", "0", "5"])).trim().split("\n");
  check(lines.length === 61, "the client in Python sees a sample a millisecond", lines.length);
  const want = spawnSync("/usr/bin/python3", ["-c",
    "import h5py, sys; print('%.6g' % h5py.File(sys.argv[1])['data'][5, 80])", join(run, "probe.v_ext.h5")], { encoding: "utf8" }).stdout.trim();
  check(lines[40].endsWith(want), "and its value", lines[40], want);
});
