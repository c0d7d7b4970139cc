import type { Journal } from "./journal";
import { fillFromFile } from "./file";
import type { More } from "./more";
import { choose } from "./view";

/** The buttons over the grid: dense rows, which are remembered for the person; hidden values on a board. */
export function tools(journal: Journal, more: More): void {
  const { root } = journal;
  toggle(root, "compact", (on) => choose(root, ["compact"], on ? "compact" : ""));
  toggle(root, "projector", () => undefined);
  const file = root.querySelector<HTMLButtonElement>("[data-fill-file]");
  if (file) {
    file.disabled = false;
    file.addEventListener("click", () => fillFromFile(journal));
  }
  const legend = root.querySelector<HTMLButtonElement>("[data-legend]");
  if (legend) {
    legend.disabled = false;
    legend.addEventListener("click", () => more.legend());
  }
  guardLogout(journal, more);
}

function toggle(root: HTMLElement, name: string, changed: (on: boolean) => void): void {
  const button = root.querySelector<HTMLButtonElement>(`button[data-${name}]`);
  const set = (on: boolean) => {
    root.classList.toggle(`journal-${name}`, on);
    button?.setAttribute("aria-pressed", String(on));
  };
  if (button) {
    button.disabled = false;
    button.addEventListener("click", () => {
      const on = !root.classList.contains(`journal-${name}`);
      set(on);
      changed(on);
    });
  }
}

/** Nobody logs out over changes that were not sent without knowing it. */
function guardLogout(journal: Journal, more: More): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.getAttribute("action") === "/logout" && journal.queue.size > 0) {
      event.preventDefault();
      journal.queue.flush();
      void more.leave(form);
    }
  });
}
