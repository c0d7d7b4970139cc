// The office: search, forms with mistakes, lists (checks 23, 34, 36; PPL-7, UI kits).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { parseCsv, readXlsx } from "./files.mjs";
import { pdfText, squeezed } from "./pdf.mjs";
import { axe, open, school, test, useServer } from "./harness.mjs";

useServer();

/** The body of the list on the page: rows of texts. */
const rows = (page) => page.locator("table.table tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((it) => it.textContent.trim())));
const heads = (page) => page.locator("table.table thead th").evaluateAll((all) => all.map((it) => it.textContent.trim()));

describe("search", () => {
  test("check 23: four letters in the wrong layout and Enter open the card within a second", async () => {
    const page = await open("secretary");
    await page.goto(`${await school(page)}/people/pupils`);
    const surname = (await rows(page))[0][0].split(" ")[0].toLowerCase();
    const typed = surname.slice(0, 4);
    await page.keyboard.press("Control+k");
    await page.locator(".found-list:not([hidden])").waitFor();
    const began = performance.now();
    await page.keyboard.type(typedInEnglish(typed));
    await page.keyboard.press("Enter");
    await page.waitForURL(/people\/(pupils|parents|staff)\/\d+$/);
    await page.locator("h1").waitFor();
    const took = performance.now() - began;
    assert.ok(took <= 1000, `${took} ms`);
    const name = (await page.textContent("h1")).toLowerCase().replaceAll("ё", "е");
    assert.match(name, new RegExp(`(^|\\s)${typed.replaceAll("ё", "е")}`));
  });

  test("the list is a combobox: arrows walk, Esc closes, the screen reader is told", async () => {
    const page = await open("zavuch");
    const base = await school(page);
    await page.goto(`${base}/people/pupils`);
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Найти…" });
    await page.getByRole("listbox", { name: "Найденное" }).waitFor();
    assert.equal(await field.getAttribute("aria-activedescendant"), "", "nothing is chosen before anything is typed");
    await page.keyboard.type("нов");
    const chosen = page.locator("[role=option][aria-selected=true]");
    await page.locator("[role=option]", { hasText: "Новый ученик" }).waitFor();
    await chosen.waitFor(); // the action stands there before anything is typed, too
    assert.equal(await field.getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
    assert.match(await page.locator(".topbar-search [role=status]").textContent(), /Найдено: \d+/);
    assert.deepEqual(await axe(page), []);
    const first = await chosen.getAttribute("href");
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await chosen.getAttribute("href"), first);
    await page.keyboard.press("ArrowUp");
    assert.equal(await chosen.getAttribute("href"), first);
    await page.keyboard.press("Escape");
    await page.locator(".found-list").waitFor({ state: "hidden" });
    assert.equal(await field.getAttribute("aria-expanded"), "false");
    assert.equal(await field.inputValue(), "нов");
    // An action by its name, and a page by a click.
    await field.fill("новый ученик");
    await page.locator("[role=option]", { hasText: "Новый ученик" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/people\/pupils\/new$/);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("посещаем");
    await page.locator("[role=option]", { hasText: "Посещаемость" }).first().click();
    await page.waitForURL(/attendance/);
  });

  test("a class and its journal are found, also on the wrong layout", async () => {
    const page = await open("zavuch");
    const base = await school(page);
    await page.goto(`${base}/people/pupils`);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("7f");
    await page.locator(".found-note", { hasText: "Показано для «7а»" }).waitFor();
    await page.locator("[role=option]", { hasText: "сводная ведомость" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("7а алг");
    await page.locator("[role=option]", { hasText: "7А Алгебра" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/journal\/\d+\/\d+$/);
  });

  test("without a script the same field opens the page of what is found", async () => {
    const page = await open("secretary", { js: false });
    await page.goto(`${await school(page)}/people/pupils`);
    await page.fill("#search", "новый ученик");
    await page.press("#search", "Enter");
    await page.waitForURL(/people\/pupils\/new$|search/);
    await page.goto(`${await school(page)}/search?q=нов`);
    assert.ok((await page.locator("main section h2").count()) > 0);
  });

  test("check 23: ё and е are one letter", async () => {
    const page = await open("secretary");
    const base = await school(page);
    const found = async (q) => {
      await page.goto(`${base}/search?q=${encodeURIComponent(q)}`);
      return page.locator("section[aria-labelledby=found-people] li").allTextContents();
    };
    const [one, other] = [await found("федор"), await found("фёдор")];
    assert.deepEqual(one, other);
    assert.ok(one.length > 0);
  });
});

/** «иванов» as it comes out when the layout is English: «bdfyjd». */
function typedInEnglish(text) {
  const ru = "йцукенгшщзхъфывапролджэячсмитьбюё";
  const en = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
  return [...text].map((it) => en[ru.indexOf(it)] ?? it).join("");
}

describe("forms", () => {
  test("check 34: three mistakes are told above and at the fields, and nothing typed is lost", async () => {
    const page = await open("secretary");
    await page.goto(`${await school(page)}/people/pupils/new`);
    await page.fill("#first_name", "Мария");
    await page.fill("#born_on", "31.02.2014");
    await page.fill("#email", "не почта");
    await page.fill("#foreign_language", "английский");
    const answer = page.waitForResponse((it) => it.request().method() === "POST" && it.url().endsWith("/people/pupils/new"));
    await page.locator("main form .form-actions .button-primary").click();
    assert.equal((await answer).status(), 422);
    await page.waitForSelector(".error-summary");
    assert.match(await page.title(), /^Ошибка: /);
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains("error-summary")), "the summary has the focus");
    const links = page.locator(".error-summary a");
    const texts = await links.allTextContents();
    assert.equal(texts.length, 3, texts.join("; "));
    for (const [at, text] of texts.entries()) {
      const field = (await links.nth(at).getAttribute("href")).slice(1);
      assert.equal((await page.textContent(`#${field}-error`)).trim(), text.trim());
      await links.nth(at).click();
      assert.equal(await page.evaluate(() => document.activeElement.id), field);
      assert.ok(await page.evaluate((id) => document.querySelector(`label[for="${id}"]`).getBoundingClientRect().top >= 0, field), "its label is in view");
    }
    const values = await page.evaluate(() => ["first_name", "born_on", "email", "foreign_language"].map((it) => document.getElementById(it).value));
    assert.deepEqual(values, ["Мария", "31.02.2014", "не почта", "английский"]);
    assert.deepEqual(await axe(page), []);
  });
});

describe("lists", () => {
  const LISTS = [
    { name: "pupils", path: "/people/pupils", query: "q=а&f.class=7А&sort=-name&cols=name&cols=born_on&cols=class", roles: ["secretary", "zavuch"] },
    { name: "staff", path: "/people/staff", query: "sort=-name", roles: ["secretary", "admin"] },
    { name: "orders", path: "/movement/orders", query: "sort=-ordered_on", roles: ["secretary", "director"] },
    { name: "classes", path: "/study/classes", query: "sort=-name", roles: ["zavuch", "admin"] },
    { name: "accounts", path: "/settings/accounts", query: "sort=-name&q=ив", roles: ["admin"] },
  ];
  for (const list of LISTS) {
    test(`check 36: «${list.name}» is the same by its address, for others and in files`, async () => {
      const seen = [];
      for (const role of list.roles) {
        const page = await open(role);
        await page.goto(`${await school(page)}${list.path}?${list.query}`);
        seen.push({ page, heads: await heads(page), rows: await rows(page) });
      }
      const { page, heads: columns, rows: first } = seen[0];
      assert.ok(first.length > 0);
      for (const other of seen.slice(1)) {
        assert.deepEqual(other.rows, first);
        assert.deepEqual(other.heads.filter(Boolean), columns.filter(Boolean));
      }
      const pages = await page.locator(".pages").count();
      for (const [kind, read] of [["CSV", (it) => parseCsv(it.toString("utf8"))], ["XLSX", readXlsx]]) {
        const loading = page.waitForEvent("download");
        await page.locator("a[download]", { hasText: kind }).first().click();
        const file = read(readFileSync(await (await loading).path()));
        const at = file.findIndex((row) => row.includes(columns.filter(Boolean)[0]));
        assert.deepEqual(file[at].filter(Boolean), columns.filter(Boolean), kind);
        const body = file.slice(at + 1);
        const names = body.map((it) => it[0].replace(/^'/, ""));
        const shown = first.map((it) => it[columns.findIndex(Boolean)]);
        assert.deepEqual(names.slice(0, shown.length), shown, kind);
        if (pages === 0) {
          assert.equal(body.length, first.length, kind);
        }
      }
      const link = page.locator("a[download]", { hasText: "PDF" }).first();
      const paper = pdfText(await (await page.request.get(await link.evaluate((it) => it.href))).body());
      for (const it of columns.filter(Boolean)) {
        assert.ok(paper.includes(squeezed(it)), `PDF: no column «${it}»`);
      }
      let at = 0;
      for (const it of first.map((row) => row[columns.findIndex(Boolean)])) {
        at = paper.indexOf(squeezed(it), at);
        assert.notEqual(at, -1, `PDF: «${it}» is not there in its order`);
        at += squeezed(it).length;
      }
    });
  }

  test("check 36: a filter and a sort chosen with the mouse are in the address", async () => {
    const page = await open("secretary");
    await page.goto(`${await school(page)}/people/pupils`);
    await page.locator("select[name='f.class']").selectOption("7А");
    await page.waitForURL(/f\.class=/);
    await page.locator("th a.sort").first().click();
    await page.waitForURL(/sort=/);
    assert.match(decodeURIComponent(page.url()), /f\.class=7А/);
    assert.ok((await rows(page)).every((it) => it.includes("7А")));
  });
});
