// The report builder: built with a live preview and without JavaScript, saved, shared, opened by the director, refused to a teacher (RPT-2).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, test, useServer } from "./harness.mjs";

useServer();

async function base(page) {
  await page.goto("/");
  return new URL(page.url()).pathname.replace(/\/$/, "");
}

describe("the report builder", () => {
  test("RPT-2: the deputy head builds «девочки 7-х классов по месяцам рождения», the director opens it, a teacher does not", async () => {
    const page = await open("zavuch");
    const home = await base(page);
    await page.goto(`${home}/reports`);
    await page.getByRole("link", { name: "Конструктор отчётов" }).click();
    await page.getByRole("heading", { name: "Мои отчёты" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "builder-desk");
    await page.getByRole("link", { name: "Новый отчёт" }).click();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("link", { name: "Обучающиеся" }).click();
    assert.deepEqual(await axe(page), []);
    await picture(page, "builder-form");

    await page.getByLabel("Название отчёта").fill("Девочки седьмых");
    await page.getByLabel("Условие: Пол").selectOption({ label: "женский" });
    await page.getByLabel("Параллель: от").fill("7");
    await page.getByLabel("Параллель: до").fill("7");
    await page.getByLabel("Группировать по, 1").selectOption({ label: "Месяц рождения" });
    await page.getByLabel("Итог 1").first().selectOption({ label: "Количество" });
    // The first lines come while the form is filled in.
    await page.locator("#preview").getByRole("columnheader", { name: "Количество" }).waitFor();
    await page.locator("#preview").getByRole("rowheader", { name: "Итого" }).waitFor();
    await picture(page, "builder-preview");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.getByText("Отчёт сохранён.").waitFor();
    await page.getByRole("columnheader", { name: "Месяц рождения" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "builder-report");
    const total = await page.locator("tr.sum td").first().innerText();
    assert.ok(Number(total) > 5, total);
    const where = new URL(page.url()).pathname;

    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "XLSX" }).click();
    assert.match((await download).suggestedFilename(), /\.xlsx$/);

    const director = await open("director");
    assert.equal((await director.goto(where)).status(), 404, "not shared yet");
    await page.getByLabel("Директор").check();
    await page.getByRole("region", { name: "Кому открыт" }).getByRole("button", { name: "Сохранить" }).click();
    await page.getByText("Отчёт открыт выбранным ролям.").waitFor();
    assert.equal((await director.goto(where)).status(), 200);
    assert.equal(await director.locator("tr.sum td").first().innerText(), total);
    assert.equal(await director.getByRole("link", { name: "Изменить" }).count(), 0);

    const teacher = await open("teacher");
    for (const path of [where, `${home}/reports/builder`, `${home}/reports/builder/new`]) {
      assert.ok([403, 404].includes((await teacher.goto(path)).status()), path);
    }
  });

  test("RPT-2: without JavaScript the first lines come by the button, and mistakes are named", async () => {
    const page = await open("zavuch", { js: false });
    await page.goto(`${await base(page)}/reports/builder/new?source=marks`);
    await page.getByLabel("Группировать по, 1").selectOption({ label: "Предмет" });
    await page.getByLabel("Итог 1").first().selectOption({ label: "Среднее" });
    await page.getByRole("button", { name: "Показать" }).click();
    await page.getByRole("alert").getByText("так это поле не сравнивают и не считают").waitFor();
    await page.getByLabel("Чего").first().selectOption({ label: "Балл" });
    await page.getByRole("button", { name: "Показать" }).click();
    await page.getByRole("columnheader", { name: "Балл: среднее" }).waitFor();
    await page.getByRole("button", { name: "Сохранить" }).click();
    await page.getByRole("alert").getByText("Введите название отчёта").waitFor();
  });

  test("RPT-2: a phone shows the form without scrolling sideways", async () => {
    const page = await open("zavuch", { viewport: PHONE });
    const home = await base(page);
    for (const path of ["", "/new", "/new?source=pupils"]) {
      await page.goto(`${home}/reports/builder${path}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${path}: ${wide}`);
      assert.deepEqual(await axe(page), []);
    }
    await picture(page, "builder-form-phone");
  });
});
