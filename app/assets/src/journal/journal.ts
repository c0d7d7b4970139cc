import { Averages } from "./averages";
import { Box } from "./box";
import type { Cell, Field } from "./cell";
import { type Entry, type Rules, rulesOf } from "./entry";
import type { More } from "./more";
import { type Listener, type Op, Queue, type Result } from "./queue";
import { Selection } from "./select";
import { Status } from "./status";
import { Grid } from "./table";
import { type Step, Undo } from "./undo";
import { uuid7 } from "./uuid";

/** Two values for one cell, between which a person has to choose. */
export interface Conflict {
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
  readonly averagesColumn: Averages;
  readonly selection: Selection;
  queue!: Queue;
  /** Tells this page from others of the same person. */
  readonly tab = Math.floor(Math.random() * 1e9);
  private readonly undoing = new Undo();
  private readonly sound = new Map<string, string>();
  readonly conflicts = new Map<string, Conflict>();
  readonly refused = new Map<Cell, string>();
  private loaded: Promise<More> | undefined;
  private opened: More | undefined;

  private constructor(readonly root: HTMLElement, readonly table: HTMLTableElement) {
    this.grid = new Grid(table, root.dataset.letters !== undefined);
    this.rules = rulesOf(root);
    this.averagesColumn = new Averages(root, this.grid);
    this.selection = new Selection(this.grid);
    this.status = new Status(root, () => void this.more().then((it) => it?.walk()));
  }

  static async open(root: HTMLElement, table: HTMLTableElement): Promise<Journal> {
    const journal = new Journal(root, table);
    const { account = "", url = "" } = root.dataset;
    const box = await Box.open<Op>(`${account} ${url}`);
    journal.queue = new Queue(`${url}?tab=${journal.tab}`, account, box, journal);
    const { ops, expired } = await journal.queue.restore();
    ops.forEach((op) => journal.replay(op));
    if (expired > 0) {
      journal.status.say(`Не отправлено за 14 дней и удалено: ${expired}`);
    }
    journal.changed();
    return journal;
  }

  /** What is rarely needed comes when it is first needed; null without network. */
  async more(): Promise<More | null> {
    const url = this.root.dataset.more ?? "";
    try {
      this.loaded ??= (import(url) as Promise<{ open(it: Journal): More }>).then((it) => it.open(this));
      return (this.opened = await this.loaded);
    } catch {
      this.loaded = undefined;
      this.status.say("Нет связи: это откроется, когда она вернётся");
      return null;
    }
  }

  /** The same where it was needed before. */
  get rest(): More | undefined {
    return this.opened;
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
          steps.push({ place: cell.place(field), from: cell.value(field), to });
        }
      }
      if (entry.extra) {
        const beside = this.extra(cell);
        steps.push({ place: beside.place("mark"), from: beside.mark, to: entry.extra });
      }
      if (entry.mark && /^(ОТ|Б|УП|НП)$/.test(cell.attendance)) {
        this.status.say("Отметка стоит вместе с пропуском");
      }
    }
    this.undoing.remember(steps);
    this.apply(steps);
    return true;
  }

  /** Where a second mark of the lesson goes: the next free «Ответ на уроке», made if there is none. */
  extra(cell: Cell): Cell {
    const free = () =>
      this.grid.place(cell.lesson, cell.pupil).find((it) => it.column > cell.column && it.mark === "" && this.grid.heads[it.column]?.dataset.answer !== undefined);
    const found = free();
    if (found) {
      return found;
    }
    const [name = "отв.", weight = "1.00"] = (this.root.dataset.extra ?? "").split("|");
    this.grid.insert(cell.lesson, uuid7(), weight, name);
    return free() ?? cell;
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
    const cells = steps.map((it) => ({ step: it, cell: this.grid.find(it.place) }));
    const open = cells.filter((it) => it.cell?.locked === false);
    this.apply(open.map((it) => it.step));
    this.grid.focus(open[0]?.cell ?? null);
  }

  apply(steps: readonly Step[]): void {
    for (const { place, to } of steps) {
      const cell = this.grid.find(place);
      if (!cell) {
        continue;
      }
      const { field } = place;
      const key = this.keyOf(cell, field);
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
      this.queue.add({ ...cell.place(field), base, value: to });
    }
  }

  /** Puts a value on the screen; an absence stands in every cell of the lesson. */
  show(cell: Cell, field: Field, value: string, version?: number): void {
    const cells = field === "attendance" ? this.grid.place(cell.lesson, cell.pupil) : [cell];
    cells.forEach((it) => it.put(field, value, version));
    this.averagesColumn.count(this.grid.rows[cell.row] ?? []);
  }

  /** Shows again what an earlier page could not send. */
  private replay(op: Op): void {
    if (op.key && !this.grid.find(op)) {
      const [name = "отв.", weight = "1.00"] = (this.root.dataset.extra ?? "").split("|");
      this.grid.insert(op.lesson, op.key, weight, name);
    }
    const cell = this.grid.find(op);
    if (cell) {
      this.sound.set(this.keyOf(cell, op.field), cell.value(op.field));
      this.show(cell, op.field, op.value);
      cell.sign("pending", true);
    }
  }

  settled(op: Op, result: Result, newer: boolean): void {
    const cell = this.grid.find(op);
    if (!cell) {
      return;
    }
    if (op.field === "mark" && result.work !== null && cell.work === null) {
      this.grid.bind(cell.column, result.work);
    }
    const key = this.keyOf(cell, op.field);
    if (result.status === "ok") {
      this.accepted(cell, op.field, result, newer);
    } else if (!newer && result.status === "conflict") {
      this.conflicted(cell, key, op, result);
    } else if (!newer) {
      this.rejected(cell, key, op, result);
    }
    if (!this.queue.waits(cell.place("mark")) && !this.queue.waits(cell.place("attendance"))) {
      cell.sign("pending", false);
    }
  }

  private accepted(cell: Cell, field: Field, result: Result, newer: boolean): void {
    const key = this.keyOf(cell, field);
    if (newer) {
      this.sound.set(key, result.value);
      cell.element.dataset[field === "mark" ? "v" : "av"] = String(result.version);
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
    this.show(cell, op.field, result.value, result.version);
    if (result.value === op.value) {
      this.queue.forget(op.op_id); // both meant the same
      return;
    }
    cell.sign("conflict", true, op.value || "–");
    this.conflicts.set(key, { cell, op, result });
    void this.more().then((it) => it?.choose(key));
  }

  settleConflict(key: string, conflict: Conflict): void {
    this.opened?.close();
    this.conflicts.delete(key);
    this.queue.forget(conflict.op.op_id);
    conflict.cell.sign("conflict", false);
  }

  clearRefusal(cell: Cell): void {
    if (this.refused.delete(cell)) {
      cell.sign("refused", false);
      cell.element.removeAttribute("aria-invalid");
    }
  }

  private keyOf(cell: Cell, field: Field): string {
    return field === "mark" ? `${cell.uid}` : `${cell.pupil}:${cell.lesson}`;
  }

  /** The table was taken anew: what waits and what has to be chosen stands over it. */
  renew(): void {
    const conflicts = [...this.conflicts.values()];
    [this.sound, this.conflicts, this.refused].forEach((it) => it.clear());
    this.grid.read();
    this.averagesColumn.read();
    this.queue.all.forEach((op) => this.replay(op));
    for (const { op, result } of conflicts) {
      const cell = this.grid.find(op);
      if (cell) {
        cell.sign("conflict", true, op.value || "–");
        this.conflicts.set(this.keyOf(cell, op.field), { cell, op, result });
      }
    }
    this.changed();
  }

  changed(): void {
    const { link, size } = this.queue;
    if (link === "login" && size > 0) {
      this.status.show("login", size);
      void this.more().then((it) => it?.login());
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
}
