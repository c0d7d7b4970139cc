import { type Item, points, shown, sums } from "../average";
import type { Cell } from "./cell";
import type { Journal } from "./journal";

/** The columns beside the average: median, missed lessons, what the system proposes. */
export function beside(journal: Journal): void {
  const { least = "1", closing, thresholds = "", scale } = journal.root.dataset;
  const steps = thresholds.split(" ").map((it) => Math.round(Number(it) * 100));
  journal.averagesColumn.after = (row) => {
    const tr = row[0]?.element.parentElement;
    const items = journal.averagesColumn.items(row);
    const put = (what: string, text: (td: HTMLElement) => string) => {
      const td = tr?.querySelector<HTMLElement>(what);
      if (td) {
        td.textContent = text(td);
      }
    };
    put("[data-median]", () => median(items));
    put("[data-missed]", (td) => String(missed(row) + Number(td.dataset.missed)));
    if (scale === "5") {
      put(".proposed", (td) => propose(td, items, steps, Number(least), closing !== undefined));
    }
  };
}

/** The middle of the marks, or the mean of the two in the middle. */
export function median(items: readonly Item[]): string {
  const all = items.filter((it) => it.weight > 0).flatMap((it) => points(it.value, it.owed)).sort((a, b) => a - b);
  const at = all.length / 2;
  const twice = (all[Math.ceil(at) - 1] ?? 0) + (all[Math.floor(at)] ?? 0);
  return all.length === 0 ? "" : String(twice / 2).replace(".", ",");
}

/** Lessons with an absence: each once, however many works it has. */
function missed(row: readonly Cell[]): number {
  const lessons = row.filter((it) => /^(ОТ|Б|УП|НП)$/.test(it.attendance)).map((it) => it.lesson);
  return new Set(lessons).size;
}

/** The mark by the thresholds of the school; where marks are few, the end of the period decides. */
function propose(td: HTMLElement, items: readonly Item[], steps: readonly number[], least: number, closing: boolean): string {
  const [sum, weights, count] = sums(items);
  td.toggleAttribute("data-doubt", false);
  if (count < least || weights === 0) {
    td.toggleAttribute("data-doubt", closing);
    return closing ? "н/а" : "";
  }
  const rest = Number(shown(Math.floor((sum * 200 + weights) / (weights * 2))).slice(-2));
  td.toggleAttribute("data-doubt", rest >= 40 && rest <= 60);
  return String(5 - steps.filter((it) => sum * 100 < it * weights).length);
}
