/**
 * Forms that may be sent without a network (form[data-outbox]): what was typed
 * is kept on the device and sent as soon as there is a way, also from another
 * page. Sending again does nothing, because the server knows the form by its
 * id. Kept are ids and values, no names of people; another account on this
 * device neither sees nor sends them.
 */
interface Letter {
  id: string;
  who: string;
  /** Where it goes; the page of that address shows it too. */
  url: string;
  body: string;
  /** «7А · Алгебра» */
  name: string;
  at: number;
  /** The server looked at it and said no: the person has to. */
  refused: boolean;
}

type Outcome = "sent" | "refused" | "login" | "down";

/** What the next page has to say. */
const SAID = "outbox-said";
const KEEP_DAYS = 14;
const PATIENCE = 20_000;
const MOST_PAUSE = 60_000;

export function outbox(): void {
  const { who } = document.documentElement.dataset;
  if (who && "indexedDB" in window) {
    void Outbox.open(who).then((it) => it.start());
  }
}

class Outbox {
  private letters: Letter[] = [];
  private link: Outcome = "sent";
  private busy = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly db: IDBDatabase | null,
    private readonly who: string,
  ) {}

  static async open(who: string): Promise<Outbox> {
    try {
      const request = indexedDB.open("zvonok-forms", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("letters", { keyPath: "id" });
      return new Outbox(await answer(request), who);
    } catch {
      return new Outbox(null, who); // private window: it lasts as long as the page
    }
  }

  async start(): Promise<void> {
    document.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (form.matches("[data-outbox]") && !event.defaultPrevented) {
        event.preventDefault();
        void this.take(form);
      }
    });
    addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => this.soon(0));
    addEventListener("beforeunload", (event) => {
      if (this.letters.length > 0 && !this.db) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
    const said = sessionStorage.getItem(SAID);
    if (said) {
      sessionStorage.removeItem(SAID);
      tell(said);
    }
    await this.restore();
    this.show();
    this.soon(0);
  }

  /** Takes up what a former page left, and forgets what is too old to send. */
  private async restore(): Promise<void> {
    const store = this.db?.transaction("letters").objectStore("letters");
    const all: Letter[] = store ? await answer(store.getAll()) : [];
    const oldest = Date.now() - KEEP_DAYS * 86_400_000;
    all.filter((it) => it.at < oldest).forEach((it) => this.drop(it));
    this.letters = all.filter((it) => it.who === this.who && it.at >= oldest).sort((a, b) => a.at - b.at);
    const form = document.querySelector<HTMLFormElement>("form[data-outbox]");
    const refused = this.letters.find((it) => it.refused && it.url === form?.action);
    if (form && refused) {
      this.drop(refused);
      fill(form, refused.body); // the server says on the page what stands in the way
      form.submit();
    }
  }

  private async take(form: HTMLFormElement): Promise<void> {
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString();
    const letter = { id: newId(), who: this.who, url: form.action, body, name: form.dataset.outbox ?? "", at: Date.now(), refused: false };
    // What never found a way gives way to what was typed after it.
    this.letters.filter((it) => it.url === letter.url).forEach((it) => this.drop(it));
    this.letters.push(letter);
    this.keep(letter);
    const outcome = await this.send(letter);
    if (outcome === "sent") {
      sessionStorage.setItem(SAID, "Урок сохранён.");
      location.assign(form.action);
    } else if (outcome === "refused") {
      this.drop(letter);
      form.submit();
    } else {
      // The next time it is another form: the server may know this one already.
      const id = form.elements.namedItem("form") as HTMLInputElement | null;
      if (id) {
        id.value = newId();
      }
    }
    this.show();
    this.soon(this.pause());
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    if (this.letters.some((it) => !it.refused)) {
      this.timer = setTimeout(() => void this.flush(), ms);
    }
  }

  /** One after the other, in the order in which they were written. */
  private async flush(): Promise<void> {
    if (this.busy) {
      return;
    }
    this.busy = true;
    for (const letter of this.letters.filter((it) => !it.refused)) {
      const outcome = await this.send(letter);
      if (outcome === "down" || outcome === "login") {
        break;
      }
      if (outcome === "sent") {
        tell(`Отправлено: ${letter.name}`);
      } else {
        letter.refused = true;
        this.keep(letter);
      }
    }
    this.busy = false;
    this.show();
    if (this.link === "down") {
      this.soon(this.pause());
    }
  }

  private async send(letter: Letter): Promise<Outcome> {
    const outcome = await post(letter);
    this.link = outcome;
    this.failures = outcome === "down" ? this.failures + 1 : 0;
    if (outcome === "sent") {
      this.drop(letter);
    }
    return outcome;
  }

  private pause(): number {
    return Math.min(MOST_PAUSE, 1000 * 2 ** this.failures) * (0.75 + Math.random() / 2);
  }

  private keep(letter: Letter): void {
    this.db?.transaction("letters", "readwrite").objectStore("letters").put(letter);
  }

  private drop(letter: Letter): void {
    this.letters = this.letters.filter((it) => it !== letter);
    this.db?.transaction("letters", "readwrite").objectStore("letters").delete(letter.id);
  }

  /** Above the page stands what waits, and for what. */
  private show(): void {
    let line = document.querySelector<HTMLElement>("[data-outbox-state]");
    if (!line) {
      if (this.letters.length === 0) {
        return;
      }
      line = document.createElement("div");
      line.className = "offline";
      line.dataset.outboxState = "";
      line.setAttribute("role", "status");
      document.getElementById("main")?.prepend(line);
    }
    const refused = this.letters.filter((it) => it.refused);
    const waiting = this.letters.filter((it) => !it.refused);
    line.hidden = this.letters.length === 0;
    line.replaceChildren();
    if (waiting.length > 0) {
      const why = this.link === "login" ? "Войдите снова, чтобы отправить" : "Нет связи. Сохранено на этом устройстве и отправится само";
      line.append(`${why}: ${waiting.map((it) => it.name).join("; ")}. `);
      if (this.link === "login") {
        line.append(link(`/login?next=${encodeURIComponent(location.pathname)}`, "Войти"));
      }
    }
    for (const it of refused) {
      line.append(" Не принято: ", link(it.url, it.name), ".");
    }
  }
}

async function post(letter: Letter): Promise<Outcome> {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(letter.url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: letter.body,
      credentials: "same-origin",
      redirect: "manual",
      signal: abort.signal,
    });
    if (response.ok) {
      return "sent";
    }
    if (response.status === 401 || response.type === "opaqueredirect") {
      return "login";
    }
    return response.status >= 500 || response.status === 429 || response.status === 408 ? "down" : "refused";
  } catch {
    return "down";
  } finally {
    clearTimeout(limit);
  }
}

/** Puts what was typed back into the form. */
function fill(form: HTMLFormElement, body: string): void {
  const typed = new URLSearchParams(body);
  for (const it of form.elements) {
    if (it instanceof HTMLInputElement && (it.type === "radio" || it.type === "checkbox")) {
      it.checked = typed.getAll(it.name).includes(it.value);
    } else if ((it instanceof HTMLInputElement || it instanceof HTMLTextAreaElement) && typed.has(it.name)) {
      it.value = typed.get(it.name) ?? "";
    }
  }
}

function tell(text: string): void {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
}

function link(href: string, text: string): HTMLAnchorElement {
  const it = document.createElement("a");
  it.href = href;
  it.textContent = text;
  return it;
}

/** Also where the page came without TLS, as in a school's own network. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((it) => it.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
