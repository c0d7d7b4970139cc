// Reports of attendance and people: a month of a class with its heat map, general data with what is missing (RPT-1).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, test, useServer } from "./harness.mjs";

useServer();

async function base(page) {
  await page.goto("/");
  return new URL(page.url()).pathname.replace(/\/$/, "");
}

const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

describe("reports of attendance and people", () => {
  test("RPT-1: the class teacher reads the month of the class, by days and by subjects", async () => {
    const page = await open("klassruk");
    await page.goto(`${await base(page)}/reports`);
    await picture(page, "reports-catalogue");
    await page.getByRole("link", { name: "Отчёт о посещаемости класса" }).click();
    await page.locator("svg.heat-map").waitFor();
    assert.ok((await page.locator("svg.heat-map rect").count()) > 100);
    await page.getByRole("columnheader", { name: "дней целиком" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-absences");
    await page.getByLabel("Вид").selectOption({ label: "по предметам" });
    await page.getByRole("button", { name: "Показать" }).click();
    await page.getByRole("columnheader", { name: "Алгебра" }).waitFor();
    assert.equal(await page.locator("svg.heat-map").count(), 0);
    assert.deepEqual(await axe(page), []);
  });

  test("RPT-1 at 360 px, dark: the heat map scrolls in its own region", async () => {
    const page = await open("klassruk", { viewport: PHONE, colorScheme: "dark" });
    const home = await base(page);
    for (const report of ["class-absences", "class-attendance", "class-pupils", "journal-access"]) {
      await page.goto(`${home}/reports/${report}`);
      await page.locator("table.report-table").waitFor();
      assert.equal(await fits(page), true, report);
      assert.deepEqual(await axe(page), []);
      await picture(page, `report-${report}-phone`);
    }
  });

  test("RPT-1: the secretary has figures and general data, and no marks", async () => {
    const page = await open("secretary");
    const home = await base(page);
    await page.goto(`${home}/reports`);
    await page.getByRole("link", { name: "Итоговые данные по учащимся" }).click();
    await page.getByRole("rowheader", { name: "Итого", exact: true }).waitFor();
    assert.deepEqual(await axe(page), []);
    const refused = await page.goto(`${home}/reports/classes`);
    assert.equal(refused.status(), 404);
  });
});
