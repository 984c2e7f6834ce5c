// SPDX-License-Identifier: MIT
import { TimeAxis } from "./axis";
import type { Connection } from "./connection";
import type { Hello, StreamInfo } from "./protocol";
import { dark, light, type Theme } from "./theme";

/** A signal's element that somebody looks at. */
export interface Pick {
  port: string;
  element: number;
}

/** What panels share: the run, the time axis, what is picked, the looks. */
export class App extends EventTarget {
  readonly axis = new TimeAxis();
  theme: Theme = light;
  picks: Pick[];
  neuron: Pick | null = null; // of a spike port

  constructor(readonly connection: Connection, readonly hello: Hello) {
    super();
    this.theme = (this.recall("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark" ? dark : light;
    const kept = (this.recall("picks") ?? []) as Pick[];
    this.picks = kept.filter((p) => hello.streams.some((s) => s.port === p.port));
    this.addEventListener("picks", () => this.keep("picks", this.picks));
    this.axis.end = hello.stop_ms || 1;
    this.axis.follow = hello.live;
    if (hello.live) this.axis.to = Math.min(500, this.axis.end);
    else this.axis.to = this.axis.end * 1.005;
    this.axis.clock = hello.live ? 0 : this.axis.end;
  }

  get live(): boolean {
    return this.hello.live;
  }
  stream(port: string): StreamInfo | undefined {
    return this.hello.streams.find((s) => s.port === port);
  }
  spikePorts(): StreamInfo[] {
    return this.hello.streams.filter((s) => s.kind === "spikes");
  }
  signals(element?: string): StreamInfo[] {
    return this.hello.streams.filter((s) => s.kind === "signal" && (!element || s.element === element));
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.keep("theme", theme.name);
    this.announce("theme");
  }

  /** Adds a trace, or takes it away where it is there. */
  toggle(pick: Pick): void {
    const at = this.picks.findIndex((p) => p.port === pick.port && p.element === pick.element);
    if (at >= 0) this.picks.splice(at, 1);
    else this.picks.push(pick);
    if (this.picks.length > 24) this.picks.shift();
    this.announce("picks");
  }
  add(pick: Pick): void {
    if (!this.picks.some((p) => p.port === pick.port && p.element === pick.element)) this.toggle(pick);
  }

  /** A neuron was clicked: everybody marks it, and its voltage at the soma becomes a trace. */
  async choose(neuron: Pick | null): Promise<void> {
    this.neuron = neuron;
    this.announce("neuron");
    if (!neuron) return;
    const module = neuron.port.split(".")[0];
    for (const signal of this.signals().filter((s) => s.port.startsWith(`${module}.`))) {
      if (signal.element !== "segment" && signal.element !== "neuron") continue;
      if (signal.unit !== "mV") continue;
      const table = await this.connection.table(signal.port);
      if (signal.element === "neuron" && table.row(neuron.element) >= 0) this.add({ port: signal.port, element: neuron.element });
      if (!table.has("cell")) continue;
      const cells = table.column("cell");
      const types = table.column("swc_type");
      const rows = [...cells.keys()].filter((k) => cells[k] === neuron.element);
      const soma = rows.find((k) => types[k] === 1) ?? rows[0];
      if (soma !== undefined) this.add({ port: signal.port, element: table.ids[soma]! });
    }
  }

  announce(what: string): void {
    this.dispatchEvent(new Event(what));
  }

  /** What a person arranged, for the next time: by run name, so that all runs of a model share it. */
  keep(key: string, value: unknown): void {
    try {
      localStorage.setItem(this.storageKey(key), JSON.stringify(value));
    } catch {
      // a browser that keeps nothing shows the usual arrangement
    }
  }
  recall(key: string): unknown {
    try {
      return JSON.parse(localStorage.getItem(this.storageKey(key)) ?? "null");
    } catch {
      return null;
    }
  }
  private storageKey(key: string): string {
    return key === "theme" ? "tutti.theme" : `tutti.${this.hello.run.replace(/-\d+$/, "")}.${key}`;
  }
}
