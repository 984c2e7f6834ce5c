// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { ticks, timeText } from "./axis";
import { h } from "./dom";
import { ScreenPen } from "./pen";

/** The whole run below the panels, with the stretch that they show; drag it. */
export class Strip {
  readonly element = h("footer", { class: "strip" });
  private readonly canvas = h("canvas");
  private dirty = true;
  private width = 0;
  private readonly height = 34;

  constructor(private readonly app: App) {
    this.element.append(this.canvas);
    new ResizeObserver(() => (this.dirty = true)).observe(this.element);
    app.axis.addEventListener("change", () => (this.dirty = true));
    app.addEventListener("theme", () => (this.dirty = true));
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      const { axis } = app;
      axis.setFollow(false);
      const inside = this.time(event.offsetX) >= axis.from && this.time(event.offsetX) <= axis.to;
      const grip = inside ? this.time(event.offsetX) - (axis.from + axis.to) / 2 : 0;
      const move = (e: PointerEvent) => {
        const middle = this.time(e.offsetX) - grip;
        axis.show(middle - axis.span / 2, middle + axis.span / 2);
      };
      move(event);
      this.canvas.addEventListener("pointermove", move);
      this.canvas.addEventListener("pointerup", () => this.canvas.removeEventListener("pointermove", move), { once: true });
    });
  }
  private time(x: number): number {
    return ((x - 12) / Math.max(1, this.width - 24)) * this.app.axis.end;
  }

  private lastClock = -1;
  frame(): void {
    const { axis, theme } = this.app;
    if (axis.clock !== this.lastClock) this.dirty = true;
    if (!this.dirty) return;
    this.dirty = false;
    this.lastClock = axis.clock;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const wide = this.element.clientWidth;
    if (wide !== this.width || this.canvas.width !== Math.round(wide * ratio)) {
      this.width = wide;
      this.canvas.width = Math.round(wide * ratio);
      this.canvas.height = Math.round(this.height * ratio);
    }
    const context = this.canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const pen = new ScreenPen(context);
    const x = (t: number) => 12 + (t / axis.end) * (this.width - 24);
    pen.rect(0, 0, this.width, this.height, theme.panel);
    pen.rect(12, 8, this.width - 24, 8, theme.grid);
    pen.rect(12, 8, Math.max(0, x(Math.min(axis.clock, axis.end)) - 12), 8, theme.faint);
    const [left, right] = [Math.max(12, x(axis.from)), Math.min(this.width - 12, x(axis.to))];
    pen.rect(left, 5, Math.max(2, right - left), 14, `${theme.accent}55`);
    pen.frame(left, 5, Math.max(2, right - left), 14, theme.accent);
    for (const m of axis.markers) pen.line([x(m.at), 3, x(m.at), 20], theme.marker, 2);
    if (axis.cursor !== null) pen.line([x(axis.cursor), 3, x(axis.cursor), 20], theme.cursor, 1.5);
    for (const t of ticks(0, axis.end, this.width / 130)) pen.text(timeText(t, axis.end), x(t), 27, { color: theme.faint, size: 10, align: t === 0 ? "left" : x(t) > this.width - 40 ? "right" : "center" });
  }
}
