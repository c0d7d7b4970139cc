// A parent with a phone on a slow network (check 28, DIA-1).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, login, open, PHONE, test, useServer } from "./harness.mjs";
import { slowNetwork } from "./slow.mjs";

useServer();

const homework = (page) => page.locator("#homework ~ ol .lesson-homework").first();

/** When the first text was painted, in milliseconds after the navigation began. */
function firstPaint(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        const seen = (list) => list.getEntriesByName("first-contentful-paint").forEach((it) => done(it.startTime));
        new PerformanceObserver(seen).observe({ type: "paint", buffered: true });
      }),
  );
}

describe("a parent on a phone", () => {
  test("check 28: tomorrow's homework stands on the first screen after login", async () => {
    const page = await open(null, { viewport: PHONE });
    await login(page, "parent");
    const seen = await page.evaluate(() => {
      const bar = document.querySelector(".rail")?.getBoundingClientRect().top ?? innerHeight;
      const lines = [...document.querySelectorAll("#homework ~ ol .lesson-homework")];
      return { total: lines.length, visible: lines.filter((it) => it.getBoundingClientRect().bottom <= bar).length };
    });
    assert.ok(seen.total > 0 && seen.visible > 0, JSON.stringify(seen));
    assert.deepEqual(await axe(page), []);
  });

  test("check 28: on a slow network the first visit takes ≤ 100 kB, the next ≤ 15 kB, text stands within 3 s", { timeout: 120_000 }, async (t) => {
    const network = await slowNetwork();
    try {
      const page = await open("parent", { viewport: PHONE, workers: "allow", proxy: { server: network.server } });
      await page.goto("/my/day");
      await homework(page).waitFor();
      const paint = await firstPaint(page);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      await page.waitForLoadState("networkidle");
      const first = network.take();
      t.diagnostic(`first visit: ${first.bytes} B, text after ${paint.toFixed(0)} ms (${first.list})`);

      await page.goto("about:blank");
      await page.goto("/my/day");
      await homework(page).waitFor();
      const again = await firstPaint(page);
      await page.waitForLoadState("networkidle");
      const repeat = network.take();
      t.diagnostic(`next visit: ${repeat.bytes} B, text after ${again.toFixed(0)} ms (${repeat.list})`);

      assert.ok(first.bytes > 10_000 && first.bytes <= 100_000, `first visit ${first.bytes} B`);
      assert.ok(repeat.bytes > 1000 && repeat.bytes <= 15_000, `next visit ${repeat.bytes} B`);
      assert.ok(paint <= 3000 && again <= 1500, `text after ${paint} and ${again} ms`);
    } finally {
      await network.close();
    }
  });

  test("the last diary is there without a network, with its time", async () => {
    const page = await open("parent", { viewport: PHONE, workers: "allow" });
    await page.goto("/my/day");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await page.reload();
    await page.locator("#homework").waitFor();
    await page.context().setOffline(true);
    await page.reload();
    assert.match(await page.textContent(".offline"), /Нет связи\. Показаны данные на/);
    assert.ok(await page.locator("#homework").isVisible());
    await page.context().setOffline(false);
  });

  test("several children: one press changes the child", async () => {
    const page = await open("parent", { viewport: PHONE });
    await page.goto("/my/day");
    const name = await page.textContent("h1");
    const other = page.locator(".children a:not([aria-current])").first();
    await other.click();
    await page.waitForURL(/child=/);
    assert.notEqual(await page.textContent("h1"), name);
  });
});
