// «Вакансии мест» and «Статистика посещений» of a school, and the latter of a municipality (RPT-1, HUB-4).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

/** The school of the demonstration. */
const own = "select org_id from org.organisation where code = 'krymsk-g7'";
const number = (query) => Number(psql(world.server.database, query)[0]);

describe("free places and visits", () => {
  test("RPT-1: the deputy head reads how many places are free and how many people visit", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/reports`);
    await page.getByRole("link", { name: "Вакансии мест" }).click();
    await page.getByRole("rowheader", { name: "Итого", exact: true }).waitFor();
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.getByRole("button", { name: "Показать" }).count(), 1);
    await picture(page, "report-vacancies");
    await page.goto(`${home}/reports`);
    await page.getByRole("link", { name: "Статистика посещений" }).click();
    const staff = page.locator("table.report-table tbody tr").first();
    const working = number(`select count(*) from people.staff where org_id = (${own}) and dismissed_on is null`);
    assert.ok((await staff.textContent()).includes(String(working)), "everybody of the staff is counted");
    assert.equal(await page.getByRole("button", { name: "Показать" }).count(), 0, "there is nothing to choose");
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-visits");
  });

  test("RPT-1 at 360 px, dark: both scroll in their own region; a teacher has neither", async () => {
    const page = await open("director", { viewport: PHONE, colorScheme: "dark" });
    const home = await school(page);
    for (const report of ["vacancies", "visits"]) {
      await page.goto(`${home}/reports/${report}`);
      await page.locator("table.report-table").waitFor();
      assert.deepEqual(await sticksOut(page), []);
      assert.deepEqual(await axe(page), []);
      await picture(page, `report-${report}-phone`);
    }
    const teacher = await open("teacher");
    const refused = await teacher.goto(`${home}/reports/visits`);
    assert.equal(refused.status(), 404);
  });

  test("HUB-4: the municipality sees which schools use their accounts, also on a phone and without a script", async () => {
    const page = await open("operator");
    await page.goto("/");
    await page.locator("[data-nav=visits]").click();
    await page.getByRole("heading", { level: 1, name: "Статистика посещений" }).waitFor();
    const parents = number(`
      select count(distinct (org_id, account_id)) from identity.role_grant g join identity.membership m using (org_id, account_id)
       where g.role in ('parent', 'committee') and g.ended_at is null and m.ended_at is null and org_id in (${own})`);
    const told = await page.locator(".tile", { hasText: "Родители" }).textContent();
    assert.ok(told.replace(/\s/g, "").endsWith(`из${parents}`), `${told} of ${parents}`);
    assert.deepEqual(await axe(page), []);
    await picture(page, "hub-visits");
    const phone = await open("operator", { viewport: PHONE, colorScheme: "dark", js: false });
    await phone.goto(page.url());
    assert.deepEqual(await sticksOut(phone), []);
    await picture(phone, "hub-visits-phone");
  });
});
