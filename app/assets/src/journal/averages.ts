import { average, type Item, weightOf } from "../average";
import type { Cell } from "./cell";
import type { Grid } from "./table";

const LATER = 120;

/** The column «Ср.», the row «Заполнено» and the line under the grid, counted again after each key. */
export class Averages {
  private readonly cells = new Map<number, HTMLElement>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what stands beside the average. */
  after: ((row: readonly Cell[]) => void) | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly grid: Grid,
  ) {
    this.read();
  }

  read(): void {
    this.cells.clear();
    for (const td of this.grid.table.querySelectorAll<HTMLElement>("td[data-avg]")) {
      this.cells.set(Number(td.dataset.avg), td);
    }
  }

  count(row: readonly Cell[]): void {
    const td = this.cells.get(row[0]?.pupil ?? 0);
    if (td) {
      this.write(td, average(this.items(row)));
    }
    this.after?.(row);
    // Nobody looks at the sums while typing.
    this.timer ??= setTimeout(() => this.total(), LATER);
  }

  /** What the average of a pupil is made of, also from lessons out of sight. */
  items(row: readonly Cell[]): Item[] {
    const rest = JSON.parse(this.cells.get(row[0]?.pupil ?? 0)?.dataset.rest ?? "[]") as [string, string][];
    const heads = this.grid.heads;
    return [
      ...rest.map(([value, weight]) => ({ value, weight: weightOf(weight), owed: true })),
      ...row.map((it) => {
        const { weight, owed } = heads[it.column]?.dataset ?? {};
        return { value: it.mark, weight: weightOf(weight), owed: owed !== undefined };
      }),
    ];
  }

  private write(td: HTMLElement, text: string): void {
    if (td.textContent !== text) {
      td.textContent = text;
      td.dataset.level = level(text);
    }
  }

  private total(): void {
    this.timer = undefined;
    const { rows, heads, feet } = this.grid;
    feet.forEach((foot, column) => {
      const cells = rows.map((it) => it[column]).filter((it): it is Cell => it !== undefined);
      foot.textContent = `${cells.filter((it) => it.filled).length}/${cells.filter((it) => !it.out).length}`;
    });
    const today = heads.findIndex((it) => it.classList.contains("today"));
    this.tell("absent", rows.filter((it) => /^(ОТ|Б|УП|НП)$/.test(it[today]?.attendance ?? "")).length);
    const all = [...this.cells.values()].map((it) => Number((it.textContent ?? "").replace(",", ""))).filter((it) => it > 0);
    const [, good = 0, enough = 0] = (this.root.dataset.thresholds ?? "").split(" ").map((it) => Number(it) * 100);
    const percent = (least: number) => (all.length ? Math.round((all.filter((it) => it >= least).length * 100) / all.length) : 0);
    this.tell("quality", percent(good));
    this.tell("success", percent(enough));
    this.tell("average", mean(all));
  }

  private tell(name: string, value: number | string): void {
    const place = this.root.querySelector(`[data-sum=${name}]`);
    if (place) {
      place.textContent = String(value);
    }
  }
}

function mean(hundredths: readonly number[]): string {
  const sum = hundredths.reduce((all, it) => all + it, 0);
  return hundredths.length ? (Math.round(sum / hundredths.length) / 100).toFixed(2).replace(".", ",") : "";
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
