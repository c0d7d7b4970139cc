// A pupil goes from one school of the region to another without retyping (MOV-5).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

/** The secretary of the second school signs in with the password of the first one's. */
function secondSecretary() {
  psql(
    world.server.database,
    `with other as (
       select m.org_id, m.account_id from identity.membership m
       join identity.role_grant g on g.org_id = m.org_id and g.account_id = m.account_id
       where g.role = 'secretary' and m.org_id <> (select org_id from identity.membership where login = 'secretary')
       order by m.org_id, m.account_id limit 1)
     update identity.account a set login = 'secretary2', must_change = false, password_set_at = s.password_set_at,
            password_hash = s.password_hash
     from other, identity.account s where a.account_id = other.account_id and s.login = 'secretary'`,
    `update identity.membership m set login = 'secretary2' from identity.account a
     where a.account_id = m.account_id and a.login = 'secretary2'`,
  );
  world.server.logins.secretary2 = world.server.logins.secretary;
}

useServer(secondSecretary, { schools: 2 });

const main = (page) => page.locator("main form.form .form-actions button").first();

async function looked(page, name) {
  assert.deepEqual(await axe(page), []);
  await picture(page, name);
  await page.setViewportSize(PHONE);
  assert.deepEqual(await sticksOut(page), []);
  await picture(page, `${name}-360`);
  await page.setViewportSize({ width: 1280, height: 800 });
}


/** Draws up and issues the order of leaving for the first pupil of a class; the pupil. */
async function leaves(page, base, group) {
  await page.goto(`${base}/movement/orders/new?type=leaving`);
  await page.fill("#ordered_on", "18.11.2026");
  await page.fill("#effective_on", "18.11.2026");
  await page.selectOption("#reason", "other_school");
  await page.selectOption("#school", { index: 1 });
  const box = page.locator("#pupils details", { has: page.locator("summary", { hasText: group }) });
  await box.locator("summary").click();
  const pupil = (await box.locator(".check-text").nth(4).evaluate((it) => it.firstChild.textContent)).trim();
  await box.locator("input[type=checkbox]").nth(4).check();
  await looked(page, "transfer-order-form");
  await main(page).click();
  await page.waitForURL(/orders\/\d+$/);
  await page.locator("button", { hasText: "Издать" }).click();
  await page.locator(".badge", { hasText: "издан" }).waitFor();
  return pupil;
}

/** Opens the transfer of the pupil from the list. */
async function transferOf(page, base, pupil) {
  await page.goto(`${base}/movement/transfers`);
  await looked(page, "transfers");
  await page.locator("table.table a", { hasText: pupil }).first().click();
  await page.waitForURL(/transfers\/\d+$/);
}

describe("transfer", () => {
  test("MOV-5: school A lets go, school B accepts, A's card says where to", async () => {
    const from = await open("secretary");
    const to = await open("secretary2");
    const [here, there] = [await school(from), await school(to)];
    assert.notEqual(here, there);
    const pupil = await leaves(from, here, /^6А/);

    await transferOf(to, there, pupil);
    await to.getByText("Текущие отметки").first().waitFor();
    assert.match(await to.locator("main").textContent(), /не передаются/, "what does not travel is said");
    await looked(to, "transfer-offered");
    await to.locator("a", { hasText: "Принять" }).click();
    await to.waitForURL(/\/accept$/);
    await to.locator("#class").selectOption({ index: 1 });
    const chosen = await to.locator("#class option:checked").textContent();
    assert.match(chosen, /^6\S* \(учеников: \d+, станет \d+\)$/);
    await looked(to, "transfer-accept");
    await main(to).click();
    await to.waitForURL(/orders\/\d+$/);
    assert.match(await to.locator("main").textContent(), new RegExp(pupil));
    await to.locator("button", { hasText: "Издать" }).click();
    await to.locator(".badge", { hasText: "издан" }).waitFor();

    // In the new school: in the class, with the marks beside.
    await to.locator("table.table a", { hasText: pupil }).first().click();
    await to.goto(`${to.url().split("?")[0]}/study`);
    await to.locator("a", { hasText: "Отметки из прежней школы" }).click();
    await to.waitForURL(/former-marks$/);
    await to.locator("table.table tbody tr").first().waitFor();
    await looked(to, "former-marks");

    // In the old one: told, and written where to.
    await transferOf(from, here, pupil);
    await from.locator(".badge", { hasText: "зачислен" }).waitFor();
    assert.match(await from.locator("main").textContent(), /приказ № \d+-з/);
    await looked(from, "transfer-enrolled");
    await from.locator("a", { hasText: "Карточка ученика" }).click();
    await from.goto(`${from.url()}/study`);
    assert.match(await from.locator("main").textContent(), /перевод в другую школу/);

    // The extract as a file.
    await transferOf(from, here, pupil);
    const path = new URL(from.url()).pathname;
    const pdf = await from.request.get(`${path}/print?as=pdf`);
    assert.equal(pdf.headers()["content-type"], "application/pdf");
  });

  test("MOV-5: a request tells nothing before the answer, and the answer may be no", async () => {
    const from = await open("secretary");
    const to = await open("secretary2");
    const [here, there] = [await school(from), await school(to)];
    await to.goto(`${there}/movement/transfers/new`);
    await looked(to, "transfer-ask");
    await to.selectOption("#school", { index: 1 });
    await to.fill("#last_name", "Небывалов");
    await to.fill("#first_name", "Пётр");
    await to.fill("#born_on", "01.02.2015");
    await main(to).click();
    await to.locator(".error-summary").waitFor();
    assert.equal(await to.inputValue("#last_name"), "Небывалов", "nothing typed is lost");
    await to.fill("#file_number", "Н/1");
    await main(to).click();
    await to.waitForURL(/transfers\/\d+$/);
    await to.getByText("неизвестно, учится ли там такой ученик").waitFor();

    await transferOf(from, here, "Небывалов");
    await from.getByText("Похожего ученика в школе нет").waitFor();
    await looked(from, "transfer-asked");
    await from.locator("summary", { hasText: "Отказать в запросе" }).click();
    await from.fill("#reason", "Не учится у нас");
    await from.locator("button", { hasText: "Отказать в запросе" }).click();
    await from.locator(".badge", { hasText: "отказано" }).waitFor();
    await to.reload();
    await to.getByText("Не учится у нас").waitFor();
  });
});

describe("enrolment", () => {
  test("check 21: pupil, parent, order and the parent's slip in four screens", { timeout: 120_000 }, async () => {
    const page = await open("secretary");
    const base = await school(page);
    const screens = new Set();
    page.on("framenavigated", (it) => it === page.mainFrame() && screens.add(new URL(it.url()).pathname.replace(/\d+/g, "*")));
    await page.goto(`${base}/people/pupils/new`);
    await page.fill("#last_name", "Двадцатипервова");
    await page.fill("#first_name", "Нина");
    await page.fill("#middle_name", "Сергеевна");
    await page.fill("#born_on", "05.06.2015");
    await page.fill("#lives_at", "г. Крымск, ул. Ленина, д. 1");
    await page.locator("button[name=then][value=parent]").click();
    await page.waitForURL(/parents\/new\?child=\d+$/);
    const pupil = page.url().match(/\d+$/)[0];
    assert.equal(await page.inputValue("#last_name"), "Двадцатипервова", "the surname is there");
    assert.equal(await page.inputValue("#lives_at"), "г. Крымск, ул. Ленина, д. 1", "and the address");
    await page.locator("label", { hasText: /^мать$/ }).click();
    await page.fill("#first_name", "Анна");
    await page.fill("#middle_name", "Павловна");
    await page.locator("button[name=then][value=order]").click();
    await page.waitForURL(/orders\/new\?/);
    assert.ok(await page.locator(`#pupils input[value="${pupil}"]`).isChecked(), "the pupil is ticked");
    await page.selectOption("#class", { label: "5А" });
    await page.locator("button[name=then][value=slips]").click();
    await page.waitForURL(/accounts\/sheets\/\d+$/);
    assert.ok(screens.size <= 4, [...screens].join(", "));
    assert.equal(await page.locator(".slip").count(), 2, "both have a login from now on");
    assert.equal(await page.locator(".slip-qr").count(), 2);
  });
});
