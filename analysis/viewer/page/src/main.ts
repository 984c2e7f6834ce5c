// SPDX-License-Identifier: MIT
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app";
import { Connection } from "./connection";
import { h } from "./dom";
import { Frame } from "./frame";
import { welch } from "./spectrum";

const token = new URLSearchParams(location.search).get("token") ?? "";
const connection = new Connection(`ws://${location.host}/ws?token=${encodeURIComponent(token)}`);
const root = document.getElementById("app")!;
root.append(h("p", { class: "waiting-page" }, "Looking for the run …"));

connection.addEventListener("hello", () => {
  root.replaceChildren();
  const app = new App(connection, connection.hello!);
  const frame = new Frame(app, root);
  // for tests, and for the curious at the browser's console
  Object.assign(window, { tutti: { app, frame, connection, welch } });
});
