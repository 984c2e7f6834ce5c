// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { timeText } from "../axis";
import { s } from "../dom";
import { Panel } from "../panel";
import type { Arrow, Member, State } from "../protocol";

interface Node { name: string; program: string; ranks: number; step: number; layer: number; x: number; y: number }
interface Shares { compute: number; wait: number }

const boxWidth = 158;
const boxHeight = 62;
const gapX = 92;
const gapY = 58;

/** Modules and connections; who computes, who waits for whom, and how far each has come. */
export class OverviewPanel extends Panel {
  private nodes: Node[] = [];
  private arrows: Arrow[] = [];
  private dirty = true;
  private before: State | null = null;
  private shares = new Map<string, Shares>();
  private picture: SVGElement = s("svg");

  constructor(app: App) {
    super(app, "overview", "Run");
  }

  start(): void {
    this.arrows = this.merged();
    this.nodes = placed(this.app.hello.modules.map((m) => ({ ...m, step: m.step_ms })), this.arrows);
    this.body.classList.add("overview");
    const touch = () => (this.dirty = true);
    this.on(this.app.connection, "state", () => {
      this.account();
      touch();
    });
    this.on(this.app, "theme", touch);
    const sized = new ResizeObserver(touch);
    sized.observe(this.body);
    this.whenClosed(() => sized.disconnect());
    this.account();
  }

  /** Several connections between two modules are one arrow with several names. */
  private merged(): Arrow[] {
    return this.app.hello.connections.filter((a) => module(a.from) !== module(a.to));
  }

  /** What part of the last stretch of wall time each module computed and waited. */
  private account(): void {
    const now = this.app.connection.state;
    if (!now) return;
    for (const name of new Set(now.members.map((m) => m.module))) {
      const sum = (state: State | null, key: "compute_s" | "wait_s") =>
        (state?.members ?? []).filter((m) => m.module === name).reduce((t, m) => t + m[key], 0);
      const live = now.phase === "running" && this.before;
      const compute = Math.max(0, sum(now, "compute_s") - (live ? sum(this.before, "compute_s") : 0)); // clocks are read one after the other
      const wait = Math.max(0, sum(now, "wait_s") - (live ? sum(this.before, "wait_s") : 0));
      if (compute + wait > 0) this.shares.set(name, { compute: compute / (compute + wait), wait: wait / (compute + wait) });
    }
    if (!this.before || now.wall_s - this.before.wall_s > 0.9 || now.wall_s < this.before.wall_s) this.before = now;
  }

  frame(): void {
    if (!this.dirty || this.body.clientWidth === 0) return;
    this.dirty = false;
    const next = this.drawn();
    if (this.picture.isConnected) this.picture.replaceWith(next);
    else this.body.append(next);
    this.picture = next;
  }

  private drawn(): SVGElement {
    const { theme } = this.app;
    const layers = Math.max(1, ...this.nodes.map((n) => n.layer + 1));
    const high = Math.max(boxHeight, ...this.nodes.map((n) => n.y + boxHeight));
    const raised = this.arrows.some((a) => this.layerOf(a.to) > this.layerOf(a.from) + 1) ? 34 : 0;
    const sunk = this.arrows.some((a) => this.layerOf(a.to) < this.layerOf(a.from) - 1) ? 34 : 0;
    // a run of one or two modules is not blown up beyond twice the usual size
    const [wide, h] = [layers * (boxWidth + gapX) - gapX + 24, high + 44 + raised + sunk];
    const w = Math.max(wide, this.body.clientWidth / 2);
    const svg = s("svg", { viewBox: `${-12 - (w - wide) / 2} ${-22 - raised} ${w} ${h}`, width: "100%", height: "100%", "font-family": "system-ui, sans-serif", xmlns: "http://www.w3.org/2000/svg" });
    svg.append(s("defs", {}, ...[theme.faint, theme.warn].map((color, k) =>
      s("marker", { id: `head${k}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
        s("path", { d: "M0 0 L8 4 L0 8 z", fill: color })))));
    if (this.nodes.length === 0) svg.append(s("text", { x: 0, y: 20, fill: theme.faint, "font-size": 13 }, "This folder has no run.yaml: recordings only."));
    const members = this.app.connection.state?.members ?? [];
    const waits = new Map<string, string>(); // who waits, for whom
    for (const m of members) if (m.activity === "waiting" && m.waits_for) waits.set(`${module(m.waits_for)}>${m.module}`, m.waits_for);
    const pairs = new Map<string, Arrow[]>();
    for (const a of this.arrows) {
      const key = `${module(a.from)}>${module(a.to)}`;
      pairs.set(key, [...(pairs.get(key) ?? []), a]);
    }
    for (const [key, list] of pairs) svg.append(...this.arrow(key, list, waits.get(key)));
    for (const node of this.nodes) svg.append(this.box(node, members.filter((m) => m.module === node.name)));
    return svg;
  }

  private layerOf(port: string): number {
    return this.nodes.find((n) => n.name === module(port))?.layer ?? 0;
  }

  /** Where an arrow runs, and where its name stands. */
  private way(from: Node, to: Node): { d: string; x: number; y: number; anchor: string } {
    const hops = to.layer - from.layer;
    if (hops === 0) { // in one column: straight down or up
      const [y1, y2] = from.y < to.y ? [from.y + boxHeight, to.y] : [from.y, to.y + boxHeight];
      const x = from.x + boxWidth * (from.y < to.y ? 0.7 : 0.3);
      return { d: `M${x} ${y1} L${x} ${y2}`, x: x + 6, y: (y1 + y2) / 2 + 3, anchor: "start" };
    }
    if (Math.abs(hops) === 1) { // what comes back runs a little lower than what goes forth
      const part = hops > 0 ? 0.38 : 0.74;
      const [x1, x2] = hops > 0 ? [from.x + boxWidth, to.x] : [from.x, to.x + boxWidth];
      const [y1, y2] = [from.y + boxHeight * part, to.y + boxHeight * part];
      const middle = (x1 + x2) / 2;
      return { d: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`, x: middle, y: (y1 + y2) / 2 + (hops > 0 ? -4 : 11), anchor: "middle" };
    }
    // past other modules: above all of them forth, below all of them back
    const between = this.nodes.filter((n) => (n.layer - from.layer) * (n.layer - to.layer) <= 0);
    const forth = hops > 0;
    const level = forth ? Math.min(...between.map((n) => n.y)) - 26 : Math.max(...between.map((n) => n.y)) + boxHeight + 30;
    const side = forth ? 1 : -1;
    const [x1, x2] = forth ? [from.x + boxWidth * 0.72, to.x + boxWidth * 0.28] : [from.x + boxWidth * 0.28, to.x + boxWidth * 0.72];
    const [y1, y2] = forth ? [from.y, to.y] : [from.y + boxHeight, to.y + boxHeight];
    return {
      d: `M${x1} ${y1} C${x1} ${level} ${x1 + 40 * side} ${level} ${x1 + 90 * side} ${level} L${x2 - 90 * side} ${level} C${x2 - 40 * side} ${level} ${x2} ${level} ${x2} ${y2}`,
      x: (x1 + x2) / 2, y: level - 4, anchor: "middle",
    };
  }

  private arrow(key: string, list: Arrow[], waiting: string | undefined): SVGElement[] {
    const { theme } = this.app;
    const from = this.nodes.find((n) => n.name === module(list[0]!.from));
    const to = this.nodes.find((n) => n.name === module(list[0]!.to));
    if (!from || !to) return [];
    const color = waiting ? theme.warn : theme.faint;
    const { d, x, y, anchor } = this.way(from, to);
    const path = s("path", { d, fill: "none", stroke: color, "stroke-width": waiting ? 2.5 : 1.4, "marker-end": `url(#head${waiting ? 1 : 0})`, class: waiting ? "waiting" : "" });
    path.append(s("title", {}, about(key, list, waiting)));
    return [path, ...list.map((a, k) => this.name(x, y + (k - (list.length - 1)) * 11, said(a), color, anchor))];
  }
  private name(x: number, y: number, text: string, fill: string, anchor: string): SVGElement {
    return s("text", { x, y, fill, "font-size": 10, "text-anchor": anchor, "paint-order": "stroke", stroke: this.app.theme.panel, "stroke-width": 3 }, text);
  }

  private box(node: Node, members: Member[]): SVGElement {
    const { theme } = this.app;
    const state = this.app.connection.state;
    const waiting = members.filter((m) => m.activity === "waiting");
    const ended = state?.phase === "ended";
    const culprit = state && !state.ok && state.culprit.split(" ")[0] === node.name;
    const edge = culprit ? theme.marker : waiting.length > 0 && !ended ? theme.warn : members.some((m) => m.activity === "computing") && !ended ? theme.accent : theme.faint;
    const group = s("g", { transform: `translate(${node.x} ${node.y})` });
    const clock = members.length > 0 ? Math.min(...members.map((m) => m.clock_ms)) : 0;
    const share = this.shares.get(node.name);
    group.append(
      s("rect", { width: boxWidth, height: boxHeight, rx: 7, fill: theme.panel, stroke: edge, "stroke-width": 1.6 }),
      s("text", { x: 10, y: 18, fill: theme.text, "font-size": 13, "font-weight": 600 }, node.name),
      s("text", { x: boxWidth - 10, y: 18, fill: theme.faint, "font-size": 10, "text-anchor": "end" }, `${node.program}${node.ranks > 1 ? ` ×${node.ranks}` : ""}`),
      s("text", { x: 10, y: 33, fill: theme.faint, "font-size": 10 }, members.length > 0 ? `${timeText(clock, 1000)} · step ${timeText(node.step)}` : `step ${timeText(node.step)}`),
    );
    const bar = boxWidth - 20;
    group.append(s("rect", { x: 10, y: 40, width: bar, height: 4, rx: 2, fill: theme.grid }));
    if (state && state.stop_ms > 0) group.append(s("rect", { x: 10, y: 40, width: bar * Math.min(1, clock / state.stop_ms), height: 4, rx: 2, fill: theme.accent }));
    if (share) {
      group.append(
        s("rect", { x: 10, y: 47, width: bar * share.compute, height: 4, rx: 2, fill: theme.series[2] }),
        s("rect", { x: 10 + bar * share.compute, y: 47, width: bar * share.wait, height: 4, rx: 2, fill: theme.warn, opacity: 0.55 }),
      );
    }
    const text = waiting[0]?.waits_for && !ended ? `waits for ${waiting[0].waits_for}` : (members[0]?.line ?? "");
    group.append(s("text", { x: 10, y: boxHeight + 11, fill: waiting.length > 0 && !ended ? theme.warn : theme.faint, "font-size": 9.5 }, text.length > 44 ? `${text.slice(0, 43)}…` : text));
    const about = members.map((m) => `rank ${m.rank}: ${m.activity}${m.waits_for ? ` for ${m.waits_for}` : ""}, computed ${m.compute_s.toFixed(1)} s, waited ${m.wait_s.toFixed(1)} s`);
    group.append(s("title", {}, [`${node.name} (${node.program})`, ...about, members[0]?.line ?? ""].join("\n")));
    return group;
  }

  async svg(): Promise<string> {
    const copy = this.drawn();
    const box = copy.getAttribute("viewBox")!.split(" ");
    copy.setAttribute("width", box[2]!);
    copy.setAttribute("height", box[3]!);
    return new XMLSerializer().serializeToString(copy) + "\n";
  }
  async png(scale: number): Promise<Blob> {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await this.svg())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * scale;
    canvas.height = image.height * scale;
    const context = canvas.getContext("2d")!;
    context.fillStyle = this.app.theme.panel;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((give, fail) => canvas.toBlob((b) => (b ? give(b) : fail(new Error("no picture")))));
  }
  csv(): string {
    const rows = (this.app.connection.state?.members ?? []).map((m) =>
      [m.module, m.rank, m.clock_ms, m.activity, `"${m.waits_for}"`, m.compute_s, m.wait_s].join(","));
    return ["module,rank,clock_ms,activity,waits_for,compute_s,wait_s", ...rows].join("\n") + "\n";
  }
}

/** "v (1 ms)": what an arrow carries, and its delay. */
const said = (a: Arrow) => `${a.from.split(".").slice(1).join(".")}${a.delay_ms > 0 ? ` (${timeText(a.delay_ms)})` : ""}`;
const about = (key: string, list: Arrow[], waiting: string | undefined) =>
  list.map((a) => `${a.from} → ${a.to}, delay ${timeText(a.delay_ms)}`).join("\n") + (waiting ? `\n${key.split(">")[1]} waits for ${waiting}` : "");

const module = (port: string) => port.split(/[.\s]/)[0]!;

/** Layers from left to right along the connections (an edge that closes a loop does not count). */
function placed(modules: { name: string; program: string; ranks: number; step: number }[], arrows: Arrow[]): Node[] {
  const nodes: Node[] = modules.map((m) => ({ ...m, layer: 0, x: 0, y: 0 }));
  const next = new Map<string, string[]>();
  for (const a of arrows) next.set(module(a.from), [...(next.get(module(a.from)) ?? []), module(a.to)]);
  const layer = new Map<string, number>();
  const visit = (name: string, path: Set<string>, depth: number) => {
    if (path.has(name) || (layer.get(name) ?? -1) >= depth) return;
    layer.set(name, depth);
    const here = new Set(path).add(name);
    for (const target of next.get(name) ?? []) visit(target, here, depth + 1);
  };
  const fed = new Set(arrows.map((a) => module(a.to)));
  for (const n of nodes) if (!fed.has(n.name)) visit(n.name, new Set(), 0);
  for (const n of nodes) if (!layer.has(n.name)) visit(n.name, new Set(), 0);
  const used = [...new Set(nodes.map((n) => layer.get(n.name)!))].sort((a, b) => a - b);
  for (const n of nodes) n.layer = used.indexOf(layer.get(n.name)!);
  const most = Math.max(1, ...used.map((_, k) => nodes.filter((n) => n.layer === k).length));
  used.forEach((_, k) => {
    const column = nodes.filter((n) => n.layer === k);
    column.forEach((n, i) => {
      n.x = k * (boxWidth + gapX);
      n.y = (i + (most - column.length) / 2) * (boxHeight + gapY);
    });
  });
  return nodes;
}
