/**
 * [data-rows]: in a table that is a form, Enter and the arrows up and down stay
 * in the column; with "grid", the arrows left and right go along the row too.
 */
export function rows(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement;
    const table = field.closest?.<HTMLTableElement>("table[data-rows]");
    if (!table || field.tagName !== "INPUT" || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const step = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1;
    if (event.key === "Enter" || event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      go(field, step);
    } else if (table.dataset.rows === "grid" && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      along(field, event.key === "ArrowLeft" ? -1 : 1);
    }
  });
}

/** The field of the same column in the next row that has one. */
function go(field: HTMLInputElement, step: number): void {
  const cell = field.closest("td");
  let row = field.closest("tr");
  while (cell && row) {
    row = (step > 0 ? row.nextElementSibling : row.previousElementSibling) as HTMLTableRowElement | null;
    const next = row?.cells[cell.cellIndex]?.querySelector<HTMLInputElement>("input");
    if (next) {
      next.focus();
      next.select();
      return;
    }
  }
}

/** The next field of the same row. */
function along(field: HTMLInputElement, step: number): void {
  const all = [...(field.closest("tr")?.querySelectorAll<HTMLInputElement>("input:not([type=hidden])") ?? [])];
  const next = all[all.indexOf(field) + step];
  next?.focus();
  next?.select();
}
