// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { timeText } from "./axis";
import { h } from "./dom";
import type { Frame } from "./frame";
import { panelKinds } from "./panels";
import { Steer } from "./steer";
import { Strip } from "./strip";

/** What stands above the panels: the run, its clock, steering, panels to choose from. */
export class Bar {
  readonly top: HTMLElement;
  readonly steer: Steer;
  private readonly timeline: Strip;
  private readonly phase = h("span", { class: "phase" });
  private readonly clock = h("span", { class: "clock" });
  private readonly speed = h("span", { class: "speed" });
  private readonly link = h("span", { class: "link" });
  private readonly play = h("button", { class: "play", onclick: () => this.playOrPause() });
  private readonly followed = h("button", { title: "follow the newest data (F)", onclick: () => this.app.axis.setFollow(!this.app.axis.follow) }, "follow");
  private playing = false;
  private coming = ""; // what was asked for and takes effect a little later
  private past: { wall: number; clock: number }[] = [];
  private rtf = 0;

  constructor(private readonly app: App, private readonly page: Frame) {
    this.steer = new Steer(app);
    this.timeline = new Strip(app);
    const button = (label: string, title: string, act: () => void) => h("button", { title, "aria-label": title, onclick: act }, label);
    const steps = app.live
      ? [button("step", "one step of the run (.)", () => this.step()), button("inject", "a current or a spike (I)", () => this.steer.open()),
         button("mark", "a marker (M)", () => this.mark()), button("stop", "end the run", () => void this.stop())]
      : [];
    this.top = h("header", { class: "bar" },
      h("strong", { class: "run", title: app.hello.folder }, app.hello.run), this.phase, this.clock, this.speed,
      h("span", { class: "group" }, this.play, ...steps),
      h("span", { class: "group" }, this.followed, button("all", "the whole run (0)", () => (app.axis.setFollow(false), app.axis.show(0, app.axis.end)))),
      h("span", { class: "space" }), this.link, this.chooser(), this.logMenu(),
      button("◐", "dark or light (D)", () => page.toggleTheme()),
      button("?", "keyboard and mouse (?)", () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))));
    app.connection.addEventListener("state", () => this.told());
    app.connection.addEventListener("back", () => this.told());
    app.axis.addEventListener("change", () => this.followed.classList.toggle("on", app.axis.follow));
    this.followed.classList.toggle("on", app.axis.follow);
    this.told();
  }
  get strip(): HTMLElement {
    return this.timeline.element;
  }

  private chooser(): HTMLElement {
    const list = h("div", { class: "menu-list" });
    const menu = h("details", { class: "menu" }, h("summary", { title: "which panels there are" }, "panels"), list);
    const fill = () => {
      list.replaceChildren(
        ...panelKinds.map((k) => h("button", { class: this.page.has(k.kind) ? "on" : "", disabled: !k.fits(this.app), onclick: () => this.page.toggle(k.kind) }, k.title)),
        h("button", { onclick: () => this.page.reset() }, "usual layout"));
    };
    this.app.addEventListener("layout", fill);
    return menu;
  }
  private logMenu(): HTMLElement {
    return h("details", { class: "menu" }, h("summary", { title: "what was done, and when it took effect" }, "log"), h("div", { class: "menu-list wide" }, this.steer.log));
  }

  private told(): void {
    const { connection, live } = this.app;
    const state = connection.state;
    this.link.textContent = connection.connected ? "" : "the server is gone; looking for it …";
    this.link.classList.toggle("gone", !connection.connected);
    if (connection.connected && live && !connection.hello!.live)
      this.link.replaceChildren(h("button", { class: "primary", title: "what came live stays until then", onclick: () => location.reload() }, "over: open the recording"));
    if (!state) return;
    if (state.phase !== "running") this.coming = "";
    this.phase.textContent = this.coming ? this.coming : state.phase === "ended" ? (state.ok ? "done" : state.reason || "failed") : state.phase;
    this.phase.dataset["phase"] = state.phase === "ended" && !state.ok ? "failed" : state.phase;
    if (live) this.reckon(state.wall_s, state.clock_ms, state.phase === "running");
    if (live && state.clock_ms > 0 && this.app.axis.end < state.stop_ms) this.app.axis.end = state.stop_ms;
    this.play.textContent = live ? (state.phase === "paused" ? "resume" : "pause") : this.playing ? "halt" : "play";
    this.play.title = live ? "pause or resume the run (Space)" : "play the recording (Space)";
  }

  /** Simulated time over wall time, of the last two seconds. */
  private reckon(wall: number, clock: number, running: boolean): void {
    if (this.past.length > 0 && wall < this.past[this.past.length - 1]!.wall) this.past = []; // another server
    this.past.push({ wall, clock });
    while (this.past.length > 2 && wall - this.past[0]!.wall > 2) this.past.shift();
    const first = this.past[0]!;
    this.rtf = wall > first.wall ? (clock - first.clock) / 1000 / (wall - first.wall) : 0;
    const stop = this.app.connection.state!.stop_ms;
    const left = this.rtf > 0 ? (stop - clock) / 1000 / this.rtf : NaN;
    this.speed.textContent = running && this.rtf > 0 ? `×${this.rtf < 10 ? this.rtf.toPrecision(2) : Math.round(this.rtf)} real time${left < 1e6 ? ` · ${duration(left)} left` : ""}` : "";
    this.speed.title = "simulated over wall time: the real-time factor";
  }

  frame(seconds: number): void {
    const { axis, live } = this.app;
    if (live) {
      // data say more often than states how far the run is
      const state = this.app.connection.state;
      if (state) axis.clock = Math.max(axis.clock, state.clock_ms);
      this.clock.textContent = `${timeText(axis.clock, 4000)} of ${timeText(axis.end)}`;
    } else {
      if (this.playing) this.advance(seconds);
      this.clock.textContent = `${timeText(axis.now, axis.span)} of ${timeText(axis.end)}`;
    }
    this.timeline.frame();
  }
  /** A finished run plays one view in ten seconds. */
  private advance(seconds: number): void {
    const { axis } = this.app;
    const next = (axis.cursor ?? axis.from) + (axis.span * seconds) / 10;
    if (next > axis.end) this.playOrPause();
    axis.point(Math.min(next, axis.end), true);
    if (next > axis.to) axis.show(next - 0.02 * axis.span, next + 0.98 * axis.span);
  }

  playOrPause(): void {
    const { live, connection, axis } = this.app;
    if (live) {
      const paused = connection.state?.phase === "paused";
      void this.ask(paused ? "resume" : "pause", { verb: paused ? "resume" : "pause" }, paused ? "" : "pauses");
      return;
    }
    if (!this.playing && axis.now >= axis.end) axis.point(axis.from > 0 ? axis.from : 0, true);
    this.playing = !this.playing;
    this.told();
  }
  step(): void {
    const { live, hello, axis } = this.app;
    const step = Math.max(...hello.modules.map((m) => m.step_ms), 0.1);
    if (live) void this.steer.ask(`step of ${timeText(step)}`, { verb: "step", step_ms: step });
    else axis.point(Math.min(axis.end, axis.now + axis.span / 500), true);
  }
  mark(): void {
    const { live, axis } = this.app;
    const text = prompt("What to remember of this instant?", "");
    if (!text) return;
    if (live) void this.steer.ask(`mark: ${text}`, { verb: "mark", text }, text);
    else {
      axis.markers.push({ at: axis.now, text, kind: "mark" });
      axis.changed();
    }
  }
  private async stop(): Promise<void> {
    if (confirm("End this run now? What was recorded so far stays.")) await this.ask("stop", { verb: "stop", text: "stopped from the viewer" }, "stops");
  }
  /** Everybody may already be allowed to run some way on: the bar says until when. */
  private async ask(what: string, word: Record<string, unknown>, coming: string): Promise<void> {
    const answer = await this.steer.ask(what, word);
    if (coming && answer.ok && this.app.connection.state?.phase === "running") this.coming = `${coming} at ${timeText(answer.at_ms)}`;
    this.told();
  }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
