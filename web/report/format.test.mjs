// The page and the program must write the same number the same way: tests/golden/report/formats.json binds both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { transformWithEsbuild } from "vite";

async function load(file) {
  const { code } = await transformWithEsbuild(readFileSync(new URL(file, import.meta.url), "utf8"), file, { sourcemap: false });
  return import("data:text/javascript;base64," + Buffer.from(code).toString("base64"));
}

const { formatTick, formatValue } = await load("format.ts");
const cases = JSON.parse(readFileSync(new URL("../../tests/golden/report/formats.json", import.meta.url), "utf8"));

for (const { format, value, text } of cases) {
  test(`${JSON.stringify(value)} as ${format}`, () => assert.equal(formatValue(value, format), text));
}

test("a tick has the decimals that it needs and no rounding errors", () => {
  assert.equal(formatTick(0.1 + 0.2, "number:2", 1), "0.3");
  assert.equal(formatTick(0.05, "percent", 0.4), "5%");
  assert.equal(formatTick(250, "eur", 1000), "€250");
});

test("ticks of one axis are shortened together", () => {
  assert.equal(formatTick(5000, "eur", 20000), "€5K");
  assert.equal(formatTick(20000, "eur", 20000), "€20K");
  assert.equal(formatTick(2024, "text", 20000), "2024");
});
