/** Lets a reader sort a table by a click on a heading. Without this script the table is complete, only not sortable. */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined || body.rows.length < 2) return;
  const collator = new Intl.Collator(undefined, { numeric: true });
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    const isNumber = heading.classList.contains("number");
    button.addEventListener("click", () => {
      const ascending = heading.getAttribute("aria-sort") === "ascending" ? false
        : heading.getAttribute("aria-sort") === "descending" ? true : !isNumber;  // large numbers are what one looks for first
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const keyed = [...body.rows].map((row) => ({ row, key: sortKey(row.cells[column], isNumber) }));
      keyed.sort((a, b) => {
        if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);  // empty cells last
        const order = typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key
          : collator.compare(String(a.key), String(b.key));
        return ascending ? order : -order;
      });
      body.append(...keyed.map(({ row }) => row));
    });
  });
}

/** What a cell is compared by: `data-v`, where its text is formatted, else its text. */
function sortKey(cell: HTMLTableCellElement | undefined, isNumber: boolean): number | string | null {
  if (cell === undefined || cell.classList.contains("null")) return null;
  const raw = cell.dataset["v"] ?? cell.textContent ?? "";
  return isNumber ? Number(raw) : raw;
}
