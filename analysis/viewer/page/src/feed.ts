// SPDX-License-Identifier: MIT
import type { App } from "./app";
import type { Frame, Reduce, StreamInfo } from "./protocol";
import { SignalStore } from "./store";

export interface FeedOptions {
  /** What becomes of samples between two that are shown. */
  reduce: Reduce;
  /** Least distance of two samples [ms]; more where there are too many elements. */
  every?: number;
  /** Called when something new is here. */
  changed: () => void;
}

const mostValues = 6e6; // of one stretch that is asked for
const liveValuesPerMs = 4000;

/**
 * The samples of some elements of a signal. Live: all that come. Of a finished run: the whole of it in as
 * many samples as a screen can show, and the stretch in view in detail when somebody zooms in.
 */
export class SignalFeed {
  readonly base = new SignalStore();
  readonly step: number;
  readonly reduce: Reduce;
  pairs = false;
  private detail: SignalStore | null = null;
  private detailPairs = false;
  private asked = { from: NaN, to: NaN, every: NaN };
  private ids: number[] = [];
  private timer = 0;
  private readonly count: number;
  private readonly baseEvery: number;
  private readonly look = () => this.refine();

  constructor(private readonly app: App, readonly info: StreamInfo, readonly elements: number[] | null, private readonly options: FeedOptions) {
    this.step = info.step_ms;
    this.reduce = options.reduce;
    this.count = elements?.length ?? info.elements;
    const { axis, live, connection } = app;
    const all = this.count * (options.reduce === "min_max" ? 2 : 1);
    const wish = live ? (all / liveValuesPerMs > this.step ? all / liveValuesPerMs : this.step) : Math.max(axis.end / 4000, (axis.end * all) / mostValues);
    this.baseEvery = this.round(Math.max(wish, options.every ?? 0));
    this.pairs = options.reduce === "min_max" && this.baseEvery > this.step * 1.0001;
    const from = live ? Math.max(0, axis.clock - Math.max(2 * axis.span, 1000)) : 0;
    this.ids.push(connection.subscribe(
      { ...this.wish(this.baseEvery), from_ms: from, ...(live ? {} : { to_ms: axis.end }) },
      { frame: (frame) => this.take(this.base, frame) },
    ));
    if (!live) axis.addEventListener("change", this.look);
  }
  private round(every: number): number {
    return this.step * Math.max(1, Math.ceil(every / this.step - 1e-9));
  }
  private wish(every: number) {
    return { port: this.info.port, ...(this.elements ? { elements: this.elements } : {}), every_ms: every, reduce: this.reduce };
  }
  private take(store: SignalStore, frame: Frame): void {
    store.add(frame);
    if (store === this.base && this.app.live) this.app.axis.clock = Math.max(this.app.axis.clock, frame.to);
    this.options.changed();
  }

  /** The store that shows the axis' view best, and whether it holds pairs of least and greatest. */
  view(): { store: SignalStore; pairs: boolean } {
    const { axis } = this.app;
    const inside = this.detail && this.detail.count > 0 && axis.from >= this.asked.from && axis.to <= this.asked.to;
    return inside ? { store: this.detail!, pairs: this.detailPairs } : { store: this.base, pairs: this.pairs };
  }

  /** Asks for the stretch in view, once it has been in view for a moment. */
  private refine(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const { axis, connection } = this.app;
      const [from, to] = [Math.max(0, axis.from - axis.span), Math.min(axis.end, axis.to + axis.span)];
      const all = this.count * (this.reduce === "min_max" ? 2 : 1);
      const every = this.round(Math.max(axis.span / 2500, (3 * axis.span * all) / mostValues));
      if (every > this.baseEvery / 1.5) return;
      if (axis.from >= this.asked.from && axis.to <= this.asked.to && every >= this.asked.every / 1.5) return;
      const store = new SignalStore();
      const id: number = connection.subscribe(
        { ...this.wish(every), from_ms: from, to_ms: to },
        {
          frame: (frame) => store.add(frame),
          end: () => {
            this.detail = store;
            this.detailPairs = this.reduce === "min_max" && every > this.step * 1.0001;
            this.asked = { from, to, every };
            this.ids = this.ids.filter((i) => i !== id);
            this.options.changed();
          },
        },
      );
      this.ids.push(id);
    }, 120);
  }

  close(): void {
    clearTimeout(this.timer);
    this.app.axis.removeEventListener("change", this.look);
    for (const id of this.ids) this.app.connection.unsubscribe(id);
  }
}
