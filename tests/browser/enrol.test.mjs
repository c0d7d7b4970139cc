// From an empty card to printed slips, and from class to class (checks 21 and 22; MOV-1, MOV-2, PPL-5).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, DESKTOP, look, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

const SNILS = "112-233-445 95";
const typed = {
  "#last_name": "Ковшова",
  "#first_name": "Варвара",
  "#middle_name": "Игоревна",
  "#born_on": "14.03.2014",
  "#lives_at": "г. Крымск, ул. Садовая, 12",
  "#snils": SNILS,
  "#consent_on": "12.11.2026",
  "#consent_document": "мать, папка 6А",
};

/** Opens whatever is folded around the field, fills it. */
async function fill(page, field, text) {
  const it = page.locator(field).first();
  if (!(await it.isVisible())) {
    await it.evaluate((el) => el.closest("details")?.setAttribute("open", ""));
  }
  await it.fill(text);
}

describe("enrolment", () => {
  test("check 21: pupil, parent, order and slips are four screens; surname and address of the parent stand there", { timeout: 120_000 }, async () => {
    const page = await open("secretary");
    const base = await school(page);
    const screens = new Set();
    page.on("framenavigated", (it) => it === page.mainFrame() && screens.add(new URL(it.url()).pathname));
    const began = performance.now();
    await page.goto(`${base}/people/pupils/new`);
    for (const [field, text] of Object.entries(typed)) {
      await fill(page, field, text);
    }
    await picture(page, "enrol 1 pupil", { fullPage: true });
    await page.locator("button[name=then][value=parent]").click();
    await page.waitForURL(/people\/parents\/new/);
    assert.equal(await page.inputValue("#last_name"), "Ковшова");
    assert.equal(await page.inputValue("#lives_at"), typed["#lives_at"]);
    await page.check("input[name=kinship][value=mother]");
    await fill(page, "#first_name", "Елена");
    await fill(page, "#middle_name", "Павловна");
    await fill(page, "#mobile", "8 918 222-33-44");
    await picture(page, "enrol 2 parent", { fullPage: true });
    await page.locator("button[name=then][value=order]").click();
    await page.waitForURL(/movement\/orders\/new/);
    const ticked = page.locator("#pupils input[name=pupils]:checked");
    assert.equal(await ticked.count(), 1, "the new pupil is ticked");
    await page.selectOption("#class", { label: "6А" });
    const id = await ticked.getAttribute("value");
    await page.fill(`input[name="number.${id}"]`, "К/901");
    await picture(page, "enrol 3 order", { fullPage: true });
    await page.locator("button[name=then][value=slips]").click();
    await page.waitForURL(/accounts\/sheets\/\d+$/);
    const slips = page.locator(".slip");
    assert.equal(await slips.count(), 2, "of the pupil and of the mother");
    assert.equal(await slips.filter({ hasText: "Ковшова Варвара" }).locator(".slip-qr").count(), 1);
    assert.equal(await slips.filter({ hasText: "Ковшова Елена" }).locator(".slip-qr").count(), 1);
    assert.ok(performance.now() - began < 60_000, "the pages leave the time to whoever types");
    assert.ok(screens.size <= 4, [...screens].join(" "));
    for (const viewport of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      assert.deepEqual([await axe(page), await sticksOut(page)], [[], []]);
      await picture(page, `enrol 4 slips ${viewport.width}`, { fullPage: true });
    }

    // The order stands as issued; its slips can be printed anew, of those who have not entered yet.
    await page.goto(`${base}/movement/orders`);
    await page.locator("table tbody a").first().click();
    await page.locator(".badge", { hasText: "издан" }).waitFor();
    await page.locator("main", { hasText: "Ковшова" }).waitFor();
    const order = page.url();
    for (const viewport of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      assert.deepEqual([await axe(page), await sticksOut(page)], [[], []]);
      await picture(page, `enrol 5 order ${viewport.width}`, { fullPage: true });
    }
    const used = await open();
    await page.locator("form[action$='/slips'] button").click();
    await page.waitForURL(/accounts\/sheets\/\d+$/);
    const mother = slips.filter({ hasText: "Ковшова Елена" });
    await used.goto(`/start/${(await mother.locator(".slip-code").textContent()).replaceAll("-", "").trim()}`);
    await used.fill("#password", "Lipovyj-Most-2718");
    await used.fill("#again", "Lipovyj-Most-2718");
    await used.press("#again", "Enter");
    await used.waitForURL((it) => !it.pathname.startsWith("/start"));
    await page.goto(order);
    await page.locator("form[action$='/slips'] button").click();
    await page.waitForURL(/accounts\/sheets\/\d+$/);
    assert.equal(await slips.count(), 1, "who chose a password gets no slip from the office");
    assert.equal(await mother.count(), 0);
    // Accounts themselves stay closed to the secretary (§10).
    assert.equal((await page.request.get(`${base}/settings/accounts`)).status(), 403);

    // MOV-3: the number of the order stands in the card and in the book.
    await page.goto(`${base}/people/pupils/${id}`);
    await page.locator("main", { hasText: "К/901" }).waitFor();
    await page.goto(`${base}/movement/alphabet?q=${encodeURIComponent("Ковшова")}`);
    await page.locator("table tbody tr", { hasText: "К/901" }).first().waitFor();
  });

  test("check 22: a СНИЛС that another card has is told of before the card is saved", async () => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/pupils/new`);
    await fill(page, "#last_name", "Ковшева");
    await fill(page, "#first_name", "Варя");
    await fill(page, "#born_on", "01.02.2014");
    await fill(page, "#snils", SNILS);
    await fill(page, "#consent_on", "12.11.2026");
    await fill(page, "#consent_document", "мать");
    await page.locator("main form button.button-primary").first().click();
    await page.locator("main form").first().waitFor();
    assert.match(page.url(), /people\/pupils/);
    const told = page.locator(".alert, [role=status], .error", { hasText: /СНИЛС|Похоже/ }).first();
    await told.waitFor();
    const card = page.locator("main a[href*='/people/pupils/']", { hasText: "Ковшова" });
    assert.ok((await card.count()) > 0, "with a link to the card that is there");
    await picture(page, "enrol same snils");
    assert.deepEqual(await axe(page), []);
  });
});

describe("from class to class", () => {
  test("MOV-2: the new class teacher sees the marks of before, the journal hatches the days before", { timeout: 120_000 }, async () => {
    const office = await open("secretary");
    const base = await school(office);
    await office.goto(`${base}/movement/orders/new?type=transfer`);
    await office.fill("#ordered_on", "16.11.2026");
    await office.fill("#effective_on", "17.11.2026");
    await office.selectOption("#class", { label: "7А" });
    const group = office.locator("#pupils details", { has: office.locator("summary", { hasText: /^7Б/ }) });
    await group.locator("summary").click();
    const box = group.locator("input[type=checkbox]").nth(1);
    const id = await box.getAttribute("value");
    const name = (await group.locator(".check-text").nth(1).evaluate((it) => it.firstChild.textContent)).trim();
    await box.check();
    await office.locator("main form.form .form-actions button").first().click();
    await office.waitForURL(/orders\/\d+$/);
    await office.locator("form[action$='/issue'] button").click();
    await office.locator(".badge", { hasText: "издан" }).waitFor();

    const teacher = await open("klassruk");
    await teacher.goto(`${base}/people/pupils/${id}/study`);
    await teacher.locator("table tbody tr", { hasText: "7Б" }).waitFor();
    await picture(teacher, "transfer study");
    await teacher.goto(`${base}/people/pupils/${id}/charts`);
    await teacher.locator("h1", { hasText: name.split(" ")[0] }).waitFor();
    assert.ok((await teacher.locator("main svg").count()) > 0, "marks of the former class are drawn");
    await picture(teacher, "transfer charts", { fullPage: true });

    const deputy = await open("zavuch", { viewport: DESKTOP });
    await deputy.goto(`${base}/journal`);
    const href = await deputy.evaluate(() => {
      const all = [...document.querySelectorAll("main a[href*='/journal/']")];
      return all.find((it) => it.textContent.trim() === "Биология" && (it.closest("section")?.textContent ?? "").includes("7А"))?.getAttribute("href");
    });
    assert.ok(href, "a journal of 7А");
    await deputy.goto(href);
    await deputy.waitForSelector(".journal-table");
    const [last, first] = name.split(" ");
    const row = deputy.locator("tr", { hasText: new RegExp(`${last}\\s+${first}`) }).first();
    await row.waitFor();
    const all = await row.locator(".cell").count();
    const out = await row.locator(".cell[data-lock=out]").count();
    assert.ok(0 < out && out < all, `${out} of ${all} cells are hatched`);
    await picture(deputy, "transfer journal");
  });
});

describe("without a class", () => {
  test("MOV-4: the year's transition names a pupil without a class and leads to the order", { timeout: 120_000 }, async () => {
    const office = await open("secretary");
    const base = await school(office);
    await office.goto(`${base}/people/pupils/new`);
    await fill(office, "#last_name", "Ольхов");
    await fill(office, "#first_name", "Тимур");
    await fill(office, "#born_on", "05.05.2013");
    await office.locator("main form button.button-primary").first().click();
    await office.waitForURL(/people\/pupils\/\d+/);
    const id = /pupils\/(\d+)/.exec(office.url())[1];
    const drawUp = async (number) => {
      await office.goto(`${base}/movement/orders/new?type=enrolment&pupil=${id}`);
      await office.selectOption("#class", { label: "7 параллель" });
      await office.fill(`input[name="number.${id}"]`, number);
      await office.locator("main form.form .form-actions button").first().click();
      await office.waitForURL(/orders\/\d+$/);
    };
    // MOV-3: a number that another pupil has is refused at the line.
    await office.goto(`${base}/movement/alphabet`);
    const other = /[А-Я]\/\d+/.exec(await office.locator("table tbody tr").first().innerText())[0];
    await drawUp(other);
    await office.locator("tr.row-bad .error", { hasText: "Номер личного дела занят" }).waitFor();
    assert.equal(await office.locator("form[action$='/issue']").count(), 0, "it cannot be issued so");
    assert.deepEqual(await axe(office), []);
    await picture(office, "order with a taken number");
    await office.locator("button", { hasText: "Удалить черновик" }).click();
    await office.waitForURL(/movement\/orders$/);
    await drawUp("О/900");
    await office.locator("form[action$='/issue'] button").click();
    await office.locator(".badge", { hasText: "издан" }).waitFor();

    const deputy = await open("zavuch");
    for (const step of ["check", "year"]) {
      await deputy.goto(`${base}/settings/rollover/${step}`);
    }
    await deputy.goto(`${base}/settings/rollover/check`);
    const named = deputy.locator("main li", { hasText: "Ольхов Тимур" });
    await named.getByText("7 параллель").waitFor();
    for (const theme of ["light", "dark"]) {
      await look(deputy, theme);
      for (const viewport of [DESKTOP, PHONE]) {
        await deputy.setViewportSize(viewport);
        await deputy.goto(`${base}/settings/rollover/check`);
        assert.deepEqual(await axe(deputy), []);
        assert.deepEqual(await sticksOut(deputy), []);
        await picture(deputy, `rollover check ${theme} ${viewport.width}`, { fullPage: true });
      }
    }
    await look(deputy, "light");
    await deputy.setViewportSize(DESKTOP);
    await deputy.goto(`${base}/settings/rollover/check`);
    await named.locator("a").click();
    await deputy.waitForURL(/orders\/new\?type=transfer/);
    assert.equal(await deputy.locator("#pupils input[name=pupils]:checked").getAttribute("value"), id);
    await picture(deputy, "rollover placing order");
  });
});
