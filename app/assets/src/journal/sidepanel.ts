import { LETTERS, type Cell } from "./cell";
import type { Journal } from "./journal";
import type { Live } from "./live";

/**
 * What stands beside the grid: the card of a mark with its history, the works
 * of a lesson, its topic and homework. The server renders all three.
 */
export class SidePanel {
  private panel: HTMLElement | null = null;
  private body: HTMLElement | null = null;
  private cell: Cell | null = null;
  private back: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly live: Live,
  ) {}

  /** «Карточка отметки». */
  card(cell: Cell): void {
    this.begin("Карточка отметки");
    this.cell = cell;
    void this.load(this.cardUrl(cell));
  }

  /** The card walks along while it is open. */
  follow(cell: Cell): void {
    if (this.cell && cell !== this.cell) {
      this.cell = cell;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.load(this.cardUrl(cell)), 200);
    }
  }

  works(lesson: number): void {
    this.begin("Работы урока");
    void this.load(`${this.journal.root.dataset.lesson}/${lesson}/works`, "select");
  }

  /** Topic and homework, out of the lesson's own form. */
  topic(lesson: number): void {
    this.begin("Тема и задание");
    void this.load(`${this.journal.root.dataset.lesson}/${lesson}`, "[name=topic]");
  }

  close(): boolean {
    const open = this.panel !== null;
    this.panel?.remove();
    this.panel = null;
    if (open) {
      (this.cell?.element ?? this.back)?.focus({ preventScroll: true });
    }
    this.cell = null;
    return open;
  }

  private begin(title: string): void {
    if (!this.panel) {
      this.back = document.activeElement as HTMLElement | null;
      this.build();
    }
    this.cell = null;
    this.panel?.setAttribute("aria-label", title);
  }

  private build(): void {
    const panel = document.createElement("aside");
    panel.className = "sidepanel";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = "Закрыть";
    button.addEventListener("click", () => this.close());
    const body = document.createElement("div");
    body.className = "stack";
    panel.append(button, body);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    body.addEventListener("submit", (event) => void this.send(event));
    body.addEventListener("click", (event) => this.clicked(event));
    body.addEventListener("change", (event) => this.changed(event));
    document.body.append(panel);
    this.panel = panel;
    this.body = body;
  }

  private cardUrl(cell: Cell): string {
    const query = new URLSearchParams({ lesson: String(cell.lesson), pupil: String(cell.pupil) });
    if (cell.work !== null) {
      query.set("work", String(cell.work));
    }
    return `${this.journal.root.dataset.cell}?${query}`;
  }

  private async load(url: string, focus = ""): Promise<void> {
    const cell = this.cell;
    try {
      const response = await fetch(url, { headers: { "hx-request": "true" }, credentials: "same-origin" });
      const html = response.ok ? await response.text() : "<p>Показать это нельзя: обновите страницу.</p>";
      if (this.cell === cell) {
        this.show(html, focus);
      }
    } catch {
      this.show("<p>Нет связи. Это появится, когда связь вернётся.</p>");
    }
  }

  /** Rendered and escaped by our own server. */
  private show(html: string, focus = ""): void {
    const page = new DOMParser().parseFromString(html, "text/html");
    const form = page.querySelector("main [name=topic]")?.closest("form");
    this.body?.replaceChildren(...(form ? [this.topicOnly(page, form)] : page.body.childNodes));
    if (focus) {
      this.body?.querySelector<HTMLElement>(focus)?.focus();
    }
  }

  /** The lesson's page has marks too; here they stand in the grid already. */
  private topicOnly(page: Document, form: HTMLFormElement): HTMLElement {
    const small = document.createElement("form");
    small.className = "form";
    small.method = "post";
    small.setAttribute("action", form.getAttribute("action") ?? "");
    const title = document.createElement("h2");
    title.textContent = page.querySelector("h1 ~ p, .page-head p")?.textContent ?? "Тема и задание";
    small.append(title);
    for (const it of form.querySelectorAll<HTMLElement>("[name=form], [name=entry_version]")) {
      small.append(it);
    }
    for (const name of ["topic", "homework", "no_homework"]) {
      const field = form.querySelector(`[name=${name}]`)?.closest(".field");
      if (field) {
        small.append(field);
      }
    }
    if (small.querySelector("[name=topic]:enabled")) {
      const save = document.createElement("button");
      save.className = "button button-primary";
      save.textContent = "Сохранить";
      small.append(save);
    }
    return small;
  }

  /** Sends a form of the panel and shows what came of it. */
  private async send(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    const data = new FormData(form);
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.name) {
      data.set(button.name, button.value);
    }
    const ok = await this.post(form.getAttribute("action") ?? "", new URLSearchParams([...data].map(([name, value]) => [name, String(value)])));
    if (ok && this.cell) {
      this.taken(this.cell);
    } else if (ok) {
      await this.live.refresh();
    }
  }

  /** Posts a form; the answer is shown in the panel where it is open. */
  async post(url: string, fields: URLSearchParams): Promise<boolean> {
    try {
      const response = await fetch(url, { method: "POST", body: fields, headers: { "hx-request": "true" }, credentials: "same-origin" });
      if (this.panel) {
        const inside = this.panel.contains(document.activeElement);
        this.show(await response.text());
        if (inside) {
          this.panel.querySelector("button")?.focus(); // what was pressed is gone
        }
      }
      this.journal.status.say(response.ok ? "Сохранено" : "Не сохранено");
      return response.ok;
    } catch {
      this.journal.status.say("Нет связи: не сохранено");
      return false;
    }
  }

  /** The card says which versions the cell has now. */
  private taken(cell: Cell): void {
    const { v, av, c } = this.body?.querySelector<HTMLElement>("[data-card]")?.dataset ?? {};
    Object.assign(cell.element.dataset, { v, av });
    if (c) {
      cell.element.dataset.c = "";
    } else {
      delete cell.element.dataset.c;
    }
  }

  /** «Вернуть»: the value of before is a new change. */
  private clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-back]");
    const cell = this.cell;
    if (button && cell) {
      const { back, value = "" } = button.dataset;
      this.journal.write(cell, back === "mark" ? { mark: value } : { attendance: value });
      this.journal.saveNow();
      this.timer = setTimeout(() => void this.load(this.cardUrl(cell)), 600);
    }
  }

  private changed(event: Event): void {
    const { target } = event;
    if (target instanceof HTMLSelectElement && target.dataset.reason !== undefined && this.cell) {
      this.journal.write(this.cell, { attendance: target.value });
      this.journal.status.say(LETTERS[target.value] ?? target.value);
    } else if (target instanceof HTMLSelectElement && target.name === "kind") {
      const weight = target.form?.elements.namedItem("weight");
      if (weight instanceof HTMLInputElement) {
        weight.value = target.selectedOptions[0]?.dataset.weight ?? "";
      }
    }
  }
}
