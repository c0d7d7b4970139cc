// Forms of federal statistics (RPT-3): a school counts and hands in, the municipality returns, accepts and sums up.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

/** The figure of a cell in the table of the page. */
const figure = (page, place) => page.locator(`#c-${place.replaceAll(/[/.]/g, "-")}`).innerText();

describe("forms of statistics", () => {
  test("RPT-3: computed, corrected with a reason, handed in, returned, handed in again, accepted, summed up", async () => {
    const deputy = await open("zavuch");
    await deputy.goto(`${await school(deputy)}/reports`);
    await deputy.getByRole("link", { name: "Формы статистики" }).click();
    await deputy.getByRole("heading", { level: 1, name: "Формы статистики" }).waitFor();
    assert.deepEqual(await axe(deputy), []);
    await picture(deputy, "forms-list");
    await deputy.locator("li", { hasText: "ОШ-9" }).getByRole("button", { name: "Рассчитать" }).click();
    await deputy.getByText("Форма рассчитана по данным школы").waitFor();
    const form = new URL(deputy.url()).pathname;
    const before = Number(await figure(deputy, "1/01/4"));
    assert.deepEqual([await axe(deputy), await sticksOut(deputy)], [[], []]);
    await picture(deputy, "forms-form");

    // A cell opens what it is made of, and is corrected with a reason alone.
    await deputy.locator("#c-1-01-4 a").click();
    assert.equal(await deputy.locator("ol.list li").count(), before);
    assert.deepEqual(await axe(deputy), []);
    await picture(deputy, "forms-cell");
    await deputy.fill("#figure", String(before + 1));
    await deputy.getByRole("button", { name: "Сохранить" }).click();
    await deputy.getByRole("alert").getByText("Напишите, почему число исправлено").waitFor();
    await deputy.fill("#reason", "Ученик зачислен задним числом");
    await deputy.getByRole("button", { name: "Сохранить" }).click();
    await deputy.getByText("Ячейка 1/01/4 исправлена").waitFor();
    assert.match(await figure(deputy, "1/01/4"), new RegExp(`^${before + 1}`));
    await deputy.getByRole("button", { name: "Рассчитать заново" }).click();
    await deputy.getByText("Рассчитано заново. Изменилось ячеек: 0").waitFor();
    assert.match(await figure(deputy, "1/01/4"), new RegExp(`^${before + 1}`));

    // What the data do not tell is typed into the table.
    await deputy.locator('input[name="f.1/04/4"]').fill("2");
    await deputy.getByRole("button", { name: "Сохранить" }).click();
    await deputy.getByText("Сохранено ячеек: 1").waitFor();
    await deputy.getByRole("button", { name: "Сдать" }).click();
    await deputy.getByText("Форма сдана").first().waitFor();
    assert.equal(await deputy.getByRole("button", { name: "Рассчитать заново" }).count(), 0);

    const operator = await open("operator");
    await operator.goto(`${(await school(operator)).replace("/o/", "/hub/")}/forms?form=osh-9`);
    assert.deepEqual(await axe(operator), []);
    await picture(operator, "forms-hub");
    const name = await operator.locator("tbody tr", { hasText: "сдана" }).first().locator("th a").innerText();
    await operator.getByRole("link", { name, exact: true }).click();
    assert.deepEqual([await axe(operator), await sticksOut(operator)], [[], []]);
    await picture(operator, "forms-hub-school");
    await operator.getByRole("button", { name: "Вернуть на доработку" }).click();
    await operator.getByRole("alert").getByText("Напишите замечание").waitFor();
    await operator.fill("#comment", "Сверьте 8 класс с приказом");
    await operator.getByRole("button", { name: "Вернуть на доработку" }).click();
    await operator.getByText("Форма возвращена школе").waitFor();

    await deputy.goto(form);
    await deputy.getByText("Сверьте 8 класс с приказом").first().waitFor();
    await deputy.getByRole("button", { name: "Сдать" }).click();
    await deputy.getByText("версия 2").waitFor();

    await operator.getByRole("link", { name, exact: true }).click();
    await operator.getByRole("button", { name: "Принять" }).click();
    await operator.getByText("Форма принята").waitFor();
    await operator.getByRole("link", { name: "Свод" }).click();
    await operator.getByText("Школ в своде: 1 из").waitFor();
    assert.match(await figure(operator, "1/01/4"), new RegExp(`^${before + 1}`));
    assert.deepEqual([await axe(operator), await sticksOut(operator)], [[], []]);
    await picture(operator, "forms-sum");
    await operator.locator("#c-1-01-4 a").click();
    await operator.getByRole("link", { name, exact: true }).waitFor();
    assert.deepEqual(await axe(operator), []);
  });

  test("RPT-3 at 360 px: wide tables scroll inside their own frame", async () => {
    const director = await open("director", { viewport: PHONE });
    await director.goto(`${await school(director)}/reports/forms`);
    assert.deepEqual([await axe(director), await sticksOut(director)], [[], []]);
    await director.getByRole("link", { name: /^ОО-1/ }).click();
    await director.getByRole("navigation", { name: "Подразделы" }).getByRole("link", { name: "2.5" }).click();
    assert.deepEqual([await axe(director), await sticksOut(director)], [[], []]);
    await picture(director, "forms-form-360");
  });
});
