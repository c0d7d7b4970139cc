// Documents of other states in a card: chosen by kind, typed, refused with what is wrong, saved, on paper (PPL-1, PPL-2).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, DESKTOP, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

/** The restricted section of somebody of the staff, whose passport a law lets the school keep. */
async function section(page, base, at) {
  await page.goto(`${base}/people/staff`);
  const card = await page.locator("table.table tbody tr a").nth(at).getAttribute("href");
  await page.goto(`${card}/restricted?purpose=file`);
  return card;
}

describe("documents", () => {
  for (const [name, viewport, at] of [["1280", DESKTOP, 3], ["360", PHONE, 4]]) {
    test(`PPL-1: a foreign passport is entered at ${name} px`, async () => {
      const page = await open("secretary", { viewport });
      const base = await school(page);
      const card = await section(page, base, at);

      // The form of a Russian number is put in order, that of another stays as typed.
      await page.selectOption("#passport_kind", "");
      await page.fill("#passport", "0304123456");
      await page.keyboard.press("Tab");
      assert.equal(await page.inputValue("#passport"), "03 04 123456");
      await page.selectOption("#passport_kind", { label: "Паспорт иностранного гражданина" });
      await page.fill("#passport", "1234567890");
      await page.keyboard.press("Tab");
      assert.equal(await page.inputValue("#passport"), "1234567890");

      await page.fill("#passport", "?");
      await page.fill("#passport_country", "Кыргызстан");
      await page.locator("main form button.button-primary").click();
      await page.locator("#passport-error", { hasText: "от 3 до 40" }).waitFor();
      assert.equal(await page.inputValue("#passport_kind"), "foreign_passport");
      assert.equal(await page.inputValue("#passport_country"), "Кыргызстан");
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(await sticksOut(page), []);
      await picture(page, `document-wrong-${name}`, { fullPage: true });

      await page.fill("#passport", "AC 7654321");
      await page.locator("main form button.button-primary").click();
      await page.waitForURL(/restricted\?purpose=file/);
      assert.equal(await page.inputValue("#passport_kind"), "foreign_passport");
      assert.equal(await page.inputValue("#passport"), "AC 7654321");
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(await sticksOut(page), []);
      await picture(page, `document-saved-${name}`, { fullPage: true });

      await page.goto(`${card}/print?purpose=file`);
      const paper = await page.textContent("main");
      assert.ok(paper.includes("Паспорт иностранного гражданина") && paper.includes("AC 7654321"), paper);
      // The school of the demonstration leaves cards of the staff to the deputy.
      const deputy = await open("zavuch", { viewport });
      await deputy.goto(`${card}/history`);
      const history = await deputy.textContent("main");
      assert.ok(history.includes("Страна, выдавшая документ") && !history.includes("Кыргызстан"), history);

      // PPL-11: the whole number finds the card, for a purpose; it stands in no address.
      await page.goto(`${card}/restricted?purpose=file`);
      const owner = (await page.textContent("h1")).trim();
      await page.goto(`${base}/people/by-number`);
      await page.selectOption("#field", "passport");
      await page.fill("#number", "ac7654321");
      await page.locator("main form button.button-primary").click();
      await page.locator("#purpose-error").waitFor();
      await page.selectOption("#purpose", "order");
      await page.locator("main form button.button-primary").click();
      const found = page.locator("section[aria-labelledby=found] a", { hasText: owner }).first();
      await found.waitFor();
      assert.ok(!page.url().includes("7654321"), page.url());
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(await sticksOut(page), []);
      await picture(page, `by-number-${name}`, { fullPage: true });
      await found.click();
      await page.waitForURL(/people\/staff\/\d+$/);
    });
  }
});
