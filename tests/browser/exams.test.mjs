// Exams: a class entered by keys, the comparison, the family's view (JRN-9).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, test, useServer } from "./harness.mjs";

useServer();

/** Opens the exam of the list whose row says so. */
async function openExam(page, path, text) {
  await page.goto(path);
  await page.locator("tbody tr", { hasText: text }).first().locator("a").first().click();
  await page.waitForSelector("h1");
}

describe("exams", () => {
  test("JRN-9: the deputy head makes a test, a class is entered by keys, marks are compared", async () => {
    const page = await open("zavuch");
    await page.goto("/");
    const base = new URL(page.url()).pathname.replace(/\/$/, "");
    await page.goto(`${base}/study/testing`);
    await page.getByRole("link", { name: "Добавить работу" }).click();
    await page.getByLabel("Предмет").selectOption({ label: "Алгебра" });
    await page.getByLabel("Дата", { exact: true }).fill("16.11.2026");
    await page.getByLabel("Наибольший первичный балл").fill("20");
    await page.getByRole("checkbox", { name: "9А" }).check();
    assert.deepEqual(await axe(page), []);
    await picture(page, "exam-form");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.getByRole("link", { name: /Внести результаты 9А/ }).click();
    const scores = page.locator('input[name$=".primary"]');
    const pupils = await scores.count();
    assert.ok(pupils > 10, `${pupils} pupils`);
    await scores.first().focus();
    for (const typed of ["18", "н", "11"]) {
      await page.keyboard.type(typed);
      await page.keyboard.press("Enter");
    }
    assert.equal(await page.evaluate(() => document.activeElement.name), await scores.nth(3).getAttribute("name"), "Enter goes down the column");
    await page.locator('input[name$=".mark"]').first().fill("5");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".toast, [role=status]");
    assert.equal(await scores.first().inputValue(), "18");
    assert.equal(await page.locator('select[name$=".turnout"]').nth(1).inputValue(), "absent");
    assert.deepEqual(await axe(page), []);
    await picture(page, "exam-entry");

    await openExam(page, `${base}/study/exams`, "ОГЭ");
    await page.getByRole("heading", { name: "Сравнение с отметками года" }).waitFor();
    assert.ok((await page.getByText("подтвердил").count()) > 0);
    assert.deepEqual(await axe(page), []);
    await picture(page, "exam");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "XLSX" }).click();
    assert.match((await download).suggestedFilename(), /\.xlsx$/);
    await page.goto(`${base}/study/exams/scales`);
    assert.deepEqual(await axe(page), []);
    await picture(page, "exam-scales");
  });

  test("JRN-9 at 360 px: a teacher enters, a parent reads; nothing scrolls sideways", async () => {
    const teacher = await open("teacher", { viewport: PHONE });
    await teacher.goto("/");
    const base = new URL(teacher.url()).pathname.replace(/\/$/, "");
    await openExam(teacher, `${base}/study/testing`, "Входная диагностика");
    assert.deepEqual(await axe(teacher), []);
    await picture(teacher, "exam-360");
    await teacher.getByRole("link", { name: /Внести результаты/ }).first().click();
    await teacher.waitForSelector("table.exam-entry");
    const wide = await teacher.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    assert.deepEqual(await axe(teacher), []);
    await picture(teacher, "exam-entry-360");

    const parent = await open("parent", { viewport: PHONE });
    await parent.goto("/my/exams");
    await parent.getByText("Административная работа").first().waitFor();
    assert.deepEqual(await axe(parent), []);
    await picture(parent, "exam-mine-360");
  });

  test("JRN-9 without JavaScript: a wrong score comes back with its field", async () => {
    const page = await open("zavuch", { js: false });
    await page.goto("/");
    const base = new URL(page.url()).pathname.replace(/\/$/, "");
    await openExam(page, `${base}/study/exams`, "ОГЭ");
    await page.getByRole("link", { name: /Внести результаты/ }).first().click();
    await page.locator('input[name$=".primary"]').first().fill("999");
    await page.getByRole("button", { name: "Сохранить" }).click();
    assert.equal(await page.locator('input[aria-invalid="true"]').inputValue(), "999");
  });
});
