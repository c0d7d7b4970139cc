// Final marks: proposals, signing, a correction (check 15; JRN-3, JRN-7; T5, T7, Z5).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, picture, school, test, useServer, world } from "./harness.mjs";

useServer();

const SAVED = '[data-finals-status][data-state="saved"]';

/** Opens the final marks of the lesson that the teacher gives 7А today. */
async function openFinals(page) {
  await page.goto("/");
  await page.locator("#my-lessons ~ ol a.lesson-subject", { hasText: "7А" }).first().click();
  await page.getByRole("link", { name: "Итоговые отметки" }).click();
  await page.waitForSelector("form[data-finals]");
}

/** Inputs of the first quarter. */
const inputs = (page) => page.locator('input[name*=".quarter-1."]');
const blanks = async (page) => {
  const values = await inputs(page).evaluateAll((all) => all.map((it) => it.value));
  return values.filter((it) => it === "").length;
};

describe("final marks", () => {
  test("check 15: one click takes all but the borderline, blanks hold up the signature, a correction opens one cell", async () => {
    const page = await open("teacher");
    await openFinals(page);
    const pupils = await inputs(page).count();
    assert.ok(pupils > 15, `${pupils} pupils`);
    assert.equal(await blanks(page), pupils);
    const doubtful = await page.locator('button.final-doubtful[value*=".quarter-1"]').count();
    await picture(page, "finals-before");
    await page.getByRole("button", { name: "Принять все предложенные" }).click();
    await page.waitForSelector("form[data-finals][data-ready]");
    const left = await blanks(page);
    assert.ok(left <= doubtful && left < pupils / 2, `${left} of ${pupils} left, ${doubtful} in doubt`);

    // The one that is left out is told with a link to its cell.
    if (left === 0) {
      await inputs(page).first().fill("");
      await inputs(page).first().press("Enter");
      await page.waitForSelector(SAVED);
    }
    await page.getByRole("button", { name: /^Подписать/ }).first().click();
    const links = page.locator('.error-summary a[href^="#f-"]');
    assert.equal(await links.count(), Math.max(left, 1));
    await links.first().click();
    assert.ok(await page.evaluate(() => document.activeElement.matches(".final-input")), "the link leads to the cell");
    await picture(page, "finals-blanks");

    // Enter takes the proposal and goes on; «4» where there is none.
    for (let at = 0; at < pupils; at += 1) {
      const input = inputs(page).nth(at);
      if ((await input.inputValue()) === "") {
        await input.focus();
        await input.press("4");
        await input.press("Enter");
      }
    }
    await page.waitForSelector(SAVED);
    assert.equal(await blanks(page), 0);
    await page.getByRole("button", { name: /^Подписать/ }).first().click();
    await page.waitForSelector(".finals-signed");
    assert.equal(await inputs(page).count(), 0, "a signed period is closed");
    assert.deepEqual(await axe(page), []);
    await picture(page, "finals-signed");

    // T7: the closed mark leads to a request.
    const cell = page.locator('td.final a[href*="slot=quarter-1"]').first();
    const id = await cell.getAttribute("id");
    await cell.click();
    await page.getByLabel("Какая отметка нужна").fill("3");
    await page.getByLabel("Причина").fill("Описка при выставлении");
    await page.getByRole("button", { name: "Отправить завучу" }).click();
    await page.waitForURL(/journal\/corrections$/);

    // Z5: the deputy head approves by keys.
    const deputy = await open("zavuch");
    await deputy.goto(new URL(page.url()).pathname);
    await picture(deputy, "corrections");
    assert.deepEqual(await axe(deputy), []);
    const rows = deputy.locator("tr[data-correction]");
    const waiting = await rows.count();
    const mine = await rows.evaluateAll((all) => all.findIndex((it) => it.textContent.includes("Описка при выставлении")));
    assert.ok(mine >= 0, "the request is there");
    for (let at = 0; at <= mine; at += 1) {
      await deputy.keyboard.press("j");
    }
    await deputy.keyboard.press("a");
    await deputy.waitForFunction((before) => document.querySelectorAll("tr[data-correction]").length === before - 1, waiting);

    await openFinals(page);
    assert.equal(await inputs(page).count(), 1, "exactly one cell is open");
    assert.equal(await inputs(page).first().getAttribute("id"), id);
    await inputs(page).first().fill("3");
    await inputs(page).first().press("Enter");
    await page.waitForSelector(SAVED);
    await page.reload();
    assert.equal(await inputs(page).first().inputValue(), "3");
  });

  test("JRN-3: what was typed without network, or after the session ended, survives a reload and a new login", async () => {
    const page = await open("klassruk");
    await page.goto("/");
    await page.getByRole("link", { name: "Журнал", exact: true }).first().click();
    await page.getByRole("link", { name: /^Итоговые отметки: все предметы/ }).first().click();
    await page.getByRole("link", { name: "2 четверть" }).click();
    await page.waitForSelector("form[data-finals][data-ready]");
    const ids = await page.locator("input.final-input").evaluateAll((all) => all.filter((it) => it.value === "").slice(0, 3).map((it) => it.id));
    const at = (index) => page.locator(`[id="${ids[index]}"]`);
    let down = true;
    await page.route(/finals\/ops/, (it) => (down ? it.abort("internetdisconnected") : it.fallback()));
    for (const [index, value] of [[0, "4"], [1, "5"]]) {
      await at(index).fill(value);
      await at(index).press("Enter");
    }
    await page.waitForSelector('[data-finals-status][data-state="offline"]');
    page.once("dialog", (it) => it.accept());
    await page.reload();
    await page.waitForSelector("form[data-finals][data-ready]");
    assert.deepEqual([await at(0).inputValue(), await at(1).inputValue()], ["4", "5"]);
    await page.waitForSelector('[data-finals-status][data-state="offline"]');
    down = false;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.waitForSelector(SAVED);

    await page.context().clearCookies();
    await at(2).fill("3");
    await at(2).press("Enter");
    await page.getByRole("link", { name: "Войти снова" }).click();
    await page.fill("#login", "klassruk");
    await page.fill("#password", world.server.logins.klassruk);
    await page.press("#password", "Enter");
    await page.waitForSelector("form[data-finals][data-ready]");
    await page.waitForSelector(SAVED);
    await page.reload();
    await page.waitForSelector("form[data-finals][data-ready]");
    assert.deepEqual([await at(0).inputValue(), await at(1).inputValue(), await at(2).inputValue()], ["4", "5", "3"]);
    // That the server refused once is what this test is about.
    world.open[0].problems.splice(0, 1 + world.open[0].problems.findLastIndex((it) => it.endsWith(": 401")));
  });

  test("JRN-3: proposals and marks follow settings, absences and other people without a reload", async () => {
    const page = await open("klassruk");
    await page.goto("/");
    await page.getByRole("link", { name: "Журнал", exact: true }).first().click();
    await page.getByRole("link", { name: /^Итоговые отметки: все предметы/ }).first().click();
    await page.getByRole("link", { name: "1 четверть" }).click();
    await page.waitForSelector("form[data-finals][data-ready]");
    const proposed = page.locator("button.final-proposal:not([data-value='н/а']):visible");
    const ids = await proposed.evaluateAll((all) => {
      const missed = all.findIndex((it) => it.title.includes("пропущено"));
      const other = missed === 0 ? 1 : 0;
      return [all[other], all[missed]].map((it) => it?.parentElement.querySelector("input").id);
    });
    assert.ok(ids[0] && ids[1], "a pupil who missed a lesson, and another");
    const proposal = (id) => page.evaluate((id) => document.getElementById(id).parentElement.querySelector("button")?.dataset.value, id);
    const before = await proposal(ids[1]);
    await page.evaluate(() => (window.stays = true));
    const look = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

    // The school says that nobody who missed a lesson is attested.
    const deputy = await open("zavuch");
    const options = `${await school(deputy)}/settings/options`;
    const settle = async (missed, few, many) => {
      await deputy.goto(options);
      await deputy.fill("#most_missed", missed);
      await deputy.fill("#least_few", few);
      await deputy.fill("#least_many", many);
      await deputy.locator("main form .form-actions button").click();
      await deputy.locator(".toast").waitFor();
    };
    await settle("0", "1", "1");
    await look();
    await page.waitForFunction((id) => document.getElementById(id).parentElement.querySelector("button")?.dataset.value === "н/а", ids[1]);

    // Somebody else sets a mark; what is being typed here stays.
    await deputy.goto(page.url());
    await deputy.waitForSelector("form[data-finals][data-ready]");
    await deputy.locator(`[id="${ids[0]}"]`).fill("3");
    await deputy.locator(`[id="${ids[0]}"]`).press("Enter");
    await deputy.waitForSelector(SAVED);
    await look();
    await page.waitForFunction((id) => document.getElementById(id).value === "3", ids[0]);
    await page.locator(`[id="${ids[0]}"]`).fill("4");
    await page.locator(`[id="${ids[0]}"]`).press("Enter");
    await page.waitForSelector(SAVED);

    // In the journal an absence is told beside the average as it is typed.
    const teacher = await open("teacher");
    await teacher.goto("/");
    await teacher.locator("#my-lessons ~ ol a.lesson-subject", { hasText: "7А" }).first().click();
    await teacher.waitForSelector("[data-ready]");
    const row = await teacher.evaluate(() => {
      const rows = [...document.querySelectorAll(".journal-table tbody tr")];
      const at = rows.findIndex((tr) => tr.querySelector(".proposed").textContent && tr.querySelector("td.today[data-l]:not([data-lock]):not([data-a])"));
      rows[at]?.querySelector("td.today[data-l]").focus();
      return at;
    });
    assert.ok(row >= 0, "somebody who missed nothing has a proposal");
    const cell = teacher.locator(".journal-table tbody tr").nth(row).locator(".proposed");
    const mark = await cell.textContent();
    await teacher.keyboard.press("KeyY");
    await teacher.waitForFunction((at) => document.querySelectorAll(".journal-table tbody tr")[at].querySelector(".proposed").textContent === "", row);
    await teacher.waitForSelector('.journal-status[data-state="saved"]');
    await teacher.keyboard.press("ArrowUp");
    await teacher.keyboard.press("Control+z");
    await teacher.waitForFunction(([at, mark]) => document.querySelectorAll(".journal-table tbody tr")[at].querySelector(".proposed").textContent === mark, [row, mark]);
    await teacher.waitForSelector('.journal-status[data-state="saved"]');

    await settle("50", "3", "5");
    await look();
    await page.waitForFunction(([id, value]) => document.getElementById(id).parentElement.querySelector("button")?.dataset.value === value, [ids[1], before]);
    assert.ok(await page.evaluate(() => window.stays), "no reload");
  });

  test("JRN-3 without JavaScript: marks are typed into the form, a wrong one comes back", async () => {
    const page = await open("klassruk", { js: false });
    await page.goto("/");
    await page.getByRole("link", { name: "Журнал", exact: true }).first().click();
    await page.getByRole("link", { name: /^Итоговые отметки: все предметы/ }).first().click();
    await page.getByRole("link", { name: "1 четверть" }).click();
    const cells = page.locator("input.final-input");
    if ((await cells.count()) > 0) {
      await cells.first().fill("9");
      await page.getByRole("button", { name: "Сохранить" }).click();
      assert.equal(await page.locator('input.final-input[aria-invalid="true"]').inputValue(), "9");
      await picture(page, "finals-class");
    }
  });
});
