// SPDX-License-Identifier: MIT
// A run that goes on, in the browser: spikes arrive, a neuron is clicked, the run is paused, stepped, stimulated,
// resumed; two browsers at once; the viewer is killed and comes back; in the end the recordings are there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, browser, check, folder, open, serve, source, start, test, until } from "./harness.mjs";

const state = (page) => page.evaluate(() => tutti.connection.state);
const count = (page, kind) => page.evaluate((k) => tutti.frame.panel(k)?.count ?? 0, kind);
const logged = (page, text) => page.waitForFunction((t) => [...document.querySelectorAll(".log li.done, .log li.failed")].some((li) => li.textContent.includes(t)), text, { timeout: 20_000 })
  .then(() => page.evaluate((t) => [...document.querySelectorAll(".log li")].find((li) => li.textContent.includes(t)).textContent, text));

await test(async () => {
  const begun = Date.now();
  // with a source that is silent, so that the cells listen to currents
  const run = start(join(bin, "tutti"), ["run", join(source, "configs/column"), join(source, "configs/column/pipette.yaml"), "--results", "results", "--set", "run.stop=60 s",
    "--set", "modules.cortex.model.populations.pyramidal.number=6"]);
  const results = join(folder, "results");
  const name = await until("a run folder", () => existsSync(results) && readdirSync(results)[0]);
  await until("its control file", () => existsSync(join(results, name, "control/run.json")));
  let server = await serve(join(results, name), "--port", "8567");
  const chromium = await browser();
  const page = await open(chromium, server.address);
  await until("the first spike on the screen", async () => (await count(page, "raster")) > 0);
  console.log(`first spike on the screen ${((Date.now() - begun) / 1000).toFixed(1)} s after the start of the run`);
  check((await state(page)).members.length >= 6, "all members are told");

  const seen = await count(page, "raster");
  await until("more spikes", async () => (await count(page, "raster")) > seen + 20);
  await until("a real-time factor", async () => (await page.locator(".speed").textContent()).includes("real time"));

  // click on a neuron of the population below, then its soma's voltage becomes a trace
  const before = await page.evaluate(() => tutti.app.picks.length);
  const box = await page.locator("[data-kind=raster] canvas").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.6);
  await page.waitForFunction((n) => tutti.app.picks.length !== n, before, { timeout: 20_000 });
  check(await page.evaluate(() => tutti.app.neuron !== null), "a click chooses a neuron");
  const samples = await count(page, "traces");
  await until("samples of its trace", async () => (await count(page, "traces")) > samples + 10);

  const other = await open(await browser(), server.address);
  await until("spikes in a second browser", async () => (await count(other, "raster")) > 0);

  await page.getByTitle("pause or resume the run").click();
  const paused = await logged(page, "pause");
  check(/at [\d.]+ (ms|s)/.test(paused), "a pause says when it takes effect", paused);
  await until("the run is paused", async () => (await state(page)).phase === "paused", 60);
  check((await until("the other browser knows", async () => (await state(other)).phase === "paused")) === true, "both see the pause");
  await new Promise((give) => setTimeout(give, 1500)); // until everybody has come to where the pause is
  const stood = (await state(page)).clock_ms;
  const step = () => page.evaluate(() => tutti.frame.bar.steer.ask("a step", { verb: "step", step_ms: 10 }));
  const [one, two] = [await step(), await step()];
  const clock = one.at_ms;
  check(one.ok && two.ok && Math.abs(two.at_ms - one.at_ms - 10) < 1e-6, "a step goes as far as it was told to", one, two);
  await until("everybody goes on by that", async () => (await state(page)).clock_ms > stood);
  await page.getByTitle("one step of the run").click();
  await logged(page, "step of");

  const inputs = await page.evaluate(() => tutti.app.hello.inputs.map((i) => i.port));
  check(inputs.includes("cortex.i_inject") && inputs.includes("cortex.thalamic"), "inputs take steering", inputs);
  const answer = await page.evaluate(() => tutti.frame.bar.steer.ask("current", { verb: "value", port: "cortex.i_inject", elements: [0], amount: 2, for_ms: 20, add: true }, "2 nA"));
  check(answer.ok && answer.at_ms >= clock, "a current is injected at a named time", answer);
  const spike = await page.evaluate(() => tutti.frame.bar.steer.ask("spike", { verb: "spike", port: "cortex.thalamic", elements: [0, 1], amount: 1 }, "spike"));
  check(spike.ok, "so is a spike", spike);
  const mark = await page.evaluate(() => tutti.frame.bar.steer.ask("mark", { verb: "mark", text: "here" }, "here"));
  check(mark.ok, "and a marker", mark);
  const wrong = await page.evaluate(() => tutti.frame.bar.steer.ask("nonsense", { verb: "value", port: "cortex.nothing", amount: 1 }));
  check(!wrong.ok && wrong.text.includes("cortex.nothing"), "what cannot be done is refused in words", wrong);
  check(await page.evaluate(() => tutti.app.axis.markers.length >= 3), "the axis carries them");
  await page.getByTitle("pause or resume the run").click();
  await logged(page, "resume");
  await until("the run goes on", async () => (await state(page)).phase === "running");

  // the viewer is killed; the page finds the next one by itself and misses nothing that is still held
  const had = await count(page, "raster");
  server.kill("SIGKILL");
  await until("the page notices", () => page.evaluate(() => !tutti.connection.connected));
  server = await serve(join(results, name), "--port", "8567");
  await until("the page is back", () => page.evaluate(() => tutti.connection.connected), 20);
  await until("spikes come again", async () => (await count(page, "raster")) > had);

  // a socket that breaks while the server lives: nothing comes twice
  await page.evaluate(() => tutti.connection.socket.close());
  await until("the page is back again", () => page.evaluate(() => tutti.connection.connected), 20);
  const again = await count(page, "raster");
  await until("and goes on", async () => (await count(page, "raster")) > again);
  const twice = await page.evaluate(() => tutti.frame.panel("raster").layers.some(({ store }) => {
    const keys = Array.from({ length: store.count }, (_, k) => `${store.times[k]} ${store.elements[k]}`);
    return new Set(keys).size !== keys.length || keys.some((_, k) => k > 0 && store.times[k] < store.times[k - 1]);
  }));
  check(!twice, "every spike is there once, in order");

  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByTitle("end the run").click();
  const stop = await logged(page, "stop");
  check(/at [\d.]+ (ms|s)/.test(stop), "a stop says when it takes effect", stop);
  await until("the run has ended", () => run.exitCode !== null, 90);
  check(existsSync(join(results, name, "summary.json")), "its folder is complete");
  const told = JSON.parse(readFileSync(join(results, name, "summary.json"), "utf8"));
  console.log(`ended at ${told.clock_ms ?? "?"} ms: ${told.reason ?? ""}`);
  await page.getByText("open the recording").click({ timeout: 20_000 });
  await page.waitForFunction(() => globalThis.tutti?.app && !tutti.app.live && tutti.frame.panel("raster")?.count > 0, null, { timeout: 20_000 });
  check(true, "the recording follows the run on the same page");
});
