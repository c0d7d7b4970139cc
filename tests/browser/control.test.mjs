// Control of the deputy head (JRN-6): check 17, the map of filling, remarks.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, school, sticksOut, PHONE, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

const number = (query) => Number(psql(world.server.database, query)[0]);

describe("control", () => {
  test("check 17: those who did not fill yesterday are reminded by two presses, once each", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/`);
    const card = page.locator("section[aria-labelledby=yesterday]");
    const told = await card.locator("a.button").textContent();
    const teachers = Number(/\((\d+)\)/.exec(told)[1]);
    assert.ok(teachers > 0, told);
    await card.locator("a.button").click();
    await page.locator("[data-remind]").click();
    await page.locator(".toast", { hasText: "Напоминания отправлены" }).waitFor();
    assert.equal(number("select count(*) from deadlines.nudge"), teachers);
    assert.equal(number("select count(distinct to_person) from deadlines.nudge"), teachers, "one message each");
    assert.equal(number("select count(*) from kernel.outbox where kind = 'deadlines.reminded'"), 1);

    await page.goto(`${home}/`);
    await card.locator("a.button").click();
    assert.match(await page.locator("[data-remind]").textContent(), /Напомнено сегодня в \d\d:\d\d\. Повторить\?/);
    assert.equal(number("select count(*) from deadlines.nudge"), teachers, "opening sends nothing");
  });

  test("each number of the map opens its lessons", async () => {
    const page = await open("zavuch");
    await page.goto(`${await school(page)}/`);
    await page.locator("[data-nav=control]").click();
    await page.locator(".tabs a", { hasText: "Заполнение" }).click();
    await page.locator(".heat").waitFor();
    assert.deepEqual(await axe(page), []);
    const cell = page.locator(".heat-cell a").first();
    const count = Number(await cell.textContent());
    await cell.click();
    await page.waitForURL(/teacher=\d+/);
    assert.equal(await page.locator("#lessons").count(), 1);
    assert.equal(await page.locator("section[aria-labelledby=lessons] .lesson").count(), count);
    await page.locator("section[aria-labelledby=lessons] a.lesson-subject").first().click();
    await page.waitForURL(/journal\/lesson\/\d+/);
  });

  test("a remark reaches the teacher, the answer reaches the deputy", async () => {
    const teacher = await open("teacher");
    await teacher.goto(`${await school(teacher)}/`);
    await teacher.locator("a", { hasText: "Замечания без ответа" }).click();
    const remark = teacher.locator(".notice", { hasText: "открыто" }).first();
    await remark.locator("input[name=answer]").fill("Исправлю к пятнице");
    await remark.locator("form[action$='/answer'] button").click();
    await teacher.locator(".toast", { hasText: "Ответ записан" }).waitFor();
    const deputy = await open("zavuch", { viewport: PHONE });
    await deputy.goto(`${await school(deputy)}/journal/remarks`);
    assert.match(await deputy.locator("section[aria-labelledby=made]").textContent(), /Исправлю к пятнице/);
    assert.deepEqual(await sticksOut(deputy), []);
    assert.deepEqual(await axe(deputy), []);
  });

  test("the day of the school stands on one page", async () => {
    const page = await open("director");
    await page.goto(`${await school(page)}/`);
    await page.locator("[data-nav=control]").click();
    await page.locator("[data-tab=attendance]").click();
    await page.locator(".heat").waitFor();
    assert.deepEqual(await axe(page), []);
    assert.ok((await page.locator(".heat tbody tr").count()) > 5);
  });
});
