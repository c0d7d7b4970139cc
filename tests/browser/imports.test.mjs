// A list of 300 pupils with 7 bad rows, through the pages (checks 24 and 25, IMP-1).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { readXlsx, xlsxFiles } from "./files.mjs";
import { axe, open, school, test, useServer } from "./harness.mjs";

const HEAD = ["Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Класс", "СНИЛС", "Согласие"];
const COUNT = 300;
/** Row of the list (counted from 0) → what is wrong: column, value, rule. */
const BAD = {
  10: { column: "Фамилия", at: 0, value: "", text: "Не заполнено", expected: /текст/ },
  50: { column: "Дата рождения", at: 3, value: "31.02.2014", text: "Это не дата", expected: /27\.03\.2014/ },
  90: { column: "Пол", at: 4, value: "другой", text: "Такого значения нет в списке", expected: /Мужской/ },
  130: { column: "Класс", at: 5, value: "седьмой", text: "Это не название класса", expected: /5А/ },
  170: { column: "СНИЛС", at: 6, value: "112-233-445 9", text: "Не столько цифр, сколько нужно", expected: /11/ },
  210: { column: "Имя", at: 1, value: "", text: "Не заполнено", expected: /текст/ },
  250: { column: "Согласие", at: 7, value: "наверное", text: "Это не «да» или «нет»", expected: /да/ },
};

const letters = (at) => [...String(at)].map((it) => "абвгдежзик"[it]).join("");

function list() {
  const rows = Array.from({ length: COUNT }, (_, at) => [`Новичков${letters(at)}`, "Иван", "Петрович", `${String((at % 28) + 1).padStart(2, "0")}.03.2014`, "м", at % 2 ? "6Щ" : "6Ю", "", "да"]);
  for (const [row, { at, value }] of Object.entries(BAD)) {
    rows[row][at] = value;
  }
  return [HEAD, ...rows];
}

let files;
useServer(() => {
  files = xlsxFiles({ pupils: list() });
});

const counters = async (page) => (await page.locator(".tile-number").allTextContents()).map(Number);

describe("import", () => {
  test("checks 24, 25: the preview counts 293 and 7, names each mistake, and the whole is taken back", { timeout: 120_000 }, async (t) => {
    const page = await open("secretary");
    const base = await school(page);
    await page.goto(`${base}/people/pupils`);
    /** «Всего: 1082 · показано: 293»: the last number. */
    const total = async () => Number(/(\d+)\D*$/.exec(await page.textContent(".table-bar [role=status]"))[1]);
    const before = await total();

    await page.goto(`${base}/import/pupils`);
    await page.setInputFiles("#file", files.pupils);
    const began = performance.now();
    await page.locator("main form button", { hasText: "Загрузить и проверить" }).click();
    await page.waitForURL(/import\/runs\/\d+/);
    await page.locator(".tile-number").first().waitFor();
    const took = performance.now() - began;
    const run = page.url();
    t.diagnostic(`preview of ${COUNT} rows after ${took.toFixed(0)} ms`);
    assert.ok(took <= 5000, `${took} ms`);
    assert.deepEqual(await counters(page), [COUNT - 7, 0, 0, 7]);
    assert.deepEqual(await axe(page), []);

    const told = await page.locator(".table tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((it) => it.textContent.trim())));
    for (const [row, wrong] of Object.entries(BAD)) {
      const line = told.find((it) => Number(it[0]) === Number(row) + 2);
      assert.ok(line, `row ${Number(row) + 2} is named: ${told.map((it) => it[0]).join()}`);
      assert.equal(line[1], wrong.column);
      assert.equal(line[2], wrong.value || "пусто");
      assert.equal(line[3], wrong.text);
      assert.match(line[4], wrong.expected);
    }

    const loading = page.waitForEvent("download");
    await page.locator("a[download]", { hasText: "Скачать эти строки" }).click();
    const rows = readXlsx(readFileSync(await (await loading).path()));
    const head = rows.findIndex((it) => it.includes("Фамилия"));
    assert.ok(rows[head]?.includes("Ошибка"), JSON.stringify(rows.slice(0, 3)));
    assert.equal(rows.length - head - 1, 7);

    await page.check("input[name=leave_bad]");
    await page.locator("main form button.button-primary").click();
    await page.locator("text=записан").first().waitFor();
    await page.goto(`${base}/people/pupils?q=новичков`);
    assert.equal(await total(), COUNT - 7);
    await page.goto(run);
    await page.locator("button", { hasText: "Отменить импорт" }).click();
    await page.locator("text=/Импорт файла .+ отменён/").first().waitFor();
    await page.goto(`${base}/people/pupils`);
    assert.equal(await total(), before);
  });

  test("what is not a table is refused at the field", async () => {
    const page = await open("secretary");
    await page.goto(`${await school(page)}/import/pupils`);
    await page.setInputFiles("#file", { name: "список.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("не таблица") });
    const answer = page.waitForResponse((it) => it.request().method() === "POST");
    await page.locator("main form button", { hasText: "Загрузить и проверить" }).click();
    assert.equal((await answer).status(), 422);
    assert.match(await page.textContent(".error-summary"), /Файл|таблица|столбцов/);
  });
});
