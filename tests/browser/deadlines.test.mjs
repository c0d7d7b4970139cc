// Boards of deadlines (DLN-3, DLN-6): 16 September, check 17, checks 41 and 47.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { LOOKS, PHONE, axe, look, open, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer(undefined, { today: "2026-09-16" });

const number = (query) => Number(psql(world.server.database, query)[0]);

describe("deadlines on 16 September", () => {
  test("16 September in one walk: who has no plan, all reminded in two clicks, a letter, its link, the lesson filled, the debt gone", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    // Who has no plan: one click from the board.
    await page.goto(`${home}/control`);
    await page.locator("tr", { hasText: "КТП" }).locator("th a").first().click();
    await page.waitForURL(/control\/rules\//);
    assert.ok((await page.locator("section[aria-labelledby^=d-] h2").count()) > 0, "by name");

    await page.goto(`${home}/`);
    const card = page.locator("section[aria-labelledby=bell-school]");
    const told = await card.locator("a.button").textContent();
    const people = Number(/\((\d+)\)/.exec(told)[1]);
    assert.ok(people > 0, told);
    await card.locator("a.button").click();
    await page.locator("[data-remind]").click();
    await page.locator(".toast", { hasText: "Напоминания отправлены" }).waitFor();
    // A role that owes is one line of the board, and everybody who holds it is told.
    const sent = number("select count(*) from deadlines.nudge");
    assert.ok(sent >= people - 3, `${sent} of ${people}`);
    assert.equal(number("select count(distinct to_person) from deadlines.nudge"), sent, "one message each");
    assert.equal(number("select count(*) from kernel.outbox where kind = 'deadlines.reminded'"), 1);

    // The letter to the teacher lies in the mailbox of the demonstration.
    const person = number("select person_id from identity.membership where login = 'teacher'");
    const name = psql(world.server.database, `select last_name || ' ' || first_name from people.person where person_id = ${person}`)[0];
    const letter = page.locator("main a[href^='/demo/mail/']").first();
    for (const end = Date.now() + 150_000; Date.now() < end; ) {
      await page.goto(`/demo/mail?to=${encodeURIComponent(name)}`);
      if (await letter.count()) {
        break;
      }
    }
    await letter.click();
    await page.waitForURL(/demo\/mail\/\d+$/);
    const text = await page.locator("main").textContent();
    const link = /https?:\S+\/journal\/lesson\/\d+(?=\s)/.exec(text)?.[0];
    assert.ok(link, text);
    // As the mail program shows it, the same link.
    const frame = page.frameLocator("iframe");
    await frame.locator(`a[href="${link}"]`).first().waitFor();
    await picture(page, "letter");

    // The teacher follows the link, signs in, and stands where it is done.
    const teacher = await open(null);
    await teacher.goto(link);
    await teacher.waitForURL(/\/login\?next=/);
    await teacher.fill("#login", "teacher");
    await teacher.fill("#password", world.server.logins.teacher);
    await teacher.press("#password", "Enter");
    const place = new URL(link).pathname;
    await teacher.waitForURL((it) => it.pathname === place);
    const owed = `select count(*) from deadlines.debt where closed_at is null and duty in ('journal.lesson', 'journal.homework') and place = '${place.replace(home, "")}'`;
    assert.ok(number(owed) > 0, "it is owed");
    // The first page tells who reminds.
    await teacher.goto(`${home}/`);
    await teacher.locator("section[aria-labelledby=bell-mine]", { hasText: "напоминает" }).waitFor();
    await teacher.goto(link);
    await teacher.locator("[name=topic]").fill("Повторение");
    await teacher.locator("[name=homework]").fill("№ 12");
    await teacher.locator("button", { hasText: "Сохранить урок" }).click();
    await teacher.locator(".toast").waitFor();
    // A page looks again when the last look is some seconds old.
    for (const end = Date.now() + 60_000; number(owed) > 0 && Date.now() < end; ) {
      await teacher.goto(`${home}/deadlines`);
    }
    assert.equal(number(owed), 0, "closed by what the lesson says");
    assert.equal(await teacher.locator(`main section a[href$="${place}"]`).count(), 0, "gone from what is owed");
    assert.ok((await teacher.locator(`main details a[href$="${place}"]`).count()) > 0, "among what is done");

    await page.goto(`${home}/control/reminders`);
    assert.equal(number("select count(*) from deadlines.nudge"), sent, "opening sends nothing");
  });

  test("check 17: a repetition within a day is asked for", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/control/reminders`);
    assert.match(await page.locator("[data-remind]").textContent(), /Напомнено сегодня в \d\d:\d\d\. Повторить\?/);
  });

  test("check 41: overdue rules are red, one click to who owes, one more to the place", async () => {
    const page = await open("zavuch");
    await page.goto(`${await school(page)}/control`);
    const row = page.locator("tr.due-late-row").first();
    const overdue = Number(await row.locator("a.late").textContent());
    assert.ok(overdue > 0);
    assert.deepEqual(await axe(page), []);
    await row.locator("th a").click();
    await page.waitForURL(/control\/rules\//);
    assert.deepEqual(await axe(page), []);
    const place = page.locator(".due-line a.lesson-subject").first();
    const href = await place.getAttribute("href");
    await place.click();
    await page.waitForURL((it) => it.pathname === new URL(href, world.server.url).pathname);
    assert.equal(await page.locator("h1").count(), 1);
  });

  test("a teacher fills the lesson from the list and the debt disappears", async () => {
    const page = await open("teacher");
    const home = await school(page);
    const person = number("select person_id from identity.membership where login = 'teacher'");
    const lessons = `select count(*) from deadlines.debt where owner_person = ${person} and closed_at is null and duty = 'journal.lesson'`;
    await page.goto(`${home}/deadlines`);
    for (const more of await page.locator("details.due-more > summary").all()) {
      await more.click();
    }
    const line = page.locator("a.lesson-subject[href*='/journal/lesson/']").first();
    const before = number(lessons);
    assert.ok(before > 0, "the teacher owes a lesson");
    await line.click();
    await page.waitForURL(/journal\/lesson\/\d+/);
    await page.locator("[name=topic]").fill("Повторение");
    await page.locator("[name=homework]").fill("№ 12");
    await page.locator("button", { hasText: "Сохранить урок" }).click();
    await page.locator(".toast").waitFor();
    // A page looks again when the last look is some seconds old.
    for (const end = Date.now() + 60_000; number(lessons) >= before && Date.now() < end; ) {
      await page.goto(`${home}/deadlines`);
    }
    assert.ok(number(lessons) < before, "closed by what the lesson says");
  });

  test("a deadline is shifted with a reason and taken back with one click", async () => {
    const page = await open("director");
    const home = await school(page);
    const rule = psql(world.server.database, "select rule from deadlines.debt where closed_at is null and due_on < '2026-09-16' group by rule order by count(*) desc limit 1")[0];
    await page.goto(`${home}/control/rules/${rule}`);
    await page.locator("summary", { hasText: "Сдвинуть срок для всех" }).click();
    await page.locator("#to").fill("25.09.2026");
    await page.locator("#reason").fill("Карантин");
    await page.locator("form[action$='/shift'] button").click();
    await page.locator(".toast", { hasText: "Срок сдвинут до 25.09.2026" }).waitFor();
    assert.ok(number(`select count(*) from deadlines.debt where rule = '${rule}' and shifted_on = '2026-09-25'`) > 0);
    await page.locator(".toast button").first().click();
    await page.locator(".toast", { hasText: "Решение отменено" }).waitFor();
    assert.equal(number(`select count(*) from deadlines.debt where rule = '${rule}' and shifted_on is not null`), 0);
  });

  test("check 47: overview, worst school, rule, classes: three clicks, and Back", async () => {
    const page = await open("operator");
    await page.goto("/");
    const unit = await school(page);
    await page.goto(`${unit.replace("/o/", "/hub/")}/deadlines`);
    if (await page.locator(".heat").count()) {
      assert.deepEqual(await axe(page), []);
      await page.locator(".heat tbody th a").first().click();
      await page.waitForURL(/deadlines\/\d+$/);
      assert.deepEqual(await axe(page), []);
      await page.locator(".due-board tbody th a").first().click();
      await page.waitForURL(/deadlines\/\d+\/[^/]+$/);
      assert.deepEqual(await axe(page), []);
      await page.goBack();
      await page.goBack();
      await page.locator(".heat").waitFor();
    } else {
      await page.locator(".empty").waitFor();
    }
  });

  test("every page is readable in each look, on a phone and without a script", async () => {
    const director = await open("zavuch", { viewport: PHONE });
    const home = await school(director);
    const paths = ["/deadlines", "/deadlines/class", "/control", "/control/debts", "/control/discipline", "/control/reminders"];
    for (const name of Object.keys(LOOKS)) {
      await look(director, name);
      for (const path of paths) {
        await director.goto(home + path);
        assert.deepEqual(await axe(director), [], `${name} ${path}`);
        if (name !== "a11y") {
          assert.deepEqual(await sticksOut(director), [], `${name} ${path}`);
        }
      }
    }
    const plain = await open("zavuch", { js: false });
    for (const path of paths) {
      await plain.goto(home + path);
      assert.equal(await plain.locator("h1").count(), 1, path);
    }
  });
});
