// SPDX-License-Identifier: MIT
// Makes built.html, the one file that the viewer's executable holds, of what Vite has built.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const dist = (name) => readFileSync(new URL(`dist/${name}`, import.meta.url), "utf8");
const shared = readdirSync(new URL("dist", import.meta.url)).filter((n) => n.endsWith(".js"));
if (shared.sort().join() !== "page.js,scene.js")
  throw new Error(`page and scene must share no chunk, there are: ${shared.join(", ")}`);
const styles = readdirSync(new URL("dist", import.meta.url)).filter((n) => n.endsWith(".css"));
// a script ends at the first "</script", wherever it stands
const script = (text) => text.trim().replaceAll("</script", "<\\/script");

const html = readFileSync(new URL("index.html", import.meta.url), "utf8")
  .replace("<!-- styles -->", () => `<style>${styles.map(dist).join("").trim()}</style>`)
  .replace("<!-- scene -->", () => `<script type="text/plain" id="scene">${script(dist("scene.js"))}</script>`)
  .replace("<!-- page -->", () => `<script type="module">${script(dist("page.js"))}</script>`);
writeFileSync(new URL("built.html", import.meta.url), html);
console.log(`built.html: ${Math.round(html.length / 1024)} KiB`);
