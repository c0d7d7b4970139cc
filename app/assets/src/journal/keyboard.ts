import type { Advance } from "./advance";
import type { Cell } from "./cell";
import { clear, copy, fill, fillDown } from "./fill";
import type { Journal } from "./journal";
import { look } from "./table";
import { lettersOff, Typing } from "./typing";

const PAGE = 10;

/** Keys, clipboard and pointer of the grid (ux.md 4.4). */
export class Keyboard {
  private readonly typing: Typing;

  constructor(
    private readonly journal: Journal,
    advance: Advance,
  ) {
    this.typing = new Typing(journal, advance);
    const { table } = journal;
    table.addEventListener("keydown", (event) => this.keydown(event));
    table.addEventListener("focusin", (event) => this.focused(event));
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("mouseover", (event) => this.dragged(event));
    table.addEventListener("click", (event) => this.clicked(event));
    table.addEventListener("dblclick", (event) => this.typing.edit(journal.grid.of(event.target)));
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
    if (!cell || this.typing.editing || event.button !== 0) {
      return;
    }
    this.typing.settle();
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
    if (cell && event.buttons === 1 && !this.typing.editing && grid.focused && grid.focused !== cell) {
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
      ? this.typing.editing
        ? this.typing.editKey(event, cell)
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
    return (event.ctrlKey || event.metaKey) && !this.typing.editing && here !== null && this.controlKey(event, here);
  }

  private gridKey(event: KeyboardEvent, cell: Cell): boolean {
    if (event.altKey) {
      return this.altKey(event);
    }
    if (event.ctrlKey || event.metaKey) {
      this.typing.settle();
      return this.controlKey(event, cell);
    }
    return this.typing.secondKey(event) || this.moveKey(event, cell) || this.actKey(event, cell) || this.typing.valueKey(event, cell);
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
    this.typing.settle();
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
          this.typing.edit(cell);
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
      KeyD: () => fillDown(this.journal),
      Space: () => selection.column(),
      Enter: () => fill(this.journal, cell, selection.cells),
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

  private paste(event: ClipboardEvent): void {
    const cell = this.journal.selection.cells[0];
    const text = event.clipboardData?.getData("text/plain");
    if (cell && !this.typing.editing && text) {
      event.preventDefault();
      this.typing.settle();
      void this.journal.more().then((it) => it?.paste(text, cell));
    }
  }

  private copy(event: ClipboardEvent): boolean {
    return !this.typing.editing && copy(this.journal, event);
  }

  private clear(): void {
    this.typing.settle();
    clear(this.journal);
  }
}
