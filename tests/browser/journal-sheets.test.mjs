// The journal as a sheet: its weight at 28 × 40, paper, files, weeks, views, copies (JRN-1, JRN-3, JRN-8; check 6).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { gzipSync } from "node:zlib";
import { axe, look, open, PHONE, picture, school, shift, sticksOut, test, useServer } from "./harness.mjs";
import { pdfPages } from "./pdf.mjs";

useServer();

const SAVED = '.journal-status[data-state="saved"]';

/** Opens the journal of the teacher's lesson of today with 7А; answers its path. */
async function openGrid(page) {
  await page.goto("/");
  await page.locator("#my-lessons ~ ol a.lesson-subject", { hasText: "7А" }).first().click();
  await page.waitForSelector("[data-ready]");
  return new URL(page.url()).pathname;
}

const menuOf = async (page, head, item) => {
  await head.click();
  await page.locator(".column-menu button", { hasText: item }).click();
};

/** The journal of 28 pupils or more that comes nearest to 40 lessons, from above. */
async function nearest(page) {
  await page.goto(`${await school(page)}/journal`);
  await page.waitForSelector("main .links a");
  const links = await page.locator("main .links a", { hasText: /^(Русский язык|Математика|Алгебра)$/ }).evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  let best = { cells: Infinity, path: "" };
  for (const href of links.slice(0, 16)) {
    const html = await (await page.request.get(href)).text();
    const first = /href="([^"]*period=\d+)"/.exec(html)?.[1].replaceAll("&amp;", "&");
    for (const path of [first, `${href}?period=year`]) {
      const cells = ((await (await page.request.get(path)).text()).match(/ data-l=/g) ?? []).length;
      if ((html.match(/data-avg=/g) ?? []).length >= 28 && cells >= 28 * 40 && cells < best.cells) {
        best = { cells, path };
      }
    }
  }
  return best.path;
}

describe("sheets of the journal", () => {
  test("JRN-1, check 6: 28 pupils × 40 lessons are ≤ 25 kB gzip and ≤ 2,500 nodes", async (t) => {
    const page = await open("zavuch");
    const path = await nearest(page);
    assert.ok(path, "a journal of 28 pupils and 40 lessons");
    await page.goto(path);
    await page.waitForSelector("[data-ready]");
    const size = await page.evaluate(() => {
      const rows = document.querySelectorAll("tbody tr").length;
      const cells = document.querySelectorAll("td[data-l]").length;
      return { rows, cells, nodes: document.querySelectorAll("*").length };
    });
    const html = await (await page.request.get(page.url())).body();
    const weight = gzipSync(html).length;
    // What is no cell stays; the cells that are more than 28 × 40 are taken off.
    const bare = gzipSync(html.toString().replace(/<td role="gridcell" tabindex="-1" id="c-[^>]*>[^<]*<\/td>/g, "")).length;
    const nodes = size.nodes - size.cells + 28 * 40;
    const bytes = Math.round(bare + ((weight - bare) * 28 * 40) / size.cells);
    t.diagnostic(`${size.rows} pupils, ${size.cells} cells: ${weight} B gzip, ${size.nodes} nodes; at 28 × 40: ${bytes} B, ${nodes} nodes`);
    assert.ok(size.cells >= 28 * 40, `${size.cells} cells`);
    assert.ok(bytes <= 25_000, `${bytes} B gzip`);
    assert.ok(nodes <= 2500, `${nodes} nodes`);
  });

  test("JRN-8: the journal on A4 landscape: pages of marks and of topics, heads and foot on each, black on white from a dark theme", async () => {
    const page = await open("teacher");
    await look(page, "dark");
    const path = await openGrid(page);
    await page.goto(`${path}/print?period=year`);
    assert.deepEqual(await axe(page), []);
    const lessons = await page.locator(".paper-topics tbody tr").count();
    const pupils = await page.locator(".paper-table").first().locator("tbody tr").count();
    assert.ok(lessons > 24 && pupils > 20, `${lessons} lessons, ${pupils} pupils`);
    const pages = pdfPages(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    assert.ok(pages.length >= 2 * Math.ceil(lessons / 24), `${pages.length} pages`);
    pages.forEach(({ text, landscape }, at) => {
      assert.ok(landscape, `page ${at + 1} is upright`);
      assert.match(text, new RegExp(`стр\\. ${at + 1} из ${pages.length}`));
      assert.match(text, /Звонок · сформировано 18\.11\.2026 \d\d:\d\d · исполнитель [А-Я]/);
      assert.match(text, /7А · /, `the head of page ${at + 1}`);
      assert.match(text, /Отметки и посещаемость|Темы уроков и домашние задания/);
    });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const colours = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector(".paper-table td")).color]);
    assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    await look(page, "light");
  });

  test("JRN-3, S3:10.4: the summary sheet on screen, on a phone, on paper and as files", async () => {
    const page = await open("klassruk");
    await page.goto("/");
    await page.getByRole("link", { name: "Журнал", exact: true }).first().click();
    await page.locator("section", { hasText: "мой класс" }).getByRole("link", { name: "Сводная ведомость" }).click();
    await page.waitForSelector(".summary-table");
    const pupils = await page.locator("tbody.summary-pupil").count();
    assert.ok(pupils > 15);
    assert.match(await page.locator(".summary-shares").first().textContent(), /% успеваемости.*СОУ, %.*средний балл/s);
    assert.deepEqual(await axe(page), []);
    assert.ok((await shift(page)).sum <= 0.02);
    await picture(page, "summary");
    await page.getByLabel("Показать средний балл").uncheck();
    await page.getByLabel("2 четверть").check();
    await page.getByRole("button", { name: "Показать", exact: true }).click();
    await page.waitForURL(/slot=quarter-2/);
    assert.equal(await page.locator("td.summary-average").count(), 0);
    const file = page.waitForEvent("download");
    await page.getByRole("link", { name: "XLSX" }).click();
    assert.ok(readFileSync(await (await file).path()).length > 4000);
    await page.getByRole("link", { name: "Печать" }).click();
    const pages = pdfPages(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    assert.ok(pages.length >= 2 && pages.length <= 5, `${pages.length} pages`);
    pages.forEach(({ text, landscape }, at) => {
      assert.ok(landscape);
      assert.match(text, new RegExp(`стр\\. ${at + 1} из ${pages.length}.*исполнитель [А-Я]`));
    });
    assert.ok(pages.filter((it) => it.text.includes("Русский язык")).length >= pages.length - 1, "subjects stand over every page");
    const phone = await open("klassruk", { viewport: PHONE });
    await phone.goto(new URL(page.url()).pathname);
    assert.deepEqual(await sticksOut(phone), []);
  });

  test("JRN-1: month, week and year; median and missed lessons are remembered on the account", async () => {
    const page = await open("teacher");
    const path = await openGrid(page);
    const all = await page.locator("thead tr:first-child .date").count();
    await page.getByRole("link", { name: "Неделя" }).click();
    await page.waitForURL(/span=week/);
    const week = await page.locator("thead tr:first-child .date").count();
    assert.ok(week > 0 && week < all, `${week} of ${all} lessons`);
    await page.getByRole("link", { name: "Раньше" }).click();
    assert.match(await page.locator(".journal-window strong").textContent(), /^9\sноября – 15\sноября$/);
    await page.getByRole("link", { name: "Год", exact: true }).click();
    await page.waitForURL(/period=year/);
    assert.ok((await page.locator("thead tr:first-child .date").count()) > all);
    // Older lessons come by a link, and the way back leads to the newest.
    const first = await page.locator("thead .date").first().textContent();
    if (await page.getByRole("link", { name: "Уроки раньше" }).isVisible()) {
      await page.getByRole("link", { name: "Уроки раньше" }).click();
      assert.notEqual(await page.locator("thead .date").first().textContent(), first);
      await page.getByRole("link", { name: "Последние уроки" }).click();
    }
    await page.goto(path);
    await page.waitForSelector("[data-ready]");
    await page.locator("summary", { hasText: "Вид" }).last().click();
    await page.getByLabel("Столбец «Медиана»").check();
    await page.getByLabel("Столбец «Пропуски»").check();
    await page.locator(".journal-view form button").click();
    await page.waitForSelector("td[data-median]");
    await page.waitForSelector("[data-ready]");
    await page.locator("summary", { hasText: "Вид" }).last().click();
    const kept = page.waitForResponse(/journal\/view$/);
    await page.locator("button[data-compact]").click();
    await kept;
    const elsewhere = await open("teacher");
    await elsewhere.goto(path);
    await elsewhere.waitForSelector(".journal-compact td[data-median] ~ td[data-missed]");
    await elsewhere.waitForSelector("[data-ready]");
    assert.deepEqual(await axe(elsewhere), []);
    // They follow what is typed.
    const row = elsewhere.locator("tbody tr", { has: elsewhere.locator("td.today[data-l]") }).first();
    const missed = Number(await row.locator("[data-missed]").textContent());
    const cell = row.locator("td.today[data-l]").first();
    await cell.focus();
    await elsewhere.evaluate(() => {
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { code: "Delete", key: "Delete", bubbles: true, cancelable: true }));
    });
    const before = Number(await row.locator("[data-missed]").textContent());
    await cell.focus();
    await elsewhere.evaluate(() => {
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { code: "KeyY", key: "н", bubbles: true, cancelable: true }));
    });
    await elsewhere.waitForFunction(([id, want]) => Number(document.getElementById(id).closest("tr").querySelector("[data-missed]").textContent) === want, [await cell.getAttribute("id"), before + 1]);
    assert.ok(missed >= before);
    await elsewhere.keyboard.press("Control+z");
    await elsewhere.waitForSelector(SAVED);
    // As it was, for the tests after this one.
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await page.locator("summary", { hasText: "Вид" }).last().click();
    const back = page.waitForResponse(/journal\/view$/);
    await page.locator("button[data-compact]").click();
    await back;
    await page.getByLabel("Столбец «Медиана»").uncheck();
    await page.getByLabel("Столбец «Пропуски»").uncheck();
    await page.locator(".journal-view form button").click();
    await page.waitForSelector("[data-ready]");
    assert.equal(await page.locator("td[data-median]").count(), 0);
  });

  test("JRN-1, §4.9: a file filled at home comes back through the preview, one step of undo", async () => {
    const page = await open("teacher");
    await openGrid(page);
    const id = await page.evaluate(() => [...document.querySelectorAll("td[data-w]")].find((it) => /^[2-5]$/.test(it.textContent.trim()) && !it.ariaReadOnly).id);
    const value = (await page.textContent(`#${id}`)).trim();
    const menu = () => page.locator("summary", { hasText: "Печать и файл" }).click();
    await menu();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Скачать для заполнения (XLSX)" }).click();
    const file = await (await download).path();
    await page.keyboard.press("Escape");
    await page.focus(`#${id}`);
    await page.keyboard.press("Delete");
    await page.waitForSelector(SAVED);
    const choose = async () => {
      const chooser = page.waitForEvent("filechooser");
      await menu();
      await page.getByRole("button", { name: "Загрузить заполненный файл" }).click();
      await (await chooser).setFiles({ name: "журнал.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: readFileSync(file) });
    };
    await choose();
    const dialog = page.locator("dialog.dialog[open]");
    await dialog.waitFor();
    const said = await dialog.textContent();
    if (/пропущено/.test(said)) {
      assert.match(said, /Будет записано: 1, заменено: 0/);
      await dialog.getByRole("button", { name: "Записать 1" }).click();
    }
    await page.waitForFunction(([id, value]) => document.getElementById(id).textContent.trim() === value, [id, value]);
    await page.waitForSelector(SAVED);
    await choose();
    await page.locator("dialog.dialog[open]", { hasText: "уже стоит в журнале" }).waitFor();
    await page.locator("dialog.dialog[open] button").first().click();
    await page.focus(`#${id}`);
    await page.keyboard.press("Control+z");
    await page.waitForFunction((id) => document.getElementById(id).textContent.trim() === "", id);
    await page.keyboard.press("Control+y");
    await page.waitForFunction(([id, value]) => document.getElementById(id).textContent.trim() === value, [id, value]);
    await page.waitForSelector(SAVED);
  });

  test("JRN-1: from the head of a column: one comment for all, files of the lesson, a copy for the parallel class", async () => {
    const page = await open("teacher");
    await openGrid(page);
    const head = page.locator("thead th[data-work]").nth(1);
    await menuOf(page, head, "Комментарий ко всем");
    const text = page.locator(".sidepanel textarea[name=comment]");
    await text.waitFor();
    assert.ok(await text.evaluate((it) => it === document.activeElement), "one types at once");
    await text.fill("Разберём на следующем уроке");
    await page.getByRole("button", { name: "Записать всем" }).click();
    const work = await head.getAttribute("data-work");
    await page.waitForFunction((work) => document.querySelectorAll(`td[data-w="${work}"][data-c]`).length > 3, work);
    await page.locator(".sidepanel > button").click();

    await menuOf(page, head, "Тема и домашнее задание");
    const input = page.locator(".sidepanel input[type=file]");
    await input.setInputFiles({ name: "план.txt", mimeType: "text/plain", buffer: Buffer.from("Рабочий лист к уроку") });
    await page.locator(".sidepanel form[enctype] button").click();
    await page.locator(".sidepanel .files a", { hasText: "план.txt" }).waitFor();
    assert.ok(await page.locator(".sidepanel [name=topic]").isVisible(), "the topic stays beside the files");
    await page.locator(".sidepanel > button").click();

    await menuOf(page, page.locator("thead th.today").last(), "Скопировать урок");
    const panel = page.locator(".sidepanel");
    await panel.getByText(/В параллельные классы|Параллельных классов/).waitFor();
    if (await panel.locator("[name=to]").count()) {
      await panel.getByRole("button", { name: "Скопировать" }).click();
      await panel.locator("p").first().waitFor();
    }
    assert.deepEqual(await axe(page), []);
  });
});
