// SPDX-License-Identifier: MIT
import type { App } from "../app";
import { ends, short, timeText } from "../axis";
import { h, select } from "../dom";
import { SignalFeed } from "../feed";
import { Panel } from "../panel";
import { SvgPen } from "../pen";
import type { Segments, Scene, SceneModule } from "../scene/scene";
import type { Table } from "../table";
import { colorMap, type MapName } from "../theme";

/** three.js is large: it lies in the page as text and becomes code when somebody opens this panel. */
let module: Promise<SceneModule> | null = null;
function sceneModule(): Promise<SceneModule> {
  module ??= (async () => {
    const text = document.getElementById("scene")!.textContent!.replaceAll("<\\/script", "</script");
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    return (await import(/* @vite-ignore */ url)) as SceneModule;
  })();
  return module;
}

/** Cells in space, coloured by a signal of their segments at the time cursor. */
export class MorphologyPanel extends Panel {
  private scene: Scene | null = null;
  private feed: SignalFeed | null = null;
  private table: Table | null = null;
  private port = "";
  private map: MapName = this.setting<MapName>("map", "ember");
  private range: [number, number] | null = null;
  private shown = -2;
  private dirty = true;
  private clip = { axis: "off", at: 0.5 };
  private readonly label = h("div", { class: "scene-label" });
  private readonly scale = h("canvas", { class: "scene-scale", width: 74, height: 150 });
  private readonly empty = h("div", { class: "empty" });

  constructor(app: App) {
    super(app, "morphology", "Morphology");
  }

  start(): void {
    this.body.append(this.empty);
    const ports = this.app.signals("segment").map((s) => s.port).sort((a, b) => Number(a.includes("i_")) - Number(b.includes("i_")) || (a < b ? -1 : 1));
    if (ports.length === 0) {
      this.empty.textContent = "No signal of segments is recorded in this run: add one under `record:`, cortex.v for example.";
      return;
    }
    const start = ports.find((p) => this.app.stream(p)!.unit === "mV") ?? ports[0]!;
    const at = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0.5, title: "where it is cut" });
    at.addEventListener("input", () => {
      this.clip.at = Number(at.value);
      this.cut();
    });
    this.options.append(
      select(ports.map((p): [string, string] => [p, p]), start, "colour by", (p) => void this.watch(p)),
      select([["ember", "grey to red"], ["inferno", "inferno"], ["viridis", "viridis"], ["diverging", "blue to red"]], this.map, "colours", (m) => {
        this.map = m as MapName;
        this.keep("map", m);
        this.shown = -2;
        this.touch();
      }),
      select([["off", "not cut"], ["x", "cut along x"], ["y", "cut along y"], ["z", "cut along z"]], "off", "clipping plane", (a) => {
        this.clip.axis = a;
        this.cut();
      }), at,
      h("button", { title: "see all of it", onclick: () => (this.scene?.home(), this.touch()) }, "fit"),
      h("button", { title: "colours from the least to the greatest of what is here", onclick: () => ((this.range = null), (this.shown = -2), this.touch()) }, "rescale"));
    this.on(this.app.axis, "change", () => this.touch());
    this.on(this.app, "theme", () => (this.scene?.background(this.app.theme.panel), (this.shown = -2), this.touch()));
    this.on(this.app, "neuron", () => ((this.shown = -2), this.touch()));
    this.whenClosed(() => (this.feed?.close(), this.scene?.dispose()));
    void this.begin(start);
  }
  private async begin(port: string): Promise<void> {
    this.empty.textContent = "Building cells …";
    const scenes = await sceneModule();
    try {
      this.scene = new scenes.Scene(this.app.theme.panel, () => this.touch());
    } catch {
      this.empty.textContent = "This browser has no WebGL, which 3-D needs.";
      return;
    }
    this.body.prepend(this.scene.canvas, this.label, this.scale);
    const sized = new ResizeObserver(() => (this.scene?.resize(this.body.clientWidth, this.body.clientHeight), this.touch()));
    sized.observe(this.body);
    this.whenClosed(() => sized.disconnect());
    this.pickable(this.scene.canvas);
    await this.watch(port);
  }
  private pickable(canvas: HTMLCanvasElement): void {
    let down = [0, 0];
    canvas.addEventListener("pointerdown", (e) => (down = [e.offsetX, e.offsetY]));
    canvas.addEventListener("pointerup", (e) => {
      if (Math.hypot(e.offsetX - down[0]!, e.offsetY - down[1]!) > 4) return;
      const row = this.scene!.pick(e.offsetX, e.offsetY);
      if (row >= 0) this.app.toggle({ port: this.port, element: this.table!.ids[row]! });
    });
    canvas.addEventListener("pointermove", (e) => {
      if (e.buttons !== 0) return;
      const row = this.scene!.pick(e.offsetX, e.offsetY);
      const value = row >= 0 && this.shown >= 0 ? this.feed!.view().store.sample(this.shown)[row] : undefined;
      canvas.title = row >= 0 ? `${this.table!.label(this.table!.ids[row]!)}${value === undefined ? "" : `: ${short(value)} ${this.feed!.info.unit}`}` : "";
    });
  }

  private async watch(port: string): Promise<void> {
    this.feed?.close();
    this.port = port;
    this.table = await this.app.connection.table(port);
    if (!this.table.has("x0", "y0", "z0", "x1", "y1", "z1", "d0", "d1")) {
      this.empty.textContent = `${port}: its elements have no geometry.`;
      return;
    }
    const column = (name: string) => this.table!.column(name);
    const segments: Segments = { x0: column("x0"), y0: column("y0"), z0: column("z0"), x1: column("x1"), y1: column("y1"), z1: column("z1"), d0: column("d0"), d1: column("d1") };
    this.scene!.build(segments);
    this.cut();
    this.empty.textContent = "";
    this.range = null;
    this.shown = -2;
    // a frame of the screen is enough; what lies between is for the traces
    this.feed = new SignalFeed(this.app, this.app.stream(port)!, null, { reduce: "latest", every: this.app.live ? 0.5 : 0, changed: () => this.touch() });
  }
  private cut(): void {
    this.scene?.clip(this.clip.axis as "off" | "x" | "y" | "z", this.clip.at);
    this.touch();
  }
  private touch(): void {
    this.dirty = true;
  }

  frame(): void {
    if (!this.dirty || !this.scene || this.body.clientWidth === 0) return;
    this.dirty = false;
    this.paintValues();
    this.scene.render();
  }

  private paintValues(): void {
    if (!this.feed || !this.table) return;
    const { store } = this.feed.view();
    const { axis } = this.app;
    const at = store.at(axis.now);
    if (at < 0) {
      this.scene!.grey();
      return;
    }
    const spread = this.spread(at);
    if (at === this.shown && !spread) return;
    this.shown = at;
    const [low, high] = this.range!;
    const chosen = this.app.neuron && this.table.has("cell") ? this.app.neuron.element : -1;
    this.scene!.color(store.sample(at), low, high, colorMap(this.map), chosen >= 0 ? this.table.column("cell") : null, chosen);
    this.label.textContent = `${this.port} at ${timeText(store.times[at]!, axis.span)}`;
    this.paintScale(low, high);
  }
  /** Widens the range of colours to what is shown; true where it changed. */
  private spread(at: number): boolean {
    const { store } = this.feed!.view();
    let [low, high] = this.range ?? [Infinity, -Infinity];
    // the first range comes from samples all over what is here
    const places = this.range ? [at] : Array.from({ length: 60 }, (_, k) => Math.floor((k * (store.count - 1)) / 59));
    const before = `${low} ${high}`;
    for (const k of places) for (const v of store.sample(k)) (low = Math.min(low, v)), (high = Math.max(high, v));
    if (!(high > low)) high = low + (Math.abs(low) * 0.01 || 1);
    this.range = [low, high];
    return before !== `${low} ${high}`;
  }
  private paintScale(low: number, high: number): void {
    const c = this.scale.getContext("2d")!;
    const { theme } = this.app;
    c.clearRect(0, 0, 74, 150);
    const colors = colorMap(this.map);
    for (let k = 0; k < 128; ++k) {
      const v = colors[255 - 2 * k]!;
      c.fillStyle = `rgb(${v & 255},${(v >> 8) & 255},${(v >> 16) & 255})`;
      c.fillRect(0, 8 + k, 10, 1);
    }
    c.fillStyle = theme.faint;
    c.font = "10px system-ui";
    const [least, greatest] = ends(low, high);
    c.fillText(greatest, 14, 14);
    c.fillText(least, 14, 136);
    c.fillText(this.feed!.info.unit, 14, 76);
  }

  private async picture(scale: number): Promise<HTMLCanvasElement> {
    const [w, hgt] = [this.body.clientWidth, this.body.clientHeight];
    const canvas = h("canvas", { width: w * scale, height: hgt * scale });
    const c = canvas.getContext("2d")!;
    c.scale(scale, scale);
    c.drawImage(this.scene!.snapshot(scale), 0, 0, w, hgt);
    c.drawImage(this.scale, w - 84, 10);
    c.fillStyle = this.app.theme.faint;
    c.font = "12px system-ui";
    c.fillText(this.label.textContent ?? "", 12, hgt - 12);
    return canvas;
  }
  async png(scale: number): Promise<Blob> {
    const canvas = await this.picture(scale);
    return new Promise((give, fail) => canvas.toBlob((b) => (b ? give(b) : fail(new Error("no picture")))));
  }
  /** A scene has no lines to keep: the picture in an SVG. */
  async svg(): Promise<string> {
    const canvas = await this.picture(2);
    const pen = new SvgPen(this.body.clientWidth, this.body.clientHeight);
    pen.image(canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height), 0, 0, this.body.clientWidth, this.body.clientHeight);
    return pen.toString();
  }
  csv(): string {
    if (!this.feed || this.shown < 0) return "";
    const { store } = this.feed.view();
    const sample = store.sample(this.shown);
    const lines = [`element,label,value_${this.feed.info.unit},time_ms`];
    this.table!.ids.forEach((id, k) => lines.push(`${id},${this.table!.label(id)},${sample[k]},${store.times[this.shown]}`));
    return lines.join("\n") + "\n";
  }
  /** For tests: how many segments the scene has, and whether they have colours. */
  get state(): { segments: number; shown: number } {
    return { segments: this.scene?.segments ?? 0, shown: this.shown };
  }
}
