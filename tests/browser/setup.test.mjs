// «Мастер ввода данных»: an empty school, interrupted and resumed on another computer (check 27, ORG-6).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe } from "node:test";
import { xlsxFiles } from "./files.mjs";
import { axe, open, PHONE, picture, sticksOut, test, useServer, world } from "./harness.mjs";
import { urlOf } from "./server.mjs";

const BASE = "/o/novaya-27";
const PASSWORD = "Lipovyj-Most-2718";
const FILES = {
  organisation: [["Поле", "Значение"], ["Полное наименование", "МБОУ «Школа № 27»"], ["Краткое наименование", "Школа № 27"], ["ИНН", "7707083893"], ["Населённый пункт", "Крымск"]],
  staff: [["Фамилия", "Имя", "Отчество", "Должность", "Роль в системе"], ["Орлова", "Вера", "Павловна", "Учитель математики", "Учитель"]],
};

let files;
let admin;
useServer(() => {
  files = xlsxFiles(FILES);
  const out = execFileSync(process.env.ZVONOK_BIN, ["admin", "--org", "novaya-27", "--name", "Школа № 27", "--person", "Кузнецова Анна Сергеевна", "--post", "Системный администратор"], {
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: urlOf(world.server.name, "zvonok_login"), ZVONOK_PUBLIC_URL: world.server.url, ZVONOK_FILES: world.server.files },
  });
  const [login, code] = out.trim().split("\t");
  admin = { login, code };
});

async function enter(page, password) {
  await page.goto("/login");
  await page.fill("#login", admin.login);
  await page.fill("#password", password);
  await page.press("#password", "Enter");
}

async function bring(page, file) {
  await page.setInputFiles("#file", file);
  await page.locator("main form button", { hasText: "Загрузить и проверить" }).click();
  await page.waitForURL(/import\/runs/);
  await page.locator("main form button.button-primary").first().click();
  await page.locator(".alert-ok", { hasText: "записан" }).waitFor();
}

/** Opens a step from the list, and follows one of its ways. */
async function follow(page, step, way) {
  await page.goto(`${BASE}/setup/${step}`);
  await page.locator("main a.button", { hasText: way }).click();
}

const states = (page) => page.locator(".setup-step .badge").allTextContents();

describe("the wizard", () => {
  test("check 27: interrupted at step 5, it goes on at step 5 on another computer", { timeout: 120_000 }, async () => {
    const office = await open();
    await enter(office, admin.code);
    await office.waitForURL(/start|password/);
    await office.fill("#password", PASSWORD);
    await office.fill("#again", PASSWORD);
    await office.press("#again", "Enter");
    await office.waitForURL((it) => !/start|password|login/.test(it.pathname));
    await office.goto(`${BASE}/`);
    await office.getByRole("link", { name: "Открыть мастер ввода данных" }).click();
    await office.getByRole("link", { name: "Продолжить: шаг 1" }).waitFor();
    assert.deepEqual(await axe(office), []);
    await picture(office, "setup-empty");

    await follow(office, "card", "Загрузить «Учреждение»");
    await bring(office, files.organisation);
    await office.goto(`${BASE}/setup/card`);
    await office.getByRole("button", { name: "Замечаний нет: проверено" }).click();
    await follow(office, "year", "Учебные годы");
    await office.goto(`${BASE}/study/years/new`);
    await office.locator("main form .form-actions button").click();
    await office.waitForURL(/study\/years\/?\d*$/);
    await office.goto(`${BASE}/setup/year`);
    const checked = office.getByRole("button", { name: "Замечаний нет: проверено" });
    if (await checked.isVisible()) {
      await checked.click();
    }
    await follow(office, "staff", "Загрузить сотрудников");
    await bring(office, files.staff);
    await office.goto(`${BASE}/setup/subjects`);
    assert.deepEqual(await axe(office), []);
    await picture(office, "setup-step");
    const skip = office.getByRole("button", { name: "Пропустить шаг" });
    if (await skip.isVisible()) {
      await skip.click();
    }
    await office.goto(`${BASE}/setup`);
    const seen = await states(office);
    await office.getByRole("link", { name: "Продолжить: шаг 5" }).waitFor();

    const elsewhere = await open(null, { viewport: PHONE });
    await enter(elsewhere, PASSWORD);
    await elsewhere.waitForURL((it) => !it.pathname.startsWith("/login"));
    await elsewhere.goto(`${BASE}/setup`);
    assert.deepEqual(await states(elsewhere), seen);
    assert.equal(seen[2].trim(), "готово");
    assert.equal(seen[4].trim(), "не начато");
    await picture(elsewhere, "setup-360");
    assert.deepEqual([await sticksOut(elsewhere), await axe(elsewhere)], [[], []]);
    await elsewhere.getByRole("link", { name: "Продолжить: шаг 5" }).click();
    await elsewhere.waitForURL(/setup\/classes$/);
    assert.deepEqual([await sticksOut(elsewhere), await axe(elsewhere)], [[], []]);
  });
});
