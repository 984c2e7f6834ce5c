// SPDX-License-Identifier: MIT
// What panels draw with: on the screen, or as SVG for a paper. Coordinates are CSS pixels.

export interface TextStyle {
  color?: string;
  size?: number;
  align?: "left" | "center" | "right";
  base?: "top" | "middle" | "bottom";
  bold?: boolean;
  vertical?: boolean;
}

export interface Pen {
  readonly vector: boolean;
  /** Joined points x0 y0 x1 y1 ...; NaN lifts the pen. */
  line(xy: ArrayLike<number>, color: string, width?: number, dash?: number[]): void;
  rect(x: number, y: number, w: number, h: number, fill: string): void;
  frame(x: number, y: number, w: number, h: number, color: string): void;
  disc(x: number, y: number, r: number, fill: string, stroke?: string): void;
  text(text: string, x: number, y: number, style?: TextStyle): void;
  /** Pixels into a rectangle. `over`: they have holes, through which one sees what was there. */
  image(pixels: ImageData, x: number, y: number, w: number, h: number, over?: boolean): void;
  clipped(x: number, y: number, w: number, h: number, draw: () => void): void;
}

const family = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

export class ScreenPen implements Pen {
  readonly vector = false;
  private scratch: HTMLCanvasElement | null = null;
  constructor(private readonly c: CanvasRenderingContext2D) {}

  line(xy: ArrayLike<number>, color: string, width = 1, dash: number[] = []): void {
    const c = this.c;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.setLineDash(dash);
    c.beginPath();
    let down = false;
    for (let k = 0; k + 1 < xy.length; k += 2) {
      const x = xy[k]!;
      const y = xy[k + 1]!;
      if (Number.isNaN(x) || Number.isNaN(y)) down = false;
      else if (down) c.lineTo(x, y);
      else {
        c.moveTo(x, y);
        down = true;
      }
    }
    c.stroke();
    c.setLineDash([]);
  }
  rect(x: number, y: number, w: number, h: number, fill: string): void {
    this.c.fillStyle = fill;
    this.c.fillRect(x, y, w, h);
  }
  frame(x: number, y: number, w: number, h: number, color: string): void {
    this.c.strokeStyle = color;
    this.c.lineWidth = 1;
    this.c.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  }
  disc(x: number, y: number, r: number, fill: string, stroke?: string): void {
    this.c.beginPath();
    this.c.arc(x, y, r, 0, 2 * Math.PI);
    this.c.fillStyle = fill;
    this.c.fill();
    if (!stroke) return;
    this.c.strokeStyle = stroke;
    this.c.lineWidth = 1.5;
    this.c.stroke();
  }
  text(text: string, x: number, y: number, style: TextStyle = {}): void {
    const c = this.c;
    c.font = `${style.bold ? "600 " : ""}${style.size ?? 11}px ${family}`;
    c.fillStyle = style.color ?? "#888";
    c.textAlign = style.align ?? "left";
    c.textBaseline = style.base ?? "middle";
    if (!style.vertical) return c.fillText(text, x, y);
    c.save();
    c.translate(x, y);
    c.rotate(-Math.PI / 2);
    c.fillText(text, 0, 0);
    c.restore();
  }
  image(pixels: ImageData, x: number, y: number, w: number, h: number, over = false): void {
    // pixel by pixel where it fits: no copy through another canvas
    const { a: scale } = this.c.getTransform();
    if (!over && Math.abs(w * scale - pixels.width) < 1 && Math.abs(h * scale - pixels.height) < 1) return this.c.putImageData(pixels, Math.round(x * scale), Math.round(y * scale));
    this.scratch ??= document.createElement("canvas");
    if (this.scratch.width !== pixels.width || this.scratch.height !== pixels.height) {
      this.scratch.width = pixels.width;
      this.scratch.height = pixels.height;
    }
    this.scratch.getContext("2d")!.putImageData(pixels, 0, 0);
    this.c.imageSmoothingEnabled = false;
    this.c.drawImage(this.scratch, x, y, w, h);
  }
  clipped(x: number, y: number, w: number, h: number, draw: () => void): void {
    this.c.save();
    this.c.beginPath();
    this.c.rect(x, y, w, h);
    this.c.clip();
    draw();
    this.c.restore();
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);
const n = (value: number) => String(Math.round(value * 100) / 100);

export class SvgPen implements Pen {
  readonly vector = true;
  private readonly parts: string[] = [];
  private clips = 0;
  constructor(private readonly width: number, private readonly height: number) {}

  line(xy: ArrayLike<number>, color: string, width = 1, dash: number[] = []): void {
    let d = "";
    let down = false;
    for (let k = 0; k + 1 < xy.length; k += 2) {
      if (Number.isNaN(xy[k]!) || Number.isNaN(xy[k + 1]!)) {
        down = false;
        continue;
      }
      d += `${down ? "L" : "M"}${n(xy[k]!)} ${n(xy[k + 1]!)}`;
      down = true;
    }
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    if (d) this.parts.push(`<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}"${dashes}/>`);
  }
  rect(x: number, y: number, w: number, h: number, fill: string): void {
    this.parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, w))}" height="${n(Math.max(0, h))}" fill="${fill}"/>`);
  }
  frame(x: number, y: number, w: number, h: number, color: string): void {
    this.parts.push(`<rect x="${n(x + 0.5)}" y="${n(y + 0.5)}" width="${n(w - 1)}" height="${n(h - 1)}" fill="none" stroke="${color}"/>`);
  }
  disc(x: number, y: number, r: number, fill: string, stroke?: string): void {
    this.parts.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"${stroke ? ` stroke="${stroke}" stroke-width="1.5"` : ""}/>`);
  }
  text(text: string, x: number, y: number, style: TextStyle = {}): void {
    const anchor = { left: "start", center: "middle", right: "end" }[style.align ?? "left"];
    const base = { top: "text-before-edge", middle: "central", bottom: "text-after-edge" }[style.base ?? "middle"];
    const turn = style.vertical ? ` transform="rotate(-90 ${n(x)} ${n(y)})"` : "";
    this.parts.push(
      `<text x="${n(x)}" y="${n(y)}" fill="${style.color ?? "#888"}" font-size="${style.size ?? 11}" text-anchor="${anchor}"` +
        ` dominant-baseline="${base}"${style.bold ? ' font-weight="600"' : ""}${turn}>${escaped(text)}</text>`,
    );
  }
  image(pixels: ImageData, x: number, y: number, w: number, h: number): void {
    const canvas = document.createElement("canvas");
    canvas.width = pixels.width;
    canvas.height = pixels.height;
    canvas.getContext("2d")!.putImageData(pixels, 0, 0);
    this.parts.push(
      `<image x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${canvas.toDataURL()}"/>`,
    );
  }
  clipped(x: number, y: number, w: number, h: number, draw: () => void): void {
    const id = `clip${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }
  toString(): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}" ` +
      `font-family="${escaped(family)}">${this.parts.join("\n")}</svg>\n`
    );
  }
}
