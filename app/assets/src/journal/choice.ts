import type { Cell } from "./cell";
import type { Conflict, Journal } from "./journal";
import { closePopover, focusPopover, popover } from "./popover";
import { quoted, when } from "./words";

/** Conflicts and refusals: what is said beside the cell, and the walk through them. */
export class Choice {
  private walked = 0;

  constructor(private readonly journal: Journal) {}

  /** «Сейчас «4» (Соколова М. П., 10:41). Вы ввели «5».» and two buttons. */
  offer(key: string): void {
    const conflict = this.journal.conflicts.get(key);
    if (!conflict) {
      return;
    }
    const { cell, op, result } = conflict;
    const who = [result.by, when(result.at)].filter(Boolean).join(", ");
    const text = `Сейчас ${quoted(result.value)}${who ? ` (${who})` : ""}. Вы ввели ${quoted(op.value)}.`;
    popover(cell.element, text, [
      { label: `Оставить ${result.value || "пусто"}`, act: () => this.chosen(key, conflict, false) },
      { label: `Поставить ${op.value || "пусто"}`, primary: true, act: () => this.chosen(key, conflict, true) },
    ]);
    this.journal.status.say(text);
  }

  private chosen(key: string, conflict: Conflict, mine: boolean): void {
    const { journal } = this;
    const { cell, op } = conflict;
    journal.settleConflict(key, conflict);
    if (mine) {
      journal.apply([{ place: cell.place(op.field), from: cell.value(op.field), to: op.value }]);
    }
    journal.changed();
    journal.grid.focus(cell);
  }

  /** Goes to the next conflict or refusal; answers whether there is one. */
  walk(): boolean {
    const { conflicts, refused, grid } = this.journal;
    const [key, conflict] = [...conflicts][this.walked % Math.max(1, conflicts.size)] ?? [];
    const [cell, why] = [...refused][this.walked % Math.max(1, refused.size)] ?? [];
    this.walked += 1;
    if (key && conflict) {
      grid.focus(conflict.cell);
      this.offer(key);
      focusPopover();
    } else if (cell && why) {
      grid.focus(cell);
      popover(cell.element, why, [{ label: "Понятно", act: () => this.dismiss(cell) }]);
    }
    return Boolean(conflict ?? why);
  }

  close(): boolean {
    return closePopover();
  }

  private dismiss(cell: Cell): void {
    const { journal } = this;
    journal.clearRefusal(cell);
    journal.changed();
    journal.grid.focus(cell);
  }
}
