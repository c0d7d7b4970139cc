import { toSearch } from "./find";

/**
 * Shortcuts of every page, by the place of the key and not by its letter, so
 * that they work on the Russian layout too. Single letters can be switched off.
 */
const OFF = "zvonok.keys";
const CHORD = 1500;

/** After «g»: the key with С, Ж, Р, Л, О on it, and the sections it may open. */
const SECTIONS: Record<string, string[]> = {
  KeyC: ["today", "overview"],
  Semicolon: ["journal", "journals", "marks"],
  KeyH: ["timetable"],
  KeyK: ["pupils", "people", "class"],
  KeyJ: ["reports"],
};

/** When «g» was pressed; long ago where it was not. */
let chord = Number.NEGATIVE_INFINITY;

export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      toSearch();
    } else if (!event.defaultPrevented && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && !isOff()) {
      press(event);
    }
  });
  const help = dialog();
  document.querySelectorAll<HTMLElement>("[data-help]").forEach((button) => {
    button.addEventListener("click", () => help?.showModal());
  });
  const box = help?.querySelector<HTMLInputElement>("[data-keys-off]");
  if (box) {
    box.checked = isOff();
    box.addEventListener("change", () => switchOff(box.checked));
  }
}

function press(event: KeyboardEvent): void {
  const inChord = event.timeStamp - chord < CHORD;
  chord = Number.NEGATIVE_INFINITY;
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
    event.preventDefault();
    dialog()?.showModal();
  } else if (inChord && SECTIONS[event.code]) {
    event.preventDefault();
    go(SECTIONS[event.code] ?? []);
  } else if (event.code === "Slash" || event.key === "/") {
    event.preventDefault();
    toSearch();
  } else if (event.code === "KeyG" && !event.shiftKey) {
    chord = event.timeStamp;
  }
}

function go(sections: string[]): void {
  const links = sections.map((it) => document.querySelector<HTMLAnchorElement>(`a[data-nav="${it}"], a[data-go="${it}"]`));
  links.find((it) => it !== null)?.click();
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement;
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("#keys");
}

function isOff(): boolean {
  try {
    return localStorage.getItem(OFF) === "off";
  } catch {
    return false;
  }
}

function switchOff(off: boolean): void {
  try {
    localStorage.setItem(OFF, off ? "off" : "on");
  } catch {
    // no storage in a private window: the keys stay on
  }
}
