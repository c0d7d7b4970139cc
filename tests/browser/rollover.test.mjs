// «Переход на новый учебный год» (MOV-4, check 26): close the year, look into the archive, take it back, close again.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, DESKTOP, look, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

const STEPS = ["check", "year", "classes", "exceptions", "orders", "trial", "run", "result"];

const press = (page, text) => page.locator("main form button", { hasText: text }).click();

/** A job that lasts shows its progress: the page asks for itself until it is over. */
const over = (page) => page.waitForFunction(() => !document.querySelector("[hx-trigger='every 1s']"), null, { timeout: 60_000 });

/** Steps 5 to 7: orders, the dry run, the run. The table of the dry run. */
async function close(page, base) {
  await page.goto(`${base}/orders`);
  await page.fill("#basis", "решение педагогического совета, протокол № 7");
  await press(page, "Составить");
  await page.locator("a", { hasText: "Посмотреть проект" }).first().waitFor();
  await page.goto(`${base}/trial`);
  await press(page, "прогон");
  const table = await page.locator("main table").innerText();
  await page.goto(`${base}/run`);
  await page.check("#confirm");
  await press(page, "Закрыть");
  await page.waitForURL(/rollover\/result|jobs/);
  await over(page);
  await page.goto(`${base}/result`);
  await page.locator("main", { hasText: "закрыт" }).waitFor();
  return table;
}

/** Every step reads in light and dark, on 1280 and 360 px. */
async function legible(page, base, state) {
  const found = [];
  for (const name of ["light", "dark"]) {
    await look(page, name);
    for (const step of ["", ...STEPS.map((it) => `/${it}`)]) {
      for (const [width, viewport] of [[1280, DESKTOP], [360, PHONE]]) {
        await page.setViewportSize(viewport);
        await page.goto(base + step);
        found.push(...(await axe(page)).map((it) => `${step} ${name} ${width}: ${it}`));
        found.push(...(await sticksOut(page)).map((it) => `${step} ${name} ${width}: ${it}`));
        if (process.env.ZVONOK_PICTURES) {
          await picture(page, `rollover ${state}${step} ${name} ${width}`, { fullPage: true });
        }
      }
    }
  }
  await look(page, "light");
  await page.setViewportSize(DESKTOP);
  assert.deepEqual(found, []);
}

describe("the year transition", () => {
  test("check 26: the year is closed, read in the archive, taken back and closed again", { timeout: 240_000 }, async () => {
    const page = await open("zavuch");
    const base = `${await school(page)}/settings/rollover`;
    await page.goto(base);
    await page.locator("h1", { hasText: "Переход на новый учебный год" }).waitFor();
    await page.goto(`${base}/year`);
    await press(page, "Создать год");
    await page.waitForURL(/classes$/);
    await press(page, "Создать классы");
    await page.locator("main", { hasText: "Классы созданы" }).waitFor();
    const names = await page.$$eval("main tbody tr", (rows) => rows.map((it) => [it.querySelector("th").innerText.trim(), it.querySelector("input").value]));
    assert.equal(names.find(([from]) => from === "5А")?.[1], "6А");
    assert.equal(names.find(([from]) => from === "11А")?.[1], "");

    await page.goto(`${base}/exceptions`);
    await page.locator(".chip", { hasText: /^5А/ }).click();
    await page.locator("main h2", { hasText: "5А" }).waitFor();
    const first = page.locator("main tbody tr").first();
    const pupil = (await first.locator("th").innerText()).trim();
    const outcome = first.locator("select").first();
    await outcome.selectOption({ label: "повторно в 5А" });
    await press(page, "Сохранить 5А");
    await page.locator(".chip", { hasText: "5А · 1" }).waitFor();

    await legible(page, base, "open");
    const told = await close(page, base);
    assert.equal(await page.locator("main table").innerText(), told, "the dry run told it");

    await page.locator("main a", { hasText: "Архив" }).click();
    await page.locator("main tbody tr", { hasText: "5А" }).first().waitFor();

    await page.goto(`${base}/result`);
    await press(page, "Вернуть переход");
    await page.waitForURL(/rollover$|jobs/);
    await over(page);
    await page.goto(base);
    await page.locator("main", { hasText: "Переход возвращён" }).waitFor();
    await page.goto(`${base}/exceptions`);
    await page.locator(".chip", { hasText: /^5А/ }).click();
    await page.locator("main tbody tr", { hasText: pupil }).first().waitFor();

    assert.equal(await close(page, base), told, "closed again with the same numbers");
    await legible(page, base, "closed");
  });
});
