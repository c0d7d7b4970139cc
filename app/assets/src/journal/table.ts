import { Cell, type Place } from "./cell";

/** The cells as rows and columns, and the one of them that has the focus. */
export class Grid {
  rows: Cell[][] = [];
  /** The heads of the columns: work, weight. */
  heads: HTMLElement[] = [];
  /** Where how many of a column are filled is told. */
  feet: HTMLElement[] = [];
  private byElement = new Map<Element, Cell>();
  private byPlace = new Map<string, Cell[]>();
  private here: Cell | null = null;

  constructor(
    readonly table: HTMLTableElement,
    private readonly letters: boolean,
  ) {
    this.read();
  }

  /** Takes in what stands in the table. */
  read(): void {
    this.rows = [];
    this.byElement.clear();
    this.byPlace.clear();
    this.here = null;
    this.heads = [...this.table.querySelectorAll<HTMLElement>("th[data-lesson]")];
    this.feet = [...this.table.querySelectorAll<HTMLElement>("tfoot td:not(.average-cell)")];
    // One stop of Tab: links of the table are reached by the keys of the grid.
    this.table.querySelectorAll("a").forEach((it) => (it.tabIndex = -1));
    for (const tr of this.table.querySelectorAll("tbody tr")) {
      const row: Cell[] = [];
      for (const element of tr.querySelectorAll<HTMLTableCellElement>("td[data-l]")) {
        const first = row[row.length - 1]?.lesson !== Number(element.dataset.l);
        row.push(this.take(new Cell(element, this.rows.length, row.length, first, this.letters)));
      }
      if (row.length > 0) {
        this.rows.push(row);
      }
    }
  }

  private take(cell: Cell): Cell {
    this.byElement.set(cell.element, cell);
    const place = `${cell.lesson}:${cell.pupil}`;
    this.byPlace.set(place, [...(this.byPlace.get(place) ?? []), cell]);
    return cell;
  }

  /** The head over all works of a lesson. */
  private topOf(lesson: number): HTMLTableCellElement | undefined {
    const lessons = [...new Set(this.heads.map((it) => it.dataset.lesson))];
    return this.table.tHead?.rows[0]?.cells[1 + lessons.indexOf(String(lesson))];
  }

  /** «20.11» */
  dateOf({ lesson }: { lesson: number }): string {
    return this.topOf(lesson)?.querySelector(".date")?.textContent ?? "";
  }

  /** Adds a column for one more work behind those of the lesson. */
  insert(lesson: number, key: string, weight: string, name: string): void {
    const top = this.topOf(lesson);
    const after = this.heads.map((it) => it.dataset.lesson).lastIndexOf(String(lesson));
    const old = this.heads[after];
    if (!top || !old) {
      return;
    }
    top.colSpan += 1;
    const head = old.cloneNode() as HTMLElement;
    delete head.dataset.work;
    delete head.dataset.wv;
    Object.assign(head.dataset, { answer: "", key, weight });
    head.textContent = head.title = name;
    old.after(head);
    this.heads.splice(after + 1, 0, head);
    const foot = this.feet[after]?.cloneNode(true) as HTMLElement | undefined;
    if (foot) {
      this.feet[after]?.after(foot);
      this.feet.splice(after + 1, 0, foot);
    }
    for (const row of this.rows) {
      this.widen(row, after, key);
    }
  }

  private widen(row: Cell[], after: number, key: string): void {
    const left = row[after];
    if (!left) {
      return;
    }
    const td = left.element.cloneNode() as HTMLTableCellElement;
    ["w", "v", "c", "pending", "refused", "conflict"].forEach((it) => delete td.dataset[it]);
    ["aria-selected", "aria-invalid"].forEach((it) => td.removeAttribute(it));
    td.dataset.k = key;
    td.id = `c-${left.lesson}-${left.pupil}-${key}`;
    td.tabIndex = -1;
    td.classList.remove("absence");
    left.element.after(td);
    row.slice(after + 1).forEach((it) => (it.column += 1));
    row.splice(after + 1, 0, this.take(new Cell(td, left.row, after + 1, false, this.letters)));
  }

  of(target: EventTarget | null): Cell | null {
    const element = target instanceof Element ? target.closest("td[data-l]") : null;
    return (element && this.byElement.get(element)) ?? null;
  }

  at(row: number, column: number): Cell | null {
    return this.rows[row]?.[column] ?? null;
  }

  /** All cells of a lesson and a pupil: one per work. */
  place(lesson: number, pupil: number): readonly Cell[] {
    return this.byPlace.get(`${lesson}:${pupil}`) ?? [];
  }

  /** The cell an operation means. */
  find({ lesson, pupil, work, key, field }: Place): Cell | null {
    const cells = this.place(lesson, pupil);
    if (field === "attendance") {
      return cells[0] ?? null;
    }
    const named = key ? cells.find((it) => it.element.dataset.k === key) : undefined;
    const exact = work === null ? undefined : cells.find((it) => it.work === work);
    const unbound = key ? undefined : cells.find((it) => it.work === null && !it.element.dataset.k);
    return exact ?? named ?? unbound ?? (work === null && !key ? (cells[0] ?? null) : null);
  }

  /** A work was made for the marks of this column. */
  bind(column: number, work: number): void {
    for (const row of this.rows) {
      const cell = row[column];
      if (cell && cell.work === null) {
        cell.work = work;
      }
    }
    const head = this.heads[column];
    if (head) {
      head.dataset.work = String(work);
    }
  }

  get focused(): Cell | null {
    return this.here;
  }

  /** Makes the cell the one stop of Tab, without moving the focus. */
  settle(cell: Cell): void {
    if (this.here) {
      this.here.element.tabIndex = -1;
    }
    this.here = cell;
    cell.element.tabIndex = 0;
  }

  focus(cell: Cell | null): void {
    if (cell) {
      this.settle(cell);
      look(cell.element);
    }
  }

  /** Moves by rows and columns and stops at the edge; above are the heads, to the right the averages. */
  step(rows: number, columns: number): void {
    const from = this.here;
    if (!from) {
      return;
    }
    const head = this.heads[from.column];
    const average = from.element.parentElement?.querySelector<HTMLElement>("[data-avg]");
    if (rows === -1 && from.row === 0 && head) {
      look(head);
    } else if (columns === 1 && from.column + 1 === this.rows[from.row]?.length && average) {
      look(average);
    } else {
      const row = clamp(from.row + rows, this.rows.length);
      const column = clamp(from.column + columns, this.rows[row]?.length ?? 0);
      this.focus(this.at(row, column));
    }
  }

  /** The next cell in this direction that may be written, or none. */
  nextOpen(from: Cell, rows: number, columns: number): Cell | null {
    let cell = this.at(from.row + rows, from.column + columns);
    while (cell?.locked) {
      cell = this.at(cell.row + rows, cell.column + columns);
    }
    return cell;
  }

  /** Ctrl+arrow: the last filled cell before an empty one, or the next filled one. */
  edge(rows: number, columns: number): void {
    let cell = this.here;
    if (!cell) {
      return;
    }
    const next = (it: Cell) => this.at(it.row + rows, it.column + columns);
    const inside = cell.text !== "" && (next(cell)?.text ?? "") !== "";
    let ahead = next(cell);
    while (ahead && (inside ? ahead.text !== "" : true)) {
      cell = ahead;
      if (!inside && cell.text !== "") {
        break;
      }
      ahead = next(cell);
    }
    this.focus(cell);
  }

  /** Where a page begins: the cell of the address, else today's first gap, else the latest lesson's. */
  start(): Cell | null {
    const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    const row = this.rows[0] ?? [];
    const today = row.findIndex((it) => it.element.classList.contains("today"));
    const past = row.map((_, column) => this.rows.some((it) => it[column]?.locked === false)).lastIndexOf(true);
    const column = today >= 0 ? today : Math.max(past, 0);
    const lesson = row[column]?.lesson;
    const first = row.findIndex((it) => it.lesson === lesson);
    const open = this.rows.map((it) => it[Math.max(first, 0)]).filter((it): it is Cell => it !== undefined && !it.locked);
    return this.of(named) ?? open.find((it) => it.text === "") ?? open[0] ?? this.at(0, column);
  }
}

export function look(element: HTMLElement): void {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
