/** The colours and the font of the charts, read from report.css so that they stand in one place only. */
export interface Theme {
  font: string;
  ink: string;
  muted: string;
  line: string;
  paper: string;
  series: string[];
  heat: string[];
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const list = (name: string, count: number) => Array.from({ length: count }, (_, i) => colour(`--${name}-${i + 1}`));
  return {
    font: getComputedStyle(document.body).fontFamily,
    ink: colour("--ink"),
    muted: colour("--muted"),
    line: colour("--line"),
    paper: colour("--paper"),
    series: list("series", 6),
    heat: list("heat", 5),
  };
}

/** How the series at `index` is drawn: after the last colour they begin again, dashed. */
export function seriesStyle(theme: Theme, index: number): { colour: string; dashed: boolean } {
  return {
    colour: theme.series[index % theme.series.length] ?? theme.ink,
    dashed: index >= theme.series.length,
  };
}

/** Black or white ink, whichever reads better on `colour` (#rrggbb). */
export function inkOn(colour: string): string {
  const channel = (at: number) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.22 ? "#10141a" : "#ffffff";
}

/** The colour at `share` (0 to 1) of the heat ramp. */
export function heatColour(theme: Theme, share: number): string {
  const last = theme.heat.length - 1;
  const at = Math.min(Math.max(share, 0), 1) * last;
  const lower = theme.heat[Math.min(Math.floor(at), last - 1)] ?? "#000000";
  const upper = theme.heat[Math.min(Math.floor(at) + 1, last)] ?? "#000000";
  const mix = (position: number) => {
    const a = parseInt(lower.slice(position, position + 2), 16);
    const b = parseInt(upper.slice(position, position + 2), 16);
    return Math.round(a + (b - a) * (at - Math.min(Math.floor(at), last - 1))).toString(16).padStart(2, "0");
  };
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}
