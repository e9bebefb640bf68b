// A rendered report as its readers meet it: from a file, on a desk, on a phone, in the dark and on paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { launch } from "./chromium.mjs";

const address = pathToFileURL(process.env.WEIR_REPORT_SAMPLE).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const desk = { width: 1280, height: 900 };
const products = "figure.table:has(figcaption:text-is('Products by revenue'))";
const phone = { width: 390, height: 844 };

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Opens the report, gives the page to `look`, and demands that nothing was requested and nothing went wrong. */
async function withReport(options, look) {
  const context = await browser.newContext({ viewport: desk, ...options });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    await page.goto(address);
    await look(page);
    assert.deepEqual(requests.filter((url) => url !== address && !url.startsWith("data:")), []);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** How many shapes each chart shows within its own box. */
function marks(page) {
  return page.$$eval("figure.chart", (figures) => figures.map((figure) => {
    const svg = figure.querySelector(".plot svg");
    const box = svg?.getBoundingClientRect();
    const shapes = [...(svg?.querySelectorAll("path, rect, circle") ?? [])].filter((shape) => {
      const { width, height, left, right } = shape.getBoundingClientRect();
      return width + height > 0 && left >= box.left - 1 && right <= box.right + 1;
    });
    return { title: figure.querySelector("figcaption").firstChild.textContent, shapes: shapes.length, width: box?.width ?? 0 };
  }));
}

for (const [name, viewport] of [["a desk", desk], ["a phone", phone]]) {
  test(`every chart is drawn on ${name}, and the page does not scroll sideways`, () =>
    withReport({ viewport }, async (page) => {
      const charts = await marks(page);
      assert.equal(charts.length, 6);
      for (const { title, shapes, width } of charts) {
        assert.ok(shapes > 8, `"${title}" has ${shapes} shapes`);
        assert.ok(width > viewport.width / 4, `"${title}" is ${width} wide`);
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    }));
}

test("charts follow the width of the window", () =>
  withReport({}, async (page) => {
    await page.setViewportSize(phone);
    await page.waitForFunction((width) => [...document.querySelectorAll(".plot svg")].every((svg) => svg.getBoundingClientRect().width < width),
                               phone.width);
  }));

test("in the dark the page and its charts are dark", () =>
  withReport({ colorScheme: "dark" }, async (page) => {
    const [paper, firstColour] = await page.evaluate(() => [
      getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.documentElement).getPropertyValue("--series-1").trim()]);
    assert.equal(paper, "rgb(20, 24, 30)");
    assert.ok(await page.$(`.plot svg path[stroke="${firstColour}"]`), "a line in the dark theme's first colour");
    await page.emulateMedia({ colorScheme: "light" });
    await page.waitForSelector('.plot svg path[stroke="#2050a5"]');
  }));

test("on paper charts fit the page, are light, and come back afterwards", () =>
  withReport({ colorScheme: "dark" }, async (page) => {
    await page.evaluate(() => addEventListener("beforeprint", () => {
      window.printed = [...document.querySelectorAll(".plot svg")].map((svg) => Number(svg.getAttribute("width")));
      window.printedLight = document.querySelector('.plot svg path[stroke="#2050a5"]') !== null;
    }));
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    assert.ok(pdf.length > 40_000, `${pdf.length} bytes`);
    const [printed, light] = await page.evaluate(() => [window.printed, window.printedLight]);
    assert.deepEqual(printed, [680, 328, 328, 680, 328, 328]);
    assert.ok(light, "drawn in the colours of paper");
    await page.waitForSelector('.plot svg path[stroke="#6c8fea"]');
    assert.ok((await marks(page)).every(({ shapes }) => shapes > 8));
  }));

test("tables are not cut on paper", () =>
  withReport({ viewport: { width: 680, height: 900 } }, async (page) => {
    await page.emulateMedia({ media: "print" });
    const cut = await page.$$eval("main > figure .scroll, main > .scroll", (boxes) =>
      boxes.filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1).length);
    assert.equal(cut, 0);
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`nothing stands in the way of assistive technology (${colorScheme})`, () =>
    withReport({ colorScheme }, async (page) => {
      await page.$$eval("details", (all) => all.forEach((one) => { one.open = true; }));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html}`);
      assert.deepEqual(found.filter((line) => /^(serious|critical)/.test(line)), []);
    }));
}

test("a chart has words and a table for those who do not see it, by keyboard alone", () =>
  withReport({}, async (page) => {
    const label = await page.getAttribute(".plot", "aria-label");
    assert.match(label, /^Line chart: Revenue and cost\. Month: 24 values from Jan 2023 to Dec 2024\. Revenue from €/);
    const summary = page.locator("figure.chart summary").first();
    await summary.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("figure.chart details").first().getAttribute("open"), "");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "scroll");
  }));

test("a click on a heading sorts by what a cell means", () =>
  withReport({}, async (page) => {
    const column = (number) => page.$$eval(`${products} tbody tr td:nth-child(${number})`, (cells) => cells.map((cell) => cell.textContent));
    await page.click(`${products} th:nth-child(4) button`);
    const amounts = (await column(4)).map((text) => Number(text.replaceAll(",", "")));
    assert.deepEqual(amounts, [...amounts].sort((a, b) => b - a));
    await page.click(`${products} th:nth-child(3) button`);
    const dates = await column(3);
    assert.deepEqual(dates, [...dates].sort());
    await page.click(`${products} th:nth-child(6) button`);
    await page.click(`${products} th:nth-child(6) button`);
    assert.equal((await column(6)).at(-1), "–");
    assert.equal(await page.getAttribute(`${products} th:nth-child(6)`, "aria-sort"), "ascending");
  }));

test("the legend switches series off and on", () =>
  withReport({}, async (page) => {
    const figure = page.locator("figure.chart").first();
    const lines = () => figure.locator('.plot svg path[stroke="#c98514"]').count();
    assert.ok(await lines() > 0);
    await figure.locator(".legend button").nth(1).click();
    assert.equal(await lines(), 0);
    await figure.locator(".legend button").nth(1).click();
    assert.ok(await lines() > 0);
  }));

test("pointing at a chart shows its numbers", () =>
  withReport({}, async (page) => {
    const box = await page.locator(".plot").first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tip = await page.waitForSelector(".tip");
    assert.match(await tip.textContent(), /20\d\dRevenue€[\d,]+Cost€[\d,]+/);
  }));

test("data cannot become a part of the page", () =>
  withReport({}, async (page) => {
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script:not([type])").count(), 1);
    const shown = await page.locator("main").textContent();
    assert.ok(shown.includes("</script><script>window.hacked = true</script><img src=x"), "shown as it is");
    assert.ok(shown.includes("North | East") && shown.includes("*South*"), "and not read as Markdown");
  }));
