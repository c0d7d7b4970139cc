/**
 * Service worker. Built files are served from the shelf (their names change
 * with their content). Diary pages (/my/…) come from the network; the last
 * good copy is shown with its time when there is none. Nothing else is kept.
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
const SAVED = "x-zvonok-saved";
const MARK = "<!--offline-->";
const PATIENCE = 8000;

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
  if (request.method === "POST" && (url.pathname === "/login" || url.pathname === "/logout")) {
    (event as Fetch).waitUntil(caches.delete(DIARY)); // another person may sit down here
  } else if (request.method === "GET" && SHELF.includes(url.pathname)) {
    (event as Fetch).respondWith(shelf(request));
  } else if (request.method === "GET" && request.mode === "navigate" && url.pathname.startsWith("/my/")) {
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
    if (response.ok && response.type === "basic" && !response.redirected) {
      await keep(request, response.clone());
    }
    return response;
  } catch {
    return lastGood(request);
  }
}

async function keep(request: Request, response: Response): Promise<void> {
  const headers = new Headers(response.headers);
  headers.set(SAVED, new Date().toISOString());
  headers.delete("content-encoding");
  const body = await response.text();
  const cache = await caches.open(DIARY);
  await cache.put(request, new Response(body, { status: 200, headers }));
}

async function lastGood(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: DIARY });
  if (!kept) {
    return page(nothing(), new Headers());
  }
  const saved = new Date(kept.headers.get(SAVED) ?? 0);
  const banner = `<div class="offline" role="status">Нет связи. Показаны данные на ${stamp(saved)}</div>`;
  return page((await kept.text()).replace(MARK, banner), kept.headers);
}

function page(html: string, headers: Headers): Response {
  const own = new Headers(headers);
  own.set("content-type", "text/html; charset=utf-8");
  return new Response(html, { headers: own });
}

function nothing(): string {
  const style = SHELF.find((it) => it.endsWith(".css")) ?? "";
  return `<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Нет связи</title><link rel="stylesheet" href="${style}"><main class="main"><div class="empty"><h1>Нет связи</h1><p>Эта страница ещё не открывалась на этом устройстве. Она появится, когда связь вернётся.</p></div></main></html>`;
}

function stamp(at: Date): string {
  const two = (it: number) => String(it).padStart(2, "0");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const today = new Date().toDateString() === at.toDateString();
  return today ? time : `${two(at.getDate())}.${two(at.getMonth() + 1)}.${at.getFullYear()} ${time}`;
}
