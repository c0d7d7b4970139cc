import { average, type Item, weightOf } from "../average";
import type { Cell } from "./cell";
import type { Grid } from "./table";

/** The column «Ср.», counted again in the page after each key. */
export class Averages {
  private readonly weights = new Map<string, number>();
  private readonly cells = new Map<number, HTMLElement>();

  constructor(grid: Grid) {
    for (const th of grid.table.querySelectorAll<HTMLElement>("th[data-lesson]")) {
      const { work, lesson, weight } = th.dataset;
      this.weights.set(work ? `w${work}` : `l${lesson}`, weightOf(weight));
    }
    for (const td of grid.table.querySelectorAll<HTMLElement>("td[data-avg]")) {
      this.cells.set(Number(td.dataset.avg), td);
    }
  }

  count(row: readonly Cell[]): void {
    const pupil = row[0]?.pupil;
    const td = pupil === undefined ? undefined : this.cells.get(pupil);
    if (td) {
      const items = row.map((it) => ({ value: it.mark, weight: this.weight(it) }));
      this.write(td, average([...elsewhere(td), ...items]));
    }
  }

  /** The server's word, where nothing typed here waits for it. */
  put(pupil: number, text: string): void {
    const td = this.cells.get(pupil);
    if (td) {
      this.write(td, text);
    }
  }

  private weight(cell: Cell): number {
    return this.weights.get(`w${cell.work}`) ?? this.weights.get(`l${cell.lesson}`) ?? 100;
  }

  private write(td: HTMLElement, text: string): void {
    if (td.textContent !== text) {
      td.textContent = text;
      td.dataset.level = level(text);
    }
  }
}

/** Marks of the period outside the columns shown: data-rest='[["4","1.00"],…]'. */
function elsewhere(td: HTMLElement): Item[] {
  const rest = JSON.parse(td.dataset.rest ?? "[]") as [string, string][];
  return rest.map(([value, weight]) => ({ value, weight: weightOf(weight) }));
}

/** How an average is set off: high, low, or on the edge between two marks (ux.md 4.6). */
export function level(text: string): string {
  const hundredths = Number(text.replace(",", ""));
  const rest = hundredths % 100;
  if (!text) {
    return "";
  }
  if (rest >= 40 && rest <= 60) {
    return "edge";
  }
  return hundredths >= 450 ? "high" : hundredths < 250 ? "low" : "";
}
