/**
 * Operations that wait, kept over a reload or a crash: ids and values only, no
 * names. A box belongs to one account in one school; what another account left
 * on this computer is neither seen nor sent.
 */
export class Box<Op extends { op_id: string }> {
  private constructor(
    private readonly db: IDBDatabase | null,
    private readonly name: string,
  ) {}

  static async open<Op extends { op_id: string }>(name: string): Promise<Box<Op>> {
    try {
      const request = indexedDB.open("zvonok", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("ops", { keyPath: "op_id" }).createIndex("box", "box");
      };
      return new Box(await answer(request), name);
    } catch {
      return new Box(null, name); // private window: the queue lives in memory
    }
  }

  get lasting(): boolean {
    return this.db !== null;
  }

  put(ops: readonly Op[]): void {
    const store = this.store();
    for (const op of ops) {
      store?.put({ ...op, box: this.name });
    }
  }

  drop(ids: readonly string[]): void {
    const store = this.store();
    for (const id of ids) {
      store?.delete(id);
    }
  }

  /** Forgets whatever is too old to be sent, also of others; answers how many of this box. */
  async purge(old: (id: string) => boolean): Promise<number> {
    const store = this.db?.transaction("ops").objectStore("ops");
    const all: (Op & { box: string })[] = store ? await answer(store.getAll()) : [];
    const gone = all.filter((it) => old(it.op_id));
    this.drop(gone.map((it) => it.op_id));
    return gone.filter((it) => it.box === this.name).length;
  }

  /** What waits, oldest first: version 7 ids sort by time. */
  async all(): Promise<Op[]> {
    const index = this.db?.transaction("ops").objectStore("ops").index("box");
    const kept: (Op & { box?: string })[] = index ? await answer(index.getAll(this.name)) : [];
    for (const op of kept) {
      delete op.box;
    }
    return kept.sort((a, b) => (a.op_id < b.op_id ? -1 : 1));
  }

  private store(): IDBObjectStore | undefined {
    return this.db?.transaction("ops", "readwrite").objectStore("ops");
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
