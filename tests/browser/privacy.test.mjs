// «Уничтожение данных» as its users walk it: two people, an act, nothing left (SEC-1).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { axe, DESKTOP, open, OUT, PHONE, picture as shot, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

/** Pictures of the pages as they are, for whoever looks at them. */
async function picture(page, name) {
  if (!process.env.ZVONOK_PICTURES) return;
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `privacy-${name}.png`), fullPage: true });
}

/** The page is not wider than the screen. */
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

describe("destroying what is kept of whoever left", () => {
  test("SEC-1: the director proposes, the administrator confirms, the act says what went", async () => {
    const director = await open("director");
    const base = await school(director);
    await director.goto(`${base}/people/pupils?q=${encodeURIComponent("Давыдов Аркадий")}`);
    await director.getByRole("link", { name: /Давыдов/ }).first().click();
    await director.waitForURL(/people\/pupils\/\d+$/);
    const card = director.url();
    await director.getByRole("link", { name: "Данные о человеке" }).click();
    await director.waitForURL(/privacy\/\d+$/);
    await director.getByRole("link", { name: "Уничтожение данных" }).click();
    await director.waitForURL(/erasure$/);
    const sheet = director.url();
    await director.getByText("можно уничтожить").first().waitFor();
    assert.deepEqual(await axe(director), []);
    await picture(director, "sheet");
    await director.getByLabel("Основание").selectOption("term");
    await director.getByRole("button", { name: "Предложить" }).click();
    await director.getByText("Предложение записано").waitFor();
    assert.equal(await director.getByRole("button", { name: "Уничтожить" }).count(), 0, "the own proposal is not confirmed");

    const admin = await open("admin");
    await admin.goto(`${base}/erasures`);
    assert.deepEqual(await axe(admin), []);
    await picture(admin, "waiting");
    await admin.getByRole("button", { name: "Уничтожить" }).click();
    await admin.getByText("Данные уничтожены").waitFor();
    await admin.getByRole("link", { name: "Акт", exact: true }).first().click();
    await admin.getByRole("heading", { name: /Акт об уничтожении персональных данных/ }).waitFor();
    await admin.getByText("Карточка и личное дело").first().waitFor();
    assert.deepEqual(await axe(admin), []);
    await picture(admin, "act");

    await director.goto(card);
    const text = await director.textContent("main");
    assert.ok(!text.includes("555-01-17"), "the phone is gone");
    await director.goto(sheet);
    await director.getByText("нечего уничтожать").first().waitFor();
    await picture(director, "after");
  });

  test("a ban stops it, with a reason, also on a phone", async () => {
    const page = await open("admin", { viewport: PHONE });
    const base = await school(page);
    await page.goto(`${base}/people/pupils?q=${encodeURIComponent("Давыдов Аркадий")}`);
    const href = await page.getByRole("link", { name: /Давыдов/ }).first().getAttribute("href");
    const number = href.match(/\d+$/)[0];
    await page.goto(`${base}/privacy/${number}/erasure`);
    assert.ok(await fits(page));
    await picture(page, "phone");
    await page.getByRole("button", { name: "Запретить" }).click();
    await page.getByText("Укажите причину и документ.").first().waitFor();
    await page.getByLabel("Причина и документ").fill("Запрос прокуратуры № 12");
    await page.getByRole("button", { name: "Запретить" }).click();
    await page.getByText("Запрос прокуратуры № 12").first().waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "phone-held");
    await page.getByLabel("Причина и документ").fill("Проверка окончена");
    await page.getByRole("button", { name: "Снять запрет" }).click();
    await page.getByText("Запрет снят").first().waitFor();
    await page.goto(`${base}/retention`);
    assert.ok(await fits(page));
    assert.deepEqual(await axe(page), []);
    await picture(page, "phone-terms");
  });
});

describe("who looked", () => {
  test("SEC-1, SEC-4: the municipality's look and its reason stand in the card's journal and in that of the school", async () => {
    const director = await open("director");
    const base = await school(director);
    await director.goto(`${base}/people/pupils`);
    const link = director.locator("table tbody a[href*='/people/pupils/']").first();
    const [name, card] = [(await link.textContent()).trim(), await link.evaluate((it) => it.href)];
    const operator = await open("operator");
    await operator.goto(`${(await school(operator)).replace("/o/", "/hub/")}/people`);
    await operator.selectOption("#school", { index: (await operator.locator("#school option").count()) - 1 });
    await operator.fill("#name", name);
    await operator.fill("#reason", "обращение родителя № 214 от 17.11.2026 о переводе в другую школу");
    await operator.locator("main form button.button-primary").click();
    await operator.getByText("г. р.").first().waitFor();
    for (const path of [`${card}/viewers`, `${base}/settings/security`]) {
      await director.goto(path);
      await director.locator("tbody tr", { hasText: "№ 214" }).first().waitFor();
      for (const viewport of [DESKTOP, PHONE]) {
        await director.setViewportSize(viewport);
        assert.deepEqual([await axe(director), await sticksOut(director)], [[], []]);
        await shot(director, `looks ${path.split("/").pop()} ${viewport.width}`, { fullPage: true });
      }
    }
  });
});
