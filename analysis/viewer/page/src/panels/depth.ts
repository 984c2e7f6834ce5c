// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { short } from "../axis";
import { select } from "../dom";
import { SignalFeed } from "../feed";
import { margin, TimePanel, type Box } from "../panel";
import type { Pen } from "../pen";
import type { StreamInfo } from "../protocol";
import type { Table } from "../table";
import { colorMap } from "../theme";

type Mode = "both" | "lfp" | "csd";
const sigma = 0.3; // S/m, of tissue

/** The potential at the contacts of a probe over depth and time, and the density of current sources. */
export class DepthPanel extends TimePanel {
  protected override readonly marginRight = 66;
  private info: StreamInfo | undefined;
  private table: Table | null = null;
  private feed: SignalFeed | null = null;
  private order: number[] = []; // channels, uppermost first
  private depth: number[] = []; // [um], along the probe
  private mode: Mode = this.setting<Mode>("mode", "both");
  private pixels: ImageData | null = null;

  constructor(app: App) {
    super(app, "depth", "Field over depth");
  }

  protected override begin(): void {
    super.begin();
    const ports = this.app.signals("electrode").map((s) => s.port);
    if (ports.length === 0) return this.say("No port with electrodes is recorded in this run.");
    if (ports.length > 1) this.options.append(select(ports.map((p): [string, string] => [p, p]), ports[0]!, "electrodes", (p) => void this.watch(p)));
    this.options.append(select([["both", "potential and CSD"], ["lfp", "potential"], ["csd", "CSD"]], this.mode, "what to show", (mode) => {
      this.mode = mode as Mode;
      this.keep("mode", mode);
      this.touch();
    }));
    this.whenClosed(() => this.feed?.close());
    void this.watch(ports[0]!);
  }
  private async watch(port: string): Promise<void> {
    this.feed?.close();
    this.info = this.app.stream(port)!;
    this.feed = new SignalFeed(this.app, this.info, null, { reduce: "mean", changed: () => this.touch() });
    this.table = await this.app.connection.table(port);
    // the axis along which the contacts lie
    const axes = ["x", "y", "z"].map((name) => this.table!.column(name));
    const extent = axes.map((a) => Math.max(...a) - Math.min(...a));
    const along = axes[extent.indexOf(Math.max(...extent))] ?? [];
    this.order = [...this.table.ids.keys()].sort((a, b) => along[b]! - along[a]!);
    this.depth = this.order.map((k) => along[k]!);
    this.touch();
  }

  paint(pen: Pen): void {
    const { feed } = this;
    const bottom = this.height - margin.bottom;
    if (feed && this.order.length > 0) {
      const two = this.mode === "both";
      const tall = two ? (bottom - margin.top - 16) / 2 : bottom - margin.top - 4;
      const box = { x: margin.left, y: margin.top + 4, w: this.plotWidth, h: tall };
      if (this.mode !== "csd") this.map(pen, box, (s, k) => s[this.order[k]!]!, "potential", this.info!.unit);
      if (this.mode !== "lfp") this.map(pen, two ? { ...box, y: box.y + tall + 12 } : box, (s, k) => this.csd(s, k), "CSD", "µA/mm³");
    }
    this.timeAxis(pen, margin.top, bottom);
  }

  /**
   * −σ ∂²φ/∂z², by the second difference over the neighbours whatever their distances. mV, µm and S/m give
   * 1e6 µA/mm³. Nothing at the two ends.
   */
  private csd(sample: Float32Array, k: number): number {
    if (k === 0 || k === this.order.length - 1) return NaN;
    const [up, here, down] = [sample[this.order[k - 1]!]!, sample[this.order[k]!]!, sample[this.order[k + 1]!]!];
    const above = Math.abs(this.depth[k - 1]! - this.depth[k]!);
    const below = Math.abs(this.depth[k]! - this.depth[k + 1]!);
    const second = (2 * ((up - here) / above - (here - down) / below)) / (above + below);
    return -sigma * second * (this.unitScale() * 1e6);
  }
  private unitScale(): number {
    return { V: 1000, mV: 1, uV: 1e-3, "µV": 1e-3 }[this.info!.unit] ?? 1;
  }

  /** Colour over depth and time. */
  private map(pen: Pen, box: Box, value: (sample: Float32Array, channel: number) => number, name: string, unit: string): void {
    const { axis, theme } = this.app;
    const { store } = this.feed!.view();
    const w = Math.max(1, Math.round(box.w));
    const channels = this.order.length;
    const fine = channels > 1 ? Math.max(1, Math.min(8, Math.round(box.h / channels))) : 1; // lines a contact
    const lines = channels * fine;
    const image = this.pixels?.width === w && this.pixels.height === lines ? this.pixels : (this.pixels = new ImageData(w, lines));
    const words = new Uint32Array(image.data.buffer);
    const grid = new Float32Array(w * channels).fill(NaN);
    const [first, end] = store.range(axis.from, axis.to);
    let biggest = 0;
    // the last sample of each pixel; stretches between samples show the sample in force
    for (let s = Math.max(0, first - 1); s < end; ++s) {
      const sample = store.sample(s);
      const next = s + 1 < store.count ? store.times[s + 1]! : Math.min(axis.clock, store.times[s]! + 2 * this.feed!.step);
      const x0 = Math.max(0, Math.floor(((store.times[s]! - axis.from) / axis.span) * w));
      const x1 = Math.min(w, Math.max(x0 + 1, Math.floor(((next - axis.from) / axis.span) * w)));
      if (x0 >= w || x1 <= 0) continue;
      for (let k = 0; k < channels; ++k) {
        const v = value(sample, k);
        for (let x = x0; x < x1; ++x) grid[k * w + x] = v;
        if (Math.abs(v) > biggest) biggest = Math.abs(v);
      }
    }
    // a few large values must not make all else pale
    const sorted = Float32Array.from(grid.filter((v) => !Number.isNaN(v)), Math.abs).sort();
    const scale = sorted.length > 0 ? sorted[Math.floor((sorted.length - 1) * 0.99)]! || biggest || 1 : 1;
    const colors = colorMap("diverging");
    words.fill(0);
    for (let line = 0; line < lines; ++line) {
      // straight between the contacts; beyond the outermost ones as they are
      const at = Math.max(0, Math.min(channels - 1, (line + 0.5) / fine - 0.5));
      const k = Math.min(Math.floor(at), Math.max(0, channels - 2));
      const part = at - k;
      for (let x = 0; x < w; ++x) {
        const [a, b] = [grid[k * w + x]!, grid[Math.min(channels - 1, k + 1) * w + x]!];
        const v = part === 0 ? a : part === 1 ? b : a + part * (b - a);
        if (!Number.isNaN(v)) words[line * w + x] = colors[Math.max(0, Math.min(255, Math.round(127.5 + (127.5 * v) / scale)))]!;
      }
    }
    pen.image(image, box.x, box.y, box.w, box.h);
    pen.frame(box.x, box.y, box.w, box.h, theme.grid);
    const every = Math.max(1, Math.ceil(channels / Math.max(2, box.h / 16)));
    for (let k = 0; k < channels; k += every)
      pen.text(short(this.depth[k]!), box.x - 6, box.y + ((k + 0.5) / channels) * box.h, { color: theme.faint, align: "right", size: 10 });
    pen.text("depth [µm]", 10, box.y + box.h / 2, { color: theme.faint, align: "center", vertical: true });
    this.scale(pen, box, scale, name, unit);
  }
  private scale(pen: Pen, box: Box, scale: number, name: string, unit: string): void {
    const { theme } = this.app;
    const bar = new ImageData(1, 256);
    const words = new Uint32Array(bar.data.buffer);
    const colors = colorMap("diverging");
    for (let k = 0; k < 256; ++k) words[k] = colors[255 - k]!;
    const x = box.x + box.w + 8;
    pen.image(bar, x, box.y, 9, box.h);
    pen.text(short(scale), x + 13, box.y + 5, { color: theme.faint, size: 10 });
    pen.text("0", x + 13, box.y + box.h / 2, { color: theme.faint, size: 10 });
    pen.text(short(-scale), x + 13, box.y + box.h - 5, { color: theme.faint, size: 10 });
    pen.text(`${name} [${unit}]`, x + 48, box.y + box.h / 2, { color: theme.faint, size: 10, align: "center", vertical: true });
  }

  protected override clicked(x: number, y: number, shift: boolean): void {
    const top = margin.top + 4;
    const tall = this.mode === "both" ? (this.height - margin.bottom - margin.top - 16) / 2 : this.height - margin.bottom - top;
    const k = Math.floor(((y - top) / tall) * this.order.length);
    if (shift || k < 0 || k >= this.order.length || x < margin.left || x > this.width - this.marginRight) return super.clicked(x, y, shift);
    this.app.toggle({ port: this.info!.port, element: this.table!.ids[this.order[k]!]! });
  }

  csv(): string {
    if (!this.feed) return "";
    const { store } = this.feed.view();
    const [first, end] = store.range(this.app.axis.from, this.app.axis.to);
    const lines = [`time_ms,depth_um,potential_${this.info!.unit},csd_uA_per_mm3`];
    for (let s = first; s < end; ++s)
      this.order.forEach((channel, k) => lines.push(`${store.times[s]},${this.depth[k]},${store.sample(s)[channel]},${this.csd(store.sample(s), k)}`));
    return lines.join("\n") + "\n";
  }
}
