// SPDX-License-Identifier: MIT
import type { App } from "./app";
import { Bar } from "./bar";
import { h, save } from "./dom";
import { Keys } from "./keys";
import type { Panel } from "./panel";
import { panelKinds, type PanelKind } from "./panels";
import { dark, light } from "./theme";

interface Place { kind: string; wide: number; high: number }
interface Shown { place: Place; panel: Panel; box: HTMLElement; visible: boolean }

/** The page: the bar above, panels on a grid of twelve columns that people arrange. */
export class Frame {
  readonly shown: Shown[] = [];
  readonly bar: Bar;
  fps = 0;
  private readonly grid = h("main", { class: "grid" });
  private readonly sight: IntersectionObserver;
  private enlarged: HTMLElement | null = null;
  private last = performance.now();

  constructor(readonly app: App, root: HTMLElement) {
    this.bar = new Bar(app, this);
    root.append(this.bar.top, this.grid, this.bar.strip);
    this.sight = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const shown = this.shown.find((s) => s.box === entry.target);
        if (shown) shown.visible = entry.isIntersecting;
      }
    });
    this.paintTheme();
    app.addEventListener("theme", () => this.paintTheme());
    new Keys(app, this);
    this.arrange((app.recall("layout") as Place[] | null) ?? usual(app));
    requestAnimationFrame((now) => this.turn(now));
  }

  private paintTheme(): void {
    const { theme } = this.app;
    const style = document.documentElement.style;
    for (const key of ["page", "panel", "text", "faint", "grid", "accent", "warn", "marker"] as const) style.setProperty(`--${key}`, theme[key]);
    document.documentElement.dataset["theme"] = theme.name;
  }
  toggleTheme(): void {
    this.app.setTheme(this.app.theme === dark ? light : dark);
  }

  private turn(now: number): void {
    const seconds = Math.min(0.25, (now - this.last) / 1000);
    this.last = now;
    this.fps += (1 / Math.max(seconds, 1e-3) - this.fps) * 0.05;
    this.app.axis.tick(seconds);
    for (const s of this.shown) if (s.visible) s.panel.frame();
    this.bar.frame(seconds);
    requestAnimationFrame((next) => this.turn(next));
  }

  arrange(places: Place[]): void {
    for (const s of this.shown) s.panel.close();
    this.shown.length = 0;
    this.grid.replaceChildren();
    for (const place of places) this.open(place);
    if (this.shown.length === 0) for (const place of usual(this.app)) this.open(place);
  }
  reset(): void {
    this.arrange(usual(this.app));
    this.remember();
  }
  has(kind: string): boolean {
    return this.shown.some((s) => s.place.kind === kind);
  }
  panel(kind: string): Panel | undefined {
    return this.shown.find((s) => s.place.kind === kind)?.panel;
  }
  toggle(kind: string): void {
    const at = this.shown.findIndex((s) => s.place.kind === kind);
    const known = panelKinds.find((k) => k.kind === kind);
    if (at >= 0) this.shut(this.shown[at]!);
    else if (known) this.open({ kind, wide: known.wide || 6, high: known.high || 8 });
    this.remember();
  }
  private shut(shown: Shown): void {
    if (this.enlarged === shown.box) this.enlarge(null);
    shown.panel.close();
    this.sight.unobserve(shown.box);
    shown.box.remove();
    this.shown.splice(this.shown.indexOf(shown), 1);
    this.app.announce("layout");
  }
  private remember(): void {
    this.app.keep("layout", this.shown.map((s) => s.place));
    this.app.announce("layout");
  }

  private open(place: Place): void {
    const kind = panelKinds.find((k) => k.kind === place.kind);
    if (!kind) return; // a layout of another release
    const panel = kind.make(this.app);
    const box = h("section", { class: "panel", "data-kind": place.kind, "aria-label": panel.title });
    const shown: Shown = { place, panel, box, visible: true };
    const header = h("header", { draggable: "true" }, h("h2", {}, panel.title), panel.options, this.exports(panel), this.buttons(shown));
    const corner = h("div", { class: "corner", title: "drag to resize" });
    box.append(header, panel.body, corner);
    this.shown.push(shown);
    this.grid.append(box);
    this.size(shown);
    this.moves(shown, header, corner);
    this.sight.observe(box);
    panel.start();
    this.app.announce("layout");
  }
  private size({ place, box }: Shown): void {
    box.style.gridColumn = `span ${place.wide}`;
    box.style.gridRow = `span ${place.high}`;
  }

  private exports(panel: Panel): HTMLElement {
    const name = (ending: string) => `${this.app.hello.run}-${panel.kind}.${ending}`;
    const menu = h("details", { class: "menu", title: "export" }, h("summary", { "aria-label": "export" }, "⤓"));
    const entry = (label: string, make: () => Promise<Blob> | Blob) =>
      h("button", { onclick: async () => {
        menu.open = false;
        save(name(label.toLowerCase()), await make());
      } }, label);
    menu.append(h("div", { class: "menu-list" },
      entry("SVG", async () => new Blob([await panel.svg()], { type: "image/svg+xml" })),
      entry("PNG", () => panel.png(3)),
      entry("CSV", () => new Blob([panel.csv()], { type: "text/csv" }))));
    menu.addEventListener("focusout", (e) => !menu.contains(e.relatedTarget as Node | null) && (menu.open = false));
    return menu;
  }
  private buttons(shown: Shown): HTMLElement {
    return h("span", { class: "buttons" },
      h("button", { title: "enlarge (Esc gives back)", "aria-label": "enlarge", onclick: () => this.enlarge(this.enlarged ? null : shown.box) }, "⤢"),
      h("button", { title: "close", "aria-label": "close", onclick: () => {
        this.shut(shown);
        this.remember();
      } }, "×"));
  }
  enlarge(box: HTMLElement | null): void {
    this.enlarged?.classList.remove("enlarged");
    box?.classList.add("enlarged");
    this.enlarged = box;
  }

  /** Dragging a header changes the order, dragging the corner the size. */
  private moves(shown: Shown, header: HTMLElement, corner: HTMLElement): void {
    header.addEventListener("dragstart", (e) => e.dataTransfer?.setData("text/tutti", shown.place.kind));
    shown.box.addEventListener("dragover", (e) => e.preventDefault());
    shown.box.addEventListener("drop", (e) => {
      e.preventDefault();
      const from = this.shown.findIndex((s) => s.place.kind === e.dataTransfer?.getData("text/tutti"));
      const to = this.shown.indexOf(shown);
      if (from < 0 || from === to) return;
      const [moved] = this.shown.splice(from, 1);
      this.shown.splice(to, 0, moved!);
      if (from < to) shown.box.after(moved!.box);
      else shown.box.before(moved!.box);
      this.remember();
    });
    corner.addEventListener("pointerdown", (e) => {
      e.preventDefault();
      corner.setPointerCapture(e.pointerId);
      const column = (this.grid.clientWidth + 8) / 12;
      const { left, top } = shown.box.getBoundingClientRect();
      const move = (m: PointerEvent) => {
        shown.place.wide = Math.max(2, Math.min(12, Math.round((m.clientX - left) / column)));
        shown.place.high = Math.max(3, Math.min(30, Math.round((m.clientY - top) / 48)));
        this.size(shown);
      };
      corner.addEventListener("pointermove", move);
      corner.addEventListener("pointerup", () => {
        corner.removeEventListener("pointermove", move);
        this.remember();
      }, { once: true });
    });
  }
}

function usual(app: App): Place[] {
  return panelKinds.filter((k: PanelKind) => k.wide > 0 && k.fits(app)).map(({ kind, wide, high }) => ({ kind, wide, high }));
}
