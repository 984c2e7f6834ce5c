// SPDX-License-Identifier: MIT
// What the tests of the viewer share: runs, servers and browsers that are gone at the end.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = await import(process.env.PLAYWRIGHT);
export const bin = process.env.TUTTI_BIN;
export const source = process.env.TUTTI_SOURCE;
export const folder = mkdtempSync(join(tmpdir(), "tutti-viewer-"));
export const token = "0123456789abcdef";

const children = new Set();
const browsers = new Set();

export function check(good, what, ...seen) {
  if (good) return console.log(`ok: ${what}`);
  throw new Error(`${what}${seen.length ? `; found ${seen.map((s) => JSON.stringify(s)).join(", ")}` : ""}`);
}

/** Runs a scenario of configs/ to its end; returns the run folder. */
export function finished(name, ...more) {
  const done = spawnSync(join(bin, "tutti"), ["run", join(source, "configs", name), "--quiet", "--results", join(folder, "results"), ...more], { encoding: "utf8", timeout: 200_000 });
  if (done.status !== 0) throw new Error(done.stdout + done.stderr);
  const names = readdirSync(join(folder, "results")).filter((n) => n.startsWith(`${name}-`)).sort();
  return join(folder, "results", names[names.length - 1]);
}

export const column = (stop, ...more) => finished("column", "--set", `run.stop=${stop}`, ...more);

/** Starts a program; `said` is what it has printed so far. */
export function start(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  child.said = "";
  child.stdout.on("data", (d) => (child.said += d));
  child.stderr.on("data", (d) => (child.said += d));
  child.ended = new Promise((give) => child.on("exit", (code) => give(code)));
  children.add(child);
  return child;
}

export async function until(what, condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((give) => setTimeout(give, 50));
  }
}

/** A viewer on a folder; its address. */
export async function serve(run, ...more) {
  const page = process.env.TUTTI_PAGE ? ["--page", process.env.TUTTI_PAGE] : []; // one that is being worked on
  const server = start(join(bin, "tutti-viewer"), [run, "--token", token, ...page, ...more]);
  server.address = await until("the viewer prints its address", () => {
    if (server.exitCode !== null) throw new Error(`the viewer ended: ${server.said}`);
    return server.said.match(/http:\S+/)?.[0];
  });
  return server;
}

export async function browser() {
  const started = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu-compositing", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  });
  browsers.add(started);
  return started;
}

/** A page that fails the test where it throws or complains. */
export async function open(within, address, options = {}) {
  const page = await within.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  page.on("pageerror", (error) => {
    console.error(error.stack);
    process.exitCode = 1;
  });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.tutti !== undefined, null, { timeout: 30_000 });
  return page;
}

/** Runs a test and tidies up, whatever happens. */
export async function test(body) {
  try {
    await body();
  } catch (error) {
    console.error(error.stack);
    process.exitCode = 1;
  }
  for (const b of browsers) await b.close().catch(() => {});
  for (const child of children) child.kill("SIGTERM");
  await Promise.all([...children].map((c) => c.ended));
  rmSync(folder, { recursive: true, force: true });
}
