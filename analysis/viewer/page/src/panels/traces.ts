// SPDX-License-Identifier: MIT
import type { App, Pick } from "../app";
import { short, timeText } from "../axis";
import { h } from "../dom";
import { SignalFeed } from "../feed";
import { margin, TimePanel, type Box } from "../panel";
import type { Pen } from "../pen";
import type { SignalStore } from "../store";
import { Strokes } from "../strokes";
import type { Table } from "../table";
import { pixel } from "../theme";

interface Group {
  port: string;
  unit: string;
  elements: number[];
  feed: SignalFeed;
  table: Table | null;
  fresh: boolean;
}

/** The picked elements over time, one lane a port. */
export class TracesPanel extends TimePanel {
  private groups: Group[] = [];
  private readonly strokes = new Map<number, Strokes>(); // of each lane
  private readonly legend = h("div", { class: "legend" });

  constructor(app: App) {
    super(app, "traces", "Traces");
  }

  protected override begin(): void {
    super.begin();
    this.options.append(this.legend);
    this.on(this.app, "picks", () => this.regroup());
    this.whenClosed(() => this.groups.forEach((g) => g.feed.close()));
    if (this.app.picks.length === 0) void this.firstPicks().then(() => this.regroup());
    else this.regroup();
  }
  /** So that there is something to see: the first elements of the first signals. */
  private async firstPicks(): Promise<void> {
    for (const info of this.app.signals().filter((s) => s.unit === "mV" && s.element !== "electrode").slice(0, 1)) {
      const table = await this.app.connection.table(info.port);
      const somata = [...table.ids.keys()].filter((k) => table.column("swc_type")[k] === 1 || !table.has("swc_type"));
      for (const k of somata.slice(0, 3)) this.app.add({ port: info.port, element: table.ids[k]! });
    }
  }

  private regroup(): void {
    const ports = [...new Set(this.app.picks.map((p) => p.port))];
    const old = this.groups;
    this.groups = [];
    for (const port of ports) {
      const elements = this.app.picks.filter((p) => p.port === port).map((p) => p.element).sort((a, b) => a - b);
      const before = old.find((g) => g.port === port);
      if (before && before.elements.join() === elements.join()) {
        this.groups.push(before);
        continue;
      }
      const info = this.app.stream(port);
      if (!info) continue;
      const group: Group = {
        port, unit: info.unit, elements, table: before?.table ?? null, fresh: false,
        feed: new SignalFeed(this.app, info, elements, { reduce: "min_max", changed: () => {
          group.fresh = true;
          this.touch();
        } }),
      };
      void this.app.connection.table(port).then((table) => {
        group.table = table;
        this.name();
      });
      this.groups.push(group);
    }
    for (const g of old) if (!this.groups.includes(g)) g.feed.close();
    this.name();
    this.say(this.groups.length === 0 ? "Click a neuron in the spikes, a segment in the morphology or a voxel in a slice to see its trace." : "");
    this.touch();
  }

  private color(pick: Pick): string {
    const { series } = this.app.theme;
    return series[Math.max(0, this.app.picks.findIndex((p) => p.port === pick.port && p.element === pick.element)) % series.length]!;
  }
  private label(group: Group, element: number): string {
    return group.table ? group.table.label(element) : String(element);
  }
  private name(): void {
    this.legend.replaceChildren(...this.groups.flatMap((g) => g.elements.map((element) => {
      const pick = { port: g.port, element };
      return h("button", { title: `${g.port}: take it away`, style: `color:${this.color(pick)}`, onclick: () => this.app.toggle(pick) }, `${this.label(g, element)} ×`);
    })));
    this.touch();
  }

  paint(pen: Pen): void {
    const bottom = this.height - margin.bottom;
    this.timeGrid(pen, margin.top, bottom);
    const gap = 10;
    const tall = (bottom - margin.top - gap * (this.groups.length - 1)) / Math.max(1, this.groups.length);
    this.groups.forEach((group, lane) => this.lane(pen, group, lane, { x: margin.left, y: margin.top + lane * (tall + gap), w: this.plotWidth, h: tall }));
    this.timeAxis(pen, margin.top, bottom);
  }

  private lane(pen: Pen, group: Group, lane: number, box: Box): void {
    const { store, pairs } = group.feed.view();
    const { axis, theme } = this.app;
    let [first, end] = store.range(axis.from, axis.to);
    first = Math.max(0, first - 1);
    end = Math.min(store.count, end + 1);
    let [low, high] = [Infinity, -Infinity];
    for (let k = first * store.width; k < end * store.width; ++k) {
      const v = store.values[k]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (!(low <= high)) [low, high] = [0, 1];
    const room = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
    const y = this.valueAxis(pen, box, low - room, high + room, `${group.port.split(".")[1]} [${group.unit}]`);
    const curves = group.elements.map((element, k) => ({ xy: this.curve(store, pairs, k, first, end, y), color: this.color({ port: group.port, element }) }));
    if (pen.vector) pen.clipped(box.x, box.y, box.w, box.h, () => curves.forEach(({ xy, color }) => pen.line(xy, color, 1.4)));
    else this.strokesOf(pen, lane, box, curves);
    if (axis.cursor === null) return;
    const at = store.at(axis.cursor);
    if (at < 0) return;
    const texts = group.elements.map((element, k) => {
      const v = store.values[at * store.width + (pairs ? 2 * k + 1 : k)]!;
      return { text: `${short(v)}`, color: this.color({ port: group.port, element }) };
    });
    let x = Math.min(this.xOf(axis.cursor) + 6, box.x + box.w - 50 * texts.length);
    pen.text(timeText(axis.cursor, axis.span), x, box.y + 18, { color: theme.faint, size: 10 });
    for (const t of texts) {
      pen.text(t.text, x, box.y + 6, { color: t.color, size: 11, bold: true });
      x += 12 + t.text.length * 6.2;
    }
  }

  private strokesOf(pen: Pen, lane: number, box: Box, curves: { xy: number[]; color: string }[]): void {
    const [w, hgt] = [Math.round(box.w * this.ratio), Math.round(box.h * this.ratio)];
    let strokes = this.strokes.get(lane);
    if (strokes?.pixels.width !== w || strokes.pixels.height !== hgt) this.strokes.set(lane, (strokes = new Strokes(w, hgt)));
    strokes.clear();
    for (const { xy, color } of curves) {
      for (let k = 0; k < xy.length; k += 2) {
        xy[k] = (xy[k]! - box.x) * this.ratio;
        xy[k + 1] = (xy[k + 1]! - box.y) * this.ratio;
      }
      strokes.line(xy, pixel(color), 1.5 * this.ratio);
    }
    pen.image(strokes.pixels, box.x, box.y, box.w, box.h, true);
  }

  /** One element's points; where there are more samples than pixels, least and greatest of each pixel. */
  private curve(store: SignalStore, pairs: boolean, k: number, first: number, end: number, y: (v: number) => number): number[] {
    const { width, values, times } = store;
    const xy: number[] = [];
    const n = end - first;
    if (n <= 2 * this.plotWidth && !pairs) {
      for (let s = first; s < end; ++s) xy.push(this.xOf(times[s]!), y(values[s * width + k]!));
      return xy;
    }
    let column = NaN;
    let [low, high, last] = [Infinity, -Infinity, 0];
    const flush = () => {
      if (Number.isNaN(column)) return;
      // from the side of the last point, so that the line does not zigzag
      const near = Math.abs(last - low) < Math.abs(last - high);
      xy.push(column, y(near ? low : high), column, y(near ? high : low));
      last = near ? high : low;
    };
    for (let s = first; s < end; ++s) {
      const x = Math.round(this.xOf(times[s]!) * 2) / 2;
      if (x !== column) {
        flush();
        column = x;
        [low, high] = [Infinity, -Infinity];
      }
      const a = pairs ? values[s * width + 2 * k]! : values[s * width + k]!;
      const b = pairs ? values[s * width + 2 * k + 1]! : a;
      if (a < low) low = a;
      if (b > high) high = b;
    }
    flush();
    return xy;
  }

  csv(): string {
    const { axis } = this.app;
    const lines = ["port,element,label,time_ms,value"];
    for (const g of this.groups) {
      const { store, pairs } = g.feed.view();
      const [first, end] = store.range(axis.from, axis.to);
      g.elements.forEach((element, k) => {
        for (let s = first; s < end; ++s) {
          const row = store.sample(s);
          if (pairs) lines.push(`${g.port},${element},${this.label(g, element)} least,${store.times[s]},${row[2 * k]}`);
          lines.push(`${g.port},${element},${this.label(g, element)}${pairs ? " greatest" : ""},${store.times[s]},${row[pairs ? 2 * k + 1 : k]}`);
        }
      });
    }
    return lines.join("\n") + "\n";
  }
  /** For tests: samples of all traces so far. */
  get count(): number {
    return this.groups.reduce((n, g) => n + g.feed.base.count, 0);
  }
}
