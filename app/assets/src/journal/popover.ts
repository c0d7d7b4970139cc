/** A small window beside a cell. It does not take the focus: typing goes on. */
export interface Choice {
  label: string;
  primary?: boolean;
  act(): void;
}

let shown: HTMLElement | null = null;

export function popover(anchor: Element, text: string, choices: readonly Choice[]): void {
  closePopover();
  const box = document.createElement("div");
  box.className = "popover";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", text);
  const words = document.createElement("p");
  words.textContent = text;
  const row = document.createElement("div");
  row.className = "row";
  for (const choice of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = choice.primary ? "button button-primary" : "button";
    button.textContent = choice.label;
    button.addEventListener("click", () => {
      closePopover();
      choice.act();
    });
    row.append(button);
  }
  box.append(words, row);
  document.body.append(box);
  place(box, anchor.getBoundingClientRect());
  shown = box;
}

export function closePopover(): boolean {
  const open = shown !== null;
  shown?.remove();
  shown = null;
  return open;
}

export function focusPopover(): void {
  shown?.querySelector("button")?.focus();
}

function place(box: HTMLElement, cell: DOMRect): void {
  const below = cell.bottom + 6 + box.offsetHeight < innerHeight;
  const top = below ? cell.bottom + 6 : Math.max(8, cell.top - box.offsetHeight - 6);
  const left = Math.min(Math.max(8, cell.left), Math.max(8, innerWidth - box.offsetWidth - 8));
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}
