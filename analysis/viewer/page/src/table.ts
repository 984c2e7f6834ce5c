// SPDX-License-Identifier: MIT
import type { Population, TableWord } from "./protocol";

/** What the elements of a port are: one row an element, ascending by element number. */
export class Table {
  readonly port: string;
  readonly kind: string;
  readonly ids: Uint32Array;
  readonly populations: Population[];
  private readonly columns: TableWord["columns"];
  private places: Map<number, number> | null = null;

  constructor(word: TableWord) {
    this.port = word.port;
    this.kind = word.kind;
    const count = word.ids.reduce((n, r) => n + r[1], 0);
    this.ids = new Uint32Array(count);
    let k = 0;
    for (const [first, n, stride] of word.ids) for (let i = 0; i < n; ++i) this.ids[k++] = first + i * stride;
    this.columns = word.columns;
    this.populations = word.populations.length > 0 ? word.populations : this.all(word.port);
  }

  private all(port: string): Population[] {
    const first = this.ids[0] ?? 0;
    return [{ name: port.split(".")[0]!, first, count: (this.ids[this.ids.length - 1] ?? 0) + 1 - first }];
  }

  has(...names: string[]): boolean {
    return names.every((name) => name in this.columns);
  }
  column(name: string): number[] {
    return this.columns[name]?.values ?? [];
  }
  unit(name: string): string {
    return this.columns[name]?.unit ?? "";
  }

  /** The row of an element, or -1. */
  row(element: number): number {
    const contiguous = element - this.ids[0]!;
    if (this.ids[contiguous] === element) return contiguous;
    if (!this.places) {
      this.places = new Map();
      for (let k = 0; k < this.ids.length; ++k) this.places.set(this.ids[k]!, k);
    }
    return this.places.get(element) ?? -1;
  }

  populationOf(element: number): number {
    return this.populations.findIndex((p) => element >= p.first && element < p.first + p.count);
  }

  /** "pyramidal 3", or for a segment "pyramidal 3, apic, section 4 (2)". */
  label(element: number): string {
    const row = this.row(element);
    if (row < 0) return `${this.kind} ${element}`;
    if (this.kind === "segment" && this.has("cell", "section")) {
      const types: Record<number, string> = { 1: "soma", 2: "axon", 3: "dend", 4: "apic" };
      const type = types[this.column("swc_type")[row] ?? 0] ?? "";
      const where = type === "soma" ? "soma" : `${type || "section"} ${this.column("section")[row]}.${this.column("segment")[row] ?? 0}`;
      return `cell ${this.column("cell")[row]} ${where}`;
    }
    if (this.has("channel")) return `channel ${this.column("channel")[row]}`;
    const p = this.populations[this.populationOf(element)];
    return p ? `${p.name} ${element - p.first}` : `${this.kind} ${element}`;
  }
}
