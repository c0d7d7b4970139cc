// Orders: drawn up by the secretary, signed by the director, followed by the journal (MOV-1, MOV-2).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

const main = (page) => page.locator("main form.form .form-actions button").first();

/** Says who signs, as the director does. */
async function signing(director, base, on) {
  await director.goto(`${base}/movement/orders`);
  await director.locator("summary", { hasText: "Кто подписывает приказы" }).click();
  await director.locator("input[name=director_signs]").setChecked(on);
  await director.locator("form[action$='/signing'] button").click();
  await director.waitForURL(/movement\/orders/);
}

/** Draws up an order about the first pupil of 6А and gives it to sign; its path and the pupil. */
async function drawUp(page, base, kind, fill) {
  await page.goto(`${base}/movement/orders/new?type=${kind}`);
  await page.fill("#ordered_on", "13.11.2026");
  await page.fill("#effective_on", "16.11.2026");
  await fill(page);
  const group = page.locator("#pupils details", { has: page.locator("summary", { hasText: /^6А/ }) });
  await group.locator("summary").click();
  const pupil = (await group.locator(".check-text").first().evaluate((it) => it.firstChild.textContent)).trim();
  await group.locator("input[type=checkbox]").first().check();
  assert.deepEqual(await axe(page), []);
  await picture(page, `order-form-${kind}`);
  await main(page).click();
  await page.waitForURL(/orders\/\d+$/);
  await page.getByText("Что изменится в классах").waitFor();
  assert.deepEqual(await axe(page), []);
  await picture(page, `order-draft-${kind}`);
  await page.locator("button", { hasText: "Отправить на подпись" }).click();
  await page.getByText("Приказ ждёт подписи").waitFor();
  return { path: new URL(page.url()).pathname, pupil };
}

async function sign(director, path) {
  await director.goto(path);
  await picture(director, `order-sign-${path.split("/").pop()}`);
  await director.locator("button", { hasText: "Подписать и издать" }).click();
  await director.locator(".badge", { hasText: "издан" }).waitFor();
  assert.deepEqual(await axe(director), []);
  await director.setViewportSize(PHONE);
  assert.deepEqual(await sticksOut(director), []);
  await director.goto(`${path}/print`);
  await director.getByText("ПРИКАЗЫВАЮ").waitFor();
  assert.deepEqual(await sticksOut(director), []);
  await director.setViewportSize({ width: 1280, height: 800 });
  await director.goto(path);
}

/** Which cells of the pupil's row are outside of the stay. */
async function outside(page, name) {
  const [last, first] = name.split(" ");
  const row = page.locator("tr", { hasText: new RegExp(`${last}\\s+${first}`) }).first();
  await row.waitFor();
  const all = await row.locator(".cell").count();
  return { all, out: await row.locator(".cell[data-lock=out]").count() };
}

/** The journal of a subject without subgroups: whoever comes anew is in none of them. */
async function journal(page, base, name) {
  await page.goto(`${base}/journal`);
  const href = await page.evaluate((wanted) => {
    const rows = [...document.querySelectorAll("main a[href*='/journal/']")];
    const found = rows.find((it) => it.textContent.trim() === "Математика" && (it.closest("section")?.textContent ?? "").includes(wanted));
    return found?.getAttribute("href");
  }, name);
  assert.ok(href, `a journal of ${name}`);
  await page.goto(href);
  await page.waitForSelector(".journal-table");
}

describe("orders", () => {
  test("MOV-1: the secretary draws up, the director signs, the journal hatches what lies outside of the stay", async () => {
    const director = await open("director");
    const base = await school(director);
    await signing(director, base, true);
    try {
      const office = await open("secretary");
      const moved = await drawUp(office, base, "transfer", (page) => page.selectOption("#class", { label: "6Б" }));
      await sign(director, moved.path);
      const left = await drawUp(office, base, "leaving", async (page) => {
        await page.selectOption("#reason", "moved");
        await page.fill("#went_to", "СОШ № 4");
        await page.fill("#place", "г. Анапа");
      });
      assert.notEqual(left.pupil, moved.pupil);
      await sign(director, left.path);

      const deputy = await open("zavuch");
      await journal(deputy, base, "6А");
      for (const pupil of [moved.pupil, left.pupil]) {
        const { all, out } = await outside(deputy, pupil);
        assert.ok(0 < out && out < all, `${pupil}: ${out} of ${all} cells of 6А are outside`);
      }
      await picture(deputy, "order-journal");
      await journal(deputy, base, "6Б");
      const { all, out } = await outside(deputy, moved.pupil);
      assert.ok(0 < out && out < all, `${moved.pupil}: ${out} of ${all} cells of 6Б are outside`);
    } finally {
      await signing(director, base, false);
    }
  });

  test("MOV-1 without a script at 360 px: a whole class with an exception", async () => {
    const page = await open("secretary", { viewport: PHONE, js: false });
    const base = await school(page);
    await page.goto(`${base}/movement/orders/new?type=graduation`);
    await page.locator("nav a", { hasText: "9А" }).click();
    const boxes = page.locator("#pupils input[type=checkbox]");
    const all = await boxes.count();
    assert.equal(await page.locator("#pupils input[type=checkbox]:checked").count(), all);
    await boxes.first().uncheck();
    assert.deepEqual(await sticksOut(page), []);
    await picture(page, "order-form-graduation-360");
    await main(page).click();
    await page.waitForURL(/orders\/\d+$/);
    await page.getByText(`Ученики: ${all - 1}`).waitFor();
    assert.deepEqual(await sticksOut(page), []);
    await picture(page, "order-draft-graduation-360");
    await page.goto(page.url()); // what was told lies over the buttons
    await page.locator("button", { hasText: "Удалить черновик" }).click();
    await page.waitForURL(/movement\/orders$/);
  });
});
