// SPDX-License-Identifier: MIT

/** The stretch of simulated time that all panels show, and the instant they point at. */
export class TimeAxis extends EventTarget {
  from = 0;
  to = 100;
  end = 100; // the run's
  clock = 0; // how far it has come, as far as data are here
  follow = true;
  cursor: number | null = null; // where somebody points or has put it
  pinned = false;
  markers: { at: number; text: string; kind: string }[] = [];
  readonly shortest = 0.05;

  get span(): number {
    return this.to - this.from;
  }
  /** The instant that pictures of a moment show. */
  get now(): number {
    return this.cursor ?? Math.min(this.clock, this.to);
  }

  show(from: number, to: number): void {
    const span = Math.min(Math.max(to - from, this.shortest), Math.max(this.end * 1.02, this.shortest));
    const middle = (from + to) / 2;
    let begin = middle - span / 2;
    begin = Math.max(-0.01 * span, Math.min(begin, this.end - 0.99 * span));
    if (begin === this.from && begin + span === this.to) return;
    this.from = begin;
    this.to = begin + span;
    this.changed();
  }
  zoom(factor: number, around = (this.from + this.to) / 2): void {
    const anchor = this.follow ? this.to : around;
    this.show(anchor - (anchor - this.from) * factor, anchor + (this.to - anchor) * factor);
  }
  pan(by: number): void {
    this.setFollow(false);
    this.show(this.from + by, this.to + by);
  }
  setFollow(on: boolean): void {
    if (this.follow === on) return;
    this.follow = on;
    this.changed();
  }
  point(at: number | null, pin = false): void {
    if (pin) this.pinned = at !== null;
    else if (this.pinned) return;
    if (at === this.cursor) return;
    this.cursor = at;
    this.changed();
  }
  /** Data are here up to `clock`: when following, the view glides there. */
  tick(seconds: number): void {
    if (!this.follow) return;
    const target = Math.max(this.clock + 0.02 * this.span, 0.99 * this.span);
    const distance = target - this.to;
    if (Math.abs(distance) < 1e-6 * this.span) return;
    // half of the way in 60 ms; what lies far off at once
    const part = Math.abs(distance) > this.span ? 1 : 1 - Math.pow(0.5, seconds / 0.06);
    const to = Math.abs(distance) < 5e-4 * this.span ? target : this.to + distance * part;
    this.from = to - this.span;
    this.to = to;
    this.changed();
  }
  changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** Round steps: about `count` of them between low and high. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / Math.max(1, count);
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999)!;
  const result: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) result.push(Number((k * step).toPrecision(12)));
  return result;
}

/** "12.5 ms", "1.25 s": as many digits as `span` needs. */
export function timeText(ms: number, span = 0): string {
  const [scale, unit] = Math.max(Math.abs(ms), span) >= 20000 ? [1000, "s"] : [1, "ms"];
  const fine = span > 0 ? span / 400 : Math.abs(ms) / 1e4;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(Math.max(fine / scale, 1e-9)))));
  return `${Number((ms / scale).toFixed(digits))} ${unit}`;
}

/** A value as short as it can be said. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** Two values as short as they can be said and still be told apart; the second by what it is more, where they are close. */
export function ends(low: number, high: number): [string, string] {
  if (short(low) !== short(high)) return [short(low), short(high)];
  return [short(low), high > low ? `+ ${short(high - low)}` : short(high)];
}
