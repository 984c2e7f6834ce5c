// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { ends, short } from "../axis";
import { h, select } from "../dom";
import { SignalFeed } from "../feed";
import { margin, TimePanel } from "../panel";
import type { Pen } from "../pen";
import type { Table } from "../table";
import { colorMap } from "../theme";

/**
 * A signal along one path of a cell, over time: distance from the soma upwards, colour by value. What a
 * calcium wave, or a spike that runs back into a dendrite, looks like.
 */
export class DendritePanel extends TimePanel {
  protected override readonly marginRight = 66;
  private port = "";
  private table: Table | null = null;
  private feed: SignalFeed | null = null;
  private path: { element: number; from: number; to: number }[] = []; // [um] along the path
  private about = "";

  constructor(app: App) {
    super(app, "dendrite", "Along the dendrite");
  }

  protected override begin(): void {
    super.begin();
    const ports = this.app.signals("segment").map((s) => s.port).sort((a, b) => Number(!a.includes("ca")) - Number(!b.includes("ca")));
    if (ports.length === 0) return this.say("No signal of segments is recorded in this run.");
    this.options.append(select(ports.map((p): [string, string] => [p, p]), ports[0]!, "signal", (p) => void this.watch(p)),
      h("button", { title: "the next cell", onclick: () => this.nextCell() }, "next cell"));
    this.on(this.app, "neuron", () => this.app.neuron && this.choose(this.app.neuron.element));
    this.whenClosed(() => this.feed?.close());
    void this.watch(ports[0]!);
  }
  private async watch(port: string): Promise<void> {
    this.port = port;
    this.table = await this.app.connection.table(port);
    if (!this.table.has("cell", "parent", "length")) return this.say(`${port}: its segments do not say how they hang together.`);
    const cells = this.table.column("cell");
    this.choose(this.app.neuron && cells.includes(this.app.neuron.element) ? this.app.neuron.element : cells[0]!);
  }
  private cell = -1;
  private nextCell(): void {
    if (!this.table) return;
    const cells = [...new Set(this.table.column("cell"))].sort((a, b) => a - b);
    this.choose(cells[(cells.indexOf(this.cell) + 1) % cells.length]!);
  }

  /** The longest path of a cell, from where its signal begins. */
  private choose(cell: number): void {
    const t = this.table;
    if (!t) return; // it is on its way, and begins with the cell that is chosen then
    const cells = t.column("cell");
    if (!cells.includes(cell)) return;
    this.cell = cell;
    const parents = t.column("parent");
    const lengths = t.column("length");
    const rows = [...cells.keys()].filter((k) => cells[k] === cell);
    const end = new Map<number, number>(); // distance of a segment's far end
    const distance = (row: number): number => {
      const stack: number[] = [];
      let at = row;
      while (!end.has(at)) {
        stack.push(at);
        const parent = t.row(parents[at]!);
        if (parents[at]! < 0 || parent < 0 || cells[parent] !== cell || stack.length > rows.length) break;
        at = parent;
      }
      let sum = end.get(at) ?? 0;
      for (const k of stack.reverse()) end.set(k, (sum += lengths[k]!));
      return end.get(row)!;
    };
    let tip = rows[0]!;
    for (const row of rows) if (distance(row) > distance(tip)) tip = row;
    this.path = [];
    for (let at = tip, steps = 0; steps < rows.length; ++steps) {
      this.path.unshift({ element: t.ids[at]!, from: end.get(at)! - lengths[at]!, to: end.get(at)! });
      const parent = t.row(parents[at]!);
      if (parents[at]! < 0 || parent < 0 || cells[parent] !== cell) break;
      at = parent;
    }
    this.about = `cell ${cell}, its longest path`;
    this.feed?.close();
    const elements = this.path.map((s) => s.element).sort((a, b) => a - b);
    this.feed = new SignalFeed(this.app, this.app.stream(this.port)!, elements, { reduce: "latest", changed: () => this.touch() });
    this.touch();
  }

  paint(pen: Pen): void {
    const bottom = this.height - margin.bottom;
    if (this.feed && this.path.length > 0) this.map(pen, bottom);
    this.timeAxis(pen, margin.top + 14, bottom);
  }
  private map(pen: Pen, bottom: number): void {
    const { axis, theme } = this.app;
    const { store } = this.feed!.view();
    const box = { x: margin.left, y: margin.top + 14, w: this.plotWidth, h: bottom - margin.top - 14 };
    const [w, hgt] = [Math.max(1, Math.round(box.w)), Math.max(1, Math.min(Math.round(box.h), 400))];
    const far = this.path[this.path.length - 1]!.to;
    const order = this.path.map((s) => s.element).sort((a, b) => a - b);
    const rowOf = new Int32Array(hgt); // which value of a sample a line of the picture shows
    for (let y = 0, k = this.path.length - 1; y < hgt; ++y) {
      const at = far * (1 - (y + 0.5) / hgt);
      while (k > 0 && this.path[k]!.from > at) --k;
      rowOf[y] = order.indexOf(this.path[k]!.element);
    }
    let [low, high] = [Infinity, -Infinity];
    const [first, end] = store.range(axis.from, axis.to);
    for (let k = Math.max(0, first - 1) * store.width; k < end * store.width; ++k) (low = Math.min(low, store.values[k]!)), (high = Math.max(high, store.values[k]!));
    if (!(low <= high)) return;
    const colors = colorMap("viridis");
    const image = new ImageData(w, hgt);
    const words = new Uint32Array(image.data.buffer);
    for (let x = 0; x < w; ++x) {
      const t = axis.from + ((x + 0.5) / w) * axis.span;
      const s = t > axis.clock ? -1 : store.at(t);
      if (s < 0 || t < 0) continue;
      for (let y = 0; y < hgt; ++y) {
        const v = store.values[s * store.width + rowOf[y]!]!;
        words[y * w + x] = colors[Math.max(0, Math.min(255, Math.round((255 * (v - low)) / (high - low || 1))))]!;
      }
    }
    pen.image(image, box.x, box.y, box.w, box.h);
    pen.frame(box.x, box.y, box.w, box.h, theme.grid);
    for (let k = 0; k <= 4; ++k) pen.text(short(Math.round((far * k) / 4)), box.x - 6, box.y + box.h * (1 - k / 4), { color: theme.faint, align: "right", size: 10 });
    pen.text("distance [µm]", 10, box.y + box.h / 2, { color: theme.faint, align: "center", vertical: true });
    pen.text(`${this.port}, ${this.about}`, box.x, box.y - 8, { color: theme.faint, size: 10 });
    const bar = new ImageData(1, 256);
    new Uint32Array(bar.data.buffer).set(colors.slice().reverse());
    const x = box.x + box.w + 8;
    pen.image(bar, x, box.y, 9, box.h);
    const [least, greatest] = ends(low, high);
    pen.text(greatest, x + 13, box.y + 5, { color: theme.faint, size: 10 });
    pen.text(least, x + 13, box.y + box.h - 5, { color: theme.faint, size: 10 });
    pen.text(this.feed!.info.unit, x + 13, box.y + box.h / 2, { color: theme.faint, size: 10 });
  }
  protected override clicked(x: number, y: number, shift: boolean): void {
    const top = margin.top + 14;
    const tall = this.height - margin.bottom - top;
    const far = this.path[this.path.length - 1]?.to ?? 0;
    const at = far * (1 - (y - top) / tall);
    const segment = this.path.find((s) => at >= s.from && at <= s.to);
    if (shift || !segment || x < margin.left || x > this.width - this.marginRight) return super.clicked(x, y, shift);
    this.app.toggle({ port: this.port, element: segment.element });
  }
  csv(): string {
    if (!this.feed) return "";
    const { store } = this.feed.view();
    const order = this.path.map((s) => s.element).sort((a, b) => a - b);
    const [first, end] = store.range(this.app.axis.from, this.app.axis.to);
    const lines = [`time_ms,element,distance_um,value_${this.feed.info.unit}`];
    for (let s = first; s < end; ++s)
      for (const p of this.path) lines.push(`${store.times[s]},${p.element},${(p.from + p.to) / 2},${store.sample(s)[order.indexOf(p.element)]}`);
    return lines.join("\n") + "\n";
  }
}
