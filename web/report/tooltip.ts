/** The box beside the pointer. It is built from nodes, never from markup: what it shows comes from data. */
export interface TooltipRow {
  name: string;
  value: string;
  colour?: string;
}

export function tooltipCard(title: string, rows: TooltipRow[]): HTMLElement {
  const card = element("div", "tip");
  if (title !== "") card.append(element("div", "tip-title", title));
  for (const { name, value, colour } of rows) {
    const row = element("div", "tip-row");
    if (colour !== undefined) row.append(swatch(colour));
    row.append(element("span", "tip-name", name), element("span", "tip-value", value));
    card.append(row);
  }
  return card;
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function swatch(colour: string, dashed = false): HTMLElement {
  const made = element("span", dashed ? "swatch dashed" : "swatch");
  made.style.setProperty("--colour", colour);
  return made;
}
