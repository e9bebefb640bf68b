/** Turns a chart's specification into what ECharts draws, for one width and one theme. */
import type { EChartsCoreOption } from "echarts/core";

import { formatTick, formatValue, parseDate } from "./format";
import type { ChartSpec, Column } from "./spec";
import { heatColour, inkOn, seriesStyle, type Theme } from "./theme";
import { tooltipCard, type TooltipRow } from "./tooltip";

export interface Drawing {
  option: EChartsCoreOption;
  height: number;
}

interface Canvas {
  spec: ChartSpec;
  theme: Theme;
  width: number;
  /** Indexes of the series that the reader switched off in the legend. */
  hidden: ReadonlySet<number>;
}

type Axis = Record<string, unknown>;

export function draw(spec: ChartSpec, theme: Theme, width: number, hidden: ReadonlySet<number>): Drawing {
  const canvas = { spec, theme, width, hidden };
  switch (spec.kind) {
    case "line":
    case "area":
      return drawLines(canvas);
    case "bar":
      return drawBars(canvas);
    case "scatter":
      return drawScatter(canvas);
    case "heatmap":
      return drawHeatmap(canvas);
  }
}

function drawLines({ spec, theme, width, hidden }: Canvas): Drawing {
  const points = spec.x.values.map(position(spec.x));
  const fewPoints = points.length <= 16;
  const series = spec.y.flatMap((column, index) => {
    if (hidden.has(index)) return [];
    const { colour, dashed } = seriesStyle(theme, index);
    return [{
      type: "line",
      name: column.title,
      data: column.values.map((value, row) => [points[row], value]),
      stack: spec.stack ? "all" : undefined,
      color: colour,
      symbol: "circle",
      symbolSize: 6,
      showSymbol: fewPoints && spec.kind === "line",
      sampling: spec.stack ? undefined : "lttb",
      lineStyle: { width: 2, type: dashed ? "dashed" : "solid" },
      areaStyle: spec.kind === "area" ? { opacity: spec.stack ? 0.75 : 0.14 } : undefined,
      emphasis: { disabled: true },
    }];
  });
  return {
    height: plotHeight(width),
    option: {
      ...base(theme),
      xAxis: positionAxis(spec.x, theme, width),
      yAxis: valueAxis(spec, theme),
      series,
      tooltip: axisTooltip(spec, theme, hidden, "line"),
    },
  };
}

function drawBars({ spec, theme, width, hidden }: Canvas): Drawing {
  const labels = spec.x.values.map((value) => formatValue(value, spec.x.format));
  const horizontal = spec.horizontal === true || !labelsFit(spec.x, labels, theme, width);
  const shown = spec.y.map((_, index) => index).filter((index) => !hidden.has(index));
  const series = shown.map((index) => {
    const { colour, dashed } = seriesStyle(theme, index);
    const round = spec.stack ? 0 : 3;
    return {
      type: "bar",
      name: spec.y[index]?.title,
      data: spec.y[index]?.values.map((value) => ({
        value,
        itemStyle: { borderRadius: corners(round, horizontal, typeof value === "number" && value < 0) },
      })),
      stack: spec.stack ? "all" : undefined,
      color: colour,
      itemStyle: spec.stack ? { opacity: dashed ? 0.6 : 1, borderColor: theme.paper, borderWidth: 1 }
                            : { opacity: dashed ? 0.6 : 1 },
      barMaxWidth: 44,
      barCategoryGap: "28%",
      emphasis: { disabled: true },
    };
  });
  const category: Axis = {
    ...categoryAxis(theme, labels),
    inverse: horizontal,
    axisLabel: {
      color: theme.muted, fontSize: 12, hideOverlap: true,
      ...(horizontal ? { width: Math.min(width * 0.36, 220), overflow: "truncate" } : {}),
    },
  };
  const value = { ...valueAxis(spec, theme), ...(horizontal ? { splitNumber: width < 480 ? 3 : 5 } : {}) };
  const barsPerCategory = spec.stack ? 1 : Math.max(shown.length, 1);
  return {
    height: horizontal ? labels.length * Math.max(28, barsPerCategory * 14 + 12) + 32 : plotHeight(width),
    option: {
      ...base(theme),
      xAxis: horizontal ? value : category,
      yAxis: horizontal ? category : value,
      series,
      tooltip: axisTooltip(spec, theme, hidden, "shadow"),
    },
  };
}

function drawScatter({ spec, theme, width, hidden }: Canvas): Drawing {
  const heights = spec.y[0];
  const { series: splitBy, label } = spec;
  const names = splitBy === undefined ? [""] : categories(splitBy);
  const series = names.flatMap((name, index) => {
    if (hidden.has(index)) return [];
    const rows = spec.x.values.map((_, row) => row).filter((row) => splitBy === undefined || splitBy.values[row] === name);
    return [{
      type: "scatter",
      data: rows.map((row) => [position(spec.x)(spec.x.values[row] ?? null), heights?.values[row], row]),
      color: seriesStyle(theme, index).colour,
      symbolSize: rows.length > 400 ? 5 : 9,
      large: rows.length > 4000,
      itemStyle: { opacity: 0.72, borderColor: theme.paper, borderWidth: rows.length > 400 ? 0 : 1 },
      emphasis: { disabled: true },
    }];
  });
  const named = { nameLocation: "middle", nameGap: 12, nameTextStyle: { color: theme.muted, fontSize: 12 } };
  const across: Axis = spec.x.kind === "number"
    ? { ...valueAxis(spec, theme, spec.x), splitNumber: width < 480 ? 4 : 8, axisLine: { show: true, lineStyle: { color: theme.line } } }
    : positionAxis(spec.x, theme, width);
  return {
    height: plotHeight(width) + 40,
    option: {
      ...base(theme),
      xAxis: { ...across, ...named, name: spec.x.title },
      yAxis: { ...valueAxis(spec, theme), ...named, name: heights?.title },
      series,
      tooltip: {
        ...tooltipBase(theme),
        trigger: "item",
        formatter: (mark: { value: unknown[] }) => {
          const row = Number(mark.value[2]);
          const columns = [spec.x, ...(heights ? [heights] : []), ...(splitBy ? [splitBy] : [])];
          return tooltipCard(label ? formatValue(label.values[row], label.format) : "",
                             columns.map((column) => ({ name: column.title, value: formatValue(column.values[row], column.format) })));
        },
      },
    },
  };
}

function drawHeatmap({ spec, theme, width }: Canvas): Drawing {
  const across = categories(spec.x);
  const down = spec.y[0];
  const value = spec.value;
  if (down === undefined || value === undefined) throw new Error("a heat map without its columns");
  const downs = categories(down);
  const [lowest, highest] = numberRange(value);
  const largest = Math.max(Math.abs(lowest), Math.abs(highest));
  const share = (cell: number) => (highest > lowest ? (cell - lowest) / (highest - lowest) : 0.5);
  const rowHeight = downs.length > 16 ? 22 : 32;
  const cellWidth = (width - 60) / Math.max(across.length, 1);
  const widest = value.values.reduce<number>(
    (most, cell) => Math.max(most, typeof cell === "number" ? formatTick(cell, value.format, largest).length : 0), 0);
  const acrossAt = new Map(across.map((at, index) => [at, index]));
  const downAt = new Map(downs.map((at, index) => [at, index]));
  const data = value.values.map((cell, row) => {
    const colour = typeof cell === "number" ? heatColour(theme, share(cell)) : "transparent";
    return {
      value: [acrossAt.get(spec.x.values[row] ?? null), downAt.get(down.values[row] ?? null), cell, row],
      itemStyle: { color: colour },
      label: { color: typeof cell === "number" ? inkOn(colour) : theme.muted },
    };
  });
  const axisLabel = { color: theme.muted, fontSize: 12, hideOverlap: true };
  return {
    height: downs.length * rowHeight + 36,
    option: {
      ...base(theme),
      xAxis: { ...categoryAxis(theme, across.map((at) => formatValue(at, spec.x.format))), axisLabel, axisLine: { show: false } },
      yAxis: {
        ...categoryAxis(theme, downs.map((at) => formatValue(at, down.format))),
        axisLabel: { ...axisLabel, interval: 0 }, axisLine: { show: false }, inverse: true,
      },
      series: [{
        type: "heatmap",
        data,
        itemStyle: { borderColor: theme.paper, borderWidth: 2, borderRadius: 4 },
        label: {
          show: cellWidth > widest * 6.4 + 6 && data.length <= 400,
          fontSize: 11,
          formatter: (mark: { value: unknown[] }) =>
            (typeof mark.value[2] === "number" ? formatTick(mark.value[2], value.format, largest) : ""),
        },
        emphasis: { disabled: true },
      }],
      tooltip: {
        ...tooltipBase(theme),
        trigger: "item",
        formatter: (mark: { value: unknown[] }) => {
          const row = Number(mark.value[3]);
          const title = `${formatValue(down.values[row], down.format)}, ${formatValue(spec.x.values[row], spec.x.format)}`;
          return tooltipCard(title, [{ name: value.title, value: formatValue(value.values[row], value.format) }]);
        },
      },
    },
  };
}

export function numberRange(column: Column): [lowest: number, highest: number] {
  const numbers = column.values.filter((value): value is number => typeof value === "number");
  return numbers.length === 0 ? [0, 0]
    : [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
}

/** The distinct values: numbers and dates in their order, text in the order of the query. */
export function categories(column: Column): (number | string | null)[] {
  const distinct = [...new Set(column.values)];
  if (column.kind === "number") return distinct.sort((a, b) => Number(a) - Number(b));
  return column.kind === "text" ? distinct : distinct.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

function base(theme: Theme): EChartsCoreOption {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: theme.font, fontSize: 12 },
    // Inside the plot's own box, axis labels and names included.
    grid: { left: 0, right: 4, top: 8, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "all" },
  };
}

function plotHeight(width: number): number {
  return width < 480 ? 240 : 300;
}

/** Where a value lies on the horizontal axis of lines and points. */
function position(column: Column): (value: number | string | null) => number | string | null {
  const isTime = column.kind === "date" || column.kind === "timestamp";
  return (value) => {
    if (typeof value === "number" || (isTime && value === null)) return value;
    return isTime && typeof value === "string" ? parseDate(value).getTime() : formatValue(value, column.format);
  };
}

function positionAxis(column: Column, theme: Theme, width: number): Axis {
  const common = {
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: theme.muted, fontSize: 12, hideOverlap: true },
  };
  if (column.kind === "text") return { ...common, type: "category", boundaryGap: false };
  if (column.kind === "number") {
    return { ...common, type: "value", min: "dataMin", max: "dataMax",
             axisLabel: { ...common.axisLabel, formatter: (tick: number) => formatTick(tick, column.format, largestOf(column)) } };
  }
  return {
    ...common,
    type: "time",
    splitNumber: width < 480 ? 4 : 8,
    axisLabel: {
      ...common.axisLabel,
      formatter: { year: "{yyyy}", quarter: "{MMM}", month: "{MMM}", week: "{d} {MMM}", day: "{d} {MMM}", hour: "{HH}:{mm}", minute: "{HH}:{mm}", second: "{HH}:{mm}:{ss}" },
    },
  };
}

function categoryAxis(theme: Theme, labels: string[]): Axis {
  return { type: "category", data: labels, axisLine: { lineStyle: { color: theme.line } }, axisTick: { show: false }, splitLine: { show: false } };
}

function valueAxis(spec: ChartSpec, theme: Theme, column = spec.y[0]): Axis {
  const columns = column === spec.y[0] ? spec.y : [column];
  const largest = columns.reduce((most, each) => (spec.stack ? most + largestOf(each) : Math.max(most, largestOf(each))), 0);
  return {
    type: "value",
    scale: spec.zero === false,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.line } },
    axisLabel: {
      color: theme.muted, fontSize: 12, hideOverlap: true,
      formatter: (tick: number) => formatTick(tick, column?.format ?? "number", largest),
    },
  };
}

function largestOf(column: Column | undefined): number {
  return column === undefined ? 0 : Math.max(...numberRange(column).map(Math.abs));
}

/** Whether names of categories fit side by side; when they do not, bars lie down. Dates and numbers may leave labels out. */
function labelsFit(column: Column, labels: string[], theme: Theme, width: number): boolean {
  if (column.kind !== "text") return true;
  const pen = document.createElement("canvas").getContext("2d");
  if (pen === null) return true;
  pen.font = `12px ${theme.font}`;
  const room = (width - 48) / Math.max(labels.length, 1);
  return labels.every((label) => pen.measureText(label).width + 8 <= room);
}

function corners(radius: number, horizontal: boolean, negative: boolean): number[] {
  if (horizontal) return negative ? [radius, 0, 0, radius] : [0, radius, radius, 0];
  return negative ? [0, 0, radius, radius] : [radius, radius, 0, 0];
}

function tooltipBase(theme: Theme): Axis {
  return {
    confine: true,
    backgroundColor: theme.paper,
    borderColor: theme.line,
    borderWidth: 1,
    padding: 0,
    textStyle: { color: theme.ink, fontSize: 13 },
    extraCssText: "box-shadow: 0 4px 16px rgb(0 0 0 / 0.14); border-radius: 8px;",
  };
}

function axisTooltip(spec: ChartSpec, theme: Theme, hidden: ReadonlySet<number>, pointer: "line" | "shadow"): Axis {
  return {
    ...tooltipBase(theme),
    trigger: "axis",
    axisPointer: { type: pointer, lineStyle: { color: theme.muted, type: "solid" }, shadowStyle: { color: theme.muted, opacity: 0.1 } },
    formatter: (marks: { dataIndex: number }[]) => {
      const row = marks[0]?.dataIndex ?? 0;
      const rows = spec.y.flatMap((column, index): TooltipRow[] =>
        hidden.has(index) ? [] : [{ name: column.title, value: formatValue(column.values[row], column.format), colour: seriesStyle(theme, index).colour }]);
      return tooltipCard(formatValue(spec.x.values[row], spec.x.format), rows);
    },
  };
}
