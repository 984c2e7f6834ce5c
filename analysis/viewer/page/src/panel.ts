// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { short, ticks, timeText } from "./axis";
import { h } from "./dom";
import { ScreenPen, SvgPen, type Pen } from "./pen";

export interface Box { x: number; y: number; w: number; h: number }

/** One panel of the page. */
export abstract class Panel {
  readonly body = h("div", { class: "panel-body" });
  readonly options = h("div", { class: "panel-options" });
  private gone: (() => void)[] = [];

  constructor(readonly app: App, readonly kind: string, readonly title: string) {}

  /** Called once when the panel is on the page. */
  abstract start(): void;
  /** Draws what has changed; called at each frame of the screen while the panel is in sight. */
  abstract frame(): void;
  /** The panel as a picture. */
  abstract svg(): Promise<string>;
  abstract png(scale: number): Promise<Blob>;
  /** What it shows as a table. */
  abstract csv(): string;

  close(): void {
    for (const undo of this.gone) undo();
  }
  /** Listens until the panel is closed. */
  protected on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener);
    this.gone.push(() => target.removeEventListener(type, listener));
  }
  protected whenClosed(undo: () => void): void {
    this.gone.push(undo);
  }
  /** What people set in this panel, kept with the layout. */
  protected setting<T>(name: string, otherwise: T): T {
    return (this.app.recall(`${this.kind}.${name}`) as T | null) ?? otherwise;
  }
  protected keep(name: string, value: unknown): void {
    this.app.keep(`${this.kind}.${name}`, value);
  }
}

/** A panel that is drawn on one canvas, and again with the same code as SVG. */
export abstract class CanvasPanel extends Panel {
  protected readonly canvas = h("canvas");
  protected readonly empty = h("div", { class: "empty" });
  protected dirty = true;
  protected width = 0;
  protected height = 0;
  protected readonly ratio = Math.min(2, window.devicePixelRatio || 1);
  private pen!: ScreenPen;

  start(): void {
    this.body.append(this.canvas, this.empty);
    const context = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
    this.pen = new ScreenPen(context);
    const sized = new ResizeObserver(() => {
      this.width = Math.max(1, this.body.clientWidth);
      this.height = Math.max(1, this.body.clientHeight);
      this.canvas.width = Math.round(this.width * this.ratio);
      this.canvas.height = Math.round(this.height * this.ratio);
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      this.dirty = true;
    });
    sized.observe(this.body);
    this.whenClosed(() => sized.disconnect());
    this.on(this.app, "theme", () => this.touch());
    this.begin();
  }
  protected begin(): void {}
  /** Something to draw is new. */
  protected touch(): void {
    this.dirty = true;
  }
  frame(): void {
    if (!this.dirty || this.width <= 1) return;
    this.dirty = false;
    this.draw(this.pen);
  }
  abstract paint(pen: Pen): void;
  private draw(pen: Pen): void {
    pen.rect(0, 0, this.width, this.height, this.app.theme.panel);
    this.paint(pen);
  }
  /** Says in the panel why there is nothing to see; "" takes it away. */
  protected say(text: string): void {
    if (this.empty.textContent !== text) this.empty.textContent = text;
  }
  async svg(): Promise<string> {
    const pen = new SvgPen(this.width, this.height);
    this.draw(pen);
    return pen.toString();
  }
  async png(scale: number): Promise<Blob> {
    const canvas = h("canvas", { width: this.width * scale, height: this.height * scale });
    const context = canvas.getContext("2d")!;
    context.scale(scale, scale);
    this.draw(new ScreenPen(context));
    return new Promise((give, fail) => canvas.toBlob((b) => (b ? give(b) : fail(new Error("no picture")))));
  }
}

export const margin = { left: 72, right: 12, top: 8, bottom: 22 };

/** A panel whose x is the shared time: zoom by wheel, pan by dragging, a linked cursor. */
export abstract class TimePanel extends CanvasPanel {
  protected readonly marginRight: number = margin.right;

  protected override begin(): void {
    this.on(this.app.axis, "change", () => this.touch());
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const axis = this.app.axis;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) axis.pan((event.deltaX / this.plotWidth) * axis.span);
      else axis.zoom(Math.exp(Math.sign(event.deltaY) * Math.min(0.35, Math.abs(event.deltaY) / 300)), this.timeAt(event.offsetX));
    }, { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons === 0 && this.app.axis.point(this.inside(event.offsetX)));
    this.canvas.addEventListener("pointerleave", () => this.app.axis.point(null));
    this.canvas.addEventListener("dblclick", () => this.app.axis.show(0, this.app.axis.end));
  }
  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const axis = this.app.axis;
    const x0 = event.offsetX;
    const [from, to] = [axis.from, axis.to];
    let moved = false;
    this.canvas.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent) => {
      if (Math.abs(e.offsetX - x0) > 4) moved = true;
      if (!moved) return;
      axis.setFollow(false);
      const by = ((x0 - e.offsetX) / this.plotWidth) * (to - from);
      axis.show(from + by, to + by);
    };
    const up = (e: PointerEvent) => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", up);
      if (!moved) this.clicked(e.offsetX, e.offsetY, e.shiftKey);
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", up);
  }
  /** A click puts the cursor there until the next one, unless a panel knows better. */
  protected clicked(x: number, _y: number, _shift: boolean): void {
    const axis = this.app.axis;
    if (axis.pinned) axis.point(null, true);
    else axis.point(this.inside(x), true);
  }

  protected get plotWidth(): number {
    return Math.max(1, this.width - margin.left - this.marginRight);
  }
  protected timeAt(x: number): number {
    return this.app.axis.from + ((x - margin.left) / this.plotWidth) * this.app.axis.span;
  }
  protected xOf(t: number): number {
    return margin.left + ((t - this.app.axis.from) / this.app.axis.span) * this.plotWidth;
  }
  private inside(x: number): number | null {
    return x >= margin.left && x <= this.width - this.marginRight ? this.timeAt(x) : null;
  }

  /** Time axis below, grid, markers and the cursor. */
  protected timeAxis(pen: Pen, top: number, bottom: number): void {
    const { axis, theme } = this.app;
    const marks = ticks(axis.from, axis.to, this.plotWidth / 90);
    for (const t of marks) {
      const x = this.xOf(t);
      if (x < margin.left - 1 || x > this.width - this.marginRight + 1) continue;
      pen.line([x, bottom, x, bottom + 4], theme.faint);
      const edge = this.width - this.marginRight;
      pen.text(timeText(t, axis.span), Math.min(x, edge + 6), bottom + 12, { color: theme.faint, align: x > edge - 22 ? "right" : "center" });
    }
    pen.line([margin.left, bottom + 0.5, this.width - this.marginRight, bottom + 0.5], theme.faint);
    for (const marker of axis.markers) {
      if (marker.at < axis.from || marker.at > axis.to) continue;
      const x = this.xOf(marker.at);
      pen.line([x, top, x, bottom], theme.marker, 1, [4, 3]);
      pen.text(marker.text, x + 3, top + 6, { color: theme.marker, size: 10 });
    }
    if (axis.cursor !== null && axis.cursor >= axis.from && axis.cursor <= axis.to) {
      const x = this.xOf(axis.cursor);
      pen.line([x, top, x, bottom], theme.cursor, axis.pinned ? 1.5 : 1, axis.pinned ? [] : [2, 2]);
    }
  }
  protected timeGrid(pen: Pen, top: number, bottom: number): void {
    const { axis, theme } = this.app;
    for (const t of ticks(axis.from, axis.to, this.plotWidth / 90)) {
      const x = this.xOf(t);
      if (x > margin.left && x < this.width - this.marginRight) pen.line([x, top, x, bottom], theme.grid);
    }
  }
  /** Values on the left, with a label; returns the place of a value. */
  protected valueAxis(pen: Pen, box: Box, low: number, high: number, label: string): (value: number) => number {
    const { theme } = this.app;
    const y = (value: number) => box.y + box.h - ((value - low) / (high - low || 1)) * box.h;
    for (const v of ticks(low, high, Math.max(1, Math.min(6, box.h / 30)))) {
      const at = y(v);
      if (at < box.y - 1 || at > box.y + box.h + 1) continue;
      pen.line([box.x, at, box.x + box.w, at], theme.grid);
      pen.text(short(v), box.x - 6, at, { color: theme.faint, align: "right", size: 10 });
    }
    pen.text(label, 10, box.y + box.h / 2, { color: theme.faint, align: "center", vertical: true, size: 11 });
    return y;
  }
}
