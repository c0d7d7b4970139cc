// Cards and consents: a class handed in at once, families that propose, cards entered twice, slips
// (checks 22, 30, 38; PPL-3, 4, 5, 7, 11; C7).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, school, sticksOut, test, useServer } from "./harness.mjs";
import { readQr } from "./qr.mjs";

useServer();

const done = (page) => page.locator(".alert", { hasText: /Внесено|Сохранено карточек/ }).first();
const flash = (page, text) => page.locator("[role=status], .alert, .toast, .flash", { hasText: text }).first().waitFor();

describe("consents of a class", () => {
  test("check 38: what a class handed in is entered at once, and the counter tells so", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/consents/classes`);
    const before = await page.locator("table").last().locator("tbody tr").evaluateAll((all) => all.map((it) => [it.cells[0].textContent.trim(), it.cells[2].textContent.trim()]));
    const [name, count] = before.find(([, it]) => Number(it.split(" ")[0]) < Number(it.split(" ")[2]));
    const [given, of] = [Number(count.split(" ")[0]), Number(count.split(" ")[2])];

    await page.goto(`${base}/people/consents/blank?kind=special&class=${encodeURIComponent(name)}`);
    assert.equal(await page.locator("section.blank").count(), of - given, "a blank for each who gave none");

    await page.goto(`${base}/people/consents/collect?kind=special&class=${encodeURIComponent(name)}`);
    await page.locator("thead input[type=checkbox]").check();
    await page.fill("#document", `папка ${name}`);
    await page.locator("main form button.button-primary").click();
    await done(page).waitFor();
    assert.match(await done(page).textContent(), new RegExp(`Внесено: ${of - given}(?!\\d)`));
    assert.deepEqual(await axe(page), []);
    await page.goto(`${base}/people/consents/classes`);
    const row = page.locator("table").last().locator("tbody tr", { has: page.locator("th", { hasText: new RegExp(`^${name}$`) }) });
    assert.equal((await row.locator("td").nth(1).textContent()).trim(), `${of} из ${of}`);
  });

  test("a consent is taken back: what happens stands there before and the term after", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/consents?kind=photo`);
    await page.locator("table.table a", { hasText: "получено" }).first().click();
    await page.locator("a", { hasText: "Отозвать согласие" }).click();
    await page.locator("li", { hasText: "30 дней" }).waitFor();
    await page.locator("main form button").click();
    await page.waitForURL(/people/);
    await page.goto(`${base}/people/consents?kind=photo&f.state=отозвано`);
    await page.locator("table.table a", { hasText: "отозвано" }).first().click();
    assert.deepEqual(await axe(page), []);
    await page.setViewportSize(PHONE);
    assert.deepEqual(await sticksOut(page), []);
  });
});

describe("cards", () => {
  test("C7: a parent proposes a phone on a phone, the class teacher accepts with one press", async () => {
    const parent = await open("parent", { viewport: PHONE });
    await parent.goto("/my/cards");
    await parent.locator("main .list a", { hasText: "Исправить" }).first().click();
    const child = (await parent.locator(".page-head p").first().textContent()).trim();
    await parent.fill("#mobile", "8 (918) 765-43-21");
    await parent.locator("main form button.button-primary").click();
    await parent.waitForURL(/my\/cards$/);
    await parent.locator("main", { hasText: "ждёт решения" }).waitFor();
    assert.deepEqual(await sticksOut(parent), []);
    assert.deepEqual(await axe(parent), []);

    const teacher = await open("klassruk");
    await teacher.goto("/");
    await teacher.locator("a", { hasText: "Предложения семей" }).first().click();
    const card = teacher.locator("section.card", { hasText: "+7 (918) 765-43-21" });
    await card.waitFor();
    assert.ok((await card.textContent()).includes(child.split(" ")[0]));
    await card.locator("button", { hasText: "Принять" }).click();
    await flash(teacher, "Принято");
    await parent.reload();
    await parent.locator("main", { hasText: "принято" }).waitFor();
  });

  test("PPL-7: the grid of a class keeps what is right and shows what is not at its cell", async () => {
    const page = await open("klassruk");
    const base = await school(page);
    await page.goto(`${base}/people/completeness`);
    await page.locator("table a", { hasText: /Заполнить|Править/ }).first().click();
    await page.locator("summary", { hasText: "Какие поля показать" }).click();
    await page.locator("main details input[name=all]").check();
    await page.locator("main details button").click();
    const [first, second] = [page.locator("input[type=tel]").nth(0), page.locator("input[type=tel]").nth(1)];
    await first.fill("8 918 111-22-33");
    await second.fill("позвоните");
    await page.locator("main form button.button-primary").last().click();
    await done(page).waitFor();
    assert.match(await done(page).textContent(), /Сохранено карточек: 1/);
    const wrong = page.locator("input[aria-invalid=true]");
    assert.equal(await wrong.count(), 1);
    assert.equal(await wrong.inputValue(), "позвоните");
    assert.deepEqual(await axe(page), []);
  });

  test("check 22: a card that is there is told of while the same person is typed", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/duplicates`);
    const there = await page.locator("table tbody td").first().textContent();
    const [last, first, middle] = there.trim().split(/\s+/);
    await page.goto(`${base}/people/parents/new`);
    await page.fill("#last_name", last.toLowerCase());
    await page.fill("#first_name", first);
    await page.fill("#middle_name", middle);
    await page.fill("#born_on", /\d\d\.\d\d\.\d{4}/.exec(there)[0]);
    await page.keyboard.press("Tab");
    const told = page.locator("[role=status]", { hasText: "Похоже, это тот же человек" });
    await told.locator("a").first().waitFor();
    assert.deepEqual(await axe(page), []);
    await told.locator("a").first().click();
    await page.waitForURL(/people\/parents\/\d+$/);
    assert.ok((await page.textContent("h1")).includes(last));
  });

  test("PPL-11: a parent entered twice becomes one card, and two again", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/duplicates`);
    const pairs = await page.locator("table tbody tr").count();
    assert.ok(pairs > 0);
    await page.locator("a", { hasText: "Сравнить" }).first().click();
    assert.deepEqual(await axe(page), []);
    if ((await page.locator("button", { hasText: "Объединить" }).count()) === 0) {
      await page.locator("a", { hasText: "Попробовать наоборот" }).click();
    }
    await page.locator("button", { hasText: "Объединить" }).click();
    await page.waitForURL(/people\/(parents|duplicates)/);
    await page.goto(`${base}/people/duplicates`);
    assert.equal(await page.locator("table tbody tr").count(), pairs - 1);
    await page.locator("button", { hasText: "Разъединить" }).click();
    await page.locator("table tbody tr").first().waitFor();
    assert.equal(await page.locator("table tbody tr").count(), pairs);
  });
});

describe("slips", () => {
  test("check 30: a parent enters by the QR code of a slip in four screens, once", { timeout: 120_000 }, async () => {
    const office = await open("admin");
    const base = await school(office);
    await office.goto(`${base}/settings/accounts`);
    const row = office.locator("table.table tbody tr", { hasText: "родитель" }).first();
    await row.locator("input[type=checkbox]").check();
    await office.selectOption("select[name=action]", { label: "Выдать листки" });
    await office.locator(".bulk button").click();
    const code = office.locator(".slip-qr").first();
    const side = Number((await code.getAttribute("viewBox")).split(" ")[2]);
    const address = readQr(await code.locator("path").last().getAttribute("d"), side);
    assert.match(address, /\/start\/[a-z0-9]+$/);
    const path = new URL(address).pathname;

    const parent = await open(null, { viewport: PHONE });
    const screens = [];
    parent.on("framenavigated", (it) => it === parent.mainFrame() && screens.push(new URL(it.url()).pathname));
    const began = performance.now();
    await parent.goto(path);
    assert.equal(await parent.locator("main [type=email]").count(), 0, "no e-mail is asked for");
    assert.deepEqual(await sticksOut(parent), []);
    await parent.fill("#password", "Lipovyj-Most-2718");
    await parent.fill("#again", "Lipovyj-Most-2718");
    await parent.press("#again", "Enter");
    await parent.waitForURL(/\/my\/day/);
    await parent.locator("h1").waitFor();
    assert.ok(performance.now() - began <= 60_000);
    assert.ok(new Set(screens).size <= 4, screens.join(", "));

    const again = await open(null, { viewport: PHONE });
    await again.goto(path);
    assert.equal(await again.locator("#password").count(), 0, "the code is used");
    await again.locator("h1", { hasText: /использован|сработал|не действует/i }).waitFor();
  });
});
