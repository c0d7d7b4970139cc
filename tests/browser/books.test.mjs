// Books and certificates: the office issues, anybody checks, a family asks and gets; last summer's orders (MOV-3, MOV-4).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";
import { pdfPages } from "./pdf.mjs";

useServer();

const rows = (page) => page.locator("table.table tbody tr");

/** The page reads on 1280 and 360 px. */
async function legible(page, name) {
  assert.deepEqual(await axe(page), [], name);
  await picture(page, name, { fullPage: true });
  const wide = page.viewportSize();
  await page.setViewportSize(PHONE);
  assert.deepEqual(await sticksOut(page), [], name);
  await picture(page, `${name} 360`);
  await page.setViewportSize(wide);
}

/** What anybody reads who types the code of a paper. */
async function checked(code) {
  const stranger = await open(null, { viewport: PHONE });
  await stranger.goto("/public/check");
  await stranger.fill("#code", code);
  await stranger.locator("main form button").click();
  await stranger.locator(".alert").first().waitFor();
  assert.deepEqual(await axe(stranger), []);
  assert.deepEqual(await sticksOut(stranger), []);
  return stranger.locator("main").innerText();
}

/** Number and code of the certificate on the page. */
async function paper(page) {
  const number = /№ (\d+)/.exec(await page.textContent("h1"))[1];
  const code = (await page.locator("a[href^='/public/check/']").textContent()).trim();
  return { number, code };
}

describe("certificates", () => {
  test("S4: a certificate is issued, printed as PDF, confirmed to anybody, and refused once withdrawn", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/movement/certificates`);
    await page.locator("main a", { hasText: "Выдать справку" }).first().click();
    await page.waitForURL(/certificates\/new/);
    const pupil = page.locator("#pupil optgroup[label='7А'] option").first();
    const name = (await pupil.textContent()).trim();
    await page.selectOption("#pupil", await pupil.getAttribute("value"));
    await page.fill("#purpose", "в бассейн «Дельфин»");
    await legible(page, "certificate-form");
    await page.locator("main form button.button-primary").click();
    await page.waitForURL(/certificates\/\d+$/);
    await page.locator(".badge", { hasText: "действует" }).waitFor();
    const { number, code } = await paper(page);
    await legible(page, "certificate");

    const path = new URL(page.url()).pathname;
    await page.goto(`${path}/print`);
    await picture(page, "certificate-print", { fullPage: true });
    const pages = pdfPages(await page.pdf());
    assert.equal(pages.length, 1, "one sheet");
    const text = pages[0].text;
    assert.ok(text.includes(`№ ${number}`) && text.includes("7А"), text);
    assert.ok(text.includes(name.split(" ")[0].slice(0, 3)), `${name}: ${text}`);

    const found = await checked(code);
    assert.match(found, /действительна/i);
    assert.ok(found.includes(`№ ${number}`) && !found.includes(name), "the number, and no name");
    const other = code.replace(/\w$/, (it) => (it === "0" ? "1" : "0"));
    assert.match(await checked(other), /Справки с таким кодом нет/);
    assert.match(await checked("не код"), /Справки с таким кодом нет/);

    await page.goto(path);
    await page.locator("summary", { hasText: "Отозвать справку" }).click();
    await page.fill("#reason", "выдана по ошибке");
    await page.locator("form[action$='/end'] button").click();
    await page.locator(".badge", { hasText: "отозвана" }).waitFor();
    assert.match(await checked(code), /отозвана/i);
  });

  test("MOV-3: a parent asks on a phone, the office issues, the parent gets the paper", async () => {
    const parent = await open("parent", { viewport: PHONE });
    await parent.goto("/my/documents");
    const before = await parent.locator("main .list > li").count();
    await parent.fill("#purpose", "в школу искусств № 3");
    await parent.locator("main form.card button").click();
    await parent.waitForURL(/my\/documents/);
    const asked = parent.locator("main .list > li", { hasText: "в школу искусств № 3" });
    await asked.locator(".badge", { hasText: "ждёт выдачи" }).waitFor();
    assert.equal(await parent.locator("main .list > li").count(), before + 1);
    assert.deepEqual(await axe(parent), []);
    assert.deepEqual(await sticksOut(parent), []);
    await picture(parent, "documents-asked", { fullPage: true });

    const office = await open("secretary");
    await office.goto(`${await school(office)}/movement/certificates`);
    await rows(office).filter({ hasText: "в школу искусств № 3" }).locator("a").first().click();
    await office.locator("form[action$='/issue'] button").click();
    await office.locator(".badge", { hasText: "действует" }).waitFor();
    const { number } = await paper(office);

    await parent.goto("/my/documents");
    const got = parent.locator("main .list > li", { hasText: `№ ${number}` });
    await got.locator("a", { hasText: "Распечатать" }).click();
    await parent.waitForURL(/documents\/\d+\/print/);
    const text = pdfPages(await parent.pdf())[0].text;
    assert.ok(text.includes(`№ ${number}`) && text.includes("в школу искусств № 3"), text);
  });
});

describe("books", () => {
  test("MOV-3: the alphabet book, leavers and the report tell the same pupils", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/movement/alphabet`);
    const first = (await rows(page).first().innerText()).replace(/\s+/g, " ");
    assert.match(first, /А\/\d+/, "letters in the order of the alphabet");
    await legible(page, "alphabet");
    await page.goto(`${base}/movement/leavers`);
    assert.ok((await rows(page).filter({ hasText: /Аттестат|аттестат/ }).count()) > 0, "last summer's graduates");
    const leaver = (await rows(page).first().locator("th, td").first().innerText()).trim();
    await legible(page, "leavers");
    await page.goto(`${base}/movement/alphabet?q=${encodeURIComponent(leaver.split(" ")[0])}`);
    assert.ok((await page.locator("main").innerText()).includes(leaver.split(" ")[0]), leaver);
    await page.goto(`${base}/movement/numbers?period=year&level=classes`);
    await page.getByText("сходится").first().waitFor();
    await legible(page, "numbers");
  });

  test("MOV-4: last summer's orders stand in the book: promotion, a repeated year, graduation", async () => {
    const page = await open("secretary");
    const base = await school(page);
    for (const [number, kind] of [["1-пг", "перевод"], ["1-по", "второгодник"], ["2-вып", "выпуск"]]) {
      await page.goto(`${base}/movement/orders?f.number=${encodeURIComponent(number)}`);
      const row = rows(page).filter({ hasText: number }).first();
      assert.match((await row.innerText()).toLowerCase(), new RegExp(kind), number);
      await row.locator("a").first().click();
      await page.locator(".badge", { hasText: "издан" }).waitFor();
      await picture(page, `summer order ${number}`);
    }
    await page.goto(`${base}/movement/register?date=15.05.2026`);
    await page.locator("main", { hasText: "11А" }).waitFor();
  });
});
