// The journal as a sheet: its weight at 28 × 40, paper, files, weeks, views, copies (JRN-1, JRN-3, JRN-8; check 6).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { gzipSync } from "node:zlib";
import { axe, look, open, PHONE, picture, shift, sticksOut, test, useServer, world } from "./harness.mjs";
import { pdfPages } from "./pdf.mjs";
import { psql, TODAY } from "./server.mjs";

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

/**
 * A journal of exactly 28 pupils and 40 columns: the first quarter of a class is made of days with 40 works,
 * the class of 28 of its pupils. Everything that stands in the cells is the demonstration's own.
 */
function journalOf28by40() {
  const ask = (query) => psql(world.server.database, query)[0];
  const found = ask(`
    with classes as (
      select m.org_id, m.class_id, p.period_id, p.starts_on, date '${TODAY}' as ends_on
        from movement.class_member m join curriculum.class c using (org_id, class_id)
        join curriculum.period p on p.org_id = c.org_id and p.year_id = c.year_id and p.kind = 'quarter' and p.number = 1
         and c.grade between p.grade_from and p.grade_to
       where m.during && daterange(p.starts_on, '${TODAY}', '[]') and c.grade > 1
       group by 1, 2, 3, 4 having count(*) >= 28),
    days as (
      select c.org_id, c.class_id, c.period_id, l.subject_id, l.held_on,
             sum(greatest(1, (select count(*) from journal.work w where w.org_id = l.org_id and w.lesson_id = l.lesson_id and w.removed_at is null))) as works
        from classes c join schedule.lesson l on l.org_id = c.org_id and l.class_id = c.class_id and l.group_id is null
         and l.held_on between c.starts_on and c.ends_on
       group by 1, 2, 3, 4, 5),
    spans as (
      select org_id, class_id, period_id, subject_id, held_on as first_on, last_on,
             (select sum(d.works) from days d where d.class_id = days.class_id and d.subject_id = days.subject_id
               and d.held_on between days.held_on and last_on) as works
        from days join (select class_id, subject_id, held_on as last_on from days) d using (class_id, subject_id))
    select o.code || ' ' || s.org_id || ' ' || s.class_id || ' ' || s.subject_id || ' ' || s.period_id || ' ' || s.first_on || ' ' || s.last_on
      from spans s join org.organisation o using (org_id)
     where s.works = 40 and s.first_on < s.last_on order by s.first_on, s.class_id, s.subject_id limit 1`);
  assert.ok(found, "a class of 28 with 40 works in some days of the first quarter");
  const [code, org, cls, subject, period, first, last] = found.split(" ");
  psql(
    world.server.database,
    `update curriculum.period p
        set starts_on = case p.number when 1 then date '${first}' else greatest(p.starts_on, date '${last}' + 1) end,
            ends_on = case p.number when 1 then date '${last}' else p.ends_on end
       from curriculum.period q
      where q.org_id = ${org} and q.period_id = ${period} and p.org_id = q.org_id and p.year_id = q.year_id
        and p.kind = q.kind and p.number in (1, 2) and (p.grade_from, p.grade_to) = (q.grade_from, q.grade_to)`,
    `delete from movement.class_member m where m.org_id = ${org} and m.class_id = ${cls} and m.pupil_id not in (
       select pupil_id from movement.class_member where org_id = ${org} and class_id = ${cls}
          and during && daterange('${first}', '${last}', '[]') order by pupil_id limit 28)`,
  );
  return `/o/${code}/journal/${cls}/${subject}?period=${period}`;
}

describe("sheets of the journal", () => {
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
    const { sum, what } = await shift(page);
    assert.ok(sum <= 0.02, what.join("; "));
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

// It changes the quarters of the school, so it comes last.
describe("weight", () => {
  test("JRN-1, check 6: 28 pupils × 40 columns are ≤ 25 kB gzip and ≤ 2,500 nodes", async (t) => {
    const page = await open("zavuch");
    await page.goto(journalOf28by40());
    await page.waitForSelector("[data-ready]");
    const size = await page.evaluate(() => {
      const cells = [...document.querySelectorAll("td[data-l]")];
      const filled = cells.filter((it) => it.textContent.trim()).length;
      return { rows: document.querySelectorAll(".journal-table tbody tr").length, cells: cells.length, filled, nodes: document.querySelectorAll("*").length };
    });
    const bytes = gzipSync(await (await page.request.get(page.url())).body()).length;
    t.diagnostic(`${size.rows} pupils, ${size.cells} cells, ${size.filled} of them filled: ${bytes} B gzip, ${size.nodes} nodes`);
    assert.deepEqual([size.rows, size.cells], [28, 28 * 40]);
    assert.ok(size.filled >= size.cells / 5, `${size.filled} of the cells hold something`);
    assert.ok(bytes <= 25_000, `${bytes} B gzip`);
    assert.ok(size.nodes <= 2500, `${size.nodes} nodes`);
  });
});
