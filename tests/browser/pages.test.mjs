// Every page of every role: accessible in three looks, steady, never wider than its window
// (checks 31, 32, 33, 39).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe } from "node:test";
import { axe, cutOff, DESKTOP, look, LOOKS, open, PHONE, picture, school, shift, sticksOut, test, useServer, world } from "./harness.mjs";

useServer();

const ROLES = ["admin", "zavuch", "secretary", "teacher", "klassruk", "director", "parent", "pupil", "zaved", "mama", "operator"];
/** Pages that look different for each role. */
const EACH_ROLE = ["/o/*/", "/my/day"];

/** Pages that a list of links does not lead to. */
const ALSO = {
  admin: ["/settings/org/edit", "/settings/options", "/timetable/rooms", "/timetable/rooms/new", "/settings/access", "/search?q=ив"],
  zavuch: ["/study/years", "/study/subjects", "/study/load", "/study/scales", "/study/plans", "/timetable/bells", "/timetable/edit", "/timetable/publish"],
  secretary: ["/movement/register", "/people/consents", "/people/consents/blank", "/people/staff/dismissed"],
};

/** The address without its numbers and codes: pages made alike are looked at once. */
function pattern(address) {
  const { pathname } = new URL(address, world.server.url);
  return pathname
    .replace(/^\/(o|hub)\/[^/]+/, "/$1/*")
    .replace(/^(\/hub\/\*\/[a-z]+\/)(?!(?:reminders|sum)(?:\/|$))[^/]+/, "$1*")
    .replace(/(\/settings\/rights\/)(?!history$)[^/]+/, "$1*")
    .replace(/(\/settings\/directories\/)[^/]+/, "$1*")
    .replace(/\/[A-Z]+-[^/]+$/, "/*")
    .replace(/\/\d+(?=\/|$)/g, "/*")
    .replace(/(\/import\/)(?!runs)[a-z]+/, "$1*");
}

/** Pages of this site that the page links to; no files, no other places of the same page. */
function links(page) {
  return page.$$eval("a[href]", (all) => all.filter((it) => !it.hasAttribute("download") && it.origin === location.origin).map((it) => it.pathname + it.search));
}

/** The links of a page that was looked at already: this role may be led elsewhere by it. */
async function linksUnseen(page, address) {
  const html = await (await page.request.get(address)).text();
  return [...html.matchAll(/<a [^>]*href="(\/[^"#]*)/g)].map((it) => it[1].replaceAll("&amp;", "&"));
}

const isPage = (address) => !/[?&]format=|\/template$|\/errors$|\/files\/|\/(print|file)(\?|$)|[?&]as=|print=1/.test(address);

/**
 * Goes over all pages of the role that nobody looks at or has looked at; `audit` is asked about each.
 * `seen` tells by page whether it could be looked at: several roles walk at the same time.
 */
async function walk(page, role, seen, audit, also = []) {
  await page.goto("/");
  const queue = [new URL(page.url()).pathname, ...also];
  const base = (await links(page)).map((it) => /^\/o\/[^/]+/.exec(it)?.[0]).find(Boolean);
  queue.push(...(ALSO[role] ?? []).map((it) => base + it));
  const own = new Set(["/"]);
  while (queue.length > 0) {
    const address = queue.shift();
    const name = pattern(address);
    const key = EACH_ROLE.includes(name) ? `${name} ${role}` : name;
    if (own.has(name) || !isPage(address)) {
      continue;
    }
    own.add(name);
    for (let visit = seen.get(key); visit && !(await visit); visit = seen.get(key)) {
      if (seen.get(key) === visit) {
        seen.delete(key); // another role was refused: this one may open it
      }
    }
    if (seen.has(key)) {
      queue.push(...(await linksUnseen(page, address)));
      continue;
    }
    const visit = (async () => {
      const answer = await page.goto(address);
      if (answer.status() === 403 || answer.status() === 404) {
        return false;
      }
      await audit(page, `${role} ${address}`, answer.status());
      return true;
    })();
    seen.set(key, visit);
    if (await visit) {
      queue.push(...(await links(page)));
    }
  }
}

/** The demonstration has issued orders only: one that can still be changed. */
async function draftOrder(page) {
  await page.goto(`${await school(page)}/movement/orders/new?type=leaving`);
  await page.fill("#ordered_on", "18.11.2026");
  await page.fill("#effective_on", "20.11.2026");
  await page.locator("#pupils summary").first().click();
  await page.locator("#pupils input[type=checkbox]").first().check();
  await page.locator("main form .form-actions button").click();
  await page.waitForURL(/orders\/\d+$/);
  return new URL(page.url()).pathname;
}

/** Everything that is to be seen in one visit. */
async function inspect(page, name, status) {
  const found = [];
  const add = (what, list) => found.push(...list.map((it) => `${name} · ${what}: ${it}`));
  if (status >= 500) {
    add("status", [String(status)]);
    return found;
  }
  add("layout shift", await shifted(page));
  add("axe", await axe(page));
  add("h1", (await page.locator("main h1").count()) === 1 ? [] : ["not one heading"]);
  await dress(page, LOOKS.dark);
  add("axe dark", await axe(page, ["color-contrast", "link-in-text-block"]));
  await dress(page, LOOKS.a11y);
  add("axe a11y", await axe(page, ["color-contrast", "link-in-text-block"]));
  add("200 %", await sticksOut(page));
  add("200 % cut", await cutOff(page));
  await dress(page, LOOKS.light);
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 640 });
    add(`${width} px`, await sticksOut(page));
  }
  add("360 px axe", await axe(page, ["target-size"]));
  await page.setViewportSize(DESKTOP);
  return found;
}

async function shifted(page) {
  const { sum, what } = await shift(page);
  return sum > 0.02 ? [`${sum.toFixed(3)}: ${what.join("; ")}`] : [];
}

/** Puts the look on the page as the server would have (`the server writes the look` proves it). */
async function dress(page, { theme, on, size, colors, spacing }) {
  await page.evaluate(
    ([theme, shown]) => {
      const { dataset } = document.documentElement;
      dataset.theme = theme;
      for (const name of ["a11y", "a11ySize", "a11yColors", "a11ySpacing"]) {
        if (shown?.[name] === undefined) {
          delete dataset[name];
        } else {
          dataset[name] = shown[name];
        }
      }
    },
    [theme, on === "1" ? { a11y: "", a11ySize: size, a11yColors: colors, a11ySpacing: spacing } : null],
  );
}

/** The routes that the crates declare, as patterns. */
function declared() {
  const root = new URL("../../crates/", import.meta.url);
  const text = (path) => {
    try {
      return readFileSync(new URL(path, root), "utf8");
    } catch {
      return "";
    }
  };
  const sources = readdirSync(root).map((it) => text(`${it}/src/pages.rs`));
  const routes = sources.flatMap((it) => [...it.matchAll(/\("GET", "([^"]+)"\)/g)].map((found) => found[1]));
  return routes.map((it) => it.replace(/\{[^}]+\}/g, "*"));
}

/** GET routes that are no pages to look at here, each with its reason. */
const NO_PAGES = {
  "/start/*": "needs a code; walk.test.mjs goes through it",
  "/o/*/journal/cell": "a fragment of the grid",
  "/o/*/journal/*/*/changes": "for the script of the grid",
  "/o/*/journal/*/*/stream": "for the script of the grid",
  "/o/*/homework/files/*": "a file",
  "/o/*/people/consents/*/scans/*": "a file",
  "/o/*/journal/*/*/print": "paper; journal-sheets.test.mjs looks at it",
  "/o/*/journal/*/*/file": "a file",
  "/o/*/import/*/template": "a file",
  "/o/*/import/runs/*": "needs a file; imports.test.mjs goes through it",
  "/o/*/import/runs/*/errors": "a file",
  "/unsubscribe/*": "needs the link of a letter; the crate messaging tests it",
  "/login/code": "between the password and the first page; account.test.mjs goes through it",
  "/login/provider": "leads to another site; the crate identity tests it",
  "/login/provider/back": "an answer of another site; the crate identity tests it",
  "/my/provider": "needs another site; the crate identity tests it",
  "/o/*/search/quick": "a fragment of the search",
  "/o/*/settings/accounts/sheets/*": "paper that is shown once; account.test.mjs looks at it",
  "/o/*/portfolio/entries/*/files/*": "a file",
  "/o/*/erasures/*": "needs the word of two people; privacy.test.mjs goes through it",
  "/o/*/settings/rollover/*": "its steps are looked at one by one, and prepared ones in rollover.test.mjs",
  "/o/*/reports/copies/*/file": "a file",
  "/o/*/settings/org/file": "a file",
  "/o/*/reports/archive/*": "made by a job; frozen.test.mjs looks at it",
  "/o/*/reports/archive/*/file": "a file",
  "/o/*/jobs/*": "stands while a long job goes on; the crate work tests it",
};

describe("pages", () => {
  test("checks 31, 32, 33, 39: every page in light, dark and «слабовидящие», at 200 %, on 360 and 320 px, without shifts", { timeout: 1_800_000 }, async (t) => {
    const seen = new Map();
    const found = [];
    const stranger = await open();
    await stranger.goto("/login");
    found.push(...(await inspect(stranger, "stranger /login", 200)));
    const roles = [...ROLES];
    const walkOn = async () => {
      for (let role = roles.shift(); role; role = roles.shift()) {
        const page = await open(role);
        const also = role === "secretary" ? [`${await draftOrder(page)}/edit`] : [];
        const each = async (page, name, status) => {
          const here = await inspect(page, name, status);
          if (here.length > 0) {
            await picture(page, `page ${name}`).catch(() => {});
          }
          found.push(...here);
        };
        await walk(page, role, seen, each, also);
        await page.close();
      }
    };
    await Promise.all([walkOn(), walkOn()]);
    t.diagnostic(`${seen.size + 1} pages`);
    assert.deepEqual(found, []);
    const opened = await Promise.all([...seen].map(async ([key, visit]) => ((await visit) ? [key.split(" ")[0]] : [])));
    const visited = new Set(opened.flat());
    const missed = declared().filter((it) => !it.endsWith("/print") && !visited.has(it) && !NO_PAGES[it] && it !== "/login");
    assert.deepEqual(missed, [], "routes that nothing led to");
  });

  test("checks 33, 39: pages of families stand still on a phone and keep their text at 200 %", async () => {
    const page = await open("parent", { viewport: PHONE });
    const found = [];
    for (const name of ["light", "a11y"]) {
      await look(page, name);
      for (const address of ["/my/day", "/my/diary/week", "/my/diary/marks", "/my/diary/attendance", "/my/diary/tests", "/my/notifications", "/my/settings"]) {
        await page.goto(address);
        const here = [...(await shifted(page)), ...(await sticksOut(page)), ...(await cutOff(page))];
        found.push(...here.map((it) => `${address} ${name}: ${it}`));
      }
    }
    assert.deepEqual(found, []);
  });

  test("check 31: the server writes the look that was chosen, for strangers too", async () => {
    const page = await open();
    for (const [name, { theme, on, size, colors, spacing }] of Object.entries(LOOKS)) {
      await look(page, name);
      await page.goto("/login");
      const { ...data } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
      assert.equal(data.theme, theme, name);
      const shown = [data.a11y, data.a11ySize, data.a11yColors, data.a11ySpacing];
      assert.deepEqual(shown, on === "1" ? ["", size, colors, spacing] : [undefined, undefined, undefined, undefined], name);
    }
  });

  test("check 31: the panel changes the page at once and for good", async () => {
    const page = await open("teacher", { viewport: DESKTOP });
    await page.goto("/");
    await page.locator(".topbar-tools summary").first().click();
    const kept = page.waitForResponse((it) => it.url().endsWith("/settings/look"));
    await page.locator("button[name=theme][value=dark]").click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await kept;
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  });
});
