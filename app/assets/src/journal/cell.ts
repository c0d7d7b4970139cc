/** A cell of the journal: what it holds and how that is shown. */
export type Field = "mark" | "attendance";

export class Cell {
  readonly lesson: number;
  readonly pupil: number;
  mark: string;

  constructor(
    readonly element: HTMLTableCellElement,
    readonly row: number,
    readonly column: number,
    /** Does this cell show the absence, or one to the left of it? */
    readonly first: boolean,
  ) {
    const { l, p, m } = element.dataset;
    this.lesson = Number(l);
    this.pupil = Number(p);
    this.mark = m ?? withoutCode(element.textContent ?? "", this.attendance);
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

  get locked(): boolean {
    return this.element.getAttribute("aria-readonly") === "true";
  }

  /** Why nothing may be written here. */
  get lock(): string {
    return this.element.title || this.element.dataset.lock || "Изменить нельзя";
  }

  get text(): string {
    return [this.first ? this.attendance : "", this.mark].filter(Boolean).join(" ");
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

function withoutCode(text: string, code: string): string {
  return text.trim().split(/\s+/).filter((it) => it && it !== code).join(" ");
}
