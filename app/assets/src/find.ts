/**
 * The list under a search field (ux.md §2.5, §6.6): people, classes, pages and actions while one
 * types. The server writes it; here it is a combobox: arrows walk, Enter opens, Esc closes. What
 * the first line says is what Enter opens, also when it was pressed before the list came.
 */
const REST = 70;

export function attach(field: HTMLInputElement): FoundList {
  return new FoundList(field);
}

class FoundList {
  private readonly panel = document.createElement("div");
  private readonly said = document.createElement("p");
  private readonly url: string;
  private at = -1;
  private timer = 0;
  private asked: string | undefined;
  private asking: AbortController | undefined;
  /** Done when the list shows what the field asks for. */
  private shown: Promise<void> = Promise.resolve();

  constructor(private readonly field: HTMLInputElement) {
    this.url = `${new URL(field.form?.action ?? "", location.href).pathname}/quick`;
    const id = `found-${field.id}`;
    Object.assign(this.panel, { id, className: "found-list", hidden: true });
    this.panel.setAttribute("role", "listbox");
    this.panel.setAttribute("aria-label", field.dataset["found"] ?? "");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    field.after(this.panel, this.said);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    for (const [name, value] of Object.entries(attributes)) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    // A press on a line must not take the focus away before it is a click.
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
    if (field.value && document.activeElement === field && field.value !== field.defaultValue) {
      this.ask();
    }
  }

  /** What one may begin with, where nothing is typed yet. */
  begin(): void {
    if (this.field.value !== this.asked) {
      this.ask();
    }
  }

  /** Opens the chosen line; without one all that is found, on a page. */
  async enter(): Promise<void> {
    if (this.field.value !== this.asked) {
      this.ask();
    }
    await this.shown;
    const line = this.lines()[this.at];
    if (line) {
      location.assign(line.href);
    } else {
      this.field.form?.submit();
    }
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step !== undefined) {
      event.preventDefault();
      if (this.panel.hidden) {
        this.ask();
      } else {
        const count = this.lines().length;
        const from = step < 0 ? Math.max(this.at, 0) : this.at;
        this.choose((from + step + count) % Math.max(count, 1));
      }
    } else if (event.key === "Escape" && !this.panel.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  private later(): void {
    clearTimeout(this.timer);
    this.asked = undefined;
    this.timer = window.setTimeout(() => this.ask(), REST);
  }

  private ask(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    this.asked = this.field.value;
    this.shown = this.show(this.asked, signal);
    // No network: Enter sends the form. What a newer question has stopped must not close its list.
    this.shown.catch(() => signal.aborted || this.close());
  }

  private async show(query: string, signal: AbortSignal): Promise<void> {
    const answer = await fetch(`${this.url}?q=${encodeURIComponent(query)}`, { signal, headers: { "hx-request": "true" } });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const html = await answer.text();
    if (signal.aborted || document.activeElement !== this.field) {
      return;
    }
    this.panel.innerHTML = html;
    this.panel.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.said.textContent = this.panel.querySelector<HTMLElement>("[data-said]")?.dataset["said"] ?? "";
    this.lines().forEach((it, at) => {
      it.id = `${this.panel.id}-${at}`;
    });
    this.choose(query ? 0 : -1);
  }

  private choose(at: number): void {
    const lines = this.lines();
    lines[this.at]?.setAttribute("aria-selected", "false");
    this.at = lines.length > 0 ? at : -1;
    const line = lines[this.at];
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", line?.id ?? "");
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asked = undefined;
    this.at = -1;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.said.textContent = "";
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  private lines(): HTMLAnchorElement[] {
    return [...this.panel.querySelectorAll<HTMLAnchorElement>("[role=option]")];
  }
}
