/**
 * What a chart shows, as the program wrote it into the page: finished columns, in the order in which they are drawn.
 * The program has sorted out series and formats already (src/report/chart.h); here is only drawing.
 */
export type ChartKind = "line" | "area" | "bar" | "scatter" | "heatmap";

/** Numbers, ISO dates and timestamps without a zone ("2024-01-31", "2024-01-31 06:00:00"), or text. */
export type CellKind = "number" | "date" | "timestamp" | "text";

export interface Column {
  title: string;
  kind: CellKind;
  /** As in format.ts. */
  format: string;
  values: (number | string | null)[];
}

export interface ChartSpec {
  kind: ChartKind;
  /** The horizontal axis. For a heat map and a scatter plot: one entry per mark. */
  x: Column;
  /** line, area, bar: one column per series, as long as `x`. heatmap: the vertical axis. scatter: the heights. */
  y: Column[];
  /** heatmap: the colour of each mark. */
  value?: Column;
  /** scatter: splits the marks into series. */
  series?: Column;
  /** scatter: a name for each mark, shown in the tooltip. */
  label?: Column;
  stack?: boolean;
  horizontal?: boolean;
  /** Whether the axis of the values begins at zero. */
  zero?: boolean;
}

export function readSpec(figure: Element): ChartSpec {
  const block = figure.querySelector('script[type="application/json"]');
  if (block === null) throw new Error("a chart without its data");
  return JSON.parse(block.textContent ?? "") as ChartSpec;
}
