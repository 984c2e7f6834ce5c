// SPDX-License-Identifier: MIT

export interface Theme {
  name: "light" | "dark";
  page: string;
  panel: string;
  text: string;
  faint: string;
  grid: string;
  cursor: string;
  marker: string;
  accent: string;
  warn: string;
  /** For populations and traces; told apart by people who see few colours (after Okabe and Ito). */
  series: string[];
}

export const light: Theme = {
  name: "light", page: "#f2f4f7", panel: "#ffffff", text: "#1b2430", faint: "#64707f", grid: "#e4e8ee",
  cursor: "#1b2430", marker: "#b4316f", accent: "#0067a8", warn: "#c2410c",
  series: ["#0072b2", "#d55e00", "#009e73", "#b4518f", "#c98a00", "#3a9bdc", "#8c564b", "#555555"],
};
export const dark: Theme = {
  name: "dark", page: "#0e1217", panel: "#161c24", text: "#e6ebf2", faint: "#93a1b3", grid: "#263040",
  cursor: "#f3f6fa", marker: "#ff7fb8", accent: "#4db3ff", warn: "#ff9457",
  series: ["#56b4e9", "#ff8c42", "#2dc99b", "#e39ac6", "#f0c23c", "#8fc7ff", "#d3a08b", "#bdc4cc"],
};

const stops: Record<string, number[][]> = {
  // from dark to bright in even steps of lightness (after viridis, by van der Walt and Smith)
  viridis: [[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37]],
  inferno: [[0, 0, 4], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 164]],
  // grey at rest, through yellow and red: shows on white and on black
  ember: [[128, 142, 162], [150, 156, 160], [206, 176, 110], [244, 180, 60], [240, 130, 40], [220, 70, 40], [180, 20, 60], [120, 0, 80]],
  // blue below zero, red above it
  diverging: [[5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [247, 247, 247], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31]],
};
export type MapName = "ember" | "viridis" | "inferno" | "diverging";

const tables = new Map<MapName, Uint32Array>();

/** 256 colours as the pixels of an ImageData (little-endian ABGR). */
export function colorMap(name: MapName): Uint32Array {
  let table = tables.get(name);
  if (!table) {
    table = new Uint32Array(256);
    const list = stops[name]!;
    for (let k = 0; k < 256; ++k) {
      const at = (k / 255) * (list.length - 1);
      const low = Math.min(Math.floor(at), list.length - 2);
      const [r, g, b] = [0, 1, 2].map((c) => Math.round(list[low]![c]! + (at - low) * (list[low + 1]![c]! - list[low]![c]!)));
      table[k] = (255 << 24) | (b! << 16) | (g! << 8) | r!;
    }
    tables.set(name, table);
  }
  return table;
}

/** "#rrggbb" as a pixel of an ImageData. */
export function pixel(color: string): number {
  const v = parseInt(color.slice(1), 16);
  return ((255 << 24) | ((v & 255) << 16) | (v & 0xff00) | (v >> 16)) >>> 0;
}
