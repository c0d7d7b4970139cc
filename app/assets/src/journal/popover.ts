/** A small window beside a cell, clear of the column one types in. It does not take the focus: typing goes on. */
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
  const { offsetWidth: width, offsetHeight: height } = box;
  const right = cell.right + 8 + width < innerWidth;
  const left = right ? cell.right + 8 : cell.left - 8 - width;
  const beside = left >= 8;
  const below = cell.bottom + 8 + height < innerHeight ? cell.bottom + 8 : cell.top - 8 - height;
  const top = beside ? Math.min(cell.top, innerHeight - height - 8) : below;
  box.style.top = `${Math.max(8, top)}px`;
  box.style.left = `${beside ? left : 8}px`;
}
