import { Averages } from "./averages";
import { Box } from "./box";
import type { Cell, Field } from "./cell";
import { ask } from "./dialog";
import { type Entry, type Rules, rulesOf } from "./entry";
import { closePopover, focusPopover, popover } from "./popover";
import { type Listener, type Op, Queue, type Result } from "./queue";
import { Status } from "./status";
import { type Change, Stream } from "./stream";
import { Grid } from "./table";
import { type Step, Undo } from "./undo";
import { quoted, when } from "./words";

interface Conflict {
  cell: Cell;
  op: Op;
  result: Result;
}

/**
 * One journal on a page: what a person typed goes into the cell at once and
 * into the queue; what the server answers comes back here.
 */
export class Journal implements Listener {
  readonly grid: Grid;
  readonly rules: Rules;
  readonly status: Status;
  private readonly undoing = new Undo();
  private readonly averagesColumn: Averages;
  private readonly sound = new Map<string, string>();
  private readonly conflicts = new Map<string, Conflict>();
  private readonly refused = new Map<Cell, string>();
  private asked = false;
  private walked = 0;
  private queue!: Queue;

  private constructor(readonly root: HTMLElement, table: HTMLTableElement) {
    this.grid = new Grid(table);
    this.rules = rulesOf(root);
    this.averagesColumn = new Averages(this.grid);
    this.status = new Status(root, () => this.walk());
  }

  static async open(root: HTMLElement, table: HTMLTableElement): Promise<Journal> {
    const journal = new Journal(root, table);
    const url = root.dataset.url ?? "";
    const box = await Box.open(`${root.dataset.account ?? ""} ${url} ${root.dataset.stream ?? ""}`);
    journal.queue = new Queue(url, box, journal);
    const { ops, expired } = await journal.queue.restore();
    ops.forEach((op) => journal.replay(op));
    if (expired > 0) {
      journal.status.say(`Не отправлено за 14 дней и удалено: ${expired}`);
    }
    journal.changed();
    new Stream(root.dataset.stream ?? "", root.dataset.lastid ?? "", (it) => journal.received(it));
    return journal;
  }

  /** Writes what was typed; answers whether anything may be written here. */
  write(cell: Cell, entry: Entry): boolean {
    return this.writeAll([{ cell, entry }]);
  }

  /** Writes many cells as one step of undo. */
  writeAll(changes: readonly { cell: Cell; entry: Entry }[]): boolean {
    const steps: Step[] = [];
    for (const { cell, entry } of changes) {
      if (cell.locked) {
        this.refuse(cell, cell.lock);
        return false;
      }
      for (const field of ["mark", "attendance"] as const) {
        const to = entry[field];
        if (to !== undefined && to !== cell.value(field)) {
          steps.push({ cell, field, from: cell.value(field), to });
        }
      }
    }
    this.undoing.remember(steps);
    this.apply(steps);
    return true;
  }

  undo(): void {
    this.retrace(this.undoing.back());
  }

  redo(): void {
    this.retrace(this.undoing.forth());
  }

  saveNow(): void {
    this.queue.flush();
    this.changed();
  }

  /** A key that may not do anything here says why. */
  refuse(cell: Cell, why: string): void {
    cell.blink("shake", 300);
    this.status.say(why);
  }

  private retrace(steps: Step[]): void {
    const open = steps.filter((it) => !it.cell.locked);
    this.apply(open);
    this.grid.focus(open[0]?.cell ?? null);
  }

  private apply(steps: readonly Step[]): void {
    for (const { cell, field, to } of steps) {
      const key = keyOf(cell, field);
      if (!this.sound.has(key)) {
        this.sound.set(key, cell.value(field));
      }
      this.clearRefusal(cell);
      const conflict = this.conflicts.get(key);
      if (conflict) {
        this.settleConflict(key, conflict);
      }
      const base = cell.version(field);
      this.show(cell, field, to);
      cell.sign("pending", true);
      this.queue.add({ lesson: cell.lesson, work: field === "mark" ? cell.work : null, pupil: cell.pupil, field, base, value: to });
    }
  }

  /** Puts a value on the screen; an absence stands in every cell of the lesson. */
  private show(cell: Cell, field: Field, value: string, version?: number): void {
    const cells = field === "attendance" ? this.grid.place(cell.lesson, cell.pupil) : [cell];
    cells.forEach((it) => it.put(field, value, version));
    const row = this.grid.rows[cell.row];
    if (field === "mark" && row) {
      this.averagesColumn.count(row);
    }
  }

  /** Shows again what an earlier page could not send. */
  private replay(op: Op): void {
    const cell = this.cellOf(op);
    if (cell) {
      this.sound.set(keyOf(cell, op.field), cell.value(op.field));
      this.show(cell, op.field, op.value);
      cell.sign("pending", true);
    }
  }

  private cellOf(op: Pick<Op, "lesson" | "pupil" | "work" | "field">): Cell | null {
    return this.grid.find(op.lesson, op.pupil, op.work, op.field);
  }

  settled(op: Op, result: Result, newer: boolean): void {
    const cell = this.cellOf(op);
    if (!cell) {
      return;
    }
    if (op.field === "mark" && result.work !== null && cell.work === null) {
      this.grid.bind(op.lesson, cell.column, result.work);
    }
    const key = keyOf(cell, op.field);
    if (result.status === "ok") {
      this.accepted(cell, op.field, result, newer);
    } else if (!newer && result.status === "conflict") {
      this.conflicted(cell, key, op, result);
    } else if (!newer) {
      this.rejected(cell, key, op, result);
    }
    if (!this.waits(cell)) {
      cell.sign("pending", false);
    }
  }

  private accepted(cell: Cell, field: Field, result: Result, newer: boolean): void {
    const key = keyOf(cell, field);
    if (newer) {
      this.sound.set(key, result.value);
      const name = field === "mark" ? "v" : "av";
      cell.element.dataset[name] = String(result.version);
      return;
    }
    this.sound.delete(key);
    this.show(cell, field, result.value, result.version);
  }

  private rejected(cell: Cell, key: string, op: Op, result: Result): void {
    const known = result.status === "denied" ? (this.sound.get(key) ?? "") : result.value;
    this.sound.delete(key);
    this.show(cell, op.field, known, result.version);
    const why = result.text ?? "Значение не принято";
    cell.sign("refused", true);
    cell.element.setAttribute("aria-invalid", "true");
    this.refused.set(cell, why);
    this.status.say(why);
  }

  private conflicted(cell: Cell, key: string, op: Op, result: Result): void {
    this.sound.delete(key);
    if (result.value === op.value) {
      this.show(cell, op.field, result.value, result.version); // both meant the same
      this.queue.forget(op.op_id);
      return;
    }
    this.show(cell, op.field, result.value, result.version);
    cell.sign("conflict", true, op.value || "–");
    this.conflicts.set(key, { cell, op, result });
    this.offerChoice(key);
  }

  /** «Сейчас «4» (Соколова М. П., 10:41). Вы ввели «5».» and two buttons. */
  private offerChoice(key: string): void {
    const conflict = this.conflicts.get(key);
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
    this.status.say(text);
  }

  private chosen(key: string, conflict: Conflict, mine: boolean): void {
    const { cell, op } = conflict;
    this.settleConflict(key, conflict);
    if (mine) {
      this.apply([{ cell, field: op.field, from: cell.value(op.field), to: op.value }]);
    }
    this.changed();
    this.grid.focus(cell);
  }

  private settleConflict(key: string, conflict: Conflict): void {
    closePopover();
    this.conflicts.delete(key);
    this.queue.forget(conflict.op.op_id);
    conflict.cell.sign("conflict", false);
  }

  private clearRefusal(cell: Cell): void {
    if (this.refused.delete(cell)) {
      cell.sign("refused", false);
      cell.element.removeAttribute("aria-invalid");
    }
  }

  private waits(cell: Cell): boolean {
    const place = { lesson: cell.lesson, pupil: cell.pupil };
    return (
      this.queue.waits({ ...place, work: cell.work, field: "mark" }) ||
      this.queue.waits({ ...place, work: null, field: "attendance" })
    );
  }

  averages(averages: Record<string, string>): void {
    for (const [pupil, text] of Object.entries(averages)) {
      if (!this.queue.waitsForPupil(Number(pupil))) {
        this.averagesColumn.put(Number(pupil), text);
      }
    }
  }

  /** Somebody else changed a cell. */
  private received(change: Change): void {
    const cell = this.cellOf(change);
    if (!cell || change.version <= cell.version(change.field)) {
      return; // not here, or the echo of what was typed here
    }
    if (change.field === "mark" && change.work !== null && cell.work === null) {
      this.grid.bind(change.lesson, cell.column, change.work);
    }
    if (!this.queue.waits(change)) {
      this.show(cell, change.field, change.value, change.version);
      cell.blink("flash", 2000);
      this.status.say(change.text);
    }
  }

  changed(): void {
    const { link, size } = this.queue;
    if (link === "login" && size > 0) {
      this.status.show("login", size);
      void this.askToLogIn();
    } else if (link === "down" && size > 0) {
      this.status.show("offline", size);
    } else if (this.conflicts.size > 0) {
      this.status.show("conflict", this.conflicts.size);
    } else if (this.refused.size > 0) {
      this.status.show("refused", this.refused.size);
    } else {
      this.status.show(size > 0 ? "saving" : "saved", size);
    }
  }

  private async askToLogIn(): Promise<void> {
    if (this.asked) {
      return;
    }
    this.asked = true;
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.target = "_blank";
    link.textContent = "Войти в новой вкладке";
    const text = "Вы давно не работали. Войдите – всё введённое сохранено и будет отправлено.";
    await ask("Нужно войти снова", [text, link], { yes: "Продолжить", no: "Позже" });
    this.asked = false;
    this.queue.flush();
  }

  /** A press on the status line goes to the next conflict or refusal, or tries again. */
  private walk(): void {
    const [key, conflict] = [...this.conflicts][this.walked % Math.max(1, this.conflicts.size)] ?? [];
    const [cell, why] = [...this.refused][this.walked % Math.max(1, this.refused.size)] ?? [];
    this.walked += 1;
    if (key && conflict) {
      this.grid.focus(conflict.cell);
      this.offerChoice(key);
      focusPopover();
    } else if (cell && why) {
      this.grid.focus(cell);
      popover(cell.element, why, [{ label: "Понятно", act: () => this.dismiss(cell) }]);
    } else {
      this.queue.flush();
    }
  }

  private dismiss(cell: Cell): void {
    this.clearRefusal(cell);
    this.changed();
    this.grid.focus(cell);
  }
}

function keyOf(cell: Cell, field: Field): string {
  return field === "mark" ? `${cell.row}:${cell.column}` : `${cell.row}:l${cell.lesson}`;
}
