import type { Journal } from "./journal";

/** What was typed and not sent yet, as a person reads it. */
export function unsentRows(journal: Journal): string[][] {
  const rows = [["Ученик", "Дата", "Что", "Значение"]];
  for (const op of journal.queue.all) {
    const cell = journal.grid.find(op);
    const name = cell?.element.parentElement?.querySelector(".pupil a")?.textContent ?? `№ ${op.pupil}`;
    const date = journal.grid.dateOf(op) || `урок № ${op.lesson}`;
    rows.push([name, date, op.field === "mark" ? "отметка" : "посещаемость", op.value]);
  }
  return rows;
}

/** Semicolons and a mark of UTF-8: what Excel in Russian opens as a table. */
export function csv(rows: readonly string[][]): string {
  const field = (it: string) => (/[;"\n]/.test(it) ? `"${it.replaceAll('"', '""')}"` : it);
  return `\ufeff${rows.map((row) => row.map(field).join(";")).join("\r\n")}\r\n`;
}

export function download(rows: readonly string[][]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv;charset=utf-8" }));
  link.download = "журнал-несохранённое.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
