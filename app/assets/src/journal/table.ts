import { Cell, type Field } from "./cell";

/** The cells as rows and columns, and the one of them that has the focus. */
export class Grid {
  readonly rows: Cell[][] = [];
  private readonly byElement = new Map<Element, Cell>();
  private readonly byPlace = new Map<string, Cell[]>();
  private here: Cell | null = null;

  constructor(readonly table: HTMLTableElement) {
    for (const tr of table.querySelectorAll("tbody tr")) {
      const elements = tr.querySelectorAll<HTMLTableCellElement>("td[data-l][data-p]");
      if (elements.length > 0) {
        this.addRow([...elements]);
      }
    }
  }

  private addRow(elements: HTMLTableCellElement[]): void {
    const cells: Cell[] = [];
    for (const element of elements) {
      const before = cells[cells.length - 1];
      const first = before?.lesson !== Number(element.dataset.l);
      const cell = new Cell(element, this.rows.length, cells.length, first);
      cells.push(cell);
      this.byElement.set(element, cell);
      const place = `${cell.lesson}:${cell.pupil}`;
      this.byPlace.set(place, [...(this.byPlace.get(place) ?? []), cell]);
    }
    this.rows.push(cells);
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
  find(lesson: number, pupil: number, work: number | null, field: Field): Cell | null {
    const cells = this.place(lesson, pupil);
    const exact = field === "mark" && work !== null ? cells.find((it) => it.work === work) : undefined;
    const unbound = cells.find((it) => it.work === null);
    return exact ?? (field === "mark" && work !== null ? unbound : cells[0]) ?? null;
  }

  /** A work was made for the marks of this column. */
  bind(lesson: number, column: number, work: number): void {
    for (const row of this.rows) {
      const cell = row[column];
      if (cell && cell.lesson === lesson && cell.work === null) {
        cell.work = work;
      }
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
      cell.element.focus({ preventScroll: true });
      cell.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  /** Moves by rows and columns and stops at the edge. */
  step(rows: number, columns: number): void {
    const from = this.here;
    if (!from) {
      return;
    }
    const row = clamp(from.row + rows, this.rows.length);
    const column = clamp(from.column + columns, this.rows[row]?.length ?? 0);
    this.focus(this.at(row, column));
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

  /** Where a page begins: the cell of the address, else today's first gap. */
  start(): Cell | null {
    const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    const today = this.rows.map((it) => it.find((cell) => cell.element.classList.contains("today")));
    const open = today.filter((it): it is Cell => it !== undefined && !it.locked);
    return this.of(named) ?? open.find((it) => it.text === "") ?? open[0] ?? this.at(0, 0);
  }
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
