import type { Box } from "./box";
import type { Place } from "./cell";
import { madeAt, uuid7 } from "./uuid";

/** One change, as the server takes it: repeating it does nothing. */
export interface Op extends Place {
  op_id: string;
  /** The version that was on the screen. */
  base: number;
  value: string;
}

export interface Result {
  op_id: string;
  status: "ok" | "invalid" | "locked" | "conflict" | "denied";
  version: number;
  value: string;
  work: number | null;
  by: string | null;
  at: string | null;
  text: string | null;
}

export interface Answer {
  results: Result[];
}

/** Who looks after the cells while the queue looks after the wire. */
export interface Listener {
  settled(op: Op, result: Result, newer: boolean): void;
  changed(): void;
}

export type Link = "up" | "down" | "login";

const PAUSE = 400;
const AT_ONCE = 20;
const MOST = 100;
export const KEEP_DAYS = 14;

/** Changes on their way: in order, in batches, again until the server answered. */
export class Queue {
  link: Link = "up";
  private waiting: Op[] = [];
  private flying: Op[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** Operations that may have reached the server. */
  private readonly tried = new Set<string>();

  constructor(
    private readonly url: string,
    private readonly account: string,
    private readonly box: Box<Op>,
    private readonly listener: Listener,
  ) {
    addEventListener("online", () => this.flush());
    addEventListener("focus", () => this.link !== "up" && this.flush());
    document.addEventListener("visibilitychange", () => this.flush());
    addEventListener("beforeunload", (event) => {
      // What is on its way arrives; what found no way should be known of.
      if (this.size > 0 && (this.link !== "up" || !box.lasting)) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }

  get size(): number {
    return this.waiting.length + this.flying.length;
  }

  /** Takes up what a former page left, and forgets what is too old to send. */
  async restore(): Promise<{ ops: Op[]; expired: number }> {
    const oldest = Date.now() - KEEP_DAYS * 86_400_000;
    const expired = await this.box.purge((it) => madeAt(it) < oldest);
    const ops = await this.box.all();
    ops.forEach((it) => this.tried.add(it.op_id));
    this.waiting.unshift(...ops);
    this.schedule(0);
    return { ops, expired };
  }

  /**
   * Adds a change. One for the same cell that was never sent gives way to it,
   * with its id: the server may not see one id with two values.
   */
  add(change: Omit<Op, "op_id">): void {
    const at = this.waiting.findIndex((it) => meetsSame(it, change) && !this.tried.has(it.op_id));
    if (at >= 0) {
      this.box.drop(this.waiting.splice(at, 1).map((it) => it.op_id));
    }
    const op = { op_id: uuid7(), ...change };
    this.waiting.push(op);
    this.box.put([op]);
    this.listener.changed();
    this.schedule(this.waiting.length >= AT_ONCE ? 0 : PAUSE);
  }

  /** Everything the server did not confirm yet, oldest first. */
  get all(): readonly Op[] {
    return [...this.flying, ...this.waiting];
  }

  waits(place: Place): boolean {
    return this.all.some((it) => meetsSame(it, place));
  }


  flush(): void {
    this.schedule(0);
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (this.waiting.length > 0 && this.flying.length === 0) {
      if (ms === 0) {
        void this.send();
      } else {
        this.timer = setTimeout(() => void this.send(), ms);
      }
    }
  }

  private async send(): Promise<void> {
    this.flying = this.load();
    this.listener.changed();
    const outcome = await this.post(this.flying);
    if (outcome === "down" || outcome === "login") {
      this.waiting.unshift(...this.flying);
      this.flying = [];
      this.link = outcome;
      this.failures += 1;
      this.listener.changed();
      if (outcome === "down") {
        this.schedule(backOff(this.failures));
      }
      return;
    }
    this.link = "up";
    this.failures = 0;
    this.settle(outcome);
    this.schedule(this.waiting.length >= AT_ONCE ? 0 : PAUSE);
  }

  /** The next batch: one change a cell, for the second of them needs the answer of the first. */
  private load(): Op[] {
    const batch: Op[] = [];
    const rest: Op[] = [];
    for (const op of this.waiting) {
      const free = batch.length < MOST && ![...batch, ...rest].some((it) => meetsSame(it, op));
      (free ? batch : rest).push(op);
    }
    this.waiting = rest;
    batch.forEach((it) => this.tried.add(it.op_id));
    return batch;
  }

  private async post(ops: Op[]): Promise<Answer | "down" | "login"> {
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), 20_000);
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ account: Number(this.account), ops }),
        credentials: "same-origin",
        redirect: "manual",
        keepalive: ops.length <= MOST,
        signal: abort.signal,
      });
      if (response.status === 401 || response.type === "opaqueredirect") {
        return "login";
      }
      if (response.ok) {
        return (await response.json()) as Answer;
      }
      return response.status >= 500 || response.status === 429 || response.status === 408
        ? "down"
        : refusal(ops, response.status);
    } catch {
      return "down";
    } finally {
      clearTimeout(limit);
    }
  }

  private settle(answer: Answer): void {
    const sent = this.flying;
    this.flying = [];
    const byId = new Map(answer.results.map((it) => [it.op_id, it]));
    const kept: string[] = [];
    for (const op of sent) {
      const result = byId.get(op.op_id);
      if (!result) {
        this.waiting.unshift(op); // a batch is answered whole; be safe and ask again
        kept.push(op.op_id);
        continue;
      }
      const newer = this.follow(op, result);
      if (result.status === "conflict" && !newer) {
        kept.push(op.op_id); // stays in the box until the person chose
      }
      this.listener.settled(op, result, newer);
    }
    this.box.drop(sent.map((it) => it.op_id).filter((it) => !kept.includes(it)));
    this.listener.changed();
  }

  /** Rebases what was typed into the same cell while the answer was on its way. */
  private follow(op: Op, result: Result): boolean {
    let newer = false;
    for (const later of this.waiting) {
      const same = meetsSame(later, op) || meetsSame(later, { ...op, work: result.work });
      if (result.work !== null && later.lesson === op.lesson && later.work === null && later.key === op.key && later.field === "mark" && op.field === "mark") {
        later.work = result.work;
        this.box.put([later]);
      }
      if (same) {
        newer = true;
        if (result.status === "ok") {
          later.base = result.version;
          this.box.put([later]);
        }
      }
    }
    return newer;
  }

  /** The person chose between two values: the refused operation is done with. */
  forget(opId: string): void {
    this.box.drop([opId]);
  }
}

function meetsSame(a: Place, b: Place): boolean {
  const work = (it: Place) => it.work ?? it.key ?? "";
  return a.lesson === b.lesson && a.pupil === b.pupil && a.field === b.field && (a.field === "attendance" || work(a) === work(b));
}

/** The server refused the whole batch: each of its changes is refused. */
function refusal(ops: Op[], status: number): Answer {
  const text = status === 403 || status === 404 ? "Нет права менять этот журнал" : `Сервер не принял изменения (код ${status})`;
  return {
    results: ops.map((it) => ({ op_id: it.op_id, status: "denied", version: it.base, value: "", work: it.work, by: null, at: null, text })),
  };
}

function backOff(failures: number): number {
  const seconds = Math.min(60, 2 ** (failures - 1));
  return seconds * 1000 * (0.75 + Math.random() / 2);
}
