// SPDX-License-Identifier: MIT

/** In place, length a power of two. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; ++i) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    for (let k = 0; k < half; ++k) {
      const angle = (-2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const tr = re[b]! * c - im[b]! * s;
        const ti = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - tr;
        im[b] = im[a]! - ti;
        re[a] = re[a]! + tr;
        im[a] = im[a]! + ti;
      }
    }
  }
}

/** The spectrum of any length by direct sums where it is no power of two (Bluestein would be faster). */
function transform(x: Float64Array): { re: Float64Array; im: Float64Array } {
  const n = x.length;
  if ((n & (n - 1)) === 0) {
    const re = x.slice();
    const im = new Float64Array(n);
    fft(re, im);
    return { re, im };
  }
  const half = Math.floor(n / 2) + 1;
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const c = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const s = Float64Array.from({ length: n }, (_, k) => Math.sin((2 * Math.PI * k) / n));
  for (let f = 0; f < half; ++f)
    for (let t = 0, at = 0; t < n; ++t, at = (at + f) % n) {
      re[f]! += x[t]! * c[at]!;
      im[f]! -= x[t]! * s[at]!;
    }
  return { re, im };
}

export interface Spectrum {
  hz: Float64Array;
  density: Float64Array; // unit² / Hz
  segments: number;
}

/** One-sided periodogram of one segment: Hann, less its mean, as a density (Welch 1967). */
export function periodogram(x: Float64Array, fs: number): Float64Array {
  const n = x.length;
  const mean = x.reduce((a, b) => a + b, 0) / n;
  let power = 0;
  const windowed = Float64Array.from(x, (v, k) => {
    const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / n);
    power += w * w;
    return (v - mean) * w;
  });
  const { re, im } = transform(windowed);
  const half = Math.floor(n / 2) + 1;
  return Float64Array.from({ length: half }, (_, k) => {
    const twice = k === 0 || (n % 2 === 0 && k === half - 1) ? 1 : 2;
    return (twice * (re[k]! * re[k]! + im[k]! * im[k]!)) / (fs * power);
  });
}

/** Welch's average over segments of n samples with half overlap. */
export function welch(x: Float64Array, fs: number, n: number): Spectrum {
  const sum = new Float64Array(Math.floor(n / 2) + 1);
  let segments = 0;
  for (let at = 0; at + n <= x.length; at += Math.floor(n / 2)) {
    const p = periodogram(x.subarray(at, at + n), fs);
    for (let k = 0; k < sum.length; ++k) sum[k]! += p[k]!;
    ++segments;
  }
  return { hz: Float64Array.from(sum, (_, k) => (k * fs) / n), density: sum.map((v) => v / Math.max(1, segments)), segments };
}
