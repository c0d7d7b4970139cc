import type { Field } from "./cell";

/** A change that somebody made elsewhere. */
export interface Change {
  lesson: number;
  pupil: number;
  work: number | null;
  field: Field;
  value: string;
  version: number;
  by: string;
  /** The sentence a screen reader says. */
  text: string;
}

/** Listens to the server while the page is seen; a hidden tab holds no connection. */
export class Stream {
  private source: EventSource | null = null;

  constructor(
    private readonly url: string,
    private last: string,
    private readonly receive: (change: Change) => void,
  ) {
    if (url && "EventSource" in window) {
      document.addEventListener("visibilitychange", () => this.follow());
      addEventListener("pagehide", () => this.close());
      this.follow();
    }
  }

  private follow(): void {
    if (document.hidden) {
      this.close();
    } else if (!this.source) {
      this.open();
    }
  }

  private open(): void {
    const address = this.last ? `${this.url}?lastid=${encodeURIComponent(this.last)}` : this.url;
    this.source = new EventSource(address);
    this.source.addEventListener("cell", (event) => {
      this.last = event.lastEventId || this.last;
      this.receive(JSON.parse(event.data) as Change);
    });
  }

  private close(): void {
    this.source?.close();
    this.source = null;
  }
}
