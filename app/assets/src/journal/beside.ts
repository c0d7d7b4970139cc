import { type Item, points, shown, sums } from "../average";
import type { Cell } from "./cell";
import type { Journal } from "./journal";

/** The columns beside the average: median, missed lessons, what the system proposes. */
export function beside(journal: Journal): void {
  const { most = "100", closing, thresholds = "", scale } = journal.root.dataset;
  const rule: Rule = {
    five: scale === "5",
    borders: scale !== "100",
    steps: thresholds.split(" ").map((it) => Math.round(Number(it) * 100)),
    most: Number(most),
    closing: closing !== undefined,
  };
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
    if (scale !== "pass") {
      put(".proposed", (td) => {
        const { text, doubt } = proposed(rule, td.dataset.ground ?? "", items, missed(row), row.some(isExempt));
        td.toggleAttribute("data-doubt", doubt);
        return text;
      });
    }
  };
}

/** How the school proposes final marks of the scale. */
export interface Rule {
  five: boolean;
  /** Are averages near a half doubtful? */
  borders: boolean;
  /** From which average, in hundredths, a 5, 4, 3 is proposed. */
  steps: readonly number[];
  /** Above so many percent of the lessons missed nobody is attested. */
  most: number;
  /** Too few marks are told at the end of a period only. */
  closing: boolean;
}

/**
 * What the server would propose for these marks. `ground`: least marks, lessons
 * had, lessons missed out of sight, and 1 for who came later.
 */
export function proposed(rule: Rule, ground: string, items: readonly Item[], away: number, exempt: boolean): { text: string; doubt: boolean } {
  const [least = 1, lessons = 0, hidden = 0, later = 0] = ground.split(" ").map(Number);
  const [sum, weights, count] = sums(items);
  const said = (text: string, doubt = true) => ({ text, doubt: doubt && text !== "" });
  if (lessons === 0) {
    return said("");
  }
  if (count === 0 && exempt) {
    return said("осв");
  }
  if (count < least || (away + hidden) * 100 > rule.most * lessons) {
    return said(rule.closing ? "н/а" : "");
  }
  if (weights === 0) {
    return said("");
  }
  const rest = Number(shown(Math.floor((sum * 200 + weights) / (weights * 2))).slice(-2));
  const mark = rule.five ? 5 - rule.steps.filter((it) => sum * 100 < it * weights).length : Math.max(1, Math.floor((sum * 2 + weights) / (weights * 2)));
  return said(String(mark), later === 1 || (rule.borders && rest >= 40 && rest <= 60));
}

const isExempt = (it: Cell) => /^осв$/i.test(it.mark) || it.attendance === "ОСВ";

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
