import type { Advance } from "./advance";
import type { Cell } from "./cell";
import { byKey, byText, digitOf, type Entry, grows } from "./entry";
import type { Journal } from "./journal";
import { look } from "./table";

const PAGE = 10;
const LONGER = 600;

/** Keys, clipboard and pointer of the grid (ux.md 4.4). */
export class Keyboard {
  private editing: HTMLInputElement | null = null;
  /** The cell just written, for «/» and a second mark. */
  private written: Cell | null = null;
  /** What the next digit is for: the second of a pair in the cell, or of another work. */
  private second: { cell: Cell; first: string; back: Cell } | null = null;
  /** Digits of a mark that may grow: «1» of «10». */
  private growing: { cell: Cell; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly advance: Advance,
  ) {
    const { table } = journal;
    table.addEventListener("keydown", (event) => this.keydown(event));
    table.addEventListener("focusin", (event) => this.focused(event));
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("mouseover", (event) => this.dragged(event));
    table.addEventListener("click", (event) => this.clicked(event));
    table.addEventListener("dblclick", (event) => this.edit(journal.grid.of(event.target)));
    table.addEventListener("copy", (event) => this.copy(event));
    table.addEventListener("cut", (event) => this.copy(event) && this.clear());
    table.addEventListener("paste", (event) => this.paste(event));
  }

  private focused(event: FocusEvent): void {
    const { grid, rest } = this.journal;
    const cell = grid.of(event.target);
    if (cell && event.target === cell.element) {
      grid.settle(cell);
      rest?.follow(cell);
    } else if ((event.target as HTMLElement).dataset.avg) {
      void this.journal.more().then((it) => it?.explain(event.target as HTMLElement));
    }
  }

  private pressed(event: MouseEvent): void {
    const { grid, selection } = this.journal;
    const cell = grid.of(event.target);
    if (!cell || this.editing || event.button !== 0) {
      return;
    }
    this.settle();
    if (event.shiftKey) {
      selection.begin();
      grid.focus(cell);
      selection.extend();
    } else {
      selection.clear();
      grid.focus(cell);
    }
    event.preventDefault();
  }

  private dragged(event: MouseEvent): void {
    const { grid, selection } = this.journal;
    const cell = grid.of(event.target);
    const { target } = event;
    if (target instanceof HTMLElement && target.dataset.avg && !target.title) {
      void this.journal.more().then((it) => it?.explain(target));
    }
    if (cell && event.buttons === 1 && !this.editing && grid.focused && grid.focused !== cell) {
      selection.begin();
      grid.focus(cell);
      selection.extend();
    }
  }

  private clicked(event: MouseEvent): void {
    const head = (event.target as Element).closest<HTMLElement>("th[data-lesson]");
    if (head) {
      this.menu(head);
    }
  }

  private menu(head: HTMLElement): void {
    look(head);
    void this.journal.more().then((it) => it?.menu(head));
  }

  private keydown(event: KeyboardEvent): void {
    if (event.isComposing) {
      return;
    }
    const { target } = event;
    const cell = this.journal.grid.of(target);
    const handled = cell
      ? this.editing
        ? this.editKey(event, cell)
        : this.gridKey(event, cell)
      : target instanceof HTMLElement && (this.edgeKey(event, target) || this.besideKey(event));
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** The heads above the cells and the averages beside them. */
  private edgeKey(event: KeyboardEvent, place: HTMLElement): boolean {
    const { grid } = this.journal;
    const column = grid.heads.indexOf(place);
    const row = grid.rows.findIndex((it) => it[0]?.element.parentElement === place.parentElement);
    const averages = [...this.journal.table.querySelectorAll<HTMLElement>("[data-avg]")];
    const { key } = event;
    let to: HTMLElement | undefined;
    if (column >= 0) {
      if ((key === "ArrowDown" && event.altKey) || key === "Enter" || key === " ") {
        this.menu(place);
        return true;
      }
      to = key === "ArrowDown" ? grid.rows[0]?.[column]?.element : { ArrowLeft: grid.heads[column - 1], ArrowRight: grid.heads[column + 1] }[key];
    } else if (row >= 0) {
      const last = grid.rows[row]?.length ?? 1;
      to = { ArrowLeft: grid.at(row, last - 1)?.element, Home: grid.at(row, 0)?.element, ArrowUp: averages[row - 1], ArrowDown: averages[row + 1] }[key];
    }
    if (to) {
      look(to);
    }
    return to !== undefined;
  }

  /** Undoing and the like do not ask where the focus is. */
  private besideKey(event: KeyboardEvent): boolean {
    const here = this.journal.grid.focused;
    return (event.ctrlKey || event.metaKey) && !this.editing && here !== null && this.controlKey(event, here);
  }

  private gridKey(event: KeyboardEvent, cell: Cell): boolean {
    if (event.altKey) {
      return this.altKey(event);
    }
    if (event.ctrlKey || event.metaKey) {
      this.settle();
      return this.controlKey(event, cell);
    }
    return this.secondKey(event) || this.moveKey(event, cell) || this.actKey(event, cell) || this.valueKey(event, cell);
  }

  /** Leaves nothing half-typed behind. */
  private settle(): void {
    this.written = null;
    this.second = null;
    this.stopGrowing();
  }

  private moveKey(event: KeyboardEvent, cell: Cell): boolean {
    const { grid, selection } = this.journal;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -cell.column],
      End: [0, Infinity],
      PageUp: [-PAGE, 0],
      PageDown: [PAGE, 0],
      Enter: [event.shiftKey ? -1 : 1, 0],
    };
    const move = moves[event.key];
    if (!move) {
      return false;
    }
    this.settle();
    const extend = event.shiftKey && event.key !== "Enter";
    if (extend) {
      selection.begin();
    } else {
      selection.clear();
    }
    grid.step(...move);
    if (extend) {
      selection.extend();
    }
    return true;
  }

  private actKey(event: KeyboardEvent, cell: Cell): boolean {
    const { selection } = this.journal;
    switch (event.key) {
      case "F2":
        if (event.shiftKey) {
          void this.journal.more().then((it) => it?.card(cell));
        } else {
          this.edit(cell);
        }
        return true;
      case "Delete":
      case "Backspace":
        this.clear();
        return true;
      case " ":
        if (event.shiftKey) {
          selection.row();
        }
        return true;
      case "Escape":
        selection.clear();
        return this.journal.rest?.close() ?? false;
      default:
        return this.letterKey(event);
    }
  }

  /** Single keys that are no values: periods, topic, legend. They may be switched off. */
  private letterKey(event: KeyboardEvent): boolean {
    const { code } = event;
    const help = event.key === "?" || (code === "Slash" && event.shiftKey);
    if (lettersOff() || !(help || ["BracketLeft", "BracketRight", "KeyT"].includes(code)) || (event.shiftKey && !help)) {
      return false;
    }
    if (/^[бпуно]$/i.test(event.key)) {
      return false; // another layout has a value on this key
    }
    void this.journal.more().then((it) => {
      const head = this.journal.grid.heads[this.journal.grid.focused?.column ?? 0];
      if (help) {
        it?.legend();
      } else if (code === "KeyT") {
        it?.topic(Number(head?.dataset.lesson));
      } else {
        it?.period(code === "BracketLeft" ? -1 : 1);
      }
    });
    return true;
  }

  /** «/» and the like after a mark make a pair; a space or «+» brings a second one. */
  private secondKey(event: KeyboardEvent): boolean {
    const { journal, written: cell, second } = this;
    const digit = digitOf(event);
    if (second && digit) {
      this.settle();
      const mark = second.first ? `${second.first}/${digit}` : digit;
      if (!journal.rules.marks.has(digit)) {
        journal.refuse(second.cell, `Вторая отметка не подходит: ${digit}`);
      } else if (journal.write(second.cell, { mark })) {
        this.after(second.back);
      }
      return true;
    }
    if (!cell || this.journal.selection.many) {
      return false;
    }
    const pair = /^[/.\\]$/.test(event.key) || /^(NumpadDivide|NumpadDecimal|Backslash)$/.test(event.code) || (event.code === "Slash" && !event.shiftKey);
    const beside = event.key === " " || event.key === "+";
    if (!beside && !(pair && journal.rules.pairs && /^\d+$/.test(cell.mark))) {
      return false;
    }
    this.settle();
    const to = beside && cell.mark ? journal.extra(cell) : cell;
    journal.grid.focus(to);
    this.second = { cell: to, first: pair && !beside ? cell.mark : "", back: cell };
    return true;
  }

  private valueKey(event: KeyboardEvent, cell: Cell): boolean {
    const { journal } = this;
    if (lettersOff() && /^[\p{L}]$/u.test(event.key)) {
      this.edit(cell, event.key);
      return true;
    }
    const grown = this.grown(digitOf(event), cell);
    const entry: ReturnType<typeof byKey> = grown ? { mark: grown } : byKey(event, journal.rules);
    if (!entry) {
      return false; // «/», «?» and the like belong to the page
    }
    this.settle();
    if ("refused" in entry) {
      journal.refuse(cell, cell.locked ? cell.lock : entry.refused);
    } else if (journal.write(cell, entry)) {
      if (entry.mark && grows(entry.mark, journal.rules)) {
        this.growing = { cell, timer: setTimeout(() => this.grownUp(), LONGER) };
      } else {
        this.after(cell);
      }
    }
    return true;
  }

  /** The longer mark that this digit makes of what was just typed here, or "". */
  private grown(digit: string, cell: Cell): string {
    const longer = this.growing?.cell === cell && digit ? cell.mark + digit : "";
    return this.journal.rules.marks.has(longer) ? longer : "";
  }

  private grownUp(): void {
    const cell = this.growing?.cell;
    this.growing = null;
    if (cell && cell === this.journal.grid.focused) {
      this.after(cell);
    }
  }

  private stopGrowing(): void {
    clearTimeout(this.growing?.timer);
    this.growing = null;
  }

  /** The value stands: on to the next cell, unless several are selected. */
  private after(cell: Cell): void {
    if (!this.journal.selection.many) {
      this.advance.from(cell, this.journal.grid);
      this.written = cell;
    }
  }

  private altKey(event: KeyboardEvent): boolean {
    const way = { ArrowUp: -1, ArrowDown: 1, PageUp: -1, PageDown: 1 }[event.key];
    if (way === undefined) {
      return false;
    }
    if (event.key.startsWith("Page")) {
      const shown = Math.floor((this.journal.table.parentElement?.clientWidth ?? 800) / 60);
      this.journal.grid.step(0, way * Math.max(1, shown));
    } else {
      void this.journal.more().then((it) => it?.class(way));
    }
    return true;
  }

  private controlKey(event: KeyboardEvent, cell: Cell): boolean {
    const { grid, selection } = this.journal;
    const acts: Record<string, () => void> = {
      KeyZ: () => (event.shiftKey ? this.journal.redo() : this.journal.undo()),
      KeyY: () => this.journal.redo(),
      KeyS: () => this.journal.saveNow(),
      KeyA: () => selection.all(),
      KeyD: () => this.fillDown(),
      Space: () => selection.column(),
      Enter: () => this.fill(cell, selection.cells),
      Home: () => grid.step(-1e9, -1e9),
      End: () => grid.step(1e9, 1e9),
      ArrowUp: () => grid.edge(-1, 0),
      ArrowDown: () => grid.edge(1, 0),
      ArrowLeft: () => grid.edge(0, -1),
      ArrowRight: () => grid.edge(0, 1),
    };
    const act = acts[event.code];
    act?.();
    return act !== undefined;
  }

  /** Deletes what is selected, as one step. */
  private clear(): void {
    this.settle();
    const cells = this.journal.selection.cells;
    const open = cells.filter((it) => !it.locked && it.filled);
    this.journal.writeAll((cells.length === 1 ? cells : open).map((cell) => ({ cell, entry: { mark: "", attendance: "" } })));
  }

  /** Writes what stands in one cell into the others that are open. */
  private fill(from: Cell, to: readonly Cell[]): void {
    const entry: Entry = { mark: from.mark, attendance: from.attendance };
    this.journal.writeAll(to.filter((it) => it !== from && !it.locked).map((cell) => ({ cell, entry })));
  }

  /** Ctrl+D: the selection from its first row; of one cell, the empty ones below it. */
  private fillDown(): void {
    const { grid, selection } = this.journal;
    const changes: { cell: Cell; entry: Entry }[] = [];
    const [first = [], ...rows] = selection.many ? selection.rows : grid.focused ? [[grid.focused]] : [];
    for (const from of first) {
      const below = selection.many ? rows.flat() : grid.rows.slice(from.row + 1).flat().filter((it) => !it.filled);
      for (const cell of below.filter((it) => it.column === from.column && !it.locked)) {
        changes.push({ cell, entry: { mark: from.mark, attendance: from.attendance } });
      }
    }
    this.journal.writeAll(changes);
  }

  /** Edits in place with a native field. */
  private edit(cell: Cell | null, typed?: string): void {
    if (!cell || this.editing) {
      return;
    }
    this.settle();
    if (cell.locked) {
      this.journal.refuse(cell, cell.lock);
      return;
    }
    const input = document.createElement("input");
    input.className = "cell-input";
    input.value = typed ?? cell.text;
    input.setAttribute("aria-label", "Отметка или причина отсутствия");
    input.addEventListener("blur", () => this.commit(cell));
    this.editing = input;
    cell.element.append(input);
    input.focus();
    if (typed === undefined) {
      input.select();
    }
  }

  private editKey(event: KeyboardEvent, cell: Cell): boolean {
    const { grid, selection } = this.journal;
    switch (event.key) {
      case "Enter":
        this.commit(cell);
        if (event.ctrlKey) {
          grid.focus(cell);
          this.fill(cell, selection.cells);
        } else {
          selection.clear();
          grid.settle(cell);
          grid.step(event.shiftKey ? -1 : 1, 0);
        }
        return true;
      case "F2":
        this.commit(cell);
        grid.focus(cell);
        return true;
      case "Escape":
        this.leave();
        cell.show();
        grid.focus(cell);
        return true;
      default:
        event.stopPropagation();
        return false;
    }
  }

  private commit(cell: Cell): void {
    const text = this.editing?.value;
    this.leave();
    if (text === undefined) {
      return;
    }
    const entry = byText(text, this.journal.rules);
    cell.show();
    if ("refused" in entry) {
      this.journal.refuse(cell, entry.refused);
    } else {
      this.journal.write(cell, entry);
    }
  }

  private leave(): void {
    const input = this.editing;
    this.editing = null;
    input?.remove();
  }

  /** The selection as a spreadsheet takes it; whole columns with their heads. */
  private copy(event: ClipboardEvent): boolean {
    const { selection, grid } = this.journal;
    if (this.editing || !event.clipboardData) {
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

  private paste(event: ClipboardEvent): void {
    const cell = this.journal.selection.cells[0];
    const text = event.clipboardData?.getData("text/plain");
    if (cell && !this.editing && text) {
      event.preventDefault();
      this.settle();
      void this.journal.more().then((it) => it?.paste(text, cell));
    }
  }
}

/** Single letters do nothing by themselves where the person switched them off (WCAG 2.1.4). */
function lettersOff(): boolean {
  try {
    return localStorage.getItem("zvonok.keys") === "off";
  } catch {
    return false;
  }
}
