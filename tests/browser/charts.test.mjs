// Pictures beside tables (`ux.md` §5.5), and the cards that tell their history and work (ORG-2, PPL-1).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

const first = (query) => psql(world.server.database, query)[0];
const own = "(select org_id from org.organisation where code = 'krymsk-g7')";

/** Steady, readable by everybody and no wider than the window. */
async function fine(page, name) {
  assert.deepEqual(await axe(page), [], name);
  assert.deepEqual(await sticksOut(page), [], name);
  await picture(page, name, { fullPage: true });
}

describe("pictures beside tables", () => {
  test("RPT-5: the deputy head sees results against the target, and takes the picture along", async () => {
    const admin = await open("admin");
    const home = await school(admin);
    await admin.goto(`${home}/settings/options`);
    await admin.getByLabel("Успеваемость, %").fill("99");
    await admin.getByLabel("Качество знаний, %").fill("60");
    await admin.getByRole("button", { name: "Сохранить" }).click();
    await admin.getByText("Настройки сохранены").waitFor();
    const page = await open("zavuch");
    await page.goto(`${home}/reports/school`);
    const charts = page.locator("figure.chart-card");
    assert.equal(await charts.count(), 2);
    assert.equal(await charts.locator("line.chart-mark").count(), 2, "a target in each");
    await fine(page, "chart-school");
    const [svg] = await Promise.all([page.waitForEvent("download"), charts.first().getByRole("link", { name: "SVG" }).click()]);
    assert.equal(svg.suggestedFilename(), "school-1.svg");
    const href = await charts.last().getByRole("link", { name: "PNG" }).getAttribute("href");
    const png = await page.request.get(new URL(href, page.url()).href);
    assert.equal(png.headers()["content-type"], "image/png");
    assert.equal((await png.body()).subarray(1, 4).toString(), "PNG");
    const none = await page.request.get(`${page.url()}?draw=9.svg`);
    assert.equal(none.status(), 404);
    for (const report of ["classes", "class-results", "subject-results", "absent-today"]) {
      await page.goto(`${home}/reports/${report}`);
      await page.locator("figure.chart-card svg.chart, svg.heat-map").first().waitFor();
      await fine(page, `chart-${report}`);
    }
    await page.goto(`${home}/movement/numbers`);
    await page.getByRole("img", { name: /Проверка/ }).waitFor();
    await fine(page, "chart-movement");
  });

  test("RPT-5: a class is compared with what it had a year ago", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    await page.goto(`${home}/reports/classes?period=quarter-1`);
    const label = "Ср. балл год назад";
    await page.getByRole("columnheader", { name: label }).waitFor();
    const shown = await page.evaluate((label) => {
      const rows = [...document.querySelectorAll("main table tr")].map((it) => [...it.cells].map((cell) => cell.textContent.trim()));
      const row = rows.find((it) => it[0] === "8А");
      return { row, known: row.filter((it) => /^[2-5],\d\d$/.test(it)) };
    }, label);
    // Slowly: every mark that the class of last year got in the period.
    const slowly = first(`
      select replace(round(avg(f.value::numeric), 2)::text, '.', ',') from journal.final_mark f
        join curriculum.class c on c.org_id = f.org_id and c.class_id = f.class_id
        join curriculum.year y on y.org_id = f.org_id and y.year_id = f.year_id and y.state = 'archived'
       where f.org_id = ${own} and c.grade = 7 and c.letter = 'А' and f.kind = 'quarter' and f.number = 1`);
    assert.ok(shown.known.includes(slowly), `${slowly} in ${shown.row}`);
    const dots = page.locator("figure.chart-card circle.chart-hollow");
    assert.ok((await dots.count()) > 5, "a hollow dot for most classes");
    await fine(page, "chart-year-ago");
  });

  test("RPT-5: any picture is taken along, also a heat map", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    for (const [path, name] of [["movement/numbers", "balance"], ["reports/absent-today", "heat"], ["reports/classes", "1"]]) {
      await page.goto(`${home}/${path}`);
      const svg = page.locator(`a[href*="draw=${name}.svg"]`);
      const [file] = await Promise.all([page.waitForEvent("download"), svg.click()]);
      assert.equal(file.suggestedFilename(), `${path.split("/").at(-1)}-${name}.svg`);
      const href = await page.locator(`a[href*="draw=${name}.png"]`).getAttribute("href");
      const png = await page.request.get(new URL(href, page.url()).href);
      assert.equal(png.headers()["content-type"], "image/png", path);
      assert.equal((await png.body()).subarray(1, 4).toString(), "PNG", path);
    }
  });

  test("JRN-5: parents see where the average goes with the next mark", async () => {
    for (const [look, options] of [["", {}], ["-phone", { viewport: PHONE, colorScheme: "dark" }]]) {
      const page = await open("parent", options);
      await page.goto("/my/diary/marks");
      const subjects = await page.locator('main a[href*="subject="]').evaluateAll((all) => all.map((it) => it.getAttribute("href")));
      const forecast = page.locator("figure", { has: page.getByRole("heading", { name: "Если следующая отметка…" }) });
      for (const href of subjects) {
        await page.goto(href);
        if (await forecast.count()) break;
      }
      await forecast.locator("summary").click();
      const row = forecast.getByRole("row", { name: /^5 / });
      const average = await row.getByRole("cell").first().textContent();
      await fine(page, `forecast${look}`);
      await page.locator("#n5").fill("1");
      await page.getByRole("button", { name: "Посчитать" }).click();
      await page.getByRole("status").getByText(`Средний балл станет ${average}`).waitFor();
    }
  });

  test("RPT-5 at 360 px, dark: pictures shrink and stay readable", async () => {
    const page = await open("zavuch", { viewport: PHONE, colorScheme: "dark" });
    const home = await school(page);
    for (const report of ["reports/school", "reports/classes", "reports/subject-results", "reports/absent-today", "movement/numbers"]) {
      await page.goto(`${home}/${report}`);
      await page.locator("svg.chart, svg.heat-map").first().waitFor();
      await fine(page, `chart-phone-${report.split("/")[1]}`);
    }
  });

  test("JRN-5: a teacher sees the week of the class against the norm", async () => {
    const page = await open("teacher");
    await school(page);
    const lesson = first(`
      select e.lesson_id from journal.entry e join schedule.lesson l using (org_id, lesson_id)
        join identity.membership m on m.org_id = l.org_id and m.person_id = l.teacher_id
       where e.org_id = ${own} and m.login = 'teacher' and e.homework <> ''
       order by l.held_on desc limit 1`);
    assert.ok(lesson, "the teacher gave homework");
    const home = await school(page);
    await page.goto(`${home}/journal/lesson/${lesson}/homework`);
    await page.locator("#minutes").fill("45");
    await page.locator("#minutes").press("Enter");
    await page.locator("figure.chart-card svg.chart").waitFor();
    assert.ok((await page.locator("line.chart-mark").count()) === 1, "the norm");
    await fine(page, "chart-homework");
  });
});

describe("cards that tell more", () => {
  test("ORG-2: the card of the school has its history and is taken out as a file", async () => {
    const page = await open("admin");
    const home = await school(page);
    await page.goto(`${home}/settings/org/edit`);
    await page.getByLabel("Телефоны").fill("8 (86131) 4-00-07");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.getByText("Карточка организации сохранена").waitFor();
    const [book] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "XLSX" }).click()]);
    assert.equal(book.suggestedFilename(), "organisation.xlsx");
    await page.getByRole("link", { name: "Журнал изменений" }).click();
    await page.getByRole("cell", { name: "8 (86131) 4-00-07" }).first().waitFor();
    await fine(page, "org-history");
    const phone = await open("admin", { viewport: PHONE, colorScheme: "dark" });
    await phone.goto(`${home}/settings/org/history`);
    await fine(phone, "org-history-phone");
  });

  test("PPL-1: the card of a teacher tells associations, clubs, events and what they answer for", async () => {
    const page = await open("zavuch");
    const home = await school(page);
    const busy = first(`
      select s.person_id from people.staff s join portfolio.attestation a using (org_id, person_id)
       where s.org_id = ${own}
       order by (select count(*) from portfolio.club c where c.org_id = s.org_id and c.leader_id = s.person_id)
              + (select count(*) from portfolio.equipment q where q.org_id = s.org_id and q.responsible_id = s.person_id) desc
       limit 1`);
    await page.goto(`${home}/people/staff/${busy}`);
    await page.getByRole("link", { name: "Методработа, кружки, база" }).click();
    await page.getByRole("heading", { name: "Аттестация" }).waitFor();
    await fine(page, "staff-work");
    const phone = await open("zavuch", { viewport: PHONE, colorScheme: "dark" });
    await phone.goto(`${home}/people/staff/${busy}/work`);
    await fine(phone, "staff-work-phone");
  });

  test("PPL-2: the history of a pupil names kinship and consents; the card tells the enrolment", async () => {
    const page = await open("secretary");
    const home = await school(page);
    const pupil = first(`
      select c.subject_id from people.consent c join people.kinship k on k.org_id = c.org_id and k.pupil_id = c.subject_id
        join movement.class_member m on m.org_id = c.org_id and m.pupil_id = c.subject_id and upper_inf(m.during)
       where c.org_id = ${own} and c.voided_at is null order by c.subject_id limit 1`);
    await page.goto(`${home}/people/pupils/${pupil}`);
    await page.getByText("Дата зачисления").waitFor();
    await picture(page, "pupil-card");
    await page.getByRole("link", { name: "Журнал изменений" }).click();
    await page.getByRole("rowheader", { name: /Согласие подписано/ }).first().waitFor();
    await page.getByRole("rowheader", { name: /Степень родства/ }).first().waitFor();
    await fine(page, "pupil-history");
    await page.goto(`${home}/people/pupils?cols=name,class,enrolled_on,movement`);
    await page.getByRole("columnheader", { name: "Движение" }).waitFor();
    await fine(page, "pupils-movement");
  });
});
