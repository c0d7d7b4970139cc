import type { Cell } from "./cell";
import type { Grid } from "./table";

/** The rectangle of cells between where a selection began and the focused cell. */
export class Selection {
  private anchor: Cell | null = null;
  private chosen: Cell[] = [];

  constructor(private readonly grid: Grid) {}

  /** Several cells, row by row; one alone is no selection. */
  get rows(): Cell[][] {
    const rows = new Map<number, Cell[]>();
    for (const cell of this.cells) {
      rows.set(cell.row, [...(rows.get(cell.row) ?? []), cell]);
    }
    return [...rows.values()];
  }

  /** What is selected, or else the focused cell. */
  get cells(): readonly Cell[] {
    const here = this.grid.focused;
    return this.chosen.length > 1 ? this.chosen : here ? [here] : [];
  }

  get many(): boolean {
    return this.chosen.length > 1;
  }

  /** Begins where the focus is now, if nothing was selected. */
  begin(): void {
    this.anchor ??= this.grid.focused;
  }

  /** Selects up to the focused cell. */
  extend(): void {
    const [from, to] = [this.anchor, this.grid.focused];
    if (from && to) {
      this.choose([from.row, to.row], [from.column, to.column]);
    }
  }

  all(): void {
    this.choose([0, Infinity], [0, Infinity]);
  }

  column(): void {
    const column = this.grid.focused?.column ?? 0;
    this.choose([0, Infinity], [column, column]);
  }

  row(): void {
    const row = this.grid.focused?.row ?? 0;
    this.choose([row, row], [0, Infinity]);
  }

  clear(): void {
    this.anchor = null;
    this.mark([]);
  }

  private choose(rows: [number, number], columns: [number, number]): void {
    const within = (at: number, [a, b]: [number, number]) => at >= Math.min(a, b) && at <= Math.max(a, b);
    this.mark(this.grid.rows.flat().filter((it) => within(it.row, rows) && within(it.column, columns)));
  }

  private mark(cells: Cell[]): void {
    this.chosen.forEach((it) => it.element.removeAttribute("aria-selected"));
    this.chosen = cells;
    if (this.many) {
      cells.forEach((it) => it.element.setAttribute("aria-selected", "true"));
    }
  }
}
