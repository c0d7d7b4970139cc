import type { Cell } from "./cell";
import { ask } from "./dialog";
import { byText, type Entry, type Rules } from "./entry";
import type { Journal } from "./journal";
import { areNames, match } from "./names";

/** What a paste would do: what is written, and what speaks against it. */
export interface Plan {
  changes: { cell: Cell; entry: Entry }[];
  replaced: number;
  remarks: string[];
}

/** The little that a plan needs to know of the grid. */
export interface Sheet {
  rows: readonly (readonly Cell[])[];
  names: readonly string[];
}

/** Writes the block of a spreadsheet from the cell on; asks first if anything is overwritten or left out. */
export async function pasteInto(journal: Journal, text: string, from: Cell): Promise<void> {
  const names = journal.grid.rows.map((row) => row[0]?.element.parentElement?.querySelector(".pupil a")?.textContent ?? "");
  const { changes, replaced, remarks } = plan(parseTsv(text), from, { rows: journal.grid.rows, names }, journal.rules);
  const clean = replaced + remarks.length === 0;
  if (clean || (await confirmed("Вставка из таблицы", "Вставить", { changes, replaced, remarks }))) {
    journal.writeAll(changes);
  }
}

/** «Будет записано 26, заменено 3, пропущено 2», and why. */
export function confirmed(title: string, yes: string, { changes, replaced, remarks }: Plan): Promise<boolean> {
  const sum = `Будет записано: ${changes.length - replaced}, заменено: ${replaced}, пропущено: ${remarks.length}.`;
  const shown = remarks.slice(0, 12);
  const more = remarks.length > shown.length ? [`… и ещё ${remarks.length - shown.length}`] : [];
  return ask(title, [sum, ...shown, ...more], { yes: `${yes} ${changes.length}`, no: "Отмена" });
}

/** Rows and columns of a text that a spreadsheet put on the clipboard. */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  let field = "";
  let quoted = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (quoted) {
      if (char === '"' && source[at + 1] === '"') {
        field += '"';
        at += 1;
      } else if (char === '"') {
        quoted = false;
      } else {
        field += char;
      }
    } else if (char === '"' && field === "") {
      quoted = true;
    } else if (char === "\t" || char === "\n") {
      rows[rows.length - 1]?.push(field);
      field = "";
      if (char === "\n") {
        rows.push([]);
      }
    } else {
      field += char;
    }
  }
  rows[rows.length - 1]?.push(field);
  return rows;
}

/**
 * Lays the block over the grid: by name where its first column is one of names,
 * else from the given cell on. Empty fields change nothing.
 */
export function plan(block: string[][], from: Cell, sheet: Sheet, rules: Rules): Plan {
  const result: Plan = { changes: [], replaced: 0, remarks: [] };
  // A line of dates above, as the grid itself copies it.
  const headed = block.length > 1 && (block[0] ?? []).some((it) => /^\d\d\.\d\d/.test(it.trim()));
  const lines = headed ? block.slice(1) : block;
  const column = lines.map((it) => it[0] ?? "");
  const named = lines.some((it) => it.length > 1) && areNames(column, sheet.names);
  const rows = named ? match(column, sheet.names) : lines.map((_, down) => from.row + down);
  lines.forEach((line, down) => {
    const row = rows[down] ?? -1;
    const values = named ? line.slice(1) : line;
    const number = down + (headed ? 2 : 1);
    if (named && row < 0) {
      if (line.some((it) => it.trim() !== "")) {
        result.remarks.push(`Строка ${number}: «${(line[0] ?? "").trim()}» – такого ученика в классе нет или их несколько`);
      }
      return;
    }
    values.forEach((text, right) => {
      if (text.trim() !== "") {
        lay(text, sheet.rows[row]?.[from.column + right] ?? null, number, rules, result);
      }
    });
  });
  return result;
}

/** What becomes of one text that is meant for one cell. */
export function lay(text: string, cell: Cell | null, line: number, rules: Rules, result: Plan): void {
  const entry = byText(text, rules);
  if (!cell) {
    result.remarks.push(`Строка ${line}: «${text.trim()}» – за краем таблицы`);
  } else if (cell.locked) {
    result.remarks.push(`Строка ${line}: ${cell.lock}`);
  } else if ("refused" in entry) {
    result.remarks.push(`Строка ${line}: ${entry.refused}`);
  } else {
    // A sheet of marks says nothing of absences.
    const kept: Entry = { ...entry };
    if (entry.mark && !entry.attendance) {
      delete kept.attendance;
    }
    const same = cell.mark === kept.mark && (kept.attendance ?? cell.attendance) === cell.attendance;
    if (!same || entry.extra) {
      result.replaced += cell.text === "" ? 0 : 1;
      result.changes.push({ cell, entry: kept });
    }
  }
}
