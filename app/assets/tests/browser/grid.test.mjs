// The journal grid in a real browser, against a server of the test's own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { serve } from "./sample.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser, context, page, server;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

beforeEach(async () => {
  server = await serve();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: false });
  page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(error));
  await open();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

async function open() {
  await page.goto(server.url);
  await page.waitForSelector("[data-ready]");
}

const status = (text) => page.waitForFunction((it) => document.querySelector(".journal-status")?.textContent.startsWith(it), text);
const text = (lesson, pupil) => page.textContent(`#c-${lesson}-${pupil}`);
const focused = () => page.evaluate(() => document.activeElement.id);
const stored = (lesson, pupil, field = "mark") => server.state.cells.get(`${lesson}:${pupil}:${field}`)?.value;

/** Presses a key by its place, as it sends its letter on this layout. */
async function press(code, key) {
  await page.evaluate(([code, key]) => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }));
  }, [code, key]);
}

test("opening focuses today's first gap", async () => {
  assert.equal(await focused(), "c-10-0");
});

test("28 keys fill a column, on either layout alike", async () => {
  const russian = { KeyY: "н", Comma: "б", KeyE: "у", KeyG: "п", KeyJ: "о" };
  const english = { KeyY: "y", Comma: ",", KeyE: "e", KeyG: "g", KeyJ: "j" };
  const codes = Array.from({ length: 28 }, (_, at) => (at % 6 === 5 ? Object.keys(russian)[Math.floor(at / 6)] : `Digit${2 + (at % 4)}`));
  const rows = [];
  for (const layout of [russian, english]) {
    server.state.cells.clear();
    await open();
    for (const code of codes) {
      await press(code, layout[code] ?? code.at(-1));
    }
    await status("Всё сохранено");
    rows.push([...server.state.cells].map(([key, { value }]) => `${key}=${value}`).sort());
    assert.equal(server.state.cells.size, 28);
  }
  assert.deepEqual(rows[0], rows[1]);
  assert.equal(stored(10, 5, "attendance"), "ОТ");
  assert.equal(stored(10, 11, "attendance"), "Б");
});

test("the average follows each key", async () => {
  const before = await page.textContent("[data-avg='0']");
  await page.keyboard.press("2");
  assert.notEqual(await page.textContent("[data-avg='0']"), before);
});

test("keys move, stop at the edge, skip nothing and jump", async () => {
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), "c-9-0");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.work), "900");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "c-9-0");
  await page.keyboard.press("Home");
  assert.equal(await focused(), "c-1-0");
  await page.keyboard.press("End");
  assert.equal(await focused(), "c-12-0");
  await page.keyboard.press("PageDown");
  assert.equal(await focused(), "c-12-10");
  await page.keyboard.press("Control+End");
  assert.equal(await focused(), "c-12-27");
  await page.keyboard.press("Control+Home");
  assert.equal(await focused(), "c-1-0");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "c-1-1");
  await page.keyboard.press("Shift+Enter");
  assert.equal(await focused(), "c-1-0");
});

test("Tab enters and leaves the grid once", async () => {
  assert.equal(await page.locator("td[role=gridcell][tabindex='0']").count(), 1);
});

test("undo and redo are new changes", async () => {
  await page.keyboard.type("54");
  await status("Всё сохранено");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await status("Всё сохранено");
  await page.waitForFunction(() => document.querySelector(".journal-status").dataset.state === "saved");
  assert.equal(await text(10, 0), "");
  await page.keyboard.press("Control+y");
  assert.equal(await text(10, 0), "5");
  await status("Сохраняется");
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "5");
  assert.equal(stored(10, 1), "");
  assert.equal(server.state.cells.get("10:0:mark").version, 3);
});

test("Delete clears mark and absence", async () => {
  await page.keyboard.type("5");
  await page.keyboard.press("ArrowUp");
  await press("KeyY", "н");
  await page.keyboard.press("ArrowUp");
  assert.equal(await text(10, 0), "ОТ 5");
  await page.keyboard.press("Delete");
  assert.equal(await text(10, 0), "");
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "");
  assert.equal(stored(10, 0, "attendance"), "");
});

test("a value the scale does not know is refused with words", async () => {
  await page.keyboard.press("7");
  assert.equal(await text(10, 0), "");
  await page.waitForFunction(() => document.querySelector("[aria-live]").textContent.includes("Допустимо: 2–5"));
  assert.equal(await focused(), "c-10-0");
});

test("a locked cell says why", async () => {
  await page.locator("#c-1-27").click();
  await page.keyboard.press("5");
  assert.equal(await text(1, 27), "");
  await page.waitForFunction(() => document.querySelector("[aria-live]").textContent.includes("6А"));
});

test("F2 edits in place, Esc gives back", async () => {
  await page.keyboard.press("F2");
  await page.keyboard.type("н 4");
  await page.keyboard.press("Enter");
  assert.equal(await text(10, 0), "ОТ 4");
  assert.equal(await focused(), "c-10-1");
  await page.keyboard.press("F2");
  await page.keyboard.type("5");
  await page.keyboard.press("Escape");
  assert.equal(await text(10, 1), "");
  assert.equal(await focused(), "c-10-1");
});

async function paste(value) {
  await page.evaluate((value) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", value);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, value);
}

test("a clean column from a spreadsheet needs no question and is one step of undo", async () => {
  await paste("5\r\n4\r\nн\r\n3\r\n");
  assert.equal(await text(10, 2), "ОТ");
  await page.keyboard.press("Control+z");
  assert.deepEqual(await Promise.all([0, 1, 2, 3].map((it) => text(10, it))), ["", "", "", ""]);
});

test("a paste that overwrites or cannot be asks first", async () => {
  await page.keyboard.type("5");
  await page.keyboard.press("ArrowUp");
  await paste("4\n7\n3");
  const dialog = page.locator("dialog[open]");
  await dialog.waitFor();
  const words = await dialog.textContent();
  assert.match(words, /записано: 1, заменено: 1, пропущено: 1/);
  assert.match(words, /Строка 2: «7» не подходит/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#c-10-2").textContent === "3");
  assert.equal(await text(10, 0), "4");
  assert.equal(await text(10, 1), "");
});

test("without network nothing is lost over a reload, and each change arrives once", async () => {
  server.state.down = true;
  await page.keyboard.type("545454545454");
  await status("Нет связи. 12 изменений ждут");
  await open();
  assert.equal(await text(10, 0), "5");
  assert.ok(await page.locator("[data-pending]").count());
  server.state.down = false;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await status("Всё сохранено");
  assert.equal(server.state.cells.size, 12);
  assert.ok([...server.state.cells.values()].every((it) => it.version === 1));
});

test("a session that ended asks to log in and keeps the changes", async () => {
  server.state.login = true;
  await page.keyboard.type("5");
  await page.locator("dialog[open]").waitFor();
  await page.fill("[name=login]", "petrova");
  await page.fill("[name=password]", "неверный");
  await page.keyboard.press("Enter");
  await page.getByText("Логин или пароль не подходит").waitFor();
  assert.equal(stored(10, 0), undefined);
  await page.fill("[name=password]", "верный");
  await page.keyboard.press("Enter");
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "5");
});

test("a conflict shows both values and waits for a choice", async () => {
  server.meddle(10, 0, "4", false);
  await page.keyboard.type("5");
  await status("Конфликт: 1");
  assert.equal(stored(10, 0), "4");
  assert.equal(await focused(), "c-10-1");
  const box = page.locator(".popover");
  assert.match(await box.textContent(), /Сейчас «4» \(Соколова М. П., 10:41\). Вы ввели «5»./);
  await box.getByText("Поставить 5").click();
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "5");
  assert.equal(await text(10, 0), "5");
});

test("leaving the other's value changes nothing", async () => {
  server.meddle(10, 0, "4", false);
  await page.keyboard.type("5");
  await page.locator(".popover").getByText("Оставить 4").click();
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "4");
  await open();
  assert.equal(await page.locator("[data-pending]").count(), 0);
});

test("what another writes appears", async () => {
  await page.waitForFunction(() => true);
  while (server.state.streams.size === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.meddle(10, 3, "3", true);
  await page.waitForFunction(() => document.querySelector("#c-10-3").textContent === "3");
  assert.equal(await page.getAttribute("#c-10-3", "data-v"), "1");
});

test("history opens beside the grid and closes by Esc", async () => {
  await page.keyboard.press("Shift+F2");
  await page.locator(".sidepanel").getByText("4 → 5").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".sidepanel").count(), 0);
  assert.equal(await focused(), "c-10-0");
});

test("a key is seen within 50 ms", async () => {
  const times = await page.evaluate(async () => {
    const all = [];
    for (let at = 0; at < 20; at += 1) {
      const start = performance.now();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { code: "Digit4", key: "4", bubbles: true, cancelable: true }));
      document.body.getBoundingClientRect();
      all.push(performance.now() - start);
    }
    return all.sort((a, b) => a - b);
  });
  assert.ok(times[10] <= 50, `median ${times[10]} ms`);
});

test("axe finds nothing in light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const own = await browser.newContext({ colorScheme, bypassCSP: true });
    const sheet = await own.newPage();
    await sheet.goto(server.url);
    await sheet.waitForSelector("[data-ready]");
    await sheet.evaluate(axe);
    const { violations } = await sheet.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map((it) => `${it.id}: ${it.nodes[0].target}`), []);
    await own.close();
  }
});

/** What stands in a lesson, from the first pupil on. */
const column = (lesson, count) => Promise.all(Array.from({ length: count }, (_, at) => text(lesson, at)));

test("check 7: «4/5» is one work with two marks, «5 5» are two works", async () => {
  await page.keyboard.type("4");
  await press("Slash", ".");
  assert.equal(await focused(), "c-10-0");
  await page.keyboard.type("5");
  assert.equal(await focused(), "c-10-1");
  assert.equal(await text(10, 0), "4/5");
  await page.keyboard.type("5");
  await page.keyboard.press("Space");
  await page.keyboard.type("3");
  assert.equal(await focused(), "c-10-2");
  assert.equal(await text(10, 1), "5");
  await page.keyboard.type("4+2");
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "4/5");
  const beside = [...server.state.cells].filter(([key]) => /^10:\d+:mark:/.test(key)).map(([key, it]) => `${key}=${it.value}`);
  assert.deepEqual(beside, ["10:1:mark:1001=3", "10:2:mark:1001=2"], "both in one work of their own");
  assert.equal(await page.locator("th[data-lesson='10']").count(), 2);
  assert.equal(await page.locator("tbody tr").first().locator("td").count(), 14);
  await page.keyboard.press("Control+z");
  await status("Всё сохранено");
  await page.waitForFunction(() => document.querySelector(".journal-status").dataset.state === "saved");
});

test("a selection is cleared, filled and copied, each in one step", async () => {
  await page.keyboard.type("5");
  await page.keyboard.press("ArrowUp");
  for (let at = 0; at < 3; at += 1) {
    await page.keyboard.press("Shift+ArrowDown");
  }
  assert.equal(await page.locator("[aria-selected=true]").count(), 4);
  await page.keyboard.press("Control+d");
  assert.deepEqual(await column(10, 5), ["5", "5", "5", "5", ""]);
  await page.keyboard.press("Control+z");
  assert.deepEqual(await column(10, 5), ["5", "", "", "", ""]);
  await page.keyboard.press("Control+y");
  const copied = await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
    return clipboardData.getData("text/plain");
  });
  assert.equal(copied, "5\n5\n5\n5");
  await page.locator("#c-10-0").click();
  await page.locator("#c-10-3").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Delete");
  assert.deepEqual(await column(10, 4), ["", "", "", ""]);
  await page.keyboard.press("Control+z");
  assert.deepEqual(await column(10, 4), ["5", "5", "5", "5"]);
  await page.locator("#c-10-4").click();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("2");
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(await column(10, 7), ["5", "5", "5", "5", "2", "2", ""]);
});

test("a whole column is copied with its head", async () => {
  await page.keyboard.press("Control+Space");
  assert.equal(await page.locator("[aria-selected=true]").count(), 28);
  const lines = await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
    return clipboardData.getData("text/plain").split("\n");
  });
  assert.equal(lines.length, 29);
  assert.equal(lines[0], "23.11");
});

test("a column of names finds its rows, with ё as е and initials", async () => {
  await paste("Елкин С.\t5\nАбрамов Артем\t4\nБелова М. И.\t3\nНикого Нет\t2\nВолков Д.\tн\n");
  const dialog = page.locator("dialog[open]");
  await dialog.waitFor();
  assert.match(await dialog.textContent(), /записано: 4, заменено: 0, пропущено: 1.*Никого Нет/s);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#c-10-5").textContent === "5");
  assert.deepEqual(await column(10, 4), ["4", "3", "ОТ", ""]);
});

test("check 12: 100 edits and 100 undos end where they began", async () => {
  const before = await page.evaluate(() => [...document.querySelectorAll("td[data-l]")].map((it) => it.textContent));
  for (let at = 0; at < 100; at += 1) {
    const [row, lesson] = [at % 25, 9 + Math.floor(at / 25)];
    await page.evaluate(([lesson, row]) => document.querySelector(`#c-${lesson}-${row}`).focus(), [lesson, row]);
    await page.keyboard.press(String(2 + (at % 4)));
  }
  await status("Всё сохранено");
  const saved = () => page.waitForFunction(() => document.querySelector(".journal-status").dataset.state === "saved");
  await saved();
  for (let at = 0; at < 100; at += 1) {
    await page.keyboard.press("Control+z");
  }
  await saved();
  const after = await page.evaluate(() => [...document.querySelectorAll("td[data-l]")].map((it) => it.textContent));
  assert.deepEqual(after, before);
});

test("check 50: single letters may be switched off; in a cell they open its field", async () => {
  await page.evaluate(() => localStorage.setItem("zvonok.keys", "off"));
  for (const [code, key] of [["KeyT", "е"], ["BracketLeft", "х"], ["KeyY", "н"]]) {
    await press(code, key);
    assert.equal(await page.locator(".sidepanel").count(), 0);
    assert.equal(await text(10, 0), "", code);
    await page.keyboard.press("Escape");
  }
  await page.keyboard.press("?");
  await press("KeyY", "н");
  await page.keyboard.press("Enter");
  assert.equal(await text(10, 0), "ОТ");
});

test("marks of ten points wait for their second digit", async () => {
  await page.goto(`${server.url}?scale=10`);
  await page.waitForSelector("[data-ready]");
  await page.keyboard.type("10");
  assert.equal(await text(10, 0), "10");
  assert.equal(await focused(), "c-10-1");
  await page.keyboard.type("7");
  assert.equal(await focused(), "c-10-2");
  await page.keyboard.type("1");
  assert.equal(await focused(), "c-10-2", "it may become 10");
  await page.waitForFunction(() => document.activeElement.id === "c-10-3");
  assert.equal(await text(10, 2), "1");
});

test("зачёт and незачёт have keys of their own", async () => {
  await page.goto(`${server.url}?scale=pass`);
  await page.waitForSelector("[data-ready]");
  await press("KeyP", "з");
  await press("Minus", "-");
  assert.deepEqual(await column(10, 2), ["зач", "незач"]);
});

test("the head of a column has a menu, and an empty column is filled from it", async () => {
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Alt+ArrowDown");
  const menu = page.locator("[role=menu]");
  await menu.waitFor();
  await menu.getByText("Заполнить пустые").click();
  await page.fill("dialog[open] input", "5");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#c-10-27").textContent === "5");
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelector("#c-10-27").textContent === "");
});

test("nobody logs out over unsent changes without knowing it, and may take them along", async () => {
  server.state.down = true;
  await page.keyboard.type("54");
  await status("Нет связи");
  await page.getByText("Выйти").click();
  const dialog = page.locator("dialog[open]");
  await dialog.waitFor();
  assert.match(await dialog.textContent(), /Не отправлено изменений: 2/);
  page.on("dialog", (it) => void it.accept());
  const download = page.waitForEvent("download");
  await dialog.getByText("Скачать и выйти").click();
  const file = readFileSync(await (await download).path(), "utf8");
  assert.match(file, /Абрамов Артём;23.11;отметка;5\r\nБелова Мария;23.11;отметка;4/);
  await page.waitForFunction(() => document.title === "Вход");
});

test("another account neither sees nor sends what is left on the computer", async () => {
  server.state.down = true;
  await page.keyboard.type("5");
  await status("Нет связи");
  server.state.account = 18;
  page.on("dialog", (it) => void it.accept());
  await open();
  assert.equal(await text(10, 0), "");
  server.state.down = false;
  await page.keyboard.type("4");
  await status("Всё сохранено");
  assert.equal(stored(10, 0), "4");
  assert.equal(server.state.cells.size, 1);
});

test("the average says what it is made of", async () => {
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("[data-avg='0']").title.includes("отмет"));
  assert.match(await page.getAttribute("[data-avg='0']", "title"), /^\d+ отмет\S+, сумма весов \d+, до «5» не хватает 0,\d\d \(например, «5» с весом \d+\)$/);
});

test("on a board all marks but those of one row are hidden; dense rows are remembered", async () => {
  await page.getByText("Для проектора").click();
  await page.locator("#c-10-2").click();
  const colour = (row) => page.evaluate((row) => getComputedStyle(document.querySelector(`#c-4-${row}`)).color, row);
  assert.equal(await colour(1), "rgba(0, 0, 0, 0)");
  assert.notEqual(await colour(2), "rgba(0, 0, 0, 0)");
  const chosen = page.waitForRequest((it) => it.url().endsWith("/journal/view"));
  await page.getByText("Плотно").click();
  assert.equal((await chosen).postData(), "known=compact&show=compact");
  assert.ok(await page.locator(".journal-compact").count());
});
