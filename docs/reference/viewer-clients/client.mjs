// SPDX-License-Identifier: MIT
// node client.mjs ADDRESS [PORT]: counts the spikes of a run as they come, with Node 22 or newer and
// nothing else (older ones: import WebSocket from "ws"). ADDRESS is what `tutti view` prints.
const [address, wanted] = process.argv.slice(2);
const url = new URL(address);
const socket = new WebSocket(`ws://${url.host}/ws${url.search}`);
socket.binaryType = "arraybuffer";
const say = (word) => socket.send(JSON.stringify(word));
let live = false;
let populations = [];
const counts = new Map();

/** A binary message; docs/reference/viewer-protocol.md has the table. */
function decode(bytes) {
  const head = new DataView(bytes, 0, 56);
  const spikes = head.getUint32(0, true) === 1;
  const count = head.getUint32(40, true);
  const width = head.getUint32(44, true);
  const data = 56 + 8 * count;
  return {
    spikes,
    id: head.getUint32(4, true),
    lost: Number(head.getBigUint64(16, true)),
    to: head.getFloat64(32, true),
    times: new Float64Array(bytes, 56, count),
    elements: spikes ? new Uint32Array(bytes, data, count) : null,
    values: spikes ? null : new Float32Array(bytes, data, count * width),
  };
}

function hello(word) {
  live = word.live;
  const port = wanted ?? word.streams.find((s) => s.kind === "spikes")?.port;
  if (!port) throw new Error("this run has no spikes to count");
  console.log(`${word.run}: ${port}, ${live ? "live" : "finished"}`);
  say({ type: "table", port });
  say({ type: "subscribe", id: 1, port, from_ms: 0, ...(live ? {} : { to_ms: word.stop_ms }) });
}

function count({ elements, to, lost }) {
  for (const element of elements) {
    const name = populations.find((p) => element >= p.first && element < p.first + p.count)?.name ?? "?";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const all = [...counts].map(([name, n]) => `${name} ${n}`).join(", ");
  console.log(`up to ${to.toFixed(1)} ms: ${all}${lost ? `; ${lost} lost` : ""}`);
}

socket.onmessage = ({ data }) => {
  if (typeof data !== "string") return count(decode(data));
  const word = JSON.parse(data);
  if (word.type === "hello") hello(word);
  if (word.type === "table") populations = word.populations;
  if (word.type === "refused") console.error(word.text);
  if (word.type === "end" || (word.type === "state" && live && word.phase === "ended")) socket.close();
};
socket.onclose = () => console.log("done");
