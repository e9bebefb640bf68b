// Builds the browser code of a report: one script and one style sheet, which CMakeLists.txt embeds in the program.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "node_modules");

/** A report is handed on as one file, so the libraries' notices travel inside it. */
function notices() {
  const version = JSON.parse(readFileSync(join(packages, "echarts", "package.json"), "utf8")).version;
  const zrender = readFileSync(join(packages, "zrender", "LICENSE"), "utf8").trim();
  return [
    "/*!",
    `Apache ECharts ${version}, https://echarts.apache.org, Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0)`,
    `ZRender: ${zrender}`,
    "*/",
  ].join("\n");
}

export default defineConfig({
  root: here,
  logLevel: "warn",
  build: {
    outDir: join(here, "dist"),
    emptyOutDir: true,
    target: "es2020",
    cssTarget: "safari14",
    reportCompressedSize: false,
    lib: {
      entry: join(here, "report", "main.ts"),
      formats: ["iife"],
      name: "weirReport",
      fileName: () => "report.js",
      cssFileName: "report",
    },
    rollupOptions: { output: { banner: notices() } },
  },
  // The library build leaves process.env alone, and a browser has no `process`.
  define: { "process.env.NODE_ENV": '"production"' },
});
