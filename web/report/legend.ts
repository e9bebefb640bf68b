/** The names of the series above a chart. Plain HTML, so it wraps on a phone, prints, and takes the keyboard. */
import { categories, numberRange } from "./chart";
import { formatTick, formatValue } from "./format";
import type { ChartSpec } from "./spec";
import { heatColour, seriesStyle, type Theme } from "./theme";
import { element, swatch } from "./tooltip";

/** Makes the legend, or nothing when there is nothing to tell apart. `toggled` is called when `hidden` changed. */
export function makeLegend(spec: ChartSpec, theme: Theme, hidden: Set<number>, toggled: () => void): HTMLElement | null {
  if (spec.kind === "heatmap") return heatLegend(spec, theme);
  const names = spec.kind !== "scatter" ? spec.y.map((column) => column.title)
    : spec.series === undefined ? [] : categories(spec.series).map((name) => formatValue(name, spec.series?.format ?? "text"));
  if (names.length < 2) return null;
  const list = element("ul", "legend");
  names.forEach((name, index) => {
    const { colour, dashed } = seriesStyle(theme, index);
    const button = element("button", "legend-item");
    button.type = "button";
    button.title = "Show or hide";
    button.append(swatch(colour, dashed), element("span", "", name));
    button.setAttribute("aria-pressed", String(!hidden.has(index)));
    button.addEventListener("click", () => {
      if (!hidden.delete(index)) hidden.add(index);
      button.setAttribute("aria-pressed", String(!hidden.has(index)));
      toggled();
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  });
  return list;
}

function heatLegend(spec: ChartSpec, theme: Theme): HTMLElement | null {
  if (spec.value === undefined) return null;
  const [lowest, highest] = numberRange(spec.value);
  const ramp = element("span", "ramp");
  ramp.style.background = `linear-gradient(to right, ${[0, 0.25, 0.5, 0.75, 1].map((share) => heatColour(theme, share)).join(", ")})`;
  const legend = element("div", "legend heat");
  const format = spec.value.format;
  const label = (value: number) => element("span", "", formatTick(value, format, Math.max(Math.abs(lowest), Math.abs(highest))));
  legend.append(label(lowest), ramp, label(highest));
  return legend;
}
