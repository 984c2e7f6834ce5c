// SPDX-License-Identifier: MIT
// What people do with the page, on a finished run: zoom, point, pick, arrange, export, sleep.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, check, column, folder, open, serve, test, until } from "./harness.mjs";

const close = (a, b, tolerance) => Math.abs(a - b) <= tolerance;

await test(async () => {
  const extra = join(folder, "extra.yaml");
  writeFileSync(extra, "record+: [{port: cortex.v, every: 0.5 ms}]\n");
  const server = await serve(column("120 ms", extra));
  const chromium = await browser();
  const page = await open(chromium, server.address);
  await page.waitForFunction(() => tutti.frame.panel("raster")?.count > 50 && tutti.frame.panel("traces")?.count > 50);

  // the numbers behind the pictures
  const spectrum = await page.evaluate(() => {
    const x = Float64Array.from({ length: 10000 }, (_, k) => 2 * Math.sin((2 * Math.PI * 40 * k) / 1000) + 0.5 * Math.sin((2 * Math.PI * 90 * k) / 1000));
    const { hz, density } = tutti.welch(x, 1000, 1000);
    return { hz: [hz[40], hz[90]], p: [density[40], density[39], density[90]], sum: density.reduce((a, b) => a + b) };
  });
  check(spectrum.hz[0] === 40 && close(spectrum.p[0], 1.333333333, 1e-8) && close(spectrum.p[1], 0.333333333, 1e-8) && close(spectrum.p[2], 0.083333333, 1e-8),
    "Welch's spectrum is that of the measures", spectrum);
  check(close(spectrum.sum, 2.125, 1e-6), "its integral is the power of both sines");
  const csd = await page.evaluate(() => {
    const depth = tutti.frame.panel("depth");
    const [order, z] = [depth.order, depth.depth];
    const sample = new Float32Array(order.length);
    order.forEach((channel, k) => (sample[channel] = 3e-6 * z[k] * z[k])); // mV, z in um
    return depth.csd(sample, 5);
  });
  // -sigma d2/dz2 of 3 z^2 is -1.8 for sigma 0.3; mV, um and S/m give 1e6 uA/mm3; float32 samples
  check(close(csd, -1.8, 0.01), "the CSD of 3 z² is −1.8", csd);

  const raster = page.locator("[data-kind=raster] canvas");
  const box = await raster.boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  const span = () => page.evaluate(() => tutti.app.axis.span);
  const whole = await span();
  await page.mouse.move(...at(0.5, 0.3));
  await page.mouse.wheel(0, -300);
  await page.mouse.wheel(0, -300);
  check((await span()) < 0.6 * whole, "the wheel zooms", await span());
  const from = await page.evaluate(() => tutti.app.axis.from);
  await page.mouse.down();
  await page.mouse.move(...at(0.3, 0.3), { steps: 5 });
  await page.mouse.up();
  check((await page.evaluate(() => tutti.app.axis.from)) > from, "dragging moves");
  await raster.dblclick({ position: { x: 5, y: 5 } });
  check((await span()) > 0.95 * whole, "a double click shows the whole run");

  await page.mouse.move(...at(0.6, 0.2));
  const cursor = await page.evaluate(() => tutti.app.axis.cursor);
  check(cursor > 30 && cursor < 110, "the cursor is at the pointer, for all panels", cursor);

  const before = await page.evaluate(() => tutti.app.picks.length);
  await page.mouse.click(...at(0.5, 0.62));
  await page.waitForFunction((n) => tutti.app.neuron !== null && tutti.app.picks.length >= n, before);
  check(await page.evaluate(() => tutti.app.neuron.port === "cortex.spikes"), "a click picks a neuron");
  await page.waitForFunction(() => tutti.frame.panel("morphology").state.segments > 3000 && tutti.frame.panel("morphology").state.shown >= 0, null, { timeout: 60_000 });
  check(true, "the scene has all segments, coloured");
  const picks = await page.evaluate(() => tutti.app.picks.length);
  const hit = await page.evaluate(() => {
    const { scene } = tutti.frame.panel("morphology");
    const [w, h] = [scene.canvas.clientWidth, scene.canvas.clientHeight];
    for (let y = 0.9; y > 0.1; y -= 0.02) for (let x = 0.4; x < 0.6; x += 0.01) if (scene.pick(x * w, y * h) >= 0) return [x, y];
    return null;
  });
  check(hit !== null, "a ray hits a dendrite");
  const scene = await page.locator("[data-kind=morphology] canvas").first().boundingBox();
  await page.mouse.click(scene.x + scene.width * hit[0], scene.y + scene.height * hit[1]);
  check((await page.evaluate(() => tutti.app.picks.length)) !== picks, "a click on a segment adds its trace, or takes it away");

  await page.mouse.move(5, 300);
  await page.keyboard.press("0");
  await page.keyboard.press("+");
  check((await span()) < 0.8 * whole, "the keyboard zooms");
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const was = await theme();
  await page.keyboard.press("d");
  check((await theme()) !== was, "D changes between dark and light");
  await page.keyboard.press("?");
  check(await page.locator("dialog.help").isVisible(), "? shows the keys");
  await page.keyboard.press("Escape");

  // what each panel gives away
  for (const kind of await page.evaluate(() => tutti.frame.shown.map((s) => s.place.kind))) {
    await page.locator(`[data-kind=${kind}]`).scrollIntoViewIfNeeded();
    await until(`${kind} has something to show`, () => page.evaluate((k) => tutti.frame.panel(k).csv().split("\n").length > 2, kind));
    const out = await page.evaluate(async (k) => {
      const panel = tutti.frame.panel(k);
      const svg = await panel.svg();
      const png = await panel.png(2);
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
      return { sound: !parsed.querySelector("parsererror"), marks: parsed.querySelectorAll("path, rect, circle, image, text").length, png: png.size, csv: panel.csv().split("\n").length };
    }, kind);
    check(out.sound && out.marks > 0 && out.png > 2000 && out.csv > 2, `${kind} exports SVG, PNG and CSV`, out);
  }

  await page.evaluate(() => tutti.frame.toggle("overview"));
  await page.reload();
  await page.waitForFunction(() => globalThis.tutti?.frame.panel("raster")?.count > 50);
  check(!(await page.evaluate(() => tutti.frame.has("overview"))), "the arrangement is kept");
  check((await theme()) !== was, "so are the colours");
  await page.evaluate(() => tutti.frame.reset());
  check(await page.evaluate(() => tutti.frame.has("overview")), "and the usual one comes back");

  // a tab that sleeps while its server is killed and comes back; TUTTI_ASLEEP=60 for a whole minute
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  const port = new URL(server.address).port;
  server.kill("SIGKILL");
  await server.ended;
  await new Promise((give) => setTimeout(give, 1000 * Number(process.env.TUTTI_ASLEEP ?? 3)));
  await serve(server.spawnargs[1], "--port", port);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await until("the page is back", () => page.evaluate(() => tutti.connection.connected), 20);
  await page.evaluate(() => tutti.frame.toggle("positions"));
  check(true, "a page that slept finds its server again");
});
