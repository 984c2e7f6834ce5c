// SPDX-License-Identifier: MIT
// A finished run in the browser: what was recorded is on the screen, and who must stay out does.
import { request } from "node:http";
import { browser, check, column, open, serve, test } from "./harness.mjs";

const get = (address, headers) =>
  new Promise((give, fail) => request(address, { headers }, (answer) => {
    let body = "";
    answer.on("data", (d) => (body += d));
    answer.on("end", () => give({ status: answer.statusCode, body }));
    answer.on("upgrade", () => give({ status: 101 }));
  }).on("error", fail).on("upgrade", (answer, socket) => { socket.destroy(); give({ status: 101 }); }).end());

const upgrade = (address, headers) =>
  get(address, { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers });

await test(async () => {
  const run = column("100 ms");
  const server = await serve(run);
  const at = new URL(server.address);

  check((await get(`${at.origin}/`)).body.includes("lacks its token"), "without its token a page says what is missing");
  check((await get(`${at.origin}/?token=${"f".repeat(16)}`)).status === 403, "a wrong token is refused");
  const ws = `${at.origin}/ws${at.search}`;
  check((await upgrade(ws, {})).status === 101, "a program without an origin is let in");
  check((await upgrade(ws, { Origin: at.origin })).status === 101, "our own page is let in");
  check((await upgrade(ws, { Origin: "http://example.org" })).status === 403, "a page from elsewhere is not");
  check((await upgrade(`${at.origin}/ws?token=00`, {})).status === 403, "nor is a wrong token");
  check((await upgrade(ws, { Host: `rebound.example.org:${at.port}` })).status === 403, "nor a name that was pointed at us");

  const chromium = await browser();
  const page = await open(chromium, server.address);
  await page.waitForFunction(() => tutti.frame.panel("raster")?.count > 100);
  const csv = await page.evaluate(() => tutti.frame.panel("raster").csv());
  const lines = csv.trim().split("\n").slice(1);
  check(lines.length === (await page.evaluate(() => tutti.frame.panel("raster").count)), "the CSV has every spike", lines.length);
  const times = lines.map((l) => Number(l.split(",")[4]));
  check(times.every((t) => t > 0 && t <= 100), "all spikes lie within the run");
  const boxes = await page.locator("[data-kind=overview] svg g text").allTextContents();
  for (const name of ["thalamus", "cortex", "calcium", "probe", "monitor"]) check(boxes.includes(name), `the graph shows ${name}`);
  check(await page.evaluate(() => tutti.app.axis.to >= 100), "the axis shows the whole run");
});
