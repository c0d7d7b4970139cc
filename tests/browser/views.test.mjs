// Saved views of lists: the own default survives signing out, a link brings it to others (check 37; ADR 0011).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, login, open, picture, school, sticksOut, PHONE, test, useServer } from "./harness.mjs";

useServer();

const rows = (page) => page.locator("table.table tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((it) => it.textContent.trim())));
const heads = (page) => page.locator("table.table thead th").evaluateAll((all) => all.map((it) => it.textContent.trim()));
const menu = (page) => page.locator("details.menu", { has: page.locator("form[action$='/views']") });

/** Signs out by the menu of the person. */
async function logout(page) {
  await page.evaluate(() => document.querySelector("form[action='/logout']").requestSubmit());
  await page.waitForURL(/login/);
}

describe("saved views", () => {
  test("check 37: a filtered list is kept as the default by mouse, survives a new login, and its link shows a colleague the same", async () => {
    const page = await open();
    await login(page, "secretary");
    const list = `${await school(page)}/people/pupils`;
    await page.goto(list);
    const all = await rows(page);
    await page.locator("select[name='f.class']").selectOption("7А");
    await page.waitForURL(/f\.class=/);
    await page.locator("th a.sort").first().click();
    await page.waitForURL(/sort=/);
    const [mine, columns] = [await rows(page), await heads(page)];
    assert.ok(mine.length > 5 && mine.length < all.length + 1 && mine.every((it) => it.includes("7А")));

    await menu(page).locator("summary").click();
    await menu(page).locator("input[name=name]").fill("Мой 7А");
    await menu(page).locator("input[name=default]").check();
    await picture(page, "views-menu");
    assert.deepEqual(await axe(page), []);
    await menu(page).locator("form[action$='/views'] button").click();
    await page.waitForURL(/view=\d+/);
    await page.locator(".toast").waitFor();
    assert.match(await menu(page).locator("summary").textContent(), /Мой 7А/);
    assert.deepEqual(await rows(page), mine);
    const shared = page.url();

    await logout(page);
    await login(page, "secretary");
    await page.goto(list);
    assert.deepEqual([await rows(page), await heads(page)], [mine, columns], "the list opens as it was kept");
    assert.match(await menu(page).locator("summary").textContent(), /Мой 7А/);

    // A filter that is taken out stays out, and the list without any view is one link away.
    await page.locator(".chips a[aria-label*='7А']").click();
    await page.waitForURL((it) => !it.search.includes("f.class"));
    assert.notDeepEqual(await rows(page), mine);
    await page.goto(list);
    assert.deepEqual(await rows(page), mine);

    // The link of a colleague: the same rows, nothing of it becomes the other's own.
    const deputy = await open("zavuch");
    await deputy.goto(shared);
    const at = (names) => names.findIndex((it) => it.startsWith("Ученик"));
    const names = (all, columns) => all.map((it) => it[at(columns)]);
    assert.deepEqual(names(await rows(deputy), await heads(deputy)), names(mine, columns));
    await deputy.goto(list);
    assert.doesNotMatch(await menu(deputy).locator("summary").textContent(), /Мой 7А/);

    // It gives no right: a parent sees no more by it than the own children.
    const parent = await open("parent");
    await parent.goto(shared);
    assert.ok((await rows(parent)).length <= 2);

    // No longer the default, then gone.
    await menu(page).locator("summary").click();
    await menu(page).locator("form[action$='/default'] button").click();
    await page.waitForURL(/view=\d+/);
    await page.goto(list);
    assert.deepEqual(await rows(page), all);
    await menu(page).locator("summary").click();
    await menu(page).locator("form[action$='/remove'] button").click();
    await page.waitForURL((it) => !it.search.includes("view="));
    await deputy.goto(shared);
    assert.deepEqual(names(await rows(deputy), await heads(deputy)), names(all, columns));
  });

  test("check 37 at 360 px and without JavaScript: a view is kept and opens by default", async () => {
    const page = await open(undefined, { viewport: PHONE, js: false });
    await login(page, "admin");
    const list = `${await school(page)}/people/staff`;
    await page.goto(`${list}?q=${encodeURIComponent("ив")}`);
    const found = await page.locator("main").textContent();
    await menu(page).locator("summary").click();
    await menu(page).locator("input[name=name]").fill("Ив…");
    await menu(page).locator("input[name=default]").check();
    await menu(page).locator("form[action$='/views'] button").click();
    await page.waitForURL(/view=\d+/);
    await page.goto(list);
    assert.equal(await page.locator("input[name=q]").last().inputValue(), "ив");
    assert.ok(found.length > 0);
    assert.deepEqual(await sticksOut(page), []);
    await picture(page, "views-360");
  });
});
