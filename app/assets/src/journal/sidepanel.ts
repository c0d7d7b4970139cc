import type { Cell } from "./cell";

/** «Карточка отметки»: the history of a cell, a fragment the server renders. */
export class SidePanel {
  private panel: HTMLElement | null = null;
  private cell: Cell | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly url: string) {}

  open(cell: Cell): void {
    if (!this.panel) {
      this.panel = this.build();
      document.body.append(this.panel);
    }
    void this.load(cell);
  }

  /** Walks along while it is open. */
  follow(cell: Cell): void {
    if (this.panel && cell !== this.cell) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.load(cell), 200);
    }
  }

  close(): boolean {
    const open = this.panel !== null;
    this.panel?.remove();
    this.panel = null;
    this.cell?.element.focus({ preventScroll: true });
    this.cell = null;
    return open;
  }

  private build(): HTMLElement {
    const panel = document.createElement("aside");
    panel.className = "sidepanel";
    panel.setAttribute("aria-label", "Карточка отметки");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = "Закрыть";
    button.addEventListener("click", () => this.close());
    const body = document.createElement("div");
    body.className = "stack";
    panel.append(button, body);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    return panel;
  }

  private async load(cell: Cell): Promise<void> {
    this.cell = cell;
    const query = new URLSearchParams({ lesson: String(cell.lesson), pupil: String(cell.pupil) });
    if (cell.work !== null) {
      query.set("work", String(cell.work));
    }
    const html = await fragment(`${this.url}?${query}`);
    if (this.panel?.lastElementChild && this.cell === cell) {
      this.panel.lastElementChild.innerHTML = html; // rendered and escaped by our own server
    }
  }
}

async function fragment(url: string): Promise<string> {
  try {
    const response = await fetch(url, { headers: { "hx-request": "true" }, credentials: "same-origin" });
    return response.ok ? await response.text() : "<p>Историю этой клетки показать нельзя.</p>";
  } catch {
    return "<p>Нет связи. История появится, когда связь вернётся.</p>";
  }
}
