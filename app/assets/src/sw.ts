/**
 * Service worker. Built files are served from the shelf (their names change
 * with their content). Diary pages (/my/…) come from the network; the last
 * good copy is shown with its time when there is none. Nothing else is kept,
 * and all copies are of one account: whoever signs in next finds none of them.
 */
declare const SHELF: readonly string[];

interface Worker extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}
interface Fetch extends Event {
  request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

const worker = self as unknown as Worker;
const STATIC = "static";
const DIARY = "diary";
/** Under this address the cache keeps whose copies it holds. */
const OWNER = "/diary-owner";
const SAVED = "x-zvonok-saved";
const MARK = "<!--offline-->";
const PATIENCE = 8000;
const MOST_PAGES = 40;

worker.addEventListener("install", (event) => {
  (event as Fetch).waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  (event as Fetch).waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event as Fetch;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) {
    return;
  }
  const opens = request.method === "GET" && request.mode === "navigate";
  if (request.method === "POST" && (url.pathname === "/login" || url.pathname === "/logout")) {
    (event as Fetch).waitUntil(caches.delete(DIARY)); // another person may sit down here
  } else if (request.method === "GET" && SHELF.includes(url.pathname)) {
    (event as Fetch).respondWith(shelf(request));
  } else if (opens && (url.pathname.startsWith("/my/") || url.pathname === "/")) {
    (event as Fetch).respondWith(diary(request));
  }
});

async function fill(): Promise<void> {
  const cache = await caches.open(STATIC);
  const held = (await cache.keys()).map((it) => new URL(it.url).pathname);
  await Promise.all(held.filter((it) => !SHELF.includes(it)).map((it) => cache.delete(it)));
  await cache.addAll(SHELF.filter((it) => !held.includes(it)));
}

async function shelf(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: STATIC })) ?? fetch(request);
}

async function diary(request: Request): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE) ?? null });
    if (response.ok && response.type === "basic" && !response.redirected && isPage(response)) {
      await keep(request, response.clone());
    }
    return response;
  } catch {
    return lastGood(request);
  }
}

function isPage(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/html") ?? false;
}

async function keep(request: Request, response: Response): Promise<void> {
  const headers = new Headers(response.headers);
  headers.set(SAVED, new Date().toISOString());
  headers.delete("content-encoding");
  const body = await response.text();
  const who = /data-who="(\d+)"/.exec(body)?.[1];
  if (!who) {
    return;
  }
  const cache = await cacheOf(who);
  await cache.put(request, new Response(body, { status: 200, headers }));
  const pages = await cache.keys();
  await Promise.all(pages.slice(1, Math.max(1, pages.length - MOST_PAGES)).map((it) => cache.delete(it)));
}

/** The copies of this account; those of another are gone. */
async function cacheOf(who: string): Promise<Cache> {
  const cache = await caches.open(DIARY);
  const owner = await (await cache.match(OWNER))?.text();
  if (owner === who) {
    return cache;
  }
  await caches.delete(DIARY);
  const fresh = await caches.open(DIARY);
  await fresh.put(OWNER, new Response(who));
  return fresh;
}

async function lastGood(request: Request): Promise<Response> {
  const cache = await caches.open(DIARY);
  const kept = await find(cache, new URL(request.url));
  if (!kept) {
    return page(await nothing(cache), new Headers());
  }
  const saved = new Date(kept.headers.get(SAVED) ?? 0);
  const banner = `<div class="offline" role="status">Нет связи. Показаны данные на ${stamp(saved)}</div>`;
  return page((await kept.text()).replace(MARK, banner), kept.headers);
}

/** The page itself. The address without a child means the first screen that was seen last. */
async function find(cache: Cache, url: URL): Promise<Response | undefined> {
  const path = url.pathname === "/" ? "/my/day" : url.pathname;
  const exact = await cache.match(path + url.search);
  return exact ?? (url.search === "" ? cache.match(path, { ignoreSearch: true }) : undefined);
}

function page(html: string, headers: Headers): Response {
  const own = new Headers(headers);
  own.set("content-type", "text/html; charset=utf-8");
  return new Response(html, { headers: own });
}

/** What to show instead of a page that was never opened: the ones that were. */
async function nothing(cache: Cache): Promise<string> {
  const style = SHELF.find((it) => it.endsWith(".css")) ?? "";
  const links: string[] = [];
  for (const request of (await cache.keys()).slice(1)) {
    const html = (await (await cache.match(request))?.text()) ?? "";
    const title = /<title>([^<]*)<\/title>/.exec(html)?.[1]?.split(" — ")[0] ?? "";
    const { pathname, search } = new URL(request.url);
    links.push(`<li><a href="${(pathname + search).replace(/[&"<]/g, (it) => `&#${it.charCodeAt(0)};`)}">${title}</a></li>`);
  }
  const list = links.length ? `<p>Есть на этом устройстве:</p><ul class="links">${links.reverse().join("")}</ul>` : "";
  return `<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Нет связи</title><link rel="stylesheet" href="${style}"><main class="main"><div class="empty"><h1>Нет связи</h1><p>Эта страница ещё не открывалась на этом устройстве. Она появится, когда связь вернётся.</p>${list}</div></main></html>`;
}

function stamp(at: Date): string {
  const two = (it: number) => String(it).padStart(2, "0");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const today = new Date().toDateString() === at.toDateString();
  return today ? time : `${two(at.getDate())}.${two(at.getMonth() + 1)}.${at.getFullYear()} ${time}`;
}
