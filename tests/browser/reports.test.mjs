// Reports: the catalogue, figures with names behind them, all report cards of a class in one PDF (RPT-1, RPT-2; checks 16, 36).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { axe, open, PHONE, picture, test, useServer } from "./harness.mjs";

useServer();

/** The text of a PDF, page by page, and the titles of its bookmarks. */
async function paperOf(download) {
  const file = await (await download).path();
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  const outlines = readFileSync(file).toString("latin1").match(/\/Count (\d+)/g) ?? [];
  return { pages: text.split("\f").slice(0, -1), outlines };
}

async function base(page) {
  await page.goto("/");
  return new URL(page.url()).pathname.replace(/\/$/, "");
}

describe("reports", () => {
  test("RPT-1: the deputy head finds the summary of the school and goes down to a class", async () => {
    const page = await open("zavuch");
    await page.goto(`${await base(page)}/control`);
    await page.getByRole("link", { name: "Отчёты", exact: true }).first().click();
    assert.deepEqual(await axe(page), []);
    await picture(page, "reports");
    await page.getByRole("link", { name: "Сводный отчёт об успеваемости по школе" }).click();
    await page.getByRole("columnheader", { name: "% усп." }).waitFor();
    assert.ok((await page.locator("tbody tr").count()) > 8);
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-school");
    await page.locator("tbody th a").first().click();
    await page.locator("tbody th a").first().click();
    await page.getByRole("heading", { name: "Итоги успеваемости класса за период" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "report-class");

    const shown = await page.locator("tbody tr").first().locator("th, td").allInnerTexts();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "PDF" }).click();
    const paper = await paperOf(download);
    assert.ok(paper.pages[0].includes(shown[0].split(" ")[0]), "the paper names the same pupils");
    for (const it of paper.pages) assert.match(it, /сформировано .* исполнитель/);
  });

  test("check 16: all report cards of the class in one PDF with one press, a page each", async () => {
    const page = await open("klassruk");
    await page.goto(`${await base(page)}/reports/report-cards`);
    const pupils = await page.locator("main h2").count();
    assert.ok(pupils > 20, `${pupils} pupils`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "PDF" }).click();
    const paper = await paperOf(download);
    assert.equal(paper.pages.length, pupils);
    assert.ok(paper.outlines.includes(`/Count ${pupils}`), "a bookmark each");
    for (const it of paper.pages) {
      assert.match(it, /Табели успеваемости/);
      assert.match(it, /сформировано .* исполнитель/);
    }
    const book = page.waitForEvent("download");
    await page.getByRole("link", { name: "XLSX" }).click();
    assert.match((await book).suggestedFilename(), /report-cards\.xlsx$/);
  });

  test("RPT-1 at 360 px: the class teacher reads the period; nothing scrolls sideways", async () => {
    const page = await open("klassruk", { viewport: PHONE, colorScheme: "dark" });
    await page.goto(`${await base(page)}/reports/class-teacher`);
    await page.getByRole("rowheader", { name: "Отличники" }).waitFor();
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await picture(page, "report-class-teacher-phone");
    const refused = await page.goto(`${await base(page)}/reports/school`);
    assert.equal(refused.status(), 404);
  });
});
