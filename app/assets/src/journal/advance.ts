import type { Cell } from "./cell";
import type { Grid } from "./table";

const KEY = "zvonok.advance";
const WAYS = { down: "вниз", right: "вправо", off: "выключен" } as const;
type Way = keyof typeof WAYS;

/** «Автопереход»: where the focus goes after a value, remembered on this computer. */
export class Advance {
  private way: Way = remembered();

  constructor(root: HTMLElement) {
    const bar = root.querySelector(".journal-bar") ?? root;
    const label = document.createElement("label");
    label.className = "journal-advance";
    const select = document.createElement("select");
    select.className = "select";
    for (const [value, text] of Object.entries(WAYS)) {
      select.add(new Option(text, value, false, value === this.way));
    }
    select.addEventListener("change", () => {
      this.way = select.value as Way;
      store(this.way);
    });
    label.append("Автопереход", select);
    bar.append(label);
  }

  from(cell: Cell, grid: Grid): void {
    if (this.way !== "off") {
      const next = this.way === "down" ? grid.nextOpen(cell, 1, 0) : grid.nextOpen(cell, 0, 1);
      grid.focus(next);
    }
  }
}

function remembered(): Way {
  try {
    const kept = localStorage.getItem(KEY);
    return kept !== null && kept in WAYS ? (kept as Way) : "down";
  } catch {
    return "down";
  }
}

function store(way: Way): void {
  try {
    localStorage.setItem(KEY, way);
  } catch {
    // no storage in a private window: the choice lasts for this page
  }
}
