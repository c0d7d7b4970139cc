import { Box } from "../journal/box";
import { KEEP_DAYS } from "../journal/queue";
import { madeAt, uuid7 } from "../journal/uuid";
import { clock, quoted } from "../journal/words";

interface Result {
  op_id: string;
  status: "ok" | "invalid" | "locked" | "conflict" | "denied";
  version: number;
  value: string;
  by: string | null;
  text: string | null;
}

/** One change on its way; ids and values only, no names. */
interface FinalOp {
  op_id: string;
  subject: number;
  pupil: number;
  slot: string;
  base: number;
  value: string;
}

/** One mark in its field. Its name tells where it stands: f.pupil.subject.slot.version */
class Cell {
  /** What the server holds. */
  saved: string;
  /** The operation on its way, the same one until it is answered. */
  op: FinalOp | null = null;

  constructor(readonly input: HTMLInputElement) {
    this.saved = input.getAttribute("aria-invalid") ? "\0" : input.value;
  }

  get proposal(): HTMLButtonElement | null {
    return this.input.parentElement?.querySelector<HTMLButtonElement>("button[name=accept]") ?? null;
  }

  get isDirty(): boolean {
    return this.input.value.trim() !== this.saved;
  }

  /** Is this the cell that an operation means? */
  meets(op: FinalOp): boolean {
    return this.input.name.startsWith(`f.${op.pupil}.${op.subject}.${op.slot}.`);
  }

  operation(): FinalOp {
    const value = this.input.value.trim();
    if (this.op?.value !== value) {
      const [, pupil = "", subject = "", slot = "", version = ""] = this.input.name.split(".");
      this.op = { op_id: uuid7(), subject: Number(subject), pupil: Number(pupil), slot, base: Number(version), value };
    }
    return this.op;
  }

  take(value: string, version: number): void {
    this.input.name = this.input.name.replace(/\.\d+$/, `.${version}`);
    this.saved = value;
    this.op = null;
    this.input.removeAttribute("aria-invalid");
    this.show();
  }

  /** Takes over what the server shows now: another's mark, another proposal; what is being typed stays. */
  renew(page: Document): void {
    const now = page.getElementById(this.input.id) as HTMLInputElement | null;
    const version = (it: HTMLInputElement) => Number(it.name?.split(".").pop());
    // What was asked for before the last save is old.
    if (!this.isDirty && now && version(now) >= version(this.input)) {
      this.input.value = now.value;
      this.proposal?.remove();
      const td = this.input.parentElement as HTMLElement;
      const { className, title, lastElementChild } = now.parentElement as HTMLElement;
      Object.assign(td, { className, title });
      if (lastElementChild !== now) {
        td.append(lastElementChild as Element);
      }
      this.take(now.value, version(now));
    }
  }

  /** The proposal gives way to a mark and comes back when it is taken out. */
  show(): void {
    const { proposal } = this;
    if (proposal) {
      proposal.hidden = this.input.value.trim() !== "";
    }
  }
}

const PAUSE = 300;
/** So often a page that somebody looks at asks what has changed. */
const LOOK = 20_000;
const UNDO_STEPS = 100;

/** The table of final marks: typed, accepted, saved at once, taken back. */
export class FinalsForm {
  private readonly cells = new Map<HTMLInputElement, Cell>();
  private readonly columns: HTMLInputElement[][] = [];
  private readonly status: HTMLElement | null;
  private readonly undo: { cell: Cell; value: string }[] = [];
  /** What the server refused as it stands; typing anew tries again. */
  private readonly refused = new Map<Cell, string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending = false;
  private failures = 0;
  private leaving = false;

  /** Takes up what a former page typed and could not send. */
  static async open(form: HTMLFormElement): Promise<void> {
    const { account = "", url = "" } = form.dataset;
    const box = await Box.open<FinalOp>(`${account} ${url} ${form.dataset.class}`);
    const page = new FinalsForm(form, box);
    const oldest = Date.now() - KEEP_DAYS * 86_400_000;
    await box.purge((it) => madeAt(it) < oldest);
    (await box.all()).forEach((op) => page.replay(op));
    page.schedule(0);
    form.dataset.ready = "";
  }

  private constructor(
    private readonly form: HTMLFormElement,
    private readonly box: Box<FinalOp>,
  ) {
    this.status = form.querySelector("[data-finals-status]");
    form.querySelector("[data-finals-save]")?.setAttribute("hidden", "");
    this.status?.removeAttribute("hidden");
    for (const row of form.querySelectorAll("tbody tr")) {
      [...row.querySelectorAll("td")].forEach((td, at) => {
        const input = td.querySelector<HTMLInputElement>(".final-input");
        if (input) {
          (this.columns[at] ??= []).push(input);
          this.cells.set(input, new Cell(input));
        }
      });
    }
    form.addEventListener("change", (event) => this.changed(event.target as HTMLInputElement));
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("focusin", (event) => this.cells.has(event.target as HTMLInputElement) && (event.target as HTMLInputElement).select());
    form.addEventListener("submit", () => {
      this.leaving = true; // the form carries what was not saved yet
    });
    addEventListener("online", () => this.schedule(0));
    const renew = () => void this.renew();
    document.addEventListener("visibilitychange", renew);
    setInterval(renew, LOOK);
    addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.dirty().length > 0 && (this.failures > 0 || !this.box.lasting)) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }

  /** A change of another page of the class stays until that page is opened. */
  private replay(op: FinalOp): void {
    const cell = [...this.cells.values()].find((it) => it.meets(op));
    if (cell && cell.input.value === op.value) {
      this.box.drop([op.op_id]); // it arrived, only the answer did not
    } else if (cell) {
      cell.input.value = op.value;
      cell.op = op;
      cell.show();
    }
  }

  private dirty(): Cell[] {
    return [...this.cells.values()].filter((it) => it.isDirty && this.refused.get(it) !== it.input.value);
  }

  private changed(input: HTMLInputElement): void {
    const cell = this.cells.get(input);
    if (cell) {
      cell.show();
      this.keep(cell);
      if (cell.isDirty && cell.saved !== "\0") {
        this.undo.push({ cell, value: cell.saved });
        this.undo.splice(0, this.undo.length - UNDO_STEPS);
      }
      this.schedule(PAUSE);
    }
  }

  /** What waits is kept over a reload and a new login; what it replaces is not. */
  private keep(cell: Cell): void {
    const before = cell.op;
    if (before && before.value !== cell.input.value.trim()) {
      this.box.drop([before.op_id]);
    }
    if (cell.isDirty) {
      this.box.put([cell.operation()]);
    }
  }

  private put(cell: Cell, value: string): void {
    cell.input.value = value;
    this.changed(cell.input);
  }

  private accept(cell: Cell): void {
    this.put(cell, cell.proposal?.dataset.value ?? "");
  }

  private clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=accept]");
    const input = button?.parentElement?.querySelector<HTMLInputElement>(".final-input");
    const cell = input && this.cells.get(input);
    if (cell) {
      event.preventDefault();
      this.accept(cell);
      cell.input.focus();
    }
  }

  private pressed(event: KeyboardEvent): void {
    const cell = this.cells.get(event.target as HTMLInputElement);
    if (!cell) {
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ" && !cell.isDirty) {
      event.preventDefault();
      this.takeBack();
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      if (cell.input.value.trim() === "" && cell.proposal && !event.shiftKey) {
        this.accept(cell);
      }
      this.step(cell.input, event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.step(cell.input, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      cell.input.value = cell.saved === "\0" ? "" : cell.saved;
      cell.show();
    }
  }

  private step(from: HTMLInputElement, by: number): void {
    const column = this.columns.find((it) => it?.includes(from));
    const next = column?.[column.indexOf(from) + by];
    if (next) {
      next.focus();
    } else {
      from.blur(); // the last one is saved too
      from.focus();
    }
  }

  private takeBack(): void {
    const step = this.undo.pop();
    if (step) {
      step.cell.input.value = step.value;
      step.cell.show();
      this.keep(step.cell);
      step.cell.input.focus();
      this.schedule(0);
    }
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (this.dirty().length > 0) {
      this.say("saving", `Сохраняется: ${this.dirty().length}`);
      this.timer = setTimeout(() => void this.send(), ms);
    }
  }

  private async send(): Promise<void> {
    if (this.sending) {
      return;
    }
    this.sending = true;
    const sent = this.dirty().map((cell) => ({ cell, op: cell.operation() }));
    const results = sent.length > 0 ? await this.post(sent.map((it) => it.op)) : [];
    this.sending = false;
    if (results === "down" || results === "login") {
      this.failures += 1;
      const text = results === "login" ? `Вы вышли из системы. Не отправлено: ${sent.length}, они сохранены на этом компьютере. ` : `Нет связи. Ждут отправки: ${sent.length}`;
      this.say(results === "login" ? "login" : "offline", text);
      if (results === "login") {
        this.offerLogin();
      }
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.send(), Math.min(60, 2 ** this.failures) * 1000);
      return;
    }
    this.failures = 0;
    const answers = new Map(results.map((it) => [it.op_id, it]));
    for (const { cell, op } of sent) {
      const answer = answers.get(op.op_id);
      if (answer) {
        this.settle(cell, op.value, answer);
      }
    }
    if (this.dirty().length > 0) {
      this.schedule(0);
    } else if (this.refused.size === 0) {
      this.say("saved", `Всё сохранено, ${clock(new Date())}`);
      void this.renew();
    }
  }

  /** Proposals follow marks, absences and settings: the server counts them, this page shows them. */
  private async renew(): Promise<void> {
    if (document.hidden || this.failures > 0) {
      return;
    }
    const html = await fetch(location.href).then((it) => it.text(), () => "");
    const page = new DOMParser().parseFromString(html, "text/html");
    this.cells.forEach((it) => it.renew(page));
    const actions = (it: Document) => it.querySelector(".finals-actions");
    const mine = actions(document);
    if (!mine?.contains(document.activeElement)) {
      mine?.replaceWith(actions(page) ?? mine);
    }
  }

  /** After the login this page comes again, and sends what it kept. */
  private offerLogin(): void {
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Войти снова";
    link.addEventListener("click", () => {
      this.leaving = true;
    });
    this.status?.append(link);
  }

  private settle(cell: Cell, typed: string, answer: Result): void {
    const untouched = cell.input.value.trim() === typed;
    if (answer.status !== "conflict" || !untouched) {
      this.box.drop([answer.op_id]);
    }
    if (answer.status === "ok") {
      if (untouched) {
        cell.input.value = answer.value; // «на у» reads «н/а у»
      }
      this.refused.delete(cell);
      cell.take(answer.value, answer.version);
      return;
    }
    cell.op = null;
    if (!untouched) {
      return;
    }
    cell.input.setAttribute("aria-invalid", "true");
    this.refused.set(cell, cell.input.value);
    if (answer.status === "conflict") {
      this.choose(cell, typed, answer);
    } else {
      this.say("refused", `${cell.input.getAttribute("aria-label") ?? ""}: ${answer.text ?? "не принято"}`);
    }
  }

  /** Nothing is overwritten unseen: the person chooses between two marks. */
  private choose(cell: Cell, typed: string, answer: Result): void {
    const by = answer.by ? ` (${answer.by})` : "";
    this.say("conflict", `${cell.input.getAttribute("aria-label") ?? ""}: сейчас ${quoted(answer.value)}${by}, вы ввели ${quoted(typed)}. `);
    const button = (text: string, done: () => void) => {
      const it = document.createElement("button");
      it.type = "button";
      it.className = "button button-small";
      it.textContent = text;
      it.addEventListener("click", () => {
        this.refused.delete(cell);
        this.box.drop([answer.op_id]);
        cell.take(answer.value, answer.version);
        done();
        cell.input.focus();
        this.say("saved", "Всё сохранено");
        this.schedule(0);
      });
      this.status?.append(it, " ");
    };
    button(`Оставить ${quoted(answer.value)}`, () => {
      cell.input.value = answer.value;
      cell.show();
    });
    button(`Поставить ${quoted(typed)}`, () => {
      cell.input.value = typed;
      cell.show();
    });
  }

  private async post(ops: unknown[]): Promise<Result[] | "down" | "login"> {
    try {
      const response = await fetch(this.form.dataset.url ?? "", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ class: Number(this.form.dataset.class), account: Number(this.form.dataset.account), ops }),
        credentials: "same-origin",
        redirect: "manual",
        keepalive: ops.length < 100,
      });
      if (response.status === 401 || response.type === "opaqueredirect") {
        return "login";
      }
      if (response.ok) {
        return ((await response.json()) as { results: Result[] }).results;
      }
      if (response.status >= 500 || response.status === 429) {
        return "down";
      }
      const text = response.status === 403 || response.status === 404 ? "нет права ставить эти отметки" : `сервер не принял (код ${response.status})`;
      return (ops as { op_id: string }[]).map((it) => ({ op_id: it.op_id, status: "denied", version: 0, value: "", by: null, text }));
    } catch {
      return "down";
    }
  }

  private say(state: string, text: string): void {
    if (this.status) {
      this.status.dataset.state = state;
      this.status.textContent = text;
    }
  }
}
