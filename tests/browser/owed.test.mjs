// All reports that somebody owes, at once; report cards of the whole school; letters to parents and reports of the own child (RPT-2, RPT-6, RPT-7).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

const number = (query) => Number(psql(world.server.database, query)[0]);
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

async function textOf(download) {
  const file = await (await download).path();
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
}

/** The paper that a job has put into the archive; a long one shows its progress meanwhile. */
async function paper(page, home, kind) {
  const made = page.locator("main tbody tr", { hasText: kind }).locator("a").first();
  for (const end = Date.now() + 300_000; !/archive\/\d+$/.test(page.url()) && Date.now() < end; ) {
    await page.goto(`${home}/reports/archive`);
    if (await made.count()) {
      await made.click();
      await page.waitForURL(/archive\/\d+$/);
    }
  }
  await page.getByText("сверен с контрольной суммой").waitFor();
}

describe("reports that are owed", () => {
  test("RPT-7: the class teacher makes all reports with one press; the board says done", { timeout: 400_000 }, async () => {
    const page = await open("klassruk");
    const home = await school(page);
    const person = number("select person_id from identity.membership where login = 'klassruk'");
    const owed = `select count(*) from deadlines.debt where closed_at is null and owner_person = ${person}
                    and rule in ('R-10.4a1', 'R-10.4a2', 'R-10.4a3', 'R-10.4a4', 'R-10.4d1', 'R-10.4d2')`;
    await page.goto(`${home}/deadlines`);
    assert.ok(number(owed) > 0, "owed");
    await page.getByRole("link", { name: "Все отчёты периода" }).click();
    await page.getByRole("heading", { name: "Все отчёты периода" }).waitFor();
    await page.locator("#todo + ul a", { hasText: "Отчёт классного руководителя за период" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "owed");
    await page.getByRole("button", { name: /Сделать все отчёты: \d+/ }).click();
    const anyway = page.getByRole("button", { name: /Сделать все с пробелами: \d+/ });
    if (await anyway.count()) {
      assert.ok((await page.locator("details.owed-gaps li").count()) > 0, "what is missing is named");
      assert.deepEqual(await axe(page), []);
      await picture(page, "owed-gaps");
      await anyway.click();
    }
    await paper(page, home, "Отчёты периода");
    assert.deepEqual(await axe(page), []);
    await picture(page, "owed-paper");
    const numbers = (await page.locator("#copies + ul .muted").allInnerTexts()).map((it) => it.match(/№ \d+/)[0]);
    assert.ok(numbers.length > 0);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Скачать PDF" }).click();
    const text = await textOf(download);
    for (const it of [...numbers, "Отчёт классного руководителя", "исполнитель"]) {
      assert.ok(text.includes(it), it);
    }
    for (const end = Date.now() + 60_000; number(owed) > 0 && Date.now() < end; ) {
      await page.goto(`${home}/deadlines`);
    }
    assert.equal(number(owed), 0, "done");

    await page.goto(`${home}/reports/owed`);
    await page.getByText("Сейчас сдавать нечего").waitFor();
    assert.ok((await page.locator("#made + ul li").count()) >= numbers.length);
    const phone = await open("klassruk", { viewport: PHONE, colorScheme: "dark" });
    await phone.goto(`${home}/reports/owed`);
    assert.deepEqual(await axe(phone), []);
    assert.equal(await fits(phone), true);
    await picture(phone, "owed-phone-dark");
  });

  test("RPT-7: nobody sees what another class made; a parent has no such page", async () => {
    const id = psql(world.server.database, "select paper_id from reporting.paper where kind = 'owed' order by 1 limit 1")[0];
    for (const [role, seen] of [["klassruk", true], ["zavuch", true], ["teacher", false], ["parent", false]]) {
      const page = await open(role);
      const home = role === "parent" ? "/o/krymsk-g7" : await school(page);
      const answer = await page.goto(`${home}/reports/archive/${id}`);
      assert.equal(answer.status() === 200, seen, `${role}: ${answer.status()}`);
    }
    const parent = await open("parent");
    const answer = await parent.goto("/o/krymsk-g7/reports/owed");
    assert.ok([403, 404].includes(answer.status()), `${answer.status()}`);
  });

  test("RPT-7: filling of classes, figures of the own class, what is watched", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/reports/filling`);
    await page.getByRole("columnheader", { name: "В среднем" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-filling");
    await page.goto(`${home}/control`);
    await page.getByRole("heading", { name: "Наблюдение" }).waitFor();
    await page.getByText(/1 четверть: отчёты использовали в классах — \d+ из \d+/).waitFor();
    assert.deepEqual(await axe(page), []);
    await page.locator("#watched").scrollIntoViewIfNeeded();
    await picture(page, "control-watched");
    await page.goto(`${home}/reports/pupil-figures`);
    assert.ok((await page.locator("#class option").count()) > 10);
    const all = await page.locator("tbody tr").count();

    const own = await open("klassruk", { viewport: PHONE });
    await own.goto(`${home}/reports/pupil-figures`);
    assert.equal(await own.locator("tbody tr").count(), 1, `of ${all}`);
    assert.equal(await fits(own), true);
    assert.deepEqual(await axe(own), []);
    await picture(own, "report-figures-phone");
    const other = await page.locator("#class option").last().getAttribute("value");
    const refused = await own.goto(`${home}/reports/pupil-figures?class=${other}`);
    assert.equal(refused.status(), 404);
  });

  test("check 16: all report cards of the school are one job with progress and one PDF", { timeout: 400_000 }, async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/reports/archive`);
    await page.getByRole("button", { name: "Все табели школы" }).click();
    await page.waitForURL(/\/(jobs|archive)\/\d+$/);
    await picture(page, "all-cards-job");
    await paper(page, home, "Табели школы");
    assert.ok(Number(await page.locator("dl.facts dd").nth(2).innerText()) > 400, "pupils");
    assert.deepEqual(await axe(page), []);
    await picture(page, "all-cards-paper");
  });
});

describe("letters and reports for families", () => {
  test("RPT-6: the class teacher sees who gets a letter, sends it once; on 360 px, dark", async () => {
    const page = await open("klassruk", { viewport: PHONE, colorScheme: "dark" });
    const home = await school(page);
    await page.goto(`${home}/reports/parent-letter?period=quarter-1`);
    assert.equal(await fits(page), true);
    assert.deepEqual(await axe(page), []);
    await picture(page, "letter-phone-dark");
    await page.locator("a[href*='/parent-letter/send']").click();
    const send = page.getByRole("button", { name: /Отправить|Разослать/ });
    await send.waitFor();
    assert.equal(await fits(page), true);
    assert.deepEqual(await axe(page), []);
    await picture(page, "letters-phone-dark");
    await send.click();
    await page.locator(".toast").waitFor();
    assert.equal(await send.count(), 0, "once a day");
    const runs = "select count(*) from reporting.report_run where kind = 'parent-letter' and output = 'mail'";
    assert.equal(number(runs), 1, "the log of requests has it");
    const desktop = await open("klassruk");
    await desktop.goto(page.url());
    assert.deepEqual(await axe(desktop), []);
    await picture(desktop, "letters-sent");
  });

  test("S3:10.5: a parent reads every report of the child on 360 px, light and dark", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open("parent", { viewport: PHONE, colorScheme });
      await page.goto("/my/reports");
      assert.equal(await fits(page), true);
      assert.deepEqual(await axe(page), []);
      await picture(page, `my-reports-${colorScheme}`);
      const links = page.locator("main a[href*='/my/reports/']");
      const paths = await links.evaluateAll((all) => all.map((it) => it.getAttribute("href")));
      assert.ok(new Set(paths).size >= 7, paths.join(" "));
      for (const path of new Set(paths)) {
        await page.goto(path);
        assert.equal(await fits(page), true, path);
        assert.deepEqual(await axe(page), [], path);
        await picture(page, `my-${path.split("/").pop().split("?")[0]}-${colorScheme}`);
      }
    }
  });
});
