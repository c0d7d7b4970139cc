import type { Cell } from "./cell";
import { byText, type Entry, type Rules } from "./entry";
import type { Grid } from "./table";

/** What a paste would do: what is written, and what speaks against it. */
export interface Plan {
  changes: { cell: Cell; entry: Entry }[];
  replaced: number;
  remarks: string[];
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

/** Lays the block over the grid from the given cell. Empty fields change nothing. */
export function plan(block: string[][], from: Cell, grid: Grid, rules: Rules): Plan {
  const result: Plan = { changes: [], replaced: 0, remarks: [] };
  block.forEach((row, down) => {
    row.forEach((text, right) => {
      if (text.trim() !== "") {
        lay(text, grid.at(from.row + down, from.column + right), down + 1, rules, result);
      }
    });
  });
  return result;
}

function lay(text: string, cell: Cell | null, line: number, rules: Rules, result: Plan): void {
  const entry = byText(text, rules);
  if (!cell) {
    result.remarks.push(`Строка ${line}: «${text.trim()}» – за краем таблицы`);
  } else if (cell.locked) {
    result.remarks.push(`Строка ${line}: ${cell.lock}`);
  } else if ("refused" in entry) {
    result.remarks.push(`Строка ${line}: ${entry.refused}`);
  } else {
    const same = cell.mark === entry.mark && cell.attendance === entry.attendance;
    if (!same) {
      result.replaced += cell.text === "" ? 0 : 1;
      result.changes.push({ cell, entry });
    }
  }
}
