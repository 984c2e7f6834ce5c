// SPDX-License-Identifier: MIT
import uPlot from "uplot";
import type { App } from "../app";
import { short, ticks } from "../axis";
import { h, select } from "../dom";
import { SignalFeed } from "../feed";
import { margin, TimePanel, type Box } from "../panel";
import type { Pen } from "../pen";
import type { SignalStore } from "../store";
import { periodogram, welch, type Spectrum } from "../spectrum";
import { colorMap } from "../theme";

/** The spectrum of what has come so far, and how it changes over time. */
export class SpectraPanel extends TimePanel {
  protected override readonly marginRight = 66;
  private feed: SignalFeed | null = null;
  private stale = false; // something has come since the last spectrum
  private port = "";
  private element = 0;
  private label = "";
  private plot: uPlot | null = null;
  private readonly chart = h("div", { class: "chart" });
  private highest = this.setting("highest", 200); // Hz
  private spectrum: Spectrum | null = null;
  private due = 0;
  private columns = { key: "", times: [] as number[], power: [] as Float64Array[], hz: 0 };

  constructor(app: App) {
    super(app, "spectra", "Spectrum");
  }

  protected override begin(): void {
    super.begin();
    this.body.classList.add("spectra");
    this.body.append(this.chart);
    const ports = this.app.signals().sort((a, b) => Number(b.element === "electrode") - Number(a.element === "electrode")).map((s) => s.port);
    if (ports.length === 0) return this.say("No signal is recorded in this run.");
    const elements: HTMLSelectElement = h("select", { title: "channel", "aria-label": "channel", onchange: () => this.watch(this.port, Number(elements.value), elements.selectedOptions[0]!.text) });
    const choose = async (port: string) => {
      const table = await this.app.connection.table(port);
      const ids = [...table.ids.subarray(0, 256)];
      elements.replaceChildren(...ids.map((id) => h("option", { value: id }, table.label(id))));
      const start = ids[Math.floor(ids.length / 2)]!;
      elements.value = String(start);
      this.watch(port, start, table.label(start));
    };
    this.options.append(select(ports.map((p): [string, string] => [p, p]), ports[0]!, "signal", (p) => void choose(p)), elements,
      select([["50", "to 50 Hz"], ["100", "to 100 Hz"], ["200", "to 200 Hz"], ["500", "to 500 Hz"], ["1000", "to 1 kHz"]], String(this.highest), "highest frequency", (v) => {
        this.highest = Number(v);
        this.keep("highest", this.highest);
        this.renew();
      }));
    this.on(this.app, "theme", () => this.makePlot());
    const sized = new ResizeObserver(() => this.plot?.setSize(this.chartSize()));
    sized.observe(this.chart);
    this.whenClosed(() => (sized.disconnect(), this.feed?.close(), this.plot?.destroy()));
    void choose(ports[0]!);
  }

  private watch(port: string, element: number, label: string): void {
    this.feed?.close();
    [this.port, this.element, this.label] = [port, element, label];
    this.columns.key = "";
    this.feed = new SignalFeed(this.app, this.app.stream(port)!, [element], { reduce: "mean", changed: () => ((this.stale = true), this.touch()) });
    this.renew();
  }
  private renew(): void {
    this.due = 0;
    this.columns.key = "";
    this.makePlot();
    this.touch();
  }

  private chartSize(): { width: number; height: number } {
    return { width: Math.max(80, this.chart.clientWidth), height: Math.max(60, this.chart.clientHeight) };
  }
  private makePlot(): void {
    this.plot?.destroy();
    const { theme } = this.app;
    const unit = this.app.stream(this.port)?.unit ?? "";
    const axis = { stroke: theme.faint, grid: { stroke: theme.grid, width: 1 }, ticks: { stroke: theme.grid, width: 1 }, font: "11px system-ui" };
    this.plot = new uPlot({
      ...this.chartSize(),
      legend: { show: false },
      cursor: { y: false },
      scales: { x: { time: false, range: [0, this.highest] }, y: { distr: 3 } },
      axes: [{ ...axis, label: "Hz", labelSize: 14, size: 30, labelFont: "11px system-ui" },
        { ...axis, label: `${unit}²/Hz`, labelSize: 16, size: 56, labelFont: "11px system-ui", values: (_: uPlot, v: (number | null)[]) => v.map((x) => (x === null || Math.abs(Math.log10(x) % 1) > 1e-6 ? "" : `1e${Math.round(Math.log10(x))}`)) }],
      series: [{}, { stroke: theme.series[0]!, width: 1.8, points: { show: false } }],
    } as uPlot.Options, [[], []], this.chart);
    this.setPlot();
  }
  private setPlot(): void {
    if (!this.spectrum || !this.plot) return;
    const { hz, density } = this.spectrum;
    const end = hz.findIndex((f) => f > this.highest);
    const n = end < 0 ? hz.length : end + 1;
    this.plot.setData([Array.from(hz.subarray(1, n)), Array.from(density.subarray(1, n), (v) => Math.max(v, 1e-30))]);
  }

  /** The samples in (from, to] as evenly spaced values. */
  private samples(store: SignalStore, from: number, to: number): { x: Float64Array; fs: number } {
    const [first, end] = store.range(from, to);
    const x = new Float64Array(end - first);
    for (let k = first; k < end; ++k) x[k - first] = store.values[k * store.width]!;
    const dt = end - first > 1 ? (store.times[end - 1]! - store.times[first]!) / (end - first - 1) : 1;
    return { x, fs: 1000 / dt };
  }

  override frame(): void {
    if (this.feed && this.stale && performance.now() > this.due) {
      this.stale = false;
      this.due = performance.now() + 400; // a spectrum twice a second is enough
      const store = this.feed.base;
      const { x, fs } = this.samples(store, -1, this.app.axis.clock);
      // half a second a segment, or an eighth of what there is with half overlap, to begin with
      const wish = Math.min(fs / 2, (2 * x.length) / 4);
      const n = Math.pow(2, Math.floor(Math.log2(Math.max(16, wish))));
      if (x.length >= n) {
        this.spectrum = welch(x, fs, n);
        this.setPlot();
      }
      this.say(x.length >= n ? "" : this.app.live ? "Waiting for more data …" : "Too few samples for a spectrum.");
    }
    super.frame();
  }

  private get box(): Box {
    const top = Math.round(this.height * 0.46) + 18;
    return { x: margin.left, y: top, w: this.plotWidth, h: Math.max(10, this.height - margin.bottom - top) };
  }

  paint(pen: Pen): void {
    const { box } = this;
    const { theme } = this.app;
    if (this.spectrum) {
      if (pen.vector) this.vectorSpectrum(pen);
      const { segments } = this.spectrum;
      pen.text(`${this.port} ${this.label}: mean of ${segments} segment${segments === 1 ? "" : "s"}`, box.x, box.y - 9, { color: theme.faint, size: 10 });
      this.spectrogram(pen, box);
    }
    pen.frame(box.x, box.y, box.w, box.h, theme.grid);
    for (const f of ticks(0, this.highest, Math.max(2, box.h / 28))) pen.text(short(f), box.x - 6, box.y + box.h * (1 - f / this.highest), { color: theme.faint, align: "right", size: 10 });
    pen.text("Hz", 10, box.y + box.h / 2, { color: theme.faint, align: "center", vertical: true });
    this.timeAxis(pen, box.y, this.height - margin.bottom);
  }

  private vectorSpectrum(pen: Pen): void {
    const { theme } = this.app;
    const { hz, density } = this.spectrum!;
    const box: Box = { x: margin.left, y: 8, w: this.plotWidth, h: this.box.y - 52 };
    const inside = [...hz.keys()].filter((k) => k > 0 && hz[k]! <= this.highest && density[k]! > 0);
    const logs = inside.map((k) => Math.log10(density[k]!));
    const y = this.valueAxis(pen, box, Math.min(...logs), Math.max(...logs), "log10 density");
    pen.line(inside.flatMap((k, i) => [box.x + (hz[k]! / this.highest) * box.w, y(logs[i]!)]), theme.series[0]!, 1.5);
    for (const f of ticks(0, this.highest, 8)) pen.text(`${f} Hz`, box.x + (f / this.highest) * box.w, box.y + box.h + 10, { color: theme.faint, align: "center", size: 10 });
  }

  /** Power in dB of Hann segments, as many as columns are worth drawing. */
  private spectrogram(pen: Pen, box: Box): void {
    const { axis, theme } = this.app;
    const { store } = this.feed!.view();
    const dt = store.count > 1 ? (store.times[store.count - 1]! - store.times[0]!) / (store.count - 1) : 1;
    const fs = 1000 / dt;
    // about 100 ms, but no longer than an eighth of the view; finer in frequency where there is time
    const n = Math.pow(2, Math.max(4, Math.round(Math.log2(Math.min(0.15 * fs, store.count / 3)))));
    const hop = Math.max(dt, axis.span / Math.min(240, box.w / 3));
    const hopped = Math.pow(2, Math.round(Math.log2(hop / dt))) * dt;
    const key = `${this.port}/${this.element}/${n}/${hopped}/${store === this.feed!.base}`;
    if (key !== this.columns.key) this.columns = { key, times: [], power: [], hz: fs / n };
    const cache = this.columns;
    const half = (n * dt) / 2;
    const wanted: number[] = [];
    for (let k = Math.ceil((axis.from - half) / hopped); k * hopped <= Math.min(axis.to, axis.clock) + half; ++k) wanted.push(k * hopped);
    let budget = 60; // columns a frame: what is missing follows in the next
    for (const t of wanted) {
      if (cache.times.includes(t)) continue;
      const [first] = store.range(t - half, t);
      if (first + n > store.count || store.times[first]! - (t - half) > 2 * dt) continue;
      if (--budget < 0) {
        this.touch();
        break;
      }
      const x = new Float64Array(n);
      for (let k = 0; k < n; ++k) x[k] = store.values[(first + k) * store.width]!;
      cache.times.push(t);
      cache.power.push(periodogram(x, fs).map((p) => 10 * Math.log10(Math.max(p, 1e-30))));
      if (cache.times.length > 2000) (cache.times.shift(), cache.power.shift());
    }
    const shown = [...cache.times.keys()].filter((k) => cache.times[k]! + hopped >= axis.from && cache.times[k]! - hopped <= axis.to);
    const bins = Math.min(Math.floor(n / 2) + 1, Math.max(2, Math.ceil(this.highest / cache.hz)));
    if (shown.length === 0) return;
    const all = Float32Array.from(shown.flatMap((k) => Array.from(cache.power[k]!.subarray(1, bins)))).sort();
    const [low, high] = [all[Math.floor(all.length * 0.15)]!, all[Math.floor((all.length - 1) * 0.995)]!];
    const image = new ImageData(Math.max(1, Math.round(box.w)), bins);
    const words = new Uint32Array(image.data.buffer);
    const colors = colorMap("inferno");
    for (const k of shown) {
      const x0 = Math.floor(((cache.times[k]! - hopped / 2 - axis.from) / axis.span) * image.width);
      const x1 = Math.max(x0 + 1, Math.ceil(((cache.times[k]! + hopped / 2 - axis.from) / axis.span) * image.width));
      for (let f = 0; f < bins; ++f) {
        const color = colors[Math.max(0, Math.min(255, Math.round((255 * (cache.power[k]![f]! - low)) / (high - low || 1))))]!;
        for (let x = Math.max(0, x0); x < Math.min(image.width, x1); ++x) words[(bins - 1 - f) * image.width + x] = color;
      }
    }
    pen.image(image, box.x, box.y, box.w, box.h);
    const bar = new ImageData(1, 256);
    new Uint32Array(bar.data.buffer).set(colorMap("inferno").slice().reverse());
    const x = box.x + box.w + 8;
    pen.image(bar, x, box.y, 9, box.h);
    pen.text(short(high), x + 13, box.y + 5, { color: theme.faint, size: 10 });
    pen.text(short(low), x + 13, box.y + box.h - 5, { color: theme.faint, size: 10 });
    pen.text("dB", x + 13, box.y + box.h / 2, { color: theme.faint, size: 10 });
  }

  csv(): string {
    const s = this.spectrum;
    if (!s) return "";
    return ["frequency_hz,density", ...Array.from(s.hz, (f, k) => `${f},${s.density[k]}`)].join("\n") + "\n";
  }
}
