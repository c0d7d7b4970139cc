import type { Cell } from "./cell";
import type { Entry } from "./entry";
import type { Journal } from "./journal";

type Changes = { cell: Cell; entry: Entry }[];

/** Deletes what is selected, as one step. */
export function clear(journal: Journal): void {
  const cells = journal.selection.cells;
  const open = cells.filter((it) => !it.locked && it.filled);
  journal.writeAll((cells.length === 1 ? cells : open).map((cell) => ({ cell, entry: { mark: "", attendance: "" } })));
}

/** Writes what stands in one cell into the others that are open. */
export function fill(journal: Journal, from: Cell, to: readonly Cell[]): void {
  const entry: Entry = { mark: from.mark, attendance: from.attendance };
  journal.writeAll(to.filter((it) => it !== from && !it.locked).map((cell) => ({ cell, entry })));
}

/** Ctrl+D: the selection from its first row; of one cell, the empty ones below it. */
export function fillDown(journal: Journal): void {
  const { grid, selection } = journal;
  const changes: Changes = [];
  const [first = [], ...rows] = selection.many ? selection.rows : grid.focused ? [[grid.focused]] : [];
  for (const from of first) {
    const below = selection.many ? rows.flat() : grid.rows.slice(from.row + 1).flat().filter((it) => !it.filled);
    for (const cell of below.filter((it) => it.column === from.column && !it.locked)) {
      changes.push({ cell, entry: { mark: from.mark, attendance: from.attendance } });
    }
  }
  journal.writeAll(changes);
}

/** The selection as a spreadsheet takes it; whole columns with their heads. */
export function copy(journal: Journal, event: ClipboardEvent): boolean {
  const { selection, grid } = journal;
  if (!event.clipboardData) {
    return false;
  }
  const rows = selection.many ? selection.rows : [[...selection.cells]];
  const lines = rows.map((row) => row.map((it) => it.text).join("\t"));
  if (rows.length > 1 && rows.length === grid.rows.length) {
    lines.unshift((rows[0] ?? []).map((it) => grid.dateOf(it)).join("\t"));
  }
  event.clipboardData.setData("text/plain", lines.join("\n"));
  event.preventDefault();
  return true;
}
