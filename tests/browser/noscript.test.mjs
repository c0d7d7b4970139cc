// Everything that must work without JavaScript does (check 35).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { login, open, PHONE, school, test, useServer } from "./harness.mjs";

useServer();

describe("without JavaScript", () => {
  test("check 35: a parent signs in and reads the diary", async () => {
    const page = await open(null, { js: false, viewport: PHONE });
    await login(page, "parent");
    assert.match(page.url(), /\/my\/day/);
    for (const [link, heading] of [["Неделя", "h2"], ["Оценки", "table"]]) {
      await page.locator(".tabs a", { hasText: link }).first().click();
      await page.locator(`main ${heading}`).first().waitFor();
    }
  });

  test("check 35: a teacher fills a lesson line by line", async () => {
    const page = await open(null, { js: false, viewport: PHONE });
    await login(page, "teacher");
    await page.locator("#my-lessons ~ ol li", { hasText: "7А" }).first().locator("a.button").click();
    await page.fill("#topic", "Тема без скрипта");
    await page.fill("#homework", "Упражнение 215");
    const rows = page.locator(".roll-row");
    await rows.nth(0).locator(".input-mark").fill("5");
    await rows.nth(1).locator("label.choice").nth(1).click();
    await page.locator(".sticky-actions button").click();
    await page.locator("text=Урок сохранён").first().waitFor();
    assert.equal(await page.inputValue("#topic"), "Тема без скрипта");
    assert.equal(await page.inputValue("#homework"), "Упражнение 215");
    assert.equal(await rows.nth(0).locator(".input-mark").inputValue(), "5");
    assert.ok(await rows.nth(1).locator("input[type=radio]").nth(1).isChecked());
  });

  test("check 35: a mark that cannot be is refused in words, the rest is kept", async () => {
    const page = await open(null, { js: false });
    await login(page, "teacher");
    await page.locator("#my-lessons ~ ol li", { hasText: "7А" }).first().locator("a.button").click();
    const marks = page.locator(".roll-row .input-mark");
    await marks.nth(2).fill("9");
    await marks.nth(3).fill("4");
    await page.locator(".sticky-actions button").click();
    assert.match(await page.textContent(".error-summary"), /9/);
    assert.equal(await marks.nth(2).inputValue(), "9");
    assert.equal(await marks.nth(3).inputValue(), "4");
  });

  test("check 35: the secretary finds a pupil, changes the card, filters the list", async () => {
    const page = await open(null, { js: false });
    await login(page, "secretary");
    const base = await school(page);
    await page.goto(`${base}/people/pupils`);
    await page.selectOption("select[name='f.class']", "7А");
    await page.locator(".filters button", { hasText: "Показать" }).click();
    assert.match(decodeURIComponent(page.url()), /7А/);
    await page.locator("table.table tbody a").first().click();
    await page.locator("main a", { hasText: "Изменить" }).first().click();
    await page.fill("#foreign_language", "немецкий");
    await page.locator("main form .form-actions button").click();
    assert.match(await page.textContent("main"), /немецкий/);
  });
});
