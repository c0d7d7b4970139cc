/** [data-rows]: in a table that is a form, Enter and the arrows up and down stay in the column. */
export function rows(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement;
    const table = field.closest?.("table[data-rows]");
    if (!table || field.tagName !== "INPUT" || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const step = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1;
    if (event.key === "Enter" || event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      go(field, step);
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
