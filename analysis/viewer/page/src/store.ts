// SPDX-License-Identifier: MIT
import type { Frame } from "./protocol";

/** The first place in ascending `times[0, count)` whose time is beyond t. */
export function beyond(times: Float64Array, count: number, t: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grown<T extends Float64Array | Float32Array | Uint32Array>(old: T, size: number): T {
  const larger = new (old.constructor as new (n: number) => T)(size);
  larger.set(old as never);
  return larger;
}

/** Spikes in order of time. The oldest half goes when there are too many. */
export class SpikeStore {
  times = new Float64Array(1 << 12);
  elements = new Uint32Array(1 << 12);
  count = 0;
  dropped = 0;
  constructor(private readonly most = 4 << 20) {}

  add(frame: Frame): void {
    const n = frame.times.length;
    if (this.count + n > this.most) this.forget(Math.max(this.count >> 1, this.count + n - this.most));
    if (this.count + n > this.times.length) {
      const size = Math.max(2 * this.times.length, this.count + n);
      this.times = grown(this.times, size);
      this.elements = grown(this.elements, size);
    }
    this.times.set(frame.times, this.count);
    this.elements.set(frame.elements, this.count);
    this.count += n;
  }
  private forget(n: number): void {
    n = Math.min(n, this.count);
    this.times.copyWithin(0, n, this.count);
    this.elements.copyWithin(0, n, this.count);
    this.count -= n;
    this.dropped += n;
  }
  /** Places [first, end) of the spikes in (from, to]. */
  range(from: number, to: number): [number, number] {
    return [beyond(this.times, this.count, from), beyond(this.times, this.count, to)];
  }
}

/** Samples of some elements in order of time: values[sample * width + k]. */
export class SignalStore {
  times = new Float64Array(256);
  values = new Float32Array(0);
  count = 0;
  width = 0;
  /** Instants in which there may be samples that never came. */
  constructor(private readonly mostBytes = 96 << 20) {}

  clear(): void {
    this.count = 0;
  }
  add(frame: Frame): void {
    if (frame.times.length === 0) return;
    if (frame.width !== this.width) {
      this.width = frame.width;
      this.values = new Float32Array(256 * this.width);
      this.times = new Float64Array(256);
      this.count = 0;
    }
    const n = frame.times.length;
    const most = Math.max(2 * n, Math.floor(this.mostBytes / (4 * this.width)));
    if (this.count + n > most) this.forget(this.count >> 1);
    if (this.count + n > this.times.length) {
      const size = Math.max(2 * this.times.length, this.count + n);
      this.times = grown(this.times, size);
      this.values = grown(this.values, size * this.width);
    }
    this.times.set(frame.times, this.count);
    this.values.set(frame.values, this.count * this.width);
    this.count += n;
  }
  private forget(n: number): void {
    this.times.copyWithin(0, n, this.count);
    this.values.copyWithin(0, n * this.width, this.count * this.width);
    this.count -= n;
  }
  range(from: number, to: number): [number, number] {
    return [beyond(this.times, this.count, from), beyond(this.times, this.count, to)];
  }
  /** The sample in force at t: the last one at or before it; -1 where there is none. */
  at(t: number): number {
    return beyond(this.times, this.count, t) - 1;
  }
  sample(k: number): Float32Array {
    return this.values.subarray(k * this.width, (k + 1) * this.width);
  }
}
