// A day of the school (issue 3): a teacher fills five lessons, one of them on a phone without a network; the class
// teacher sets the reasons; the deputy head reminds the one who did not fill; the family reads (JRN-1, JRN-4, JRN-5, JRN-6).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { DESKTOP, login, open, PHONE, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql, TODAY } from "./server.mjs";

/** The child of the demo parent whose class the day is about. */
const day = {};
const ask = (query) => psql(world.server.database, query);
const one = (query) => ask(query)[0];

/** Somebody of the demo cast as a person of the school. */
const person = (name) => `(select person_id from identity.membership where login = '${name}' and ended_at is null limit 1)`;

/**
 * Makes the demo teacher the one who gives the first five lessons of today to the class of the parent's child, all
 * unfilled, and the demo class teacher the one who leads it.
 */
function prepare() {
  const [org, pupil, klass] = one(`
    select m.org_id || ' ' || m.pupil_id || ' ' || m.class_id
      from people.kinship k join movement.class_member m on m.org_id = k.org_id and m.pupil_id = k.pupil_id
      join curriculum.class c on c.org_id = m.org_id and c.class_id = m.class_id
     where k.parent_id = ${person("parent")} and k.until is null and m.during @> date '${TODAY}' and c.grade > 1
     order by c.grade desc, m.pupil_id limit 1`).split(" ");
  const lessons = ask(`
    select distinct on (l.number) l.lesson_id from schedule.lesson l
     where l.org_id = ${org} and l.class_id = ${klass} and l.held_on = '${TODAY}' and l.state <> 'cancelled'
       and (l.group_id is null or exists (select from curriculum.group_member g
             where g.org_id = l.org_id and g.group_id = l.group_id and g.pupil_id = ${pupil}))
     order by l.number limit 5`);
  Object.assign(day, { org, pupil, klass, lessons });
  const ids = lessons.join(", ");
  ask(`
    begin;
    set local session_replication_role = replica;
    update curriculum.class set teacher_id = ${person("klassruk")} where org_id = ${org} and class_id = ${klass};
    delete from journal.mark where lesson_id in (${ids});
    delete from journal.attendance where lesson_id in (${ids});
    delete from journal.entry where lesson_id in (${ids});
    delete from journal.rolled where lesson_id in (${ids});
    update schedule.lesson set teacher_id = ${person("teacher")} where org_id = ${org} and lesson_id in (${ids});
    update curriculum.load set teacher_id = ${person("teacher")}
     where org_id = ${org} and class_id = ${klass}
       and subject_id in (select subject_id from schedule.lesson where lesson_id in (${ids}));
    commit`);
}

useServer(prepare);

/** Fills the form of a lesson line by line; whoever is absent is so by a press. */
async function fill(page, { topic, homework, mark, absent }) {
  await page.fill("#topic", topic);
  await page.uncheck("[name=no_homework]");
  await page.fill("#homework", homework);
  if (mark) {
    await page.fill(`#m-${day.pupil}`, mark);
  }
  if (absent) {
    await page.check(`[name="a.${day.pupil}"][value="Н"]`, { force: true });
  }
  await page.locator(".sticky-actions button").click();
}

const saved = (page) => page.locator(".toast", { hasText: "Урок сохранён" }).first().waitFor();
const stored = (lesson) => one(`select coalesce((select topic from journal.entry where lesson_id = ${lesson}), '-')`);

describe("a day of the school", () => {
  test("teacher, class teacher, deputy head and parent", { timeout: 180_000 }, async () => {
    assert.equal(day.lessons.length, 5, "the class has five lessons today");
    const [first, second, third, fourth, fifth] = day.lessons;
    const lesson = (id) => `${day.home}/journal/lesson/${id}`;

    // The teacher, at a desk: three lessons with marks, an absence, topic and homework.
    const desk = await open("teacher");
    day.home = await school(desk);
    await desk.goto(lesson(first));
    await fill(desk, { topic: "Повторение", homework: "§ 1", mark: "5" });
    await saved(desk);
    await desk.goto(lesson(second));
    await fill(desk, { topic: "Новая тема", homework: "§ 2, устно", mark: "4" });
    await saved(desk);
    await desk.goto(lesson(third));
    await fill(desk, { topic: "Практикум", homework: "№ 10", absent: true });
    await saved(desk);

    // On the phone the network goes in the middle of the fourth lesson.
    const phone = await open("teacher", { viewport: PHONE });
    await phone.goto(lesson(fourth));
    assert.deepEqual(await sticksOut(phone), []);
    await phone.context().setOffline(true);
    await fill(phone, { topic: "Без связи", homework: "Выучить правило", absent: true });
    const state = phone.locator("[data-outbox-state]");
    await state.filter({ hasText: "Нет связи. Сохранено на этом устройстве" }).waitFor();
    assert.equal(stored(fourth), "-", "nothing came through");
    await phone.context().setOffline(false);
    await phone.locator(".toast", { hasText: "Отправлено" }).waitFor();
    assert.equal(await state.isVisible(), false);
    assert.equal(stored(fourth), "Без связи");
    const absences = `select count(*) from journal.attendance where lesson_id = ${fourth} and code = 'ОТ'`;
    assert.equal(one(absences), "1", "nothing is doubled");

    // What a closed page left on the phone goes out from the next one.
    await phone.goto(lesson(fifth));
    await phone.context().setOffline(true);
    await fill(phone, { topic: "Итоги", homework: "§ 5" });
    await state.filter({ hasText: "Нет связи" }).waitFor();
    await phone.goto("about:blank");
    await phone.context().setOffline(false);
    await phone.goto(`${day.home}/`);
    await phone.locator(".toast", { hasText: "Отправлено" }).waitFor();
    assert.equal(stored(fifth), "Итоги");

    // The class teacher tells why the child was away.
    const leader = await open("klassruk");
    await leader.goto(`${day.home}/journal/${day.klass}/attendance`);
    assert.equal(await leader.locator("[aria-current=page][data-nav]").getAttribute("data-nav"), "journal");
    await leader.locator("#reason-form > summary").click();
    await leader.selectOption("#pupil", day.pupil);
    await leader.check("[name=reason][value=ill]", { force: true });
    await leader.press("#last_on", "Enter");
    await leader.locator(".toast", { hasText: "Изменено уроков: 2" }).waitFor();

    // The deputy head sees who did not fill yesterday, and reminds in two presses.
    const deputy = await open("zavuch");
    await deputy.goto(`${day.home}/`);
    await deputy.locator("section[aria-labelledby=yesterday] a.button").click();
    await deputy.locator("[data-remind]").click();
    await deputy.locator(".toast", { hasText: "Напоминания отправлены" }).waitFor();
    assert.ok(Number(one("select count(*) from deadlines.nudge")) > 0);

    // The parent reads on a phone: marks, the illness and the homework.
    const parent = await open(null, { viewport: PHONE });
    await login(parent, "parent");
    await parent.goto(`/my/diary/week?child=${day.home.split("/").pop()}:${day.pupil}&week=${TODAY}`);
    const today = parent.locator(".day-today");
    const text = await today.textContent();
    for (const it of ["Повторение", "§ 2, устно", "Выучить правило", "Итоги", "болезнь"]) {
      assert.ok(text.includes(it), `${it} is missing in ${text}`);
    }
    assert.equal(await today.locator(`#l-${first} .mark`).textContent(), "5");
    assert.equal(await today.locator(`#l-${second} .mark`).textContent(), "4");
    assert.deepEqual(await sticksOut(parent), []);
    await parent.setViewportSize(DESKTOP);
    assert.deepEqual(await sticksOut(parent), []);
  });
});
