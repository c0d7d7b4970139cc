// From a school's lists to a mark that a parent reads on a phone: an empty school, files that
// LibreOffice wrote, pages only.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe } from "node:test";
import { csv, xlsxFiles } from "./files.mjs";
import { axe, open, PHONE, picture, sticksOut, test, useServer, world } from "./harness.mjs";
import { TODAY, urlOf } from "./server.mjs";

const BASE = "/o/novaya-12";
const PASSWORD = "Lipovyj-Most-2718";
const TEACHER = "Орлова Вера Павловна";
const OTHER = "Зимин Олег Юрьевич";
const DAYS = ["Понедельник", "Вторник", "Среда", "Четверг", "Пятница"];

/** 28 pupils of 7А and two of 8Б: no two alike. */
const SURNAMES = "Абрамов Белов Волков Громов Дроздов Ершов Жуков Зайцев Ильин Комаров Лебедев Морозов Никитин Осипов Панов Рябов Семёнов Тихонов Ушаков Фёдоров Хохлов Цветков Чернов Шубин Щукин Юдин Яковлев Ёлкин".split(" ");
const PUPILS = [...SURNAMES.map((it) => [it, "Пётр", "Ильич", "7А"]), ["Ветров", "Глеб", "Ильич", "8Б"], ["Снегов", "Марк", "Ильич", "8Б"]];

const FILES = {
  organisation: [["Поле", "Значение"], ["Полное наименование", "Муниципальное общеобразовательное учреждение «Школа № 12»"], ["Краткое наименование", "Школа № 12"], ["ИНН", "7707083893"], ["Населённый пункт", "Крымск"], ["Сайт", "https://school12.example"]],
  staff: [["Фамилия", "Имя", "Отчество", "Должность", "Роль в системе"], [...TEACHER.split(" "), "Учитель математики", "Учитель"], [...OTHER.split(" "), "Учитель истории", "Учитель"]],
  pupils: [["Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Класс"], ...PUPILS.map(([last, first, middle, grade], at) => [last, first, middle, `${String((at % 27) + 1).padStart(2, "0")}.05.2013`, "м", grade])],
  parents: [["Фамилия", "Имя", "Отчество", "Родство", "Ученик", "Класс ученика", "Телефон", "Согласие"], ...PUPILS.map(([last, first, middle, grade], at) => [`${last}а`, "Анна", "Львовна", "Мать", `${last} ${first} ${middle}`, grade, `+7 918 000-00-${String(at).padStart(2, "0")}`, "да"])],
  loads: [["Класс", "Предмет", "Учитель", "Часов в неделю"], ["7А", "Алгебра", TEACHER, 5], ["8Б", "История", OTHER, 5]],
  plans: [["Предмет", "Параллель", "№ урока", "Тема", "Домашнее задание"], ...Array.from({ length: 60 }, (_, at) => ["Алгебра", 7, at + 1, `Тема ${at + 1}. Линейные уравнения`, `Параграф ${at + 1}`])],
  timetable: [["День", "Урок", "Класс", "Предмет", "Учитель", "Кабинет"], ...DAYS.map((day) => [day, 2, "7А", "Алгебра", TEACHER, ""])],
};

/** As FET exports it: the same hours and those of another class. */
const FET = [
  ["Activity Id", "Day", "Hour", "Students Sets", "Subject", "Teachers", "Activity Tags", "Room", "Comments"],
  ...DAYS.map((day, at) => [at + 1, day, "2", "7А", "Алгебра", TEACHER, "", "", ""]),
  ...DAYS.map((day, at) => [at + 11, day, "3", "8Б", "История", OTHER, "", "", ""]),
];

let files;
let admin;
useServer(() => {
  files = xlsxFiles(FILES);
  const out = execFileSync(process.env.ZVONOK_BIN, ["admin", "--org", "novaya-12", "--name", "Школа № 12", "--person", "Кузнецова Анна Сергеевна", "--post", "Системный администратор"], {
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: urlOf(world.server.name, "zvonok_login"), ZVONOK_PUBLIC_URL: world.server.url, ZVONOK_FILES: world.server.files },
  });
  const [login, code] = out.trim().split("\t");
  admin = { login, code };
});

/** Enters with login and code, and chooses a password. */
async function enterBySlip(page, { login, code }) {
  await page.goto("/login");
  await page.fill("#login", login);
  await page.fill("#password", code);
  await page.press("#password", "Enter");
  await page.waitForURL(/start|password/);
  await page.fill("#password", PASSWORD);
  await page.fill("#again", PASSWORD);
  await page.press("#again", "Enter");
  await page.waitForURL((it) => !/start|password|login/.test(it.pathname));
}

/** Loads a list, reads the preview, writes it. */
async function bring(page, kind, file, expected, answers = {}) {
  await page.goto(`${BASE}/import/${kind}`);
  await page.setInputFiles("#file", file);
  await page.locator("main form button", { hasText: "Загрузить и проверить" }).click();
  await page.waitForURL(/import\/runs/);
  const [create, update, , errors] = (await page.locator(".tile-number").allTextContents()).map(Number);
  const told = await page.locator(".table tbody tr").allTextContents();
  assert.equal(errors, 0, `${kind}: ${told.join("; ")}`);
  assert.equal(create + update, expected, kind);
  for (const [name, value] of Object.entries(answers)) {
    const field = page.locator(`[name="${name}"]`);
    await (value === true ? field.check() : field.fill(value));
  }
  await page.locator("main form button.button-primary").first().click();
  await page.locator(".alert-ok", { hasText: "записан" }).waitFor();
}

/** A printed slip of the person. */
async function slipOf(page, name) {
  await page.goto(`${BASE}/settings/accounts?q=${encodeURIComponent(name)}`);
  const row = page.locator("table.table tbody tr", { hasText: name });
  await row.locator("input[type=checkbox]").check();
  await page.selectOption("select[name=action]", { label: "Выдать листки" });
  await page.locator(".bulk button").click();
  const slip = page.locator(".slip", { hasText: name });
  const login = await slip.locator("strong").last().textContent();
  const code = await slip.locator(".slip-code").textContent();
  return { login: login.trim(), code: code.trim() };
}

describe("the walk", () => {
  test("an empty school brings its lists, a teacher fills today's lesson, a parent reads the mark", { timeout: 240_000 }, async () => {
    const office = await open();
    await enterBySlip(office, admin);
    await picture(office, "walk 1 administrator");

    // In a school that has nobody yet the administrator is the deputy too.
    await office.goto(`${BASE}/settings/access`);
    await office.locator("main table a", { hasText: "Кузнецова" }).click();
    await office.selectOption("#role", { label: "Завуч" });
    await office.locator("form.card button.button-primary, form.card .form-actions button").last().click();
    await office.locator(".list", { hasText: "Завуч" }).waitFor();

    await office.goto(`${BASE}/study/years/new`);
    await office.locator("main form .form-actions button").click();
    await office.waitForURL(/study\/years\/?\d*$/);
    await office.goto(`${BASE}/study/scales`);
    const usual = office.locator("main button", { hasText: "Добавить обычные" });
    if (await usual.isVisible()) {
      await usual.click();
    }
    await office.locator("main input[value='Контрольная работа']").waitFor();

    await bring(office, "organisation", files.organisation, 4);
    await bring(office, "staff", files.staff, 2);
    await bring(office, "pupils", files.pupils, 30);
    await bring(office, "parents", files.parents, 30);
    await bring(office, "loads", files.loads, 2);
    await bring(office, "plans", files.plans, 60);
    await bring(office, "timetable", files.timetable, 5, { "ask.publish": true, "ask.from": "01.09.2026" });
    await bring(office, "timetable", { name: "fet.csv", mimeType: "text/csv", buffer: Buffer.from(csv(FET)) }, 5, { "ask.publish": true, "ask.from": TODAY.split("-").reverse().join(".") });
    await office.goto(`${BASE}/timetable`);
    assert.match(await office.textContent("main"), /Алгебра/);
    await picture(office, "walk 2 timetable");
    const [forTeacher, forParent] = [await slipOf(office, TEACHER), await slipOf(office, `${SURNAMES[0]}а Анна Львовна`)];

    const teacher = await open();
    await enterBySlip(teacher, forTeacher);
    await teacher.locator("#my-lessons ~ ol a.lesson-subject", { hasText: "7А · Алгебра" }).click();
    await teacher.waitForSelector("[data-ready]");
    for (let at = 0; at < 28; at += 1) {
      await teacher.keyboard.press(at % 9 === 8 ? "KeyY" : `Digit${2 + ((at + 3) % 4)}`);
    }
    await teacher.waitForSelector('.journal-status[data-state="saved"]');
    await teacher.reload();
    await teacher.waitForSelector("[data-ready]");
    const filled = await teacher.$$eval("td.today[data-l]", (all) => all.map((it) => it.textContent.trim()));
    assert.equal(filled.length, 28);
    assert.ok(filled.every(Boolean), filled.join());
    assert.equal(filled[0], "5");
    await picture(teacher, "walk 3 journal");

    const parent = await open(null, { viewport: PHONE });
    await enterBySlip(parent, forParent);
    assert.match(parent.url(), /\/my\/day/);
    // The day shows the mark at once; as news it comes a quarter of an hour later.
    const mark = parent.locator(".lesson", { hasText: "Алгебра" }).locator(".mark").first();
    assert.equal((await mark.textContent()).trim(), "5");
    assert.match(await parent.textContent("#homework ~ ol"), /Алгебра/);
    assert.deepEqual([await sticksOut(parent), await axe(parent)], [[], []]);
    await picture(parent, "walk 4 parent");

    const again = await open();
    await again.goto("/login");
    await again.fill("#login", forParent.login);
    await again.fill("#password", forParent.code);
    await again.press("#password", "Enter");
    await again.locator(".error-summary, .error, h1").first().waitFor();
    assert.match(again.url(), /login|start/, "a code enters once");
  });
});
