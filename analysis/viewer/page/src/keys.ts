// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { h } from "./dom";
import type { Frame } from "./frame";
import { panelKinds } from "./panels";

/** The keyboard. `?` shows it. */
export class Keys {
  private readonly help = h("dialog", { class: "help" });
  private readonly actions: [keys: string[], shown: string, what: string, act: () => void][];

  constructor(app: App, frame: Frame) {
    const { axis } = app;
    this.actions = [
      [[" "], "Space", app.live ? "pause or resume the run" : "play the recording, or halt it", () => frame.bar.playOrPause()],
      [["."], ".", app.live ? "one step of the run" : "the cursor one step on", () => frame.bar.step()],
      [["f"], "F", "follow the newest data, or stay", () => axis.setFollow(!axis.follow)],
      [["+", "="], "+", "zoom in", () => axis.zoom(0.7, axis.now)],
      [["-"], "−", "zoom out", () => axis.zoom(1 / 0.7, axis.now)],
      [["0"], "0", "the whole run", () => (axis.setFollow(false), axis.show(0, axis.end))],
      [["ArrowLeft"], "←", "back in time", () => axis.pan(-axis.span / 8)],
      [["ArrowRight"], "→", "forth in time", () => axis.pan(axis.span / 8)],
      [["c"], "C", "let the cursor go", () => axis.point(null, true)],
      [["m"], "M", "a marker at this instant", () => frame.bar.mark()],
      [["i"], "I", "inject a current or a spike", () => frame.bar.steer.open()],
      [["d"], "D", "dark or light", () => frame.toggleTheme()],
      [["Escape"], "Esc", "give an enlarged panel back", () => frame.enlarge(null)],
      [["?"], "?", "this page", () => (this.help.open ? this.help.close() : this.help.showModal())],
    ];
    panelKinds.slice(0, 9).forEach((k, n) =>
      this.actions.push([[String(n + 1)], String(n + 1), `panel "${k.title}", there or not`, () => frame.toggle(k.kind)]));
    this.help.append(h("h2", {}, "Keyboard and mouse"), this.table(), h("form", { method: "dialog" }, h("button", {}, "Close")));
    document.body.append(this.help);
    document.addEventListener("keydown", (event) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, dialog.steer")) return;
      const action = this.actions.find((a) => a[0].includes(event.key));
      if (!action || (target.tagName === "BUTTON" && event.key === " ")) return;
      event.preventDefault();
      action[3]();
    });
  }
  show(): void {
    this.help.showModal();
  }
  private table(): HTMLElement {
    const rows: [string, string][] = this.actions.map((a) => [a[1], a[2]]);
    rows.push(["wheel", "zoom around the pointer"], ["drag", "move in time; panel headers: change the order; corners: the size"],
      ["click", "spike: its neuron and its voltage; segment: its trace; elsewhere: put the cursor, or let it go"], ["double click", "the whole run"]);
    const table = h("table");
    for (const [key, what] of rows) table.append(h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, what)));
    return table;
  }
}
