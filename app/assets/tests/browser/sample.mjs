// A journal page as the server renders it, and a server that answers its
// operations from memory. Open it by hand: node tests/browser/sample.mjs
import { readFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const dist = new URL("../../dist/", import.meta.url);
const built = () => JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

const NAMES = "Абрамов Артём|Белова Мария|Волков Даниил|Гусева Полина|Дмитриев Егор|Ёлкин Семён|Жданова Ксения|Зуев Пётр|Иванова Дарья|Козлова Александра|Лебедев Тимофей|Макарова Софья|Никитин Роман|Орлова Анна|Павлов Илья|Романова Вера|Сидоров Глеб|Титова Ева|Ушаков Марк|Фёдорова Алиса|Харитонов Лев|Цветкова Яна|Чернов Олег|Шевченко Ольга|Щукин Ярослав|Юдина Майя|Яковлев Тимур|Ярцева Нина".split("|");
const LESSONS = 12;
const TODAY = 10;
const WEEKDAYS = ["пн", "вт", "ср", "пт"];

const isOut = (pupil, lesson) => pupil === 27 && lesson < 3;
const mark = (pupil, lesson) => (!isOut(pupil, lesson) && lesson < TODAY && (pupil * 7 + lesson * 3) % 4 === 0 ? String(3 + ((pupil + lesson) % 3)) : "");
const absence = (pupil, lesson) => (lesson < TODAY && (pupil * 5 + lesson) % 23 === 0 ? "ОТ" : "");

function cell(pupil, lesson) {
  const value = mark(pupil, lesson);
  const code = absence(pupil, lesson);
  const out = isOut(pupil, lesson);
  const today = lesson === TODAY ? " today" : "";
  const lock = out ? ' aria-readonly="true" data-lock="out" title="До 12.09 ученик был в 6А"' : "";
  return `<td role="gridcell" class="cell${today}${code && !value ? " absence" : ""}" tabindex="-1" id="c-${lesson}-${pupil}" data-l="${lesson}" data-p="${pupil}" data-w="${lesson}00" data-v="${value ? 1 : 0}" data-av="${code ? 1 : 0}" data-a="${code}"${lock}>${[code, value].filter(Boolean).join(" ")}</td>`;
}

function top(lesson) {
  const day = 3 + lesson * 2;
  return `<th scope="col" class="${lesson === TODAY ? "today" : ""}"><a href="#">${WEEKDAYS[lesson % 4]}<span class="date">${String(day).padStart(2, "0")}.11</span></a></th>`;
}

function head(lesson) {
  const weight = lesson === 4 ? "2.00" : "1.00";
  return `<th scope="col" tabindex="-1" class="${lesson === TODAY ? "today" : ""}" data-lesson="${lesson}" data-work="${lesson}00" data-wv="1"${lesson === 4 ? "" : " data-answer"} data-weight="${weight}" title="Работа">${lesson === 4 ? "КР ×2" : "О"}</th>`;
}

export function page({ theme = "auto", shell = true, scale = "5", account = 17 } = {}) {
  const files = built();
  const lessons = Array.from({ length: LESSONS }, (_, at) => at + 1);
  const rows = NAMES.map((name, at) => {
    const marks = lessons.map((it) => [mark(at, it), it === 4 ? 2 : 1]).filter(([it]) => it);
    const sum = marks.reduce((all, [it, weight]) => all + it * weight, 0);
    const weights = marks.reduce((all, [, weight]) => all + weight, 0);
    const average = weights ? (Math.floor((sum * 200 + weights) / (2 * weights)) / 100).toFixed(2).replace(".", ",") : "";
    return `<tr><th scope="row" role="rowheader" class="pupil"><span class="order">${at + 1}</span> <a href="#">${name}</a></th>${lessons.map((it) => cell(at, it)).join("")}<td role="gridcell" class="average-cell" tabindex="-1" data-avg="${at}">${average}</td></tr>`;
  });
  return `<!doctype html><html lang="ru" data-theme="${theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>7Б · Алгебра</title>
<link rel="stylesheet" href="/assets/${files["app.css"]}"><script src="/assets/${files["app.js"]}" defer></script><script src="/assets/${files["grid.js"]}" defer></script></head>
<body><div class="${shell ? "shell shell-plain" : ""}"><header class="topbar"><span class="brand">Звонок</span><form method="post" action="/logout"><button class="bar-button">Выйти</button></form></header><main class="main main-wide"><div class="main-inside">
<header class="page-head"><div><h1>7Б · Алгебра</h1><p class="muted">1 четверть · Петрова А. И.</p></div></header>
<div class="journal" data-journal data-account="${account}" data-url="/o/g7/journal/ops" data-view="/o/g7/journal/view" data-cell="/o/g7/journal/cell" data-lesson="/o/g7/journal/lesson" data-journals="/o/g7/journal" data-base="/o/g7/journal/7/1" data-more="/assets/${files["grid-more.js"]}" data-now="1000" data-thresholds="4.50 3.50 2.50" data-extra="О|1.00" data-pairs data-scale="${scale}">
<div class="journal-bar"><span data-present hidden></span><button class="button button-small" type="button" data-compact disabled>Плотно</button><button class="button button-small" type="button" data-projector disabled>Для проектора</button><button class="button button-small" type="button" data-legend disabled>Клавиши</button></div>
<div class="journal-scroll" role="region" aria-label="Журнал 7Б, алгебра" tabindex="0"><table class="journal-table" role="grid" aria-label="7Б, алгебра" aria-rowcount="${NAMES.length + 1}" aria-colcount="${LESSONS + 2}"><thead><tr><th scope="col" class="pupil" rowspan="2">Ученик</th>${lessons.map(top).join("")}<th scope="col" class="average-cell" rowspan="2">Ср.</th></tr><tr>${lessons.map(head).join("")}</tr></thead><tbody>${rows.join("")}</tbody>
<tfoot><tr><th scope="row" class="pupil">Заполнено</th>${lessons.map(() => "<td>7/28</td>").join("")}<td class="average-cell">3,94</td></tr></tfoot></table></div>
<p class="legend"><span>н – отсутствует</span><span>б – болезнь</span><span>у – уважительная</span><span>п – неуважительная</span><span>о – опоздание</span></p>
</div></div></main></div><div class="toasts" role="status"></div></body></html>`;
}

/** Answers operations as the real server does; `down`, `login` and `meddle` make trouble. */
export async function serve() {
  const state = { cells: new Map(), seen: new Map(), batches: 0, down: false, login: false, streams: new Set(), keys: new Map(), changes: [], account: 17 };
  // The first work of a lesson has its number and two noughts; one that the page named gets the next number.
  function workOf(op) {
    const first = op.lesson * 100;
    if (op.work === null && op.key) {
      state.keys.set(op.key, state.keys.get(op.key) ?? first + 1 + state.keys.size);
      return state.keys.get(op.key);
    }
    return op.work ?? first;
  }
  const key = (op) => {
    const work = op.field === "mark" ? workOf(op) : 0;
    return work % 100 === 0 ? `${op.lesson}:${op.pupil}:${op.field}` : `${op.lesson}:${op.pupil}:${op.field}:${work}`;
  };
  const fresh = (op) => (op.field === "mark" && workOf(op) % 100 !== 0 ? "" : (op.field === "mark" ? mark : absence)(op.pupil, op.lesson));
  const now = (op) => state.cells.get(key(op)) ?? { value: fresh(op), version: fresh(op) ? 1 : 0 };

  function settle(op) {
    const before = state.seen.get(op.op_id);
    if (before) return before;
    const current = now(op);
    const base = { op_id: op.op_id, work: op.field === "mark" ? workOf(op) : null, by: null, at: null, text: null };
    if (op.base !== current.version) {
      return { ...base, status: "conflict", ...current, by: "Соколова М. П.", at: "10:41" };
    }
    const next = { value: op.value, version: current.version + 1 };
    state.cells.set(key(op), next);
    const result = { ...base, status: "ok", ...next };
    state.seen.set(op.op_id, result);
    return result;
  }

  /** Somebody else writes a cell; the page hears of it or not. */
  function meddle(lesson, pupil, value, tell) {
    const op = { lesson, pupil, work: null, field: "mark" };
    const next = { value, version: now(op).version + 1 };
    state.cells.set(key(op), next);
    state.changes.push({ ...op, ...next, work: lesson * 100, by: "Соколова М. П." });
    if (tell) {
      for (const stream of state.streams) stream.write("event: changed\ndata: {}\n\n");
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const answer = (status, type, body) => {
      response.writeHead(status, { "content-type": type, "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'" });
      response.end(body);
    };
    const file = new URL(`.${url.pathname.replace("/assets", "")}`, dist);
    if (url.pathname === "/journal") {
      answer(200, "text/html; charset=utf-8", page({ theme: url.searchParams.get("theme") ?? "auto", scale: url.searchParams.get("scale") ?? "5", account: state.account }));
    } else if (url.pathname.startsWith("/assets/") && existsSync(file)) {
      const type = file.pathname.endsWith(".css") ? "text/css" : file.pathname.endsWith(".js") ? "text/javascript" : "image/svg+xml";
      answer(200, type, readFileSync(file));
    } else if (url.pathname.endsWith("/ops")) {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        if (state.down) return request.socket.destroy();
        if (state.login) return answer(401, "application/json", "{}");
        state.batches += 1;
        answer(200, "application/json", JSON.stringify({ results: JSON.parse(body).ops.map(settle) }));
      });
    } else if (url.pathname.endsWith("/stream")) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write("event: hello\ndata: {}\n\n");
      state.streams.add(response);
      request.on("close", () => state.streams.delete(response));
    } else if (url.pathname.endsWith("/changes")) {
      answer(200, "application/json", JSON.stringify({ at: 2000, stale: false, cells: state.changes, works: [] }));
    } else if (url.pathname === "/login") {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        const good = new URLSearchParams(body).get("password") === "верный";
        state.login = !good;
        response.writeHead(good ? 303 : 422, good ? { location: "/" } : {});
        response.end();
      });
    } else if (url.pathname.endsWith("/view")) {
      response.writeHead(204).end();
    } else if (url.pathname === "/logout") {
      state.loggedOut = true;
      answer(200, "text/html; charset=utf-8", "<title>Вход</title>");
    } else if (url.pathname.endsWith("/cell")) {
      answer(200, "text/html; charset=utf-8", `<div data-card data-v="1" data-av="0" data-c=""><h2>${NAMES[url.searchParams.get("pupil")]}</h2><ul class="list"><li>4 → 5, Петрова А. И., 20.11.2026 10:42 <button type="button" data-back="mark" data-value="4">Вернуть 4</button></li></ul></div>`);
    } else {
      answer(404, "text/plain", "");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/journal`, state, meddle, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await serve()).url);
}
