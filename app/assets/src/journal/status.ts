import { clock } from "./words";

export type State = "saved" | "saving" | "offline" | "login" | "refused" | "conflict";

/** The line that always says where the changes are, and the voice for a screen reader. */
export class Status {
  private readonly line: HTMLElement;
  private readonly voice: HTMLElement;
  private next = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, walk: () => void) {
    const bar = root.querySelector<HTMLElement>(".journal-bar") ?? root;
    this.line = root.querySelector<HTMLElement>(".journal-status") ?? made("button", "journal-status", bar);
    this.line.setAttribute("type", "button");
    this.line.addEventListener("click", walk);
    this.voice = made("div", "visually-hidden", root);
    this.voice.setAttribute("aria-live", "polite");
  }

  show(state: State, count: number): void {
    const text = {
      saved: `Всё сохранено, ${clock(new Date())}`,
      saving: `Сохраняется: ${count}`,
      offline: `Нет связи. ${changes(count)} отправки`,
      login: `Войдите снова. ${changes(count)} отправки`,
      refused: `Не принято: ${count}`,
      conflict: `Конфликт: ${count}`,
    }[state];
    if (this.line.dataset.state === state && state === "saved") {
      return;
    }
    this.line.dataset.state = state;
    this.line.textContent = text;
    if (state !== "saved" && state !== "saving") {
      this.say(text);
    }
  }

  /** Says something politely, at most twice a second; the last word wins. */
  say(text: string): void {
    this.next = text;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.voice.textContent = this.next;
    }, 500);
  }
}

function changes(count: number): string {
  const tens = count % 100;
  const ones = count % 10;
  if (ones === 1 && tens !== 11) {
    return `${count} изменение ждёт`;
  }
  const few = ones >= 2 && ones <= 4 && (tens < 12 || tens > 14);
  return `${count} ${few ? "изменения ждут" : "изменений ждут"}`;
}

function made(tag: string, name: string, parent: HTMLElement): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}
