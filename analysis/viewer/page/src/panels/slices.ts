// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { ends as labels, short, timeText } from "../axis";
import { h, select } from "../dom";
import { SignalFeed } from "../feed";
import { CanvasPanel } from "../panel";
import type { Pen } from "../pen";
import type { Table } from "../table";
import { colorMap } from "../theme";

type Axis = "x" | "y" | "z";

/** Height of what is too thin to be seen to scale, a row of voxels for one. [px] */
const least = 48;

/** Voxels of a field as slices at the time cursor: one through each axis would hide what is between, so one at a time. */
interface Grid { axes: Record<Axis, number[]>; at: Record<Axis, Int32Array> }

function gridOf(table: Table): Grid | null {
  if (!table.has("x", "y", "z")) return null;
  const axes = {} as Grid["axes"];
  const at = {} as Grid["at"];
  for (const axis of ["x", "y", "z"] as const) {
    const column = table.column(axis);
    const sorted = [...new Set(column.map((v) => Math.round(v * 1e4) / 1e4))].sort((a, b) => a - b);
    const place = new Map(sorted.map((v, k) => [v, k]));
    axes[axis] = sorted;
    at[axis] = Int32Array.from(column, (v) => place.get(Math.round(v * 1e4) / 1e4)!);
  }
  return { axes, at };
}

/** A concentration in slices through its voxels, at the time cursor. */
export class SlicesPanel extends CanvasPanel {
  private table: Table | null = null;
  private grid: Grid | null = null;
  private feed: SignalFeed | null = null;
  private port = "";
  private through: Axis = "z";
  private part = 0.5;
  private readonly normal = select([["z", "x, y at a z"], ["y", "x, z at a y"], ["x", "y, z at an x"]], "z", "slice", (a) => {
    this.through = a as Axis;
    this.keep("through", a);
    this.touch();
  });
  private range: [number, number] | null = null;

  constructor(app: App) {
    super(app, "slices", "Slices");
  }

  protected override begin(): void {
    const signals = this.app.signals("voxel").sort((a, b) => b.elements - a.elements); // what has most to show
    const ports = signals.map((s) => s.port);
    if (ports.length === 0) return this.say("No signal of voxels is recorded in this run.");
    const part = h("input", { type: "range", min: 0, max: 1, step: 0.005, value: this.part, title: "where the slice lies" });
    part.addEventListener("input", () => {
      this.part = Number(part.value);
      this.touch();
    });
    this.options.append(select(ports.map((p): [string, string] => [p, p]), ports[0]!, "field", (p) => void this.watch(p)), this.normal, part,
      h("button", { title: "colours from the least to the greatest of what is here", onclick: () => ((this.range = null), this.touch()) }, "rescale"));
    this.on(this.app.axis, "change", () => this.touch());
    this.whenClosed(() => this.feed?.close());
    this.canvas.addEventListener("click", (e) => this.pick(e.offsetX, e.offsetY));
    void this.watch(ports[0]!);
  }
  private async watch(port: string): Promise<void> {
    this.feed?.close();
    this.port = port;
    this.range = null;
    this.table = await this.app.connection.table(port);
    this.grid = gridOf(this.table);
    if (!this.grid) return this.say(`${port}: its elements have no places in space.`);
    // across the direction in which there is least, unless somebody chose otherwise
    const { axes } = this.grid;
    const flat = (["z", "y", "x"] as const).reduce((a, b) => (axes[b].length < axes[a].length ? b : a));
    this.normal.value = this.through = this.setting<Axis>("through", flat);
    this.feed = new SignalFeed(this.app, this.app.stream(port)!, null, { reduce: "latest", changed: () => this.touch() });
  }

  private plane(): { across: Axis; up: Axis; level: number } {
    const [across, up] = { x: ["y", "z"], y: ["x", "z"], z: ["x", "y"] }[this.through] as [Axis, Axis];
    const count = this.grid!.axes[this.through].length;
    return { across, up, level: Math.min(count - 1, Math.round(this.part * (count - 1))) };
  }
  private box(): { x: number; y: number; w: number; h: number; dx: number; dy: number } {
    const { across, up } = this.plane();
    const extent = (a: Axis) => {
      const list = this.grid!.axes[a];
      const step = list.length > 1 ? (list[list.length - 1]! - list[0]!) / (list.length - 1) : 1;
      return list.length * step;
    };
    const scale = Math.min((this.width - 140) / extent(across), (this.height - 50) / extent(up));
    const [w, hgt] = [Math.max(least, extent(across) * scale), Math.max(least, extent(up) * scale)];
    return { x: 56 + (this.width - 140 - w) / 2, y: 8 + (this.height - 50 - hgt) / 2, w, h: hgt, dx: this.grid!.axes[across].length, dy: this.grid!.axes[up].length };
  }

  paint(pen: Pen): void {
    if (!this.feed || !this.grid) return;
    const { store } = this.feed.view();
    const { theme, axis } = this.app;
    const at = store.at(axis.now);
    if (at < 0) return;
    const { across, up, level } = this.plane();
    const box = this.box();
    const sample = store.sample(at);
    this.spread(store.count > 1 ? [0, at, store.count - 1] : [at]);
    const [low, high] = this.range!;
    const image = new ImageData(box.dx, box.dy);
    const words = new Uint32Array(image.data.buffer);
    const colors = colorMap("viridis");
    const { [this.through]: through, [across]: u, [up]: v } = this.grid.at;
    for (let k = 0; k < sample.length; ++k) {
      if (through[k] !== level) continue;
      words[(box.dy - 1 - v[k]!) * box.dx + u[k]!] = colors[Math.max(0, Math.min(255, Math.round((255 * (sample[k]! - low)) / (high - low || 1))))]!;
    }
    pen.image(image, box.x, box.y, box.w, box.h);
    pen.frame(box.x, box.y, box.w, box.h, theme.grid);
    const ends = (a: Axis) => [this.grid!.axes[a][0]!, this.grid!.axes[a][this.grid!.axes[a].length - 1]!];
    pen.text(short(ends(across)[0]!), box.x, box.y + box.h + 10, { color: theme.faint, size: 10 });
    pen.text(short(ends(across)[1]!), box.x + box.w, box.y + box.h + 10, { color: theme.faint, size: 10, align: "right" });
    pen.text(`${across} [µm]`, box.x + box.w / 2, box.y + box.h + 10, { color: theme.faint, align: "center", size: 11 });
    if (box.dy > 1) pen.text(short(ends(up)[1]!), box.x - 6, box.y + 6, { color: theme.faint, size: 10, align: "right" });
    pen.text(short(ends(up)[0]!), box.x - 6, box.y + box.h - 6, { color: theme.faint, size: 10, align: "right" });
    pen.text(`${up} [µm]`, box.x - 34, box.y + box.h / 2, { color: theme.faint, align: "center", vertical: true });
    pen.text(`${this.port} at ${timeText(store.times[at]!, axis.span)}, ${this.through} = ${short(this.grid.axes[this.through][level]!)} µm`, 12, this.height - 10, { color: theme.faint });
    const bar = new ImageData(1, 256);
    new Uint32Array(bar.data.buffer).set(colors.slice().reverse());
    const x = box.x + box.w + 12;
    const tall = Math.max(box.h, Math.min(120, this.height - 60));
    const top = Math.max(8, box.y + (box.h - tall) / 2);
    pen.image(bar, x, top, 10, tall);
    const [lowest, greatest] = labels(low, high);
    pen.text(greatest, x + 15, top + 6, { color: theme.faint, size: 10 });
    pen.text(lowest, x + 15, top + tall - 6, { color: theme.faint, size: 10 });
    pen.text(this.feed.info.unit, x + 15, top + tall / 2, { color: theme.faint, size: 10 });
  }
  private spread(places: number[]): void {
    const { store } = this.feed!.view();
    let [low, high] = this.range ?? [Infinity, -Infinity];
    for (const k of places) for (const v of store.sample(k)) (low = Math.min(low, v)), (high = Math.max(high, v));
    this.range = high > low ? [low, high] : [low, low + (Math.abs(low) * 0.01 || 1)];
  }
  private pick(px: number, py: number): void {
    if (!this.grid || !this.table) return;
    const { across, up, level } = this.plane();
    const box = this.box();
    const [u, v] = [Math.floor(((px - box.x) / box.w) * box.dx), box.dy - 1 - Math.floor(((py - box.y) / box.h) * box.dy)];
    const { [this.through]: through, [across]: us, [up]: vs } = this.grid.at;
    for (let k = 0; k < us.length; ++k)
      if (through[k] === level && us[k] === u && vs[k] === v) return this.app.toggle({ port: this.port, element: this.table.ids[k]! });
  }
  csv(): string {
    if (!this.feed || !this.grid || !this.table) return "";
    const { store } = this.feed.view();
    const at = store.at(this.app.axis.now);
    if (at < 0) return "";
    const { level } = this.plane();
    const lines = [`element,x,y,z,value_${this.feed.info.unit}`];
    this.table.ids.forEach((id, k) => {
      if (this.grid!.at[this.through][k] === level) lines.push([id, this.table!.column("x")[k], this.table!.column("y")[k], this.table!.column("z")[k], store.sample(at)[k]].join(","));
    });
    return lines.join("\n") + "\n";
  }
}
