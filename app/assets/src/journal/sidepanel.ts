import { LETTERS, type Cell } from "./cell";
import type { Journal } from "./journal";
import type { Live } from "./live";

/** What of a page of our own is shown. */
type Pick = (page: Document) => Node[];

interface Source {
  url: string;
  pick: Pick;
}

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
  private asked: Source[] = [];
  private readonly sources = new Map<HTMLElement, Source>();

  constructor(
    private readonly journal: Journal,
    private readonly live: Live,
  ) {}

  /** «Карточка отметки». */
  card(cell: Cell): void {
    this.begin("Карточка отметки");
    this.cell = cell;
    void this.load([this.cardOf(cell)]);
  }

  /** The card walks along while it is open. */
  follow(cell: Cell): void {
    if (this.cell && cell !== this.cell) {
      this.cell = cell;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.load([this.cardOf(cell)]), 200);
    }
  }

  works(lesson: number, focus = "select"): void {
    this.begin("Работы урока");
    void this.load([this.ofLesson(lesson, "/works", whole)], focus);
  }

  /** Topic and homework out of the lesson's own form, and its files. */
  topic(lesson: number): void {
    this.begin("Тема и задание");
    void this.load([this.ofLesson(lesson, "", topicOnly), this.ofLesson(lesson, "/homework", files)], "[name=topic]");
  }

  /** Where the lesson may be copied to. */
  copy(lesson: number): void {
    this.begin("Копия в параллельный класс");
    void this.load([this.ofLesson(lesson, "/homework", copies)], "[name=to]");
  }

  private ofLesson(lesson: number, end: string, pick: Pick): Source {
    return { url: `${this.journal.root.dataset.lesson}/${lesson}${end}`, pick };
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

  private cardOf(cell: Cell): Source {
    const query = new URLSearchParams({ lesson: String(cell.lesson), pupil: String(cell.pupil) });
    if (cell.work !== null) {
      query.set("work", String(cell.work));
    }
    return { url: `${this.journal.root.dataset.cell}?${query}`, pick: whole };
  }

  /** Shows one part for each source, and remembers where each came from. */
  private async load(sources: Source[], focus = ""): Promise<void> {
    this.asked = sources;
    const parts = await Promise.all(sources.map((it) => this.part(it)));
    if (this.asked === sources) {
      this.sources.clear();
      parts.forEach((it, at) => this.sources.set(it, sources[at] as Source));
      this.body?.replaceChildren(...parts);
      const field = focus ? this.body?.querySelector<HTMLElement>(focus) : null;
      field?.closest("details")?.setAttribute("open", "");
      field?.focus();
    }
  }

  private async part(source: Source): Promise<HTMLElement> {
    const part = document.createElement("div");
    part.className = "stack";
    try {
      const response = await fetch(source.url, { headers: { "hx-request": "true" }, credentials: "same-origin" });
      show(part, source, response.ok ? await response.text() : "<p>Показать это нельзя: обновите страницу.</p>");
    } catch {
      show(part, source, "<p>Нет связи. Это появится, когда связь вернётся.</p>");
    }
    return part;
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
    const fields = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
    const part = [...this.sources.keys()].find((it) => it.contains(form));
    const ok = await this.post(form.getAttribute("action") ?? "", form.enctype === "multipart/form-data" ? data : fields, part);
    if (ok && this.cell) {
      this.taken(this.cell);
    } else if (ok) {
      await this.live.refresh();
    }
  }

  /** Posts a form; the answer is shown in the panel where it is open. */
  async post(url: string, fields: URLSearchParams | FormData, part?: HTMLElement): Promise<boolean> {
    try {
      const response = await fetch(url, { method: "POST", body: fields, headers: { "hx-request": "true" }, credentials: "same-origin" });
      const place = part ?? [...this.sources.keys()].find((it) => it.isConnected);
      const source = place && this.sources.get(place);
      if (this.panel && source) {
        const inside = this.panel.contains(document.activeElement);
        show(place, source, await response.text());
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
      this.timer = setTimeout(() => void this.load([this.cardOf(cell)]), 600);
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

/** Rendered and escaped by our own server. */
function show(part: HTMLElement, { pick }: Source, html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = page.querySelector(".toast")?.textContent ?? "";
  const picked = page.querySelector("main") || pick === whole ? pick(page) : [...page.body.childNodes];
  const note = document.createElement("p");
  note.textContent = said;
  part.replaceChildren(...(said ? [note] : []), ...picked);
}

function whole(page: Document): Node[] {
  return [...page.body.childNodes];
}

/** The lesson's page has marks too; here they stand in the grid already. */
function topicOnly(page: Document): Node[] {
  const form = page.querySelector("main [name=topic]")?.closest("form");
  if (!form) {
    return whole(page);
  }
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
  return [small];
}

/** The files of a lesson, and the form that adds one. */
function files(page: Document): Node[] {
  const title = document.createElement("h3");
  title.textContent = "Файлы к заданию";
  const faults = [...page.querySelectorAll("main .error-summary")];
  const parts = page.querySelectorAll("section[aria-labelledby=task] > .files, section[aria-labelledby=task] > form[enctype]");
  return parts.length > 0 ? [title, ...faults, ...parts] : faults;
}

function copies(page: Document): Node[] {
  const section = page.querySelector("section[aria-labelledby=copy]");
  if (section) {
    return [...section.childNodes];
  }
  const none = document.createElement("p");
  none.textContent = "Параллельных классов со свободным уроком на этой и следующей неделе нет.";
  return [none];
}
