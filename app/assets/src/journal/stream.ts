/** What the server tells of other people: that something changed, and who else is here. */
export interface Hearer {
  changed(): void;
  present(names: readonly string[]): void;
  lost(): void;
}

const LONGEST = 60_000;

/**
 * Listens to the server while the page is seen; a hidden tab holds no
 * connection. After each gap it asks once for what was missed.
 */
export class Stream {
  private source: EventSource | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly hearer: Hearer,
  ) {
    if (url && "EventSource" in window) {
      document.addEventListener("visibilitychange", () => this.follow());
      addEventListener("online", () => this.follow());
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
    clearTimeout(this.timer);
    const source = new EventSource(this.url);
    this.source = source;
    source.addEventListener("hello", () => {
      this.failures = 0;
      this.hearer.changed();
    });
    source.addEventListener("changed", () => this.hearer.changed());
    source.addEventListener("present", (event) => this.hearer.present(JSON.parse(event.data) as string[]));
    source.addEventListener("bye", () => {
      this.close();
      this.hearer.lost();
    });
    // The browser would come back every 3 s, all of them at once after a restart.
    source.onerror = () => {
      this.close();
      this.failures += 1;
      const wait = Math.min(LONGEST, 1000 * 2 ** this.failures) * (0.5 + Math.random());
      this.timer = setTimeout(() => this.follow(), wait);
    };
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
