/** Brings a report to life: draws its charts, makes its tables sortable, and follows width, theme and paper. */
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { draw } from "./chart";
import { makeLegend } from "./legend";
import "./report.css";
import { readSpec, type ChartSpec } from "./spec";
import { makeSortable } from "./table";
import { readTheme, type Theme } from "./theme";

use([BarChart, HeatmapChart, LineChart, ScatterChart, GridComponent, TooltipComponent, SVGRenderer]);

/** The width of a report's text on A4 and Letter paper within the margins of report.css, in CSS pixels. */
const paperWidth = 680;
const columnGap = 24;

class Chart {
  private readonly spec: ChartSpec;
  private readonly plot: HTMLElement;
  private readonly hidden = new Set<number>();
  private legend: HTMLElement | null = null;
  private drawn: ECharts | null = null;
  private theme: Theme | null = null;
  private width = 0;

  constructor(private readonly figure: HTMLElement) {
    const plot = figure.querySelector<HTMLElement>(".plot");
    if (plot === null) throw new Error("a chart without a place to draw");
    this.plot = plot;
    this.spec = readSpec(figure);
  }

  /** Draws for `width` CSS pixels, or for the width that the page gives. */
  render(theme: Theme, width = this.plot.clientWidth): void {
    if (width === 0 || (theme === this.theme && width === this.width)) return;
    if (theme !== this.theme) this.replaceLegend(theme);
    this.theme = theme;
    this.width = width;
    this.paint();
  }

  /** The share of the page's width that the chart takes: charts of one paragraph stand side by side. */
  paperWidth(): number {
    const beside = this.figure.parentElement?.classList.contains("row")
      ? this.figure.parentElement.querySelectorAll(":scope > figure").length : 1;
    const columns = Math.min(beside, 2);
    return Math.floor((paperWidth - columnGap * (columns - 1)) / columns);
  }

  private paint(): void {
    if (this.theme === null) return;
    const { option, height } = draw(this.spec, this.theme, this.width, this.hidden);
    this.plot.style.height = `${height}px`;
    if (this.drawn === null) this.drawn = init(this.plot, null, { renderer: "svg", width: this.width, height });
    else this.drawn.resize({ width: this.width, height });
    this.drawn.setOption(option, { notMerge: true });
    // On paper the drawing is scaled to the width that is there, should it differ.
    this.plot.querySelector("svg")?.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
  }

  private replaceLegend(theme: Theme): void {
    const legend = makeLegend(this.spec, theme, this.hidden, () => this.paint());
    if (legend !== null) {
      if (this.legend !== null) this.legend.replaceWith(legend);
      else this.plot.before(legend);
    }
    this.legend = legend;
  }
}

function start(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.data")) makeSortable(table);
  const charts = [...document.querySelectorAll<HTMLElement>("figure.chart")].map((figure) => new Chart(figure));
  let theme = readTheme();
  const renderAll = () => charts.forEach((chart) => chart.render(theme));
  const retheme = () => {
    theme = readTheme();
    renderAll();
  };
  renderAll();

  const resized = new ResizeObserver(renderAll);
  for (const plot of document.querySelectorAll(".plot")) resized.observe(plot);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme);

  const root = document.documentElement;
  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    const printed = readTheme();
    charts.forEach((chart) => chart.render(printed, chart.paperWidth()));
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    retheme();
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
