// The diary of a family: homework with files and answers, what is missing until five, absences,
// tests ahead, and copies for when there is no network (JRN-5; checks 29, 32, 35).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, login, open, PHONE, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { psql } from "./server.mjs";

useServer();

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** The worker is at work and has seen the page. */
async function kept(page, address) {
  await page.goto(address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.goto(address);
  const path = new URL(page.url());
  await page.waitForFunction(
    async (it) => Boolean(await caches.match(it, { cacheName: "diary" })),
    path.pathname + path.search,
  );
}

/** The homework of the first lesson that has one, as the first screen links to it. */
async function firstHomework(page) {
  await page.goto("/my/day");
  return page.locator("#homework ~ ol a.homework-link").first().getAttribute("href");
}

describe("homework", () => {
  test("U5: a pupil hands a file in by two presses, and sees that it is there", async () => {
    const page = await open("pupil", { viewport: PHONE });
    await page.goto("/my/day");
    await page.locator("#homework ~ ol a.homework-link").first().click();
    await page.setInputFiles("#file", { name: "тетрадь.png", mimeType: "image/png", buffer: PNG });
    await page.locator("button", { hasText: "Сдать" }).last().click();
    await page.locator("text=Ответ сдан, учитель его видит").first().waitFor();
    assert.deepEqual(await axe(page), []);
    const link = page.locator(".files a", { hasText: "тетрадь.png" });
    const answer = await page.request.get(await link.getAttribute("href"));
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()["content-disposition"], /^attachment;/);
    assert.equal(answer.headers()["x-content-type-options"], "nosniff");
    assert.ok((await answer.body()).equals(PNG));
  });

  test("a page that calls itself a picture is refused in words, the text stays", async () => {
    const page = await open("pupil");
    await page.goto(await firstHomework(page));
    await page.fill("#text", "Решение в файле");
    await page.setInputFiles("#file", { name: "photo.png", mimeType: "image/png", buffer: Buffer.from("<html><script>1</script>") });
    await page.locator("button", { hasText: "Сдать" }).last().click();
    assert.match(await page.textContent(".error-summary"), /не принимаются/);
    assert.equal(await page.inputValue("#text"), "Решение в файле");
  });

  test("U2: the tick «сделано» works without JavaScript and is the pupil's own", async () => {
    const page = await open("pupil", { js: false });
    await page.goto("/my/day");
    const tick = page.locator("#homework ~ ol .tick").first();
    assert.equal(await tick.getAttribute("aria-pressed"), "false");
    await tick.click();
    assert.equal(await page.locator("#homework ~ ol .tick").first().getAttribute("aria-pressed"), "true");
    const parent = await open("parent");
    await parent.goto("/my/day");
    assert.equal(await parent.locator(".tick").count(), 0);
  });
});

describe("marks", () => {
  test("U3: the calculator counts without JavaScript", async () => {
    const page = await open("pupil", { js: false, viewport: PHONE });
    await page.goto("/my/diary/marks");
    await page.locator(".table-marks th a").first().click();
    await page.fill("#n5", "2");
    await page.locator("#calc button").click();
    assert.match(await page.textContent("#calc [role=status]"), /Средний балл станет \d,\d\d/);
    assert.deepEqual(await sticksOut(page), []);
  });

  test("absences and tests have a page each", async () => {
    const page = await open("parent", { viewport: PHONE });
    await page.goto("/my/diary/attendance");
    assert.ok((await page.locator("table.month").count()) >= 1);
    assert.deepEqual(await axe(page), []);
    await page.locator(".tabs a", { hasText: "Контрольные" }).click();
    await page.locator("#ahead").waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

describe("final marks", () => {
  test("a parent reads them on a phone and acknowledges with one press; the class teacher sees it", async () => {
    const page = await open("parent", { viewport: PHONE });
    await page.goto("/my/day");
    await page.locator(".tabs a", { hasText: "Итоговые" }).click();
    await page.locator(".table-finals").waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await sticksOut(page), []);
    const button = page.locator("form[action='/my/diary/finals'] button").first();
    await button.click();
    await page.locator(".toast", { hasText: "вы ознакомились" }).waitFor();
    assert.equal(await button.count(), 0, "nothing is asked any more");
    const address = new URL(page.url());
    assert.equal(address.pathname, "/my/diary/finals");

    const leader = await open("klassruk");
    const home = await school(leader);
    const klass = psql(world.server.database, `select c.class_id from curriculum.class c
      join identity.membership u on u.org_id = c.org_id and u.person_id = c.teacher_id and u.login = 'klassruk'`)[0];
    await leader.goto(`${home}/journal/${klass}/finals`);
    await leader.locator("a", { hasText: "Ознакомление родителей" }).click();
    await leader.locator("h1", { hasText: "Ознакомление родителей" }).waitFor();
    assert.deepEqual(await axe(leader), []);
    assert.deepEqual(await sticksOut(leader), []);
  });

  test("the pupil sees them and is asked nothing; printed, a page has its head and foot", async () => {
    const page = await open("pupil");
    for (const path of ["/my/diary/finals", "/my/diary/marks", "/my/diary/week"]) {
      await page.goto(path);
      assert.equal(await page.locator("form[action='/my/diary/finals']").count(), 0);
      await page.emulateMedia({ media: "print" });
      const foot = await page.evaluate(() => document.documentElement.dataset.print);
      assert.match(foot, /Звонок · сформировано \d\d\.\d\d\.\d{4} \d\d:\d\d · исполнитель /, path);
      assert.equal(await page.locator(".rail").isVisible(), false, path);
      assert.equal(await page.locator("[data-print-page]").isVisible(), false, path);
      await page.emulateMedia({ media: "screen" });
    }
  });
});

describe("without a network", () => {
  test("check 29: the pages that were seen are there with their time, of others there is a list", async () => {
    const page = await open("parent", { viewport: PHONE, workers: "allow" });
    await kept(page, "/my/day");
    await kept(page, "/my/diary/week");
    await page.context().setOffline(true);
    for (const [address, text] of [["/my/diary/week", ".lessons"], ["/my/day", "#homework"], ["/", "#homework"]]) {
      await page.goto(address);
      assert.match(await page.textContent(".offline"), /^Нет связи\. Показаны данные на \d\d:\d\d$/, address);
      assert.ok(await page.locator(text).first().isVisible(), address);
    }
    const surface = await page.evaluate(() => getComputedStyle(document.querySelector(".day")).borderTopStyle);
    assert.equal(surface, "solid", "the style is there too");
    await page.goto("/my/diary/tests");
    assert.match(await page.textContent("main"), /Нет связи.*Есть на этом устройстве/s);
    await page.locator("main a", { hasText: "Неделя" }).click();
    assert.match(await page.textContent(".offline"), /Показаны данные/);
    await page.context().setOffline(false);
  });

  test("check 29: another account on the same phone finds no copy of the first", async () => {
    const page = await open("parent", { viewport: PHONE, workers: "allow" });
    await kept(page, "/my/diary/week");
    const name = await page.textContent("h1");
    // The session ends without a sign-out; somebody else comes.
    await page.context().clearCookies();
    await login(page, "teacher");
    await page.waitForFunction(async () => !(await caches.match("/diary-owner", { cacheName: "diary" })));
    await page.context().setOffline(true);
    await page.goto("/my/diary/week");
    const shown = await page.textContent("body");
    assert.match(shown, /Нет связи/);
    assert.ok(!shown.includes(name), shown.slice(0, 200));
    await page.context().setOffline(false);
  });

  test("check 29: signing out takes the copies along", async () => {
    const page = await open("parent", { viewport: PHONE, workers: "allow" });
    await kept(page, "/my/diary/week");
    await page.locator(".topbar-tools details").last().locator("summary").click();
    await page.locator("form[action='/logout'] button").click();
    await page.waitForURL(/\/login/);
    assert.equal(await page.evaluate(() => caches.has("diary")), false);
  });
});
