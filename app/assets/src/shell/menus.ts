/** Menus are <details>: here they also close by Esc, by a click elsewhere, and one at a time. */
export function menus(): void {
  document.addEventListener("toggle", (event) => {
    const menu = event.target as HTMLDetailsElement;
    if (menu.open && menu.matches(".menu")) {
      closeAll(menu);
    }
  }, true);
  document.addEventListener("click", (event) => {
    closeAll((event.target as Element).closest<HTMLDetailsElement>(".menu"));
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" ? document.querySelector<HTMLDetailsElement>(".menu[open]") : null;
    if (open) {
      event.preventDefault();
      open.open = false;
      open.querySelector("summary")?.focus();
    }
  });
}

function closeAll(but: HTMLDetailsElement | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(".menu[open]")) {
    if (menu !== but && !(but && menu.contains(but))) {
      menu.open = false;
    }
  }
}
