import { byText } from "./entry";
import { ask, form } from "./dialog";
import type { Journal } from "./journal";
import type { Live } from "./live";
import type { SidePanel } from "./sidepanel";

/** The menu of a column: its work, its lesson, its cells (ux.md 4.2). */
export class Menu {
  private box: HTMLElement | null = null;
  private head: HTMLElement | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly panel: SidePanel,
    private readonly live: Live,
  ) {
    document.addEventListener("click", (event) => {
      if (this.box && !this.box.contains(event.target as Node) && !this.head?.contains(event.target as Node)) {
        this.close();
      }
    });
  }

  open(head: HTMLElement): void {
    this.close();
    const { lesson, work } = head.dataset;
    const writable = this.journal.grid.rows.some((it) => it[this.journal.grid.heads.indexOf(head)]?.locked === false);
    const ahead = this.journal.root.dataset.nomarks === undefined;
    const box = document.createElement("div");
    box.className = "popover column-menu";
    box.setAttribute("role", "menu");
    box.setAttribute("aria-label", head.title);
    const add = (label: string, act: () => void) => {
      const item = document.createElement("button");
      item.type = "button";
      item.className = "menu-item";
      item.setAttribute("role", "menuitem");
      item.textContent = label;
      item.addEventListener("click", () => {
        this.close();
        act();
      });
      box.append(item);
    };
    add("Тема и домашнее задание (Т)", () => this.panel.topic(Number(lesson)));
    if (ahead) {
      add("Вид, вес и тема работы, новая работа", () => this.panel.works(Number(lesson)));
    }
    if (writable) {
      add("Заполнить пустые", () => void this.fill(head));
    }
    if (writable && work) {
      add("Комментарий ко всем отметкам", () => this.panel.works(Number(lesson), `#comment-${work}`));
    }
    if (writable) {
      add("Скопировать урок в параллельный класс", () => this.panel.copy(Number(lesson)));
    }
    if (writable && work) {
      add("Удалить работу", () => void this.remove(head));
    }
    add("Напечатать журнал", () => location.assign(this.journal.root.dataset.print ?? ""));
    add("Открыть урок", () => location.assign(`${this.journal.root.dataset.lesson}/${lesson}`));
    box.addEventListener("keydown", (event) => this.key(event));
    document.body.append(box);
    this.box = box;
    this.head = head;
    const { left, bottom } = head.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${Math.min(bottom + 4, innerHeight - box.offsetHeight - 8)}px`;
    box.querySelector("button")?.focus();
  }

  close(): boolean {
    const { box, head } = this;
    this.box = null;
    if (box?.contains(document.activeElement)) {
      head?.focus({ preventScroll: true });
    }
    box?.remove();
    return box !== null;
  }

  private key(event: KeyboardEvent): void {
    const items = [...(this.box?.querySelectorAll("button") ?? [])];
    const at = items.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      items[to % items.length]?.focus();
      event.preventDefault();
    } else if (event.key === "Escape" || event.key === "Tab") {
      this.close();
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** One value for every open cell of the column that is empty. */
  private async fill(head: HTMLElement): Promise<void> {
    const { journal } = this;
    const column = journal.grid.heads.indexOf(head);
    const cells = journal.grid.rows.flatMap((row) => row[column] ?? []).filter((it) => !it.locked && !it.filled);
    const text = `Пустых клеток: ${cells.length}. Заполненные останутся как есть.`;
    await form("Заполнить пустые", text, [{ name: "value", label: "Отметка или буква" }], "Заполнить", async ([value]) => {
      const entry = byText(value?.[1] ?? "", journal.rules);
      if ("refused" in entry) {
        return entry.refused;
      }
      const wish = entry.mark ? { mark: entry.mark, ...(entry.attendance ? { attendance: entry.attendance } : {}) } : { attendance: entry.attendance ?? "" };
      journal.writeAll(cells.map((cell) => ({ cell, entry: wish })));
      return "";
    });
  }

  /** Takes the work out; «Отменить» brings it back with its marks. */
  private async remove(head: HTMLElement): Promise<void> {
    const { lesson = "", work = "", wv = "1" } = head.dataset;
    const url = `${this.journal.root.dataset.lesson}/${lesson}/works`;
    const send = (what: string, version: number) => this.panel.post(url, new URLSearchParams({ do: what, work, version: String(version) }));
    this.journal.queue.flush();
    if (!(await send("remove", Number(wv)))) {
      await ask("Работа не удалена", ["Её только что изменил другой человек, или пропала связь. Столбцы показаны заново."], { yes: "Понятно", no: "Закрыть" });
      await this.live.refresh();
      return;
    }
    await this.live.refresh();
    const again = async () => {
      await send("restore", Number(wv) + 1);
      await this.live.refresh();
    };
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: "Работа удалена вместе с отметками.", action: "Отменить", act: () => void again() } }));
  }
}
