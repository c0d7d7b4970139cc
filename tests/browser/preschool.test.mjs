// The attendance sheet of a kindergarten group (JRN-10).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, test, useServer } from "./harness.mjs";

useServer();

describe("preschool", () => {
  test("JRN-10: a month by keys, not handed in while days are blank, opened again with a reason", async () => {
    const page = await open("vospitatel");
    await page.goto("/o/krymsk-ds3/preschool");
    assert.deepEqual(await axe(page), []);
    await picture(page, "preschool-groups");
    await page.getByRole("link", { name: "Старшая «Ромашка»", exact: true }).click();
    await page.waitForSelector("table.sheet-form");
    assert.deepEqual(await axe(page), []);
    await picture(page, "preschool-sheet");
    const today = page.locator('input[name$=".18"]');
    assert.equal(await today.first().inputValue(), "");
    await today.first().focus();
    await page.keyboard.type("б");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.name), await today.nth(1).getAttribute("name"));
    await page.keyboard.press("ArrowLeft");
    assert.match(await page.evaluate(() => document.activeElement.name), /\.17$/);
    await page.keyboard.press("Control+Enter");
    await page.waitForLoadState();
    assert.equal(await today.first().inputValue(), "б");
    assert.equal(await today.nth(1).inputValue(), "");
    await page.getByRole("button", { name: "Сдать табель" }).click();
    await page.getByText("есть пустые клетки").waitFor();
    await page.getByRole("link", { name: "История" }).click();
    assert.deepEqual(await axe(page), []);
    await picture(page, "preschool-history");

    const head = await open("zaved");
    await head.goto("/o/krymsk-ds3/preschool");
    await head.getByRole("link", { name: "Старшая «Ромашка»", exact: true }).click();
    await head.getByRole("link", { name: "Раньше" }).click();
    await head.getByText("Табель сдан").first().waitFor();
    await picture(head, "preschool-closed");
    await head.getByLabel("Почему").fill("Справка пришла позже");
    await head.getByRole("button", { name: "Открыть снова" }).click();
    await head.waitForSelector("table.sheet-form");
    await head.getByRole("link", { name: "Печать" }).click();
    assert.deepEqual(await axe(head), []);
    await head.emulateMedia({ media: "print" });
    await picture(head, "preschool-print");
    await head.emulateMedia({ media: "screen" });
    await head.goto("/o/krymsk-ds3/preschool/codes");
    assert.deepEqual(await axe(head), []);
    await picture(head, "preschool-codes");
  });

  test("JRN-10 at 360 px: a day by taps, a mother reads the month", async () => {
    const page = await open("vospitatel", { viewport: PHONE });
    await page.goto("/o/krymsk-ds3/preschool");
    await page.getByRole("link", { name: "Старшая «Ромашка»", exact: true }).click();
    await picture(page, "preschool-sheet-360");
    await page.getByRole("link", { name: "По дням" }).click();
    await page.getByRole("button", { name: "Все на месте" }).click();
    await page.getByText("не отмечены: 0").waitFor();
    const marked = (at, name) => page.locator(".sheet-roll li").nth(at).getByRole("radio", { name });
    assert.ok(await marked(0, "болел").isChecked(), "who was marked stays so");
    assert.ok(await marked(1, "присутствовал").isChecked());
    const ill = page.locator(".sheet-roll li").nth(2).getByRole("radio", { name: "болел" });
    await ill.check({ force: true });
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.waitForLoadState();
    assert.ok(await page.locator(".sheet-roll li").nth(2).getByRole("radio", { name: "болел" }).isChecked());
    // A sign that was tapped by mistake is taken back.
    await page.locator(".sheet-roll li").nth(2).getByRole("radio", { name: "не отмечен" }).check({ force: true });
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.getByText("не отмечены: 1").waitFor();
    await picture(page, "preschool-day-cleared-360", { fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    assert.deepEqual(await axe(page), []);
    await picture(page, "preschool-day-360");

    const mother = await open("mama", { viewport: PHONE });
    await mother.goto("/my/preschool");
    await mother.getByText("Дней в саду").waitFor();
    assert.deepEqual(await axe(mother), []);
    await picture(mother, "preschool-mine-360");
  });
});
