import type { Advance } from "./advance";
import type { Cell } from "./cell";
import { byKey, byText } from "./entry";
import type { Journal } from "./journal";
import { parseTsv, plan } from "./paste";
import { ask } from "./dialog";
import { closePopover } from "./popover";
import type { SidePanel } from "./sidepanel";

const PAGE = 10;

/** Keys, clipboard and pointer of the grid (ux.md 4.4). */
export class Keyboard {
  private editing: HTMLInputElement | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly advance: Advance,
    private readonly panel: SidePanel,
  ) {
    const { table } = journal.grid;
    table.addEventListener("keydown", (event) => this.keydown(event));
    table.addEventListener("focusin", (event) => this.focused(event));
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("dblclick", (event) => this.edit(journal.grid.of(event.target)));
    table.addEventListener("copy", (event) => this.copy(event));
    table.addEventListener("paste", (event) => void this.paste(event));
  }

  private focused(event: FocusEvent): void {
    const cell = this.journal.grid.of(event.target);
    if (cell && event.target === cell.element) {
      this.journal.grid.settle(cell);
      this.panel.follow(cell);
    }
  }

  private pressed(event: MouseEvent): void {
    const cell = this.journal.grid.of(event.target);
    if (cell && !this.editing) {
      this.journal.grid.focus(cell);
      event.preventDefault();
    }
  }

  private keydown(event: KeyboardEvent): void {
    const cell = this.journal.grid.of(event.target);
    if (!cell || event.isComposing || event.altKey) {
      return;
    }
    const handled = this.editing ? this.editKey(event, cell) : this.gridKey(event, cell);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private gridKey(event: KeyboardEvent, cell: Cell): boolean {
    return event.ctrlKey || event.metaKey
      ? this.controlKey(event)
      : this.moveKey(event, cell) || this.actKey(event, cell) || this.valueKey(event, cell);
  }

  private moveKey(event: KeyboardEvent, cell: Cell): boolean {
    const { grid } = this.journal;
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
    if (move && (!event.shiftKey || event.key === "Enter")) {
      grid.step(...move);
      return true;
    }
    return false;
  }

  private actKey(event: KeyboardEvent, cell: Cell): boolean {
    switch (event.key) {
      case "F2":
        if (event.shiftKey) {
          this.panel.open(cell);
        } else {
          this.edit(cell);
        }
        return true;
      case "Delete":
      case "Backspace":
        this.journal.write(cell, { mark: "", attendance: "" });
        return true;
      case "Escape":
        return closePopover() || this.panel.close();
      default:
        return false;
    }
  }

  private valueKey(event: KeyboardEvent, cell: Cell): boolean {
    const entry = byKey(event, this.journal.rules);
    if (!entry) {
      return false; // «/», «?» and the like belong to the page
    }
    if ("refused" in entry) {
      this.journal.refuse(cell, cell.locked ? cell.lock : entry.refused);
    } else if (this.journal.write(cell, entry)) {
      this.advance.from(cell, this.journal.grid);
    }
    return true;
  }

  private controlKey(event: KeyboardEvent): boolean {
    const { grid } = this.journal;
    switch (event.code) {
      case "KeyZ":
        if (event.shiftKey) {
          this.journal.redo();
        } else {
          this.journal.undo();
        }
        return true;
      case "KeyY":
        this.journal.redo();
        return true;
      case "KeyS":
        this.journal.saveNow();
        return true;
      case "Home":
        grid.step(-Infinity, -Infinity);
        return true;
      case "End":
        grid.step(Infinity, Infinity);
        return true;
      case "ArrowUp":
        grid.edge(-1, 0);
        return true;
      case "ArrowDown":
        grid.edge(1, 0);
        return true;
      case "ArrowLeft":
        grid.edge(0, -1);
        return true;
      case "ArrowRight":
        grid.edge(0, 1);
        return true;
      default:
        return false;
    }
  }

  /** Edits in place with a native field. */
  private edit(cell: Cell | null): void {
    if (!cell || this.editing) {
      return;
    }
    if (cell.locked) {
      this.journal.refuse(cell, cell.lock);
      return;
    }
    const input = document.createElement("input");
    input.className = "cell-input";
    input.value = cell.text;
    input.setAttribute("aria-label", "Отметка или причина отсутствия");
    input.addEventListener("blur", () => this.commit(cell));
    this.editing = input;
    cell.element.append(input);
    input.focus();
    input.select();
  }

  private editKey(event: KeyboardEvent, cell: Cell): boolean {
    switch (event.key) {
      case "Enter":
        this.commit(cell);
        this.journal.grid.step(event.shiftKey ? -1 : 1, 0);
        return true;
      case "F2":
        this.commit(cell);
        this.journal.grid.focus(cell);
        return true;
      case "Escape":
        this.leave();
        cell.show();
        this.journal.grid.focus(cell);
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

  private copy(event: ClipboardEvent): void {
    const cell = this.journal.grid.focused;
    if (cell && !this.editing && event.clipboardData) {
      event.clipboardData.setData("text/plain", cell.text);
      event.preventDefault();
    }
  }

  private async paste(event: ClipboardEvent): Promise<void> {
    const cell = this.journal.grid.focused;
    const text = event.clipboardData?.getData("text/plain");
    if (!cell || this.editing || !text) {
      return;
    }
    event.preventDefault();
    const { changes, replaced, remarks } = plan(parseTsv(text), cell, this.journal.grid, this.journal.rules);
    if (replaced + remarks.length > 0) {
      const sum = `Будет записано: ${changes.length - replaced}, заменено: ${replaced}, пропущено: ${remarks.length}.`;
      const shown = remarks.slice(0, 12);
      const more = remarks.length > shown.length ? [`… и ещё ${remarks.length - shown.length}`] : [];
      if (!(await ask("Вставка из таблицы", [sum, ...shown, ...more], { yes: `Вставить ${changes.length}`, no: "Не вставлять" }))) {
        return;
      }
    }
    this.journal.writeAll(changes);
  }
}
