// SPDX-License-Identifier: MIT
// Two bundles: the page, and the 3-D scene with three.js, which the page loads when it is opened.
// bundle.mjs makes one file of them.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    outDir: "dist",
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      input: { page: "src/main.ts", scene: "src/scene/scene.ts" },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]", chunkFileNames: "[name].js" },
    },
  },
});
