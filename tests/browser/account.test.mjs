// Accounts as their owners and the administrator see them (SEC-1, SEC-3, ORG-6): the second factor,
// slips of a class, «Смотреть как…», a right taken from a role.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe } from "node:test";
import { axe, login, open, PHONE, picture, school, sticksOut, test, useServer, world } from "./harness.mjs";
import { pdfPages } from "./pdf.mjs";
import { psql } from "./server.mjs";

useServer();

/** Sends the form; the password is asked for where it was not given a moment ago. */
async function confirmed(page, role, send) {
  await send();
  const proof = page.locator("#proof");
  await page.waitForLoadState();
  if (await proof.count()) {
    assert.deepEqual(await axe(page), []);
    await proof.fill(world.server.logins[role]);
    await proof.press("Enter");
  }
}

/** The clock of the demonstration is not that of this machine. */
let ahead = 0;

/** What the device with the secret shows now (RFC 6238). */
function codeOf(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((it) => letters.indexOf(it).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((it) => parseInt(it, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() + ahead) / 30_000)));
  const sum = createHmac("sha1", key).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

describe("accounts", () => {
  test("the second factor: set up on a phone, asked for at the next sign-in, a recovery code instead of it", async () => {
    const page = await open(null, { viewport: PHONE });
    await login(page, "secretary");
    ahead = Number(psql(world.server.database, "select extract(epoch from max(created_at)) * 1000 from identity.session")[0]) - Date.now();
    await page.goto("/my/settings");
    await page.locator("a[href='/my/factor']").click();
    await confirmed(page, "secretary", () => page.locator("form[action='/my/factor/begin'] button").click());
    const secret = await page.locator(".factor-secret").textContent();
    assert.deepEqual([await axe(page), await sticksOut(page)], [[], []]);
    await picture(page, "factor", { fullPage: true });
    await page.fill("#code", "000000");
    await page.press("#code", "Enter");
    await page.locator(".error-summary").waitFor();
    assert.equal(await page.locator(".factor-secret").textContent(), secret, "a wrong code begins nothing anew");
    await page.fill("#code", codeOf(secret));
    await page.press("#code", "Enter");
    const codes = page.locator(".recovery li");
    await codes.first().waitFor();
    assert.equal(await codes.count(), 10);
    assert.deepEqual([await axe(page), await sticksOut(page)], [[], []]);
    await picture(page, "factor codes", { fullPage: true });
    const spare = (await codes.first().textContent()).trim();

    const again = await open(null, { viewport: PHONE });
    await login(again, "secretary");
    await again.waitForURL(/login\/code/);
    assert.deepEqual([await axe(again), await sticksOut(again)], [[], []]);
    await picture(again, "login code");
    await again.fill("#code", "111111");
    await again.press("#code", "Enter");
    await again.locator(".error-summary").waitFor();
    await again.fill("#code", spare);
    await again.press("#code", "Enter");
    await again.waitForURL((it) => !it.pathname.startsWith("/login"));
    await again.goto("/my/factor");
    assert.match(await again.locator("main").textContent(), /Запасных кодов осталось\s*9/);
  });

  test("slips of a class: one click, a page of paper with a code for each", async () => {
    const page = await open("admin");
    const base = await school(page);
    await page.goto(`${base}/settings/accounts/issue`);
    await page.locator("#circle").selectOption({ label: "7А" });
    await page.locator("[name=whom][value=all]").check();
    await confirmed(page, "admin", () => page.locator("main form button.button-primary").click());
    await page.waitForURL(/accounts\/sheets\/\d+$|\/jobs\/\d+/);
    const sheet = page.locator("main a[href*='/accounts/sheets/']").first();
    await page.locator(".slip").first().or(sheet).waitFor({ timeout: 60_000 });
    if (await sheet.count()) {
      await sheet.click();
      await page.waitForURL(/accounts\/sheets\/\d+$/);
    }
    const slips = await page.locator(".slip").count();
    assert.ok(slips > 20, `${slips} slips`);
    assert.equal(await page.locator(".slip svg[role=img]").count(), slips);
    assert.deepEqual([await axe(page), await sticksOut(page)], [[], []]);
    await picture(page, "slips", { fullPage: true });

    // C6: eight on a sheet of A4, and a ninth begins the next.
    for (const [left, sheets] of [[8, 1], [9, 2], [16, 2], [slips, Math.ceil(slips / 8)]]) {
      const paper = await page.context().newPage();
      await paper.goto(page.url());
      await paper.locator(".slip").evaluateAll((all, left) => all.slice(left).forEach((it) => it.remove()), left);
      const pages = pdfPages(await paper.pdf({ preferCSSPageSize: true, printBackground: true }));
      const codes = pages.map((it) => it.text.match(/[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}/g)?.length ?? 0);
      assert.equal(pages.length, sheets, `${left} slips: ${codes}`);
      assert.ok(pages.every((it) => !it.landscape));
      assert.deepEqual(codes.slice(0, -1), codes.slice(0, -1).map(() => 8));
      assert.equal(codes.reduce((sum, it) => sum + it, 0), left);
      await paper.close();
    }
  });

  test("«Смотреть как…»: the teacher's page is seen, nothing can be changed, one click leads back", async () => {
    const page = await open("admin");
    const base = await school(page);
    await page.goto(`${base}/settings/accounts?q=teacher`);
    await page.locator("main table tbody a", { hasText: "Богомолова" }).first().click();
    await page.waitForURL(/accounts\/\d+$/);
    await confirmed(page, "admin", () => page.locator("button", { hasText: "Смотреть как…" }).click());
    const banner = page.locator(".looking");
    await banner.waitFor();
    assert.deepEqual(await axe(page), []);
    await picture(page, "looking");
    const answer = await page.request.post(`${base}/timetable/rooms/new`, { form: { name: "1" }, headers: { origin: world.server.url }, maxRedirects: 0 });
    assert.equal(answer.status(), 403);
    await banner.locator("button").click();
    await page.waitForURL(/settings\/accounts\/\d+$/);
  });
});
