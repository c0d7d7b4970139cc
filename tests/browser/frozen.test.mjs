// Reports made as a duty: from the board to the report, frozen, the duty done (RPT-4, RPT-7).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

const number = (query) => Number(psql(world.server.database, query)[0]);
const DUTY = "duty = 'reporting.class-teacher' and closed_at is null";

async function textOf(download) {
  const file = await (await download).path();
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
}

describe("frozen reports", () => {
  test("RPT-7: the class teacher opens the duty on the board, freezes the report, and the duty is done", async () => {
    const page = await open("klassruk");
    const home = await school(page);
    const person = number("select person_id from identity.membership where login = 'klassruk'");
    await page.goto(`${home}/deadlines`);
    for (const more of await page.locator("details.due-more > summary").all()) {
      await more.click();
    }
    const owed = `select count(*) from deadlines.debt where ${DUTY} and owner_person = ${person}`;
    assert.equal(number(owed), 1, "owed");
    await page.locator("main a[href*='/reports/class-teacher?']").first().click();
    await page.getByRole("heading", { name: "Отчёт классного руководителя за период" }).waitFor();
    assert.match(page.url(), /class=\d+&period=quarter-1/);
    await page.getByRole("button", { name: "Зафиксировать" }).click();
    const anyway = page.getByRole("button", { name: "Зафиксировать с пробелами" });
    if (await anyway.count()) {
      assert.deepEqual(await axe(page), []);
      await picture(page, "report-sure");
      await anyway.click();
    }
    await page.waitForURL(/reports\/copies\/\d+$/);
    await page.locator(".toast", { hasText: "Отчёт зафиксирован" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-copy");
    const run = Number(page.url().split("/").pop());

    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "PDF" }).click();
    assert.match(await textOf(download), new RegExp(`№ запроса ${run}`), "the number stands in the foot");

    // A page looks again when the last look is some seconds old.
    for (const end = Date.now() + 60_000; number(owed) > 0 && Date.now() < end; ) {
      await page.goto(`${home}/deadlines`);
    }
    assert.equal(number(owed), 0, "done");

    // Once more on the same day is the same copy.
    await page.goto(`${home}/reports/class-teacher?period=quarter-1`);
    await page.getByRole("button", { name: "Зафиксировать" }).click();
    if (await anyway.count()) {
      await anyway.click();
    }
    await page.locator(".toast", { hasText: "уже зафиксирован" }).waitFor();
    assert.equal(Number(page.url().split("/").pop()), run);
  });

  test("RPT-7: nothing changes a copy, and what changed since is marked", async () => {
    const copy = psql(world.server.database, "select run_id from reporting.report_run where kind = 'class-results' and state = 'final' order by run_id limit 1")[0];
    assert.throws(() => psql(world.server.database, `update reporting.frozen set gaps = 9 where run_id = ${copy}`), /append-only/);
    assert.throws(() => psql(world.server.database, `delete from reporting.report_run where run_id = ${copy}`), /append-only/);
    psql(
      world.server.database,
      `update journal.final_mark set value = '3' where value = '5' and kind = 'quarter' and number = 1 and pupil_id in
         (select m.pupil_id from movement.class_member m join reporting.report_run r using (org_id, class_id) where r.run_id = ${copy})`,
    );
    const page = await open("zavuch");
    await page.goto(`${await school(page)}/reports/copies/${copy}`);
    await page.getByText("Данные с тех пор изменились").waitFor();
    assert.ok((await page.locator(".cell-now").count()) > 0);
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-copy-changed");
  });

  test("RPT-7: the deputy head sees the list and the log; a parent and a stranger to the class are refused", async () => {
    const page = await open("zavuch", { viewport: PHONE, colorScheme: "dark" });
    const home = await school(page);
    await page.goto(`${home}/reports/copies`);
    assert.ok((await page.locator("main tbody tr").count()) > 5);
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await picture(page, "report-copies-phone");
    await page.goto(`${home}/reports/log`);
    assert.equal(await page.locator("h1").textContent(), "Журнал запросов");
    assert.deepEqual(await axe(page), []);

    const copy = psql(world.server.database, "select run_id from reporting.report_run where kind = 'school' and state = 'final' limit 1")[0];
    for (const role of ["parent", "klassruk"]) {
      const other = await open(role);
      const answer = await other.goto(`${home}/reports/copies/${copy}`);
      assert.ok([403, 404].includes(answer.status()), `${role}: ${answer.status()}`);
      const file = await other.request.get(`${home}/reports/copies/${copy}/file`);
      assert.ok([403, 404].includes(file.status()), `${role}: ${file.status()}`);
    }
    const parent = await open("parent");
    assert.ok([403, 404].includes((await parent.goto(`${home}/reports/copies`)).status()));
  });

  test("the class teacher makes the journal of the class for the archive; its hash is checked", async () => {
    const page = await open("klassruk");
    const home = await school(page);
    await page.goto(`${home}/reports/archive`);
    assert.deepEqual(await axe(page), []);
    await page.selectOption("#period", "quarter-1");
    await page.getByRole("button", { name: "Сделать журнал" }).click();
    const result = page.getByRole("link", { name: "Скачать PDF" });
    for (const end = Date.now() + 120_000; !(await result.count()) && Date.now() < end; ) {
      await page.goto(`${home}/reports/archive`);
      const made = page.locator("main tbody tr th a, main tbody tr td a").first();
      if (await made.count()) {
        await made.click();
      }
    }
    await page.getByText("сверен с контрольной суммой").waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "archive-paper");
    const download = page.waitForEvent("download");
    await result.click();
    const text = await textOf(download);
    for (const it of ["Классный журнал", "Сводная ведомость учёта успеваемости", "Пропущено уроков", "Домашнее задание", "исполнитель"]) {
      assert.ok(text.includes(it), it);
    }
  });
});
