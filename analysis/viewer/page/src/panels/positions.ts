// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { select } from "../dom";
import { CanvasPanel } from "../panel";
import type { Pen } from "../pen";
import { SpikeStore } from "../store";
import type { Table } from "../table";

type Plane = "xy" | "xz" | "yz";

/** Where the neurons are, and which of them fired just now. */
export class PositionsPanel extends CanvasPanel {
  private table: Table | null = null;
  private store = new SpikeStore(1 << 20);
  private port = "";
  private id = 0;
  private plane: Plane = this.setting<Plane>("plane", "xy");
  private fade = this.setting("fade", 20); // ms
  private points: { x: Float32Array; y: Float32Array; unit: string } = { x: new Float32Array(), y: new Float32Array(), unit: "" };

  constructor(app: App) {
    super(app, "positions", "Network");
  }

  protected override begin(): void {
    const ports = this.app.spikePorts();
    if (ports.length === 0) return this.say("No port with spikes is recorded in this run.");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "0", max: "3", step: "0.05", value: String(Math.log10(this.fade)), title: "how long a spike glows" });
    slider.addEventListener("input", () => {
      this.fade = Math.pow(10, Number(slider.value));
      this.keep("fade", this.fade);
      this.touch();
    });
    const chosen = select(ports.map((p): [string, string] => [p.port, p.port]), "", "neurons", (p) => void this.watch(p));
    this.options.append(chosen,
      select([["xy", "from the front (x, y)"], ["xz", "from above (x, z)"], ["yz", "from the side (z, y)"]], this.plane, "plane", (p) => {
        this.plane = p as Plane;
        this.keep("plane", p);
        this.place();
      }), slider);
    this.on(this.app.axis, "change", () => this.touch());
    this.on(this.app, "neuron", () => this.touch());
    this.whenClosed(() => this.app.connection.unsubscribe(this.id));
    this.canvas.addEventListener("click", (e) => this.pick(e.offsetX, e.offsetY));
    void this.best(ports.map((p) => p.port)).then((port) => {
      chosen.value = port;
      return this.watch(port);
    });
  }
  /** The first port whose neurons have positions. */
  private async best(ports: string[]): Promise<string> {
    for (const port of ports) if ((await this.app.connection.table(port)).has("x", "y")) return port;
    return ports[0]!;
  }
  private async watch(port: string): Promise<void> {
    const { connection, axis, live } = this.app;
    connection.unsubscribe(this.id);
    this.port = port;
    this.store = new SpikeStore(1 << 20);
    const { store } = this;
    this.id = connection.subscribe(live ? { port, from_ms: Math.max(0, axis.clock - axis.span) } : { port, from_ms: 0, to_ms: axis.end }, {
      frame: (frame) => {
        store.add(frame);
        this.touch();
      },
    });
    this.table = await connection.table(port);
    this.place();
  }
  private place(): void {
    const t = this.table;
    if (!t) return;
    const n = t.ids.length;
    const [across, up] = { xy: ["x", "y"], xz: ["x", "z"], yz: ["z", "y"] }[this.plane]!;
    if (t.has(across!, up!)) this.points = { x: Float32Array.from(t.column(across!)), y: Float32Array.from(t.column(up!)), unit: t.unit("x") || "um" };
    else {
      const side = Math.ceil(Math.sqrt(n)); // nothing is known of where they are: a square
      this.points = { x: Float32Array.from({ length: n }, (_, k) => k % side), y: Float32Array.from({ length: n }, (_, k) => -Math.floor(k / side)), unit: "" };
    }
    this.touch();
  }

  /** Screen places: the same scale in both directions. */
  private view(): { x: (v: number) => number; y: (v: number) => number; scale: number } {
    const { x, y } = this.points;
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let k = 0; k < x.length; ++k) {
      x0 = Math.min(x0, x[k]!), x1 = Math.max(x1, x[k]!);
      y0 = Math.min(y0, y[k]!), y1 = Math.max(y1, y[k]!);
    }
    const scale = Math.min((this.width - 44) / (x1 - x0 || 1), (this.height - 56) / (y1 - y0 || 1));
    const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
    return { scale, x: (v) => this.width / 2 + (v - cx) * scale, y: (v) => (this.height - 22) / 2 - (v - cy) * scale };
  }

  paint(pen: Pen): void {
    const { table, points } = this;
    if (!table || points.x.length === 0) return;
    const { theme, axis } = this.app;
    const { x, y, scale } = this.view();
    const now = axis.now;
    const n = points.x.length;
    const glow = new Float32Array(n);
    const [first, end] = this.store.range(now - 5 * this.fade, now);
    for (let k = first; k < end; ++k) {
      const row = table.row(this.store.elements[k]!);
      if (row >= 0) glow[row] = Math.exp(-(now - this.store.times[k]!) / this.fade);
    }
    const r = Math.max(1.2, Math.min(6, Math.sqrt((this.width * this.height) / n) / 6));
    const rows = table.populations.map((p) => [p.first, p.first + p.count] as const);
    const colorOf = (row: number) => theme.series[Math.max(0, rows.findIndex(([a, b]) => table.ids[row]! >= a && table.ids[row]! < b)) % theme.series.length]!;
    for (let k = 0; k < n; ++k) pen.disc(x(points.x[k]!), y(points.y[k]!), r, `${colorOf(k)}44`);
    for (let k = 0; k < n; ++k) {
      if (glow[k]! < 0.02) continue;
      const strength = Math.round(255 * glow[k]!).toString(16).padStart(2, "0");
      const halo = Math.round(90 * glow[k]!).toString(16).padStart(2, "0");
      pen.disc(x(points.x[k]!), y(points.y[k]!), r * (1.4 + 2.2 * glow[k]!), `${colorOf(k)}${halo}`);
      pen.disc(x(points.x[k]!), y(points.y[k]!), r * (1 + 0.5 * glow[k]!), `${colorOf(k)}${strength}`);
    }
    const chosen = this.app.neuron;
    if (chosen?.port === this.port) {
      const row = table.row(chosen.element);
      if (row >= 0) pen.disc(x(points.x[row]!), y(points.y[row]!), r + 4, "transparent", theme.accent);
    }
    table.populations.forEach((p, k) => pen.text(p.name, 10, 12 + 15 * k, { color: theme.series[k % theme.series.length]!, bold: true }));
    if (points.unit) {
      const length = [10, 20, 50, 100, 200, 500, 1000, 2000].find((l) => l * scale > 50) ?? 5000;
      pen.line([12, this.height - 14, 12 + length * scale, this.height - 14], theme.text, 2);
      pen.text(`${length} µm`, 16 + length * scale, this.height - 14, { color: theme.faint });
    }
    pen.text(`fired within ${this.fade < 10 ? this.fade.toFixed(1) : Math.round(this.fade)} ms`, this.width - 8, this.height - 14, { color: theme.faint, align: "right", size: 10 });
  }

  private pick(px: number, py: number): void {
    if (!this.table) return;
    const { x, y } = this.view();
    let [best, nearest] = [-1, 14];
    for (let k = 0; k < this.points.x.length; ++k) {
      const d = Math.hypot(x(this.points.x[k]!) - px, y(this.points.y[k]!) - py);
      if (d < nearest) [best, nearest] = [k, d];
    }
    void this.app.choose(best < 0 ? null : { port: this.port, element: this.table.ids[best]! });
  }

  csv(): string {
    const t = this.table;
    if (!t) return "";
    const lines = ["element,population,x,y,z,last_spike_ms"];
    const last = new Map<number, number>();
    const [, end] = this.store.range(-1, this.app.axis.now);
    for (let k = 0; k < end; ++k) last.set(this.store.elements[k]!, this.store.times[k]!);
    t.ids.forEach((id, k) => lines.push([id, t.populations[t.populationOf(id)]?.name ?? "", t.column("x")[k] ?? "", t.column("y")[k] ?? "", t.column("z")[k] ?? "", last.get(id) ?? ""].join(",")));
    return lines.join("\n") + "\n";
  }
}
