// SPDX-License-Identifier: MIT
// The guide's pictures: the whole page in dark and light, and every panel by itself.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, column, finished, folder, open, serve, source, test } from "./harness.mjs";

const into = join(source, "docs/guide/viewer");
mkdirSync(into, { recursive: true });

/** Until nothing new has come for a while, and every panel has drawn it. */
const settled = (page) => page.evaluate(async () => {
  let before = -1;
  for (let calm = 0; calm < 12; calm = tutti.connection.bytes === before ? calm + 1 : 0) {
    before = tutti.connection.bytes;
    await new Promise((give) => setTimeout(give, 150));
  }
});

/** Shows only one panel, at a size fit for a page. */
async function alone(page, kind, wide, high, prepare = () => {}) {
  await page.evaluate(([k, w, h]) => tutti.frame.arrange([{ kind: k, wide: w, high: h }]), [kind, wide, high]);
  await settled(page);
  await page.evaluate(prepare);
  await settled(page);
  await page.locator(`[data-kind=${kind}]`).screenshot({ path: join(into, `${kind}.png`) });
  console.log(`${kind}.png`);
}

await test(async () => {
  const extra = join(folder, "extra.yaml");
  writeFileSync(extra, "record+: [{port: cortex.v, every: 0.5 ms}]\n");
  const run = column("500 ms", extra);
  const server = await serve(run);
  const chromium = await browser();
  const page = await open(chromium, server.address, { viewport: { width: 1600, height: 1000 }, colorScheme: "dark" });
  await page.evaluate(() => tutti.app.choose({ port: "cortex.spikes", element: 0 }));
  await page.evaluate(() => tutti.app.axis.point(152.5, true));
  await settled(page);
  await page.screenshot({ path: join(into, "page-dark.png") });
  await page.evaluate(() => tutti.frame.toggleTheme());
  await settled(page);
  await page.screenshot({ path: join(into, "page-light.png") });
  console.log("page-dark.png, page-light.png");

  await alone(page, "overview", 7, 7);
  await alone(page, "raster", 7, 9, () => tutti.app.axis.point(null, true));
  await alone(page, "traces", 7, 8);
  await alone(page, "morphology", 6, 13, () => tutti.app.axis.point(152.5, true));
  await alone(page, "depth", 7, 10, () => tutti.app.axis.show(100, 300));
  await alone(page, "spectra", 7, 10, () => tutti.app.axis.show(0, 500));
  await alone(page, "positions", 6, 9);
  await alone(page, "dendrite", 7, 8, () => tutti.app.axis.point(null, true));
  server.kill();

  const wave = await serve(finished("soma_wave"));
  await page.goto(wave.address);
  await page.waitForFunction(() => globalThis.tutti?.frame.has("slices"));
  await page.evaluate(() => tutti.app.axis.point(150, true));
  await alone(page, "slices", 7, 8);
});
