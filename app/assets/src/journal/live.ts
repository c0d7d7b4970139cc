import type { Place } from "./cell";
import type { Journal } from "./journal";
import { Stream } from "./stream";

/** Changes made elsewhere, and works that are not as they were. */
interface Changes {
  at: number;
  stale: boolean;
  cells: (Place & { value: string; version: number; by: string })[];
  works: { id: number; lesson: number; version: number; removed: boolean }[];
}

/** What other people do in the same journal (ux.md 4.7). */
export class Live {
  private since: number;
  private asking: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly journal: Journal) {
    const { base, now } = journal.root.dataset;
    this.since = Number(now);
    new Stream(base ? `${base}/stream?tab=${journal.tab}` : "", {
      changed: () => this.ask(),
      present: (names) => this.present(names),
      lost: () => this.lost(),
    });
  }

  /** Asks for what others changed; several calls in a row ask once. */
  private ask(): void {
    this.asking ??= setTimeout(() => {
      this.asking = undefined;
      void this.fetch();
    }, 150);
  }

  private async fetch(): Promise<void> {
    try {
      const response = await fetch(`${this.journal.root.dataset.base}/changes?since=${this.since}`, { headers: { accept: "application/json" } });
      if (response.ok) {
        await this.received((await response.json()) as Changes);
      }
    } catch {
      // the stream comes back, and then asks again
    }
  }

  private async received({ at, stale, cells, works }: Changes): Promise<void> {
    this.since = at;
    if (stale || works.some((it) => this.isStrange(it))) {
      await this.refresh();
      return;
    }
    cells.forEach((it) => this.receive(it));
  }

  /** Does the table look otherwise now? A first work goes where there was none. */
  private isStrange(work: Changes["works"][number]): boolean {
    const columns = this.journal.grid.heads.filter((it) => it.dataset.lesson === String(work.lesson));
    const head = columns.find((it) => it.dataset.work === String(work.id));
    if (head) {
      return work.removed || work.version > Number(head.dataset.wv ?? 1);
    }
    return columns.length > 0 && !work.removed && columns.every((it) => it.dataset.work);
  }

  private receive(change: Changes["cells"][number]): void {
    const { grid, queue, status } = this.journal;
    const cell = grid.find(change);
    if (!cell || change.version <= cell.version(change.field)) {
      return; // not here, or the echo of what was typed here
    }
    if (change.field === "mark" && change.work !== null && cell.work === null) {
      grid.bind(cell.column, change.work);
    }
    if (!queue.waits(change)) {
      this.journal.show(cell, change.field, change.value, change.version);
      cell.blink("flash", 2000);
      const name = cell.element.parentElement?.querySelector(".pupil a")?.textContent ?? "";
      status.say(`${name}, ${grid.dateOf(cell)}: ${change.value || "пусто"}, ${change.by}`);
    }
  }

  /** Takes the table anew from the server; what waits is shown over it. */
  async refresh(): Promise<void> {
    const { journal } = this;
    const { grid, table } = journal;
    const response = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(response.ok ? await response.text() : "", "text/html");
    const root = page.querySelector<HTMLElement>("[data-journal]");
    const fresh = root?.querySelector("table");
    if (!root || !fresh) {
      return;
    }
    const place = grid.focused?.place("mark");
    const focused = table.contains(document.activeElement);
    journal.selection.clear();
    table.replaceChildren(...fresh.childNodes);
    this.since = Number(root.dataset.now);
    journal.renew();
    const cell = (place && grid.find(place)) ?? grid.start();
    if (cell && focused) {
      grid.focus(cell);
    } else if (cell) {
      grid.settle(cell);
    }
  }

  private present(names: readonly string[]): void {
    const place = this.journal.root.querySelector<HTMLElement>("[data-present]");
    if (place) {
      place.hidden = names.length === 0;
      place.textContent = names.length ? `Открыт также: ${names.join(", ")}` : "";
    }
  }

  private lost(): void {
    this.present([]);
    this.journal.status.say("Журнал вам больше не открыт");
  }
}
