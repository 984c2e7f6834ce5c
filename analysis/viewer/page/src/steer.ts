// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { timeText } from "./axis";
import { h, select } from "./dom";
import type { AnswerWord } from "./protocol";

/** What a person does to the run, and when it took effect. */
export class Steer {
  readonly log = h("ol", { class: "log", "aria-label": "what was done" });
  private readonly dialog = h("dialog", { class: "steer" });

  constructor(private readonly app: App) {
    document.body.append(this.dialog);
  }

  /** Asks the run for something; the answer becomes a line of the log and, with `flag`, a marker. */
  async ask(what: string, word: Record<string, unknown>, flag = ""): Promise<AnswerWord> {
    const line = h("li", { class: "asked" }, `${what} …`);
    this.log.prepend(line);
    const answer = await this.app.connection.command(word);
    line.className = answer.ok ? "done" : "failed";
    line.textContent = answer.ok ? `${what} — at ${timeText(answer.at_ms, this.app.axis.span)}${answer.text ? `: ${answer.text}` : ""}` : `${what} — not done: ${answer.text}`;
    if (answer.ok && flag) {
      this.app.axis.markers.push({ at: answer.at_ms, text: flag, kind: String(word["verb"]) });
      this.app.axis.changed();
    }
    return answer;
  }

  open(): void {
    const { app } = this;
    const inputs = app.hello.inputs.filter((i) => i.kind !== "message");
    this.dialog.replaceChildren(h("h2", {}, "Inject"));
    if (!app.live || inputs.length === 0)
      this.dialog.append(h("p", {}, app.live ? "No module of this run has an input that takes steering." : "This run has ended: it can be looked at, not steered."));
    else this.form(inputs.map((i) => i.port));
    this.dialog.append(h("form", { method: "dialog" }, h("button", {}, "Close")));
    if (!this.dialog.open) this.dialog.showModal();
  }

  private form(ports: string[]): void {
    const { app } = this;
    let port = ports.find((p) => app.hello.inputs.find((i) => i.port === p)!.unit === "nA") ?? ports[0]!;
    const pick = app.picks[app.picks.length - 1];
    const elements = h("input", { value: String(pick?.element ?? app.neuron?.element ?? 0), size: 16, "aria-label": "elements" });
    const amount = h("input", { type: "number", step: "any", value: "0.5", "aria-label": "amount" });
    const span = h("input", { type: "number", step: "any", min: 0, value: "20", "aria-label": "for how long" });
    const add = h("input", { type: "checkbox", checked: true });
    const unit = h("span");
    const signal = h("div", { class: "rows" }, h("label", {}, "for ", span, " ms"), h("label", {}, add, " on top of what its sources say"));
    const info = () => app.hello.inputs.find((i) => i.port === port)!;
    const changed = () => {
      const spikes = info().kind === "spikes";
      signal.hidden = spikes;
      unit.textContent = spikes ? " (weight)" : ` ${info().unit}`;
      amount.value = spikes ? "1" : amount.value;
    };
    const chooser = select(ports.map((p): [string, string] => [p, p]), port, "input", (p) => {
      port = p;
      changed();
    });
    changed();
    const send = h("button", { class: "primary", onclick: () => {
      const numbers = elements.value.split(/[\s,]+/).filter(Boolean).map(Number);
      const spikes = info().kind === "spikes";
      const what = spikes ? `spike to ${port} ${numbers.join(", ")}` : `${amount.value} ${info().unit} into ${port} ${numbers.join(", ")} for ${span.value} ms`;
      void this.ask(what, {
        verb: spikes ? "spike" : "value", port, elements: numbers, amount: Number(amount.value),
        ...(spikes ? {} : { for_ms: Number(span.value), add: add.checked }),
      }, spikes ? "spike" : `${amount.value} ${info().unit}`);
    } }, "Send");
    this.dialog.append(h("div", { class: "rows" },
      h("label", {}, "input ", chooser), h("label", {}, "elements ", elements), h("label", {}, "amount ", amount, unit), signal, send));
  }
}
