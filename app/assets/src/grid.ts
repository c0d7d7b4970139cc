/** The journal page: turns the table of the server into a grid for typing. */
import { Advance } from "./journal/advance";
import { Journal } from "./journal/journal";
import { Keyboard } from "./journal/keyboard";

async function start(root: HTMLElement): Promise<void> {
  const table = root.querySelector<HTMLTableElement>('table[role="grid"]');
  if (!table) {
    return;
  }
  const journal = await Journal.open(root, table);
  new Keyboard(journal, new Advance(root));
  showStart(journal);
  rememberPlace(table);
  root.dataset.ready = "";
  void journal.more(); // in the background: what others do, and what works without network later
}

/** Today stands second from the right, and its first gap has the focus. */
function showStart(journal: Journal): void {
  const cell = journal.grid.start();
  if (!cell) {
    return;
  }
  const after = journal.grid.at(cell.row, cell.column + 1);
  journal.grid.focus(after ?? cell);
  journal.grid.focus(cell);
}

/** The focused cell is part of the address, so that a link leads to it. */
function rememberPlace(table: HTMLTableElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  table.addEventListener("focusin", (event) => {
    const { id } = event.target as HTMLElement;
    clearTimeout(timer);
    if (id.startsWith("c-")) {
      timer = setTimeout(() => history.replaceState(history.state, "", `#${id}`), 600);
    }
  });
}

for (const root of document.querySelectorAll<HTMLElement>("[data-journal]")) {
  void start(root);
}
