// SPDX-License-Identifier: MIT
// clients.mjs ADDRESS PORT,PORT… KIND…: WebSockets by hand, in a process of its own and politely (nice 19): it stands for
// other machines. `greedy` reads everything; `again` does too, and asks for all of the past five times a second;
// `stalled` never reads. Prints, each time a line comes in, how many bytes each has taken.
import { createConnection } from "node:net";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";

function client(address, ports, kind) {
  const url = new URL(address);
  const line = createConnection(Number(url.port), url.hostname);
  const say = (word) => {
    const body = Buffer.from(JSON.stringify(word));
    const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
    line.write(Buffer.concat([head, Buffer.alloc(4), body]));
  };
  const ask = () => ports.forEach((port, k) => say({ type: "subscribe", id: k + 1, port, from_ms: 0, rate: 120 }));
  line.taken = 0;
  line.on("error", () => {});
  line.write(`GET /ws${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  line.on("data", function first(data) {
    if (!data.includes('"hello"')) return; // which comes once all of the run is known
    line.off("data", first);
    ask();
    if (kind === "stalled") return line.pause();
    line.on("data", (d) => (line.taken += d.length));
    if (kind === "again") setInterval(ask, 200).unref();
  });
  return line;
}

setPriority(19);
const [address, ports, ...kinds] = process.argv.slice(2);
const lines = kinds.map((kind) => client(address, ports.split(","), kind));
const input = createInterface({ input: process.stdin });
input.on("line", () => console.log(JSON.stringify(lines.map((line) => line.taken))));
input.on("close", () => process.exit());
