import type { Advance } from "./advance";
import type { Cell } from "./cell";
import { byKey, byText, digitOf, grows } from "./entry";
import { fill } from "./fill";
import type { Journal } from "./journal";

const LONGER = 600;

/** What keys write into a cell, at once or in a field of its own. */
export class Typing {
  private input: HTMLInputElement | null = null;
  /** The cell just written, for «/» and a second mark. */
  private written: Cell | null = null;
  /** What the next digit is for: the second of a pair in the cell, or of another work. */
  private second: { cell: Cell; first: string; back: Cell } | null = null;
  /** Digits of a mark that may grow: «1» of «10». */
  private growing: { cell: Cell; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly advance: Advance,
  ) {}

  get editing(): boolean {
    return this.input !== null;
  }

  /** Leaves nothing half-typed behind. */
  settle(): void {
    this.written = null;
    this.second = null;
    this.stopGrowing();
  }

  /** «/» and the like after a mark make a pair; a space or «+» brings a second one. */
  secondKey(event: KeyboardEvent): boolean {
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
    const pair = /^[/.\\]$/.test(event.key) || /^(NumpadDivide|NumpadDecimal|Backslash)$/.test(event.code) || (event.code === "Slash" && !event.shiftKey && event.key !== "?");
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

  valueKey(event: KeyboardEvent, cell: Cell): boolean {
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

  /** Edits in place with a native field. */
  edit(cell: Cell | null, typed?: string): void {
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
    this.input = input;
    cell.element.append(input);
    input.focus();
    if (typed === undefined) {
      input.select();
    }
  }

  editKey(event: KeyboardEvent, cell: Cell): boolean {
    const { grid, selection } = this.journal;
    switch (event.key) {
      case "Enter":
        this.commit(cell);
        if (event.ctrlKey) {
          grid.focus(cell);
          fill(this.journal, cell, selection.cells);
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
    const text = this.input?.value;
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
    const { input } = this;
    this.input = null;
    input?.remove();
  }
}

/** Single letters do nothing by themselves where the person switched them off (WCAG 2.1.4). */
export function lettersOff(): boolean {
  try {
    return localStorage.getItem("zvonok.keys") === "off";
  } catch {
    return false;
  }
}
