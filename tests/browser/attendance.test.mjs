// Reasons of absences (C1), a parent's notice (P3), the roll-call on a phone (T3): JRN-4.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql, TODAY } from "./server.mjs";

useServer();

const ask = (query) => psql(world.server.database, query)[0];
const number = (query) => Number(ask(query));

/** A pupil of the class teacher's class who missed lessons without a reason. */
const UNEXPLAINED = `
  select a.pupil_id || ' ' || min(l.held_on) || ' ' || max(l.held_on) || ' ' || count(*)
    from journal.attendance a join schedule.lesson l using (org_id, lesson_id)
    join movement.class_member m on m.org_id = a.org_id and m.pupil_id = a.pupil_id and m.during @> l.held_on
    join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
    join identity.membership u on u.org_id = c.org_id and u.person_id = c.teacher_id and u.login = 'klassruk'
   where a.code = 'ОТ' and l.held_on between date '${TODAY}' - 30 and date '${TODAY}'
   group by a.pupil_id order by count(*) desc, a.pupil_id limit 1`;

const people = (iso) => iso.split("-").reverse().join(".");

describe("attendance of the own class", () => {
  test("C1: a reason for an interval is set from the menu, and taken back from the toast", async () => {
    const [pupil, from, to, lessons] = ask(UNEXPLAINED).split(" ");
    const page = await open("klassruk");
    await page.goto(`${await school(page)}/`);
    await page.locator("[data-nav=journal]").click();
    await page.locator("[data-tab=attendance]").click();
    await page.locator(".heat").waitFor();
    assert.deepEqual(await axe(page), []);
    await page.locator("#reason-form > summary").click();
    await page.selectOption("#pupil", pupil);
    await page.fill("#first_on", people(from));
    await page.fill("#last_on", people(to));
    await page.check("[name=reason][value=ill]");
    await page.press("#last_on", "Enter");
    const toast = page.locator(".toast");
    await toast.waitFor();
    assert.match(await toast.textContent(), new RegExp(`Изменено уроков: ${lessons}\\.`));
    const left = `select count(*) from journal.attendance a join schedule.lesson l using (org_id, lesson_id)
      where a.pupil_id = ${pupil} and a.code = 'ОТ' and l.held_on between '${from}' and '${to}'`;
    assert.equal(number(left), 0);
    await toast.locator("form button").click();
    await page.locator(".toast", { hasText: "Документ отозван" }).waitFor();
    assert.equal(number(left), Number(lessons));
  });

  test("P3: a notice of a parent stands on the first page and is accepted by one press", async () => {
    const page = await open("klassruk");
    await page.goto(`${await school(page)}/`);
    const notice = page.locator("section[aria-labelledby=notices] .notice").first();
    await notice.waitFor();
    await notice.locator("form[action$='/accept'] button").click();
    await page.locator(".toast", { hasText: "Причина записана" }).waitFor();
    assert.equal(number("select count(*) from journal.absence_notice where state = 'accepted'"), 1);
    assert.equal(await page.locator("section[aria-labelledby=notices]").count(), 0);
  });

  test("P3: a parent's photo of a certificate reaches the class teacher and stays with the document", async () => {
    const parent = await open("parent", { viewport: PHONE });
    await parent.goto("/my/absence");
    await parent.locator(".choice", { hasText: "Другие дни" }).click();
    await parent.fill("#first_on", "25.11.2026");
    await parent.fill("#last_on", "27.11.2026");
    await parent.locator(".choice", { hasText: "Болеет" }).click();
    await parent.setInputFiles("#file", { name: "справка.exe", mimeType: "image/png", buffer: Buffer.from("MZ no picture") });
    await parent.locator("form[action='/my/absence'] button").click();
    await parent.locator(".error-summary").waitFor();
    assert.equal(await parent.inputValue("#first_on"), "25.11.2026", "what was typed stays");
    await parent.setInputFiles("#file", { name: "справка.png", mimeType: "image/png", buffer: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex") });
    assert.deepEqual(await axe(parent), []);
    await picture(parent, "notice-photo-360", { fullPage: true });
    await parent.locator("form[action='/my/absence'] button").click();
    await parent.locator(".toast", { hasText: "Сообщение отправлено" }).waitFor();
    await parent.locator("#sent ~ .list", { hasText: "справка.png" }).waitFor();
    assert.deepEqual(await sticksOut(parent), []);

    const page = await open("klassruk");
    await page.goto(`${await school(page)}/`);
    const notice = page.locator("section[aria-labelledby=notices] .notice", { hasText: "справка.png" });
    await picture(page, "notice-photo");
    const loading = page.waitForEvent("download");
    await notice.locator("a", { hasText: "справка.png" }).click();
    assert.equal((await loading).suggestedFilename(), "справка.png");
    await notice.locator("form[action$='/accept'] button").click();
    await page.locator(".toast", { hasText: "Причина записана" }).waitFor();
    await page.goto(`${await school(page)}/attendance?on=2026-11-25`);
    assert.equal(number("select count(*) from journal.absence_file f join journal.absence_document d using (org_id, document_id) where d.notice_id is not null and f.name = 'справка.png'"), 1);
    // Nothing of the family's health is for a subject teacher.
    const href = ask("select '/journal/' || c.class_id || '/notices/' || n.notice_id || '/files/' || f.file_id from journal.notice_file f join journal.absence_notice n using (org_id, notice_id) join movement.class_member m on m.org_id = n.org_id and m.pupil_id = n.pupil_id and m.during @> n.first_on join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id");
    const teacher = await open("teacher");
    const answer = await teacher.request.get(`${await school(teacher)}${href}`);
    assert.ok([403, 404].includes(answer.status()), String(answer.status()));
  });

  test("P3: a parent reports an absence with three taps", async () => {
    const page = await open("parent", { viewport: PHONE });
    await page.goto("/my/day");
    await page.locator("a[href^='/my/absence']").first().click();
    assert.deepEqual(await sticksOut(page), []);
    assert.deepEqual(await axe(page), []);
    await page.locator(".choice", { hasText: "Болеет" }).click();
    await page.locator("form[action='/my/absence'] button").click();
    await page.locator(".toast", { hasText: "Сообщение отправлено" }).waitFor();
    assert.match(await page.locator("#sent ~ .list").textContent(), /ждёт ответа/);
  });
});

describe("the roll-call on a phone", () => {
  test("T3: a tap on the name goes н → о → there, and without a script the choices do", async () => {
    for (const js of [true, false]) {
      const page = await open("teacher", { viewport: PHONE, js });
      await page.goto(`${await school(page)}/`);
      await page.locator("#my-lessons ~ ol a.button-small").first().click();
      const row = page.locator(".roll-row").nth(1);
      await row.waitFor();
      assert.deepEqual(await sticksOut(page), []);
      const height = (await row.boundingBox()).height;
      assert.ok(height >= 44 && height <= 72, `a pupil takes ${height} px`);
      const size = await row.locator(".choice").first().boundingBox();
      assert.ok(size.width >= 44 && size.height >= 44, JSON.stringify(size));
      const chosen = () => row.locator("input[type=radio]:checked").inputValue();
      if (js) {
        const before = await chosen();
        const seen = [];
        for (let tap = 0; tap < 3; tap += 1) {
          await row.locator(".roll-name").click();
          seen.push(await chosen());
        }
        assert.equal(new Set(seen).size, 3);
        assert.equal(seen[2], before);
      }
      await row.locator(".choice", { hasText: "Н" }).click();
      assert.equal(await chosen(), "Н");
      page.on("dialog", (it) => it.accept());
    }
  });
});
