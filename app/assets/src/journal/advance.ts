import type { Cell } from "./cell";
import type { Grid } from "./table";
import { choose, chosen } from "./view";

const WAYS = { down: "вниз", right: "вправо", off: "выключен" } as const;
type Way = keyof typeof WAYS;

/** «Автопереход»: where the focus goes after a value. */
export class Advance {
  private way: Way = "down";

  constructor(root: HTMLElement) {
    const kept = (["right", "off"] as const).find((it) => chosen(root, `advance-${it}`));
    this.way = kept ?? "down";
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
      choose(root, ["advance-right", "advance-off"], this.way === "down" ? "" : `advance-${this.way}`);
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
