// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { short, timeText } from "../axis";
import { select } from "../dom";
import { margin, TimePanel, type Box } from "../panel";
import type { Pen } from "../pen";
import { SpikeStore } from "../store";
import type { Table } from "../table";
import { pixel } from "../theme";

interface Layer {
  port: string;
  table: Table;
  store: SpikeStore;
  first: number; // row of its first element in the picture, from below
  rows: number;
  paint: { theme: string; words: Uint32Array } | null; // the colour of each row as pixels
}

/** Every spike as a dot, neurons by population, above the rate of each population. */
export class RasterPanel extends TimePanel {
  private layers: Layer[] = [];
  private port: string;
  private pixels: ImageData | null = null;
  private words: Uint32Array | null = null;
  private rates: { name: string; color: string; bin: number; first: number; hz: Float64Array }[] = [];

  constructor(app: App) {
    super(app, "raster", "Spikes");
    this.port = this.setting("port", "");
  }

  protected override begin(): void {
    super.begin();
    const ports = this.app.spikePorts().map((s) => s.port);
    if (!ports.includes(this.port)) this.port = "";
    if (ports.length > 1)
      this.options.append(select([["", "all ports"], ...ports.map((p): [string, string] => [p, p])], this.port, "spikes of", (port) => {
        this.port = port;
        this.keep("port", port);
        this.arrange();
      }));
    if (ports.length === 0) this.say("No port with spikes is recorded in this run.");
    for (const port of ports) void this.watch(port);
    this.on(this.app, "neuron", () => this.touch());
  }

  private async watch(port: string): Promise<void> {
    const store = new SpikeStore();
    const { connection, axis, live } = this.app;
    const wish = live ? { port, from_ms: 0 } : { port, from_ms: 0, to_ms: axis.end };
    const id = connection.subscribe(wish, {
      frame: (frame) => {
        store.add(frame);
        axis.clock = Math.max(axis.clock, frame.to);
        this.touch();
      },
    });
    this.whenClosed(() => connection.unsubscribe(id));
    const table = await connection.table(port);
    this.layers.push({ port, table, store, first: 0, rows: table.ids.length, paint: null });
    this.layers.sort((a, b) => (a.port < b.port ? -1 : 1));
    this.arrange();
  }
  private arrange(): void {
    for (const layer of this.layers) layer.paint = null; // colours go by what comes before
    let first = 0;
    for (const layer of this.layers) {
      layer.rows = this.port === "" || this.port === layer.port ? layer.table.ids.length : 0;
      layer.first = first;
      first += layer.rows;
    }
    this.touch();
  }

  private get rows(): number {
    return Math.max(1, this.layers.reduce((n, l) => n + l.rows, 0));
  }
  private get raster(): Box {
    const h = this.height - margin.top - margin.bottom;
    return { x: margin.left, y: margin.top, w: this.plotWidth, h: Math.max(10, Math.round(h * 0.68)) };
  }

  /** Colours go by population over all ports. */
  private colors(layer: Layer): string[] {
    let before = 0;
    for (const l of this.layers) if (l.port < layer.port) before += l.table.populations.length;
    const { series } = this.app.theme;
    return layer.table.populations.map((_, k) => series[(before + k) % series.length]!);
  }

  private rowColors(layer: Layer): Uint32Array {
    const { table } = layer;
    if (layer.paint?.theme !== this.app.theme.name) {
      const colors = this.colors(layer).map(pixel);
      const words = Uint32Array.from(table.ids, (id) => colors[Math.max(0, table.populationOf(id))]!);
      layer.paint = { theme: this.app.theme.name, words };
    }
    return layer.paint.words;
  }

  paint(pen: Pen): void {
    const box = this.raster;
    const { theme, axis } = this.app;
    this.timeGrid(pen, box.y, this.height - margin.bottom);
    if (pen.vector) this.vectorDots(pen, box);
    else this.dots(pen, box);
    this.labels(pen, box);
    const low: Box = { x: box.x, y: box.y + box.h + 14, w: box.w, h: Math.max(10, this.height - margin.bottom - box.y - box.h - 14) };
    this.paintRates(pen, low);
    const chosen = this.app.neuron;
    const layer = chosen && this.layers.find((l) => l.port === chosen.port && l.rows > 0);
    if (chosen && layer) {
      const y = this.yOf(box, layer.first + layer.table.row(chosen.element));
      pen.line([box.x, y, box.x + box.w, y], theme.accent, 1);
      pen.text(layer.table.label(chosen.element), box.x + box.w - 4, y - 8, { color: theme.accent, align: "right", bold: true });
    }
    if (!this.app.live && axis.clock === 0) this.say("");
    this.timeAxis(pen, box.y, this.height - margin.bottom);
  }

  private yOf(box: Box, row: number): number {
    return box.y + box.h - ((row + 0.5) / this.rows) * box.h;
  }

  /** Straight into pixels: a hundred thousand dots take a few milliseconds. */
  private dots(pen: Pen, box: Box): void {
    const w = Math.max(1, Math.round(box.w * this.ratio));
    const h = Math.max(1, Math.round(box.h * this.ratio));
    if (!this.pixels || this.pixels.width !== w || this.pixels.height !== h) {
      this.pixels = new ImageData(w, h);
      this.words = new Uint32Array(this.pixels.data.buffer);
    }
    const words = this.words!;
    const { axis, theme } = this.app;
    words.fill(pixel(theme.panel));
    const perRow = h / this.rows;
    const tall = Math.max(1, Math.min(Math.ceil(perRow * 0.85), Math.round(9 * this.ratio)));
    const wide = perRow >= 2.5 ? Math.round(2 * this.ratio) : perRow >= 0.6 ? Math.round(1.5 * this.ratio) : 1;
    const scale = w / axis.span;
    for (const layer of this.layers) {
      if (layer.rows === 0) continue;
      const { store, table } = layer;
      const [first, end] = store.range(axis.from, axis.to);
      const base = table.ids[0] ?? 0;
      const dense = table.ids[table.ids.length - 1] === base + table.ids.length - 1;
      const color = this.rowColors(layer);
      for (let k = first; k < end; ++k) {
        const row = dense ? store.elements[k]! - base : table.row(store.elements[k]!);
        const x = Math.floor((store.times[k]! - axis.from) * scale);
        const y = Math.floor(h - (layer.first + row + 1) * perRow + (perRow - tall) / 2);
        for (let dy = 0; dy < tall; ++dy) {
          const at = Math.min(h - 1, Math.max(0, y + dy)) * w;
          for (let dx = 0; dx < wide && x + dx < w; ++dx) words[at + x + dx] = color[row]!;
        }
      }
    }
    pen.image(this.pixels, box.x, box.y, box.w, box.h);
  }

  private vectorDots(pen: Pen, box: Box): void {
    const { axis } = this.app;
    const tall = Math.min(4, (box.h / this.rows) * 0.8);
    for (const layer of this.layers) {
      if (layer.rows === 0) continue;
      const [first, end] = layer.store.range(axis.from, axis.to);
      const colors = this.colors(layer);
      const lines: number[][] = colors.map(() => []);
      for (let k = first; k < end; ++k) {
        const element = layer.store.elements[k]!;
        const x = this.xOf(layer.store.times[k]!);
        const y = this.yOf(box, layer.first + layer.table.row(element));
        lines[Math.max(0, layer.table.populationOf(element))]?.push(x, y - tall, x, y + tall, NaN, NaN);
      }
      lines.forEach((xy, k) => pen.line(xy, colors[k]!, 1));
    }
  }

  private labels(pen: Pen, box: Box): void {
    const { theme } = this.app;
    for (const layer of this.layers) {
      if (layer.rows === 0) continue;
      const colors = this.colors(layer);
      layer.table.populations.forEach((p, k) => {
        const low = layer.first + Math.max(0, layer.table.row(p.first));
        const [bottom, top] = [box.y + box.h - (low / this.rows) * box.h, box.y + box.h - ((low + p.count) / this.rows) * box.h];
        pen.line([box.x - 3, bottom - 1, box.x - 3, top + 1], colors[k]!, 4);
        pen.line([box.x, bottom, box.x + box.w, bottom], theme.grid);
        const name = p.name.length > 12 ? `${p.name.slice(0, 11)}…` : p.name;
        if (bottom - top > 9) pen.text(name, box.x - 8, (top + bottom) / 2, { color: colors[k]!, align: "right", size: name.length > 9 ? 9 : 10, bold: true });
      });
    }
  }

  /** Counts over (number of neurons × bin), bins [k·bin, (k+1)·bin). */
  private countRates(): void {
    const { axis } = this.app;
    const wish = axis.span / Math.max(30, this.plotWidth / 6);
    const power = Math.pow(10, Math.floor(Math.log10(wish)));
    const bin = [1, 2, 5, 10].map((m) => m * power).find((b) => b >= wish)!;
    this.rates = [];
    for (const layer of this.layers) {
      if (layer.rows === 0) continue;
      const colors = this.colors(layer);
      const begin = Math.floor(axis.from / bin);
      const bins = Math.ceil(axis.to / bin) - begin;
      const counts = layer.table.populations.map(() => new Float64Array(bins));
      const [first, end] = layer.store.range(begin * bin - 1e-9, (begin + bins) * bin);
      const { populations } = layer.table;
      let p = 0;
      for (let k = first; k < end; ++k) {
        const element = layer.store.elements[k]!;
        if (element < populations[p]!.first || element >= populations[p]!.first + populations[p]!.count) p = Math.max(0, layer.table.populationOf(element));
        const at = Math.floor(layer.store.times[k]! / bin) - begin;
        if (at < bins && at >= 0) counts[p]![at]! += 1;
      }
      populations.forEach((population, k) => {
        const hz = counts[k]!.map((n) => (n * 1000) / (population.count * bin));
        this.rates.push({ name: population.name, color: colors[k]!, bin, first: begin * bin, hz });
      });
    }
  }

  private paintRates(pen: Pen, box: Box): void {
    this.countRates();
    const { theme, axis } = this.app;
    let high = 1;
    for (const rate of this.rates) for (const hz of rate.hz) high = Math.max(high, hz);
    const y = this.valueAxis(pen, box, 0, high * 1.05, "Hz");
    pen.clipped(box.x, box.y - 2, box.w, box.h + 2, () => {
      for (const { hz, bin, first, color } of this.rates) {
        const xy: number[] = [];
        for (let k = 0; k < hz.length; ++k) {
          const left = first + k * bin;
          if (left > axis.clock) break; // nothing is known there yet
          xy.push(this.xOf(left), y(hz[k]!), this.xOf(left + bin), y(hz[k]!));
        }
        pen.line(xy, color, 1.5);
      }
    });
    const bin = this.rates[0]?.bin;
    if (bin) pen.text(`rate, bins of ${timeText(bin)}`, box.x + 4, box.y - 7, { color: theme.faint, size: 10 });
    const at = axis.cursor;
    if (at === null) return;
    let x = box.x + box.w - 4;
    for (const rate of [...this.rates].reverse()) {
      const value = rate.hz[Math.floor((at - rate.first) / rate.bin)];
      if (value === undefined) continue;
      const text = `${rate.name} ${short(value)} Hz`;
      pen.text(text, x, box.y - 7, { color: rate.color, align: "right", size: 10, bold: true });
      x -= 10 + text.length * 6.4;
    }
  }

  protected override clicked(x: number, y: number, shift: boolean): void {
    const box = this.raster;
    const layerOf = (row: number) => this.layers.find((l) => row >= l.first && row < l.first + l.rows);
    if (shift || y < box.y || y > box.y + box.h || x < box.x) return super.clicked(x, y, shift);
    const row = Math.floor(((box.y + box.h - y) / box.h) * this.rows);
    const layer = layerOf(row);
    if (!layer) return super.clicked(x, y, shift);
    // the spike that is nearest to the click, else the row under it
    let element = layer.table.ids[row - layer.first]!;
    let nearest = 8;
    const [first, end] = layer.store.range(this.timeAt(x - 8), this.timeAt(x + 8));
    for (let k = first; k < end; ++k) {
      const e = layer.store.elements[k]!;
      const distance = Math.hypot(this.xOf(layer.store.times[k]!) - x, this.yOf(box, layer.first + layer.table.row(e)) - y);
      if (distance < nearest) [nearest, element] = [distance, e];
    }
    const same = this.app.neuron?.port === layer.port && this.app.neuron.element === element;
    void this.app.choose(same ? null : { port: layer.port, element });
  }

  /** For tests and export: how many spikes are here. */
  get count(): number {
    return this.layers.reduce((n, l) => n + l.store.count, 0);
  }

  csv(): string {
    const { axis } = this.app;
    const lines = ["port,population,node,element,time_ms"];
    for (const layer of this.layers) {
      if (layer.rows === 0) continue;
      const [first, end] = layer.store.range(axis.from, axis.to);
      for (let k = first; k < end; ++k) {
        const element = layer.store.elements[k]!;
        const p = layer.table.populations[layer.table.populationOf(element)];
        lines.push(`${layer.port},${p?.name ?? ""},${element - (p?.first ?? 0)},${element},${layer.store.times[k]}`);
      }
    }
    return lines.join("\n") + "\n";
  }
}
