/** A cell of the journal: what it holds and how that is shown. */
export type Field = "mark" | "attendance";

/** One half of a cell, as it is called in operations. */
export interface Place {
  lesson: number;
  pupil: number;
  /** The work; null is the first of the lesson, or the one under `key`. */
  work: number | null;
  /** A work that this page named before the server knew it. */
  key?: string;
  field: Field;
}

/** Absences as one letter, where the school shows them so. */
export const LETTERS: Record<string, string> = { ОТ: "Н", УП: "У", НП: "П", ОП: "О" };

let made = 0;

export class Cell {
  readonly lesson: number;
  readonly pupil: number;
  readonly uid = (made += 1);
  mark: string;

  constructor(
    readonly element: HTMLTableCellElement,
    readonly row: number,
    public column: number,
    /** Does this cell show the absence, or one to the left of it? */
    readonly first: boolean,
    private readonly letters: boolean,
  ) {
    const { l, p } = element.dataset;
    this.lesson = Number(l);
    this.pupil = Number(p);
    const text = (element.textContent ?? "").trim();
    const absence = this.absence;
    this.mark = (absence && text.startsWith(absence) ? text.slice(absence.length) : text).trim();
  }

  get work(): number | null {
    const { w } = this.element.dataset;
    return w ? Number(w) : null;
  }

  set work(id: number) {
    this.element.dataset.w = String(id);
  }

  get attendance(): string {
    return this.element.dataset.a ?? "";
  }

  /** The absence as it stands in this cell. */
  private get absence(): string {
    const code = this.first ? this.attendance : "";
    return (this.letters && LETTERS[code]) || code;
  }

  get locked(): boolean {
    return this.element.getAttribute("aria-readonly") === "true";
  }

  /** Is there a pupil of the class in it at all? */
  get out(): boolean {
    return this.element.dataset.lock === "out";
  }

  /** Why nothing may be written here. */
  get lock(): string {
    return this.element.title || "Изменить нельзя";
  }

  get text(): string {
    return [this.absence, this.mark].filter(Boolean).join(" ");
  }

  get filled(): boolean {
    return this.mark !== "" || this.attendance !== "";
  }

  place(field: Field): Place {
    const place: Place = { lesson: this.lesson, pupil: this.pupil, work: field === "mark" ? this.work : null, field };
    const { k } = this.element.dataset;
    return field === "mark" && place.work === null && k ? { ...place, key: k } : place;
  }

  value(field: Field): string {
    return field === "mark" ? this.mark : this.attendance;
  }

  version(field: Field): number {
    return Number((field === "mark" ? this.element.dataset.v : this.element.dataset.av) || 0);
  }

  put(field: Field, value: string, version?: number): void {
    const { dataset } = this.element;
    if (field === "mark") {
      this.mark = value;
    } else {
      dataset.a = value;
    }
    if (version !== undefined) {
      dataset[field === "mark" ? "v" : "av"] = String(version);
    }
    this.show();
  }

  show(): void {
    this.element.textContent = this.text;
    this.element.classList.toggle("absence", this.attendance !== "" && this.mark === "");
  }

  sign(name: "pending" | "refused" | "conflict" | "flash" | "shake", on: boolean, value = ""): void {
    if (on) {
      this.element.dataset[name] = value;
    } else {
      delete this.element.dataset[name];
    }
  }

  /** Shows a sign for a moment. */
  blink(name: "flash" | "shake", ms: number): void {
    this.sign(name, true);
    setTimeout(() => this.sign(name, false), ms);
  }
}
