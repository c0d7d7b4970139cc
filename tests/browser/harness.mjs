// What every browser test uses: a browser, signed-in pages, what must never happen on any page.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, test as plainTest } from "node:test";
import { startDemo } from "./server.mjs";

const assets = createRequire(new URL("../../app/assets/package.json", import.meta.url));
const { chromium } = assets("playwright-core");
const axeSource = readFileSync(assets.resolve("axe-core/axe.min.js"), "utf8");

export const OUT = process.env.ZVONOK_OUT ?? new URL("out", import.meta.url).pathname;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 640 };

/** The browser, the server and the sessions of one test file. */
export const world = { browser: null, server: null, sessions: new Map(), open: [] };

/** Registers starting and stopping for a test file; `prepare` runs when the server is there, which shows the day `today`. */
export function useServer(prepare, options = {}) {
  before(async () => {
    world.browser = await launch();
    world.server = await startDemo(options);
    await prepare?.();
  });
  afterEach(closeAll);
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });
}

/** Debian's Chromium, quiet and offline. */
function launch() {
  return chromium.launch({
    executablePath: process.env.ZVONOK_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/**
 * A new window. `role`: the login to sign in as (none: a stranger). What goes wrong in it by
 * itself is collected and fails the test at its end.
 */
export async function open(role, options = {}) {
  const { viewport = DESKTOP, js = true, workers = "block", ...rest } = options;
  const context = await world.browser.newContext({
    baseURL: world.server.url,
    viewport,
    javaScriptEnabled: js,
    serviceWorkers: workers,
    locale: "ru-RU",
    timezoneId: "Europe/Moscow",
    acceptDownloads: true,
    storageState: role ? await session(role) : undefined,
    ...rest,
  });
  context.setDefaultTimeout(30_000);
  await context.addInitScript(collectShifts);
  const problems = [];
  context.on("page", (page) => watch(page, problems));
  const page = await context.newPage();
  clicksArrive(page);
  world.open.push({ context, page, problems });
  return page;
}

/** A click is over when the page it leads to is read: Playwright returns when that page begins, still without a root. */
function clicksArrive(page) {
  const locator = Object.getPrototypeOf(page.locator("html"));
  const { click } = locator;
  if (click.arrives) {
    return;
  }
  locator.click = async function (options) {
    await click.call(this, options);
    await this.page().waitForLoadState("domcontentloaded");
  };
  locator.click.arrives = true;
}

/** Shifts of layout nobody asked for, from the first moment on. */
function collectShifts() {
  window.shifts = [];
  try {
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) {
        if (!it.hadRecentInput) {
          window.shifts.push({ value: it.value, what: it.sources?.map((s) => s.node?.className || s.node?.nodeName).join(", ") });
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  } catch {
    // not measured here
  }
}

function watch(page, problems) {
  const origin = new URL(world.server.url).origin;
  const add = (what) => problems.push(`${page.url()}: ${what}`);
  page.on("pageerror", (error) => add(`error in a script: ${error.stack ?? error}`));
  page.on("console", (it) => {
    // A letter lies in a sandbox, which keeps out the script that counts shifts.
    const sandbox = it.text().startsWith("Blocked script execution");
    if (it.type() === "error" && !sandbox && !it.text().startsWith("Failed to load resource")) {
      add(`console: ${it.text()}`); // a violation of the content policy comes here too
    }
  });
  page.on("request", (it) => {
    if (!it.url().startsWith(`${origin}/`) && !/^(data|blob|about):/.test(it.url())) {
      add(`asks for ${it.url()}`);
    }
  });
  page.on("requestfailed", (it) => {
    const why = it.failure()?.errorText ?? "";
    if (!/ERR_ABORTED|ERR_INTERNET_DISCONNECTED/.test(why)) {
      add(`${it.method()} ${it.url()}: ${why}`);
    }
  });
  page.on("response", (it) => {
    const bad = it.request().resourceType() === "document" ? 500 : 400;
    if (it.status() >= bad) {
      add(`${it.request().method()} ${it.url()}: ${it.status()}`);
    }
  });
}

/** A test that leaves pictures of its windows behind when it fails. */
export function test(name, options, body) {
  const [settings, run] = body ? [options, body] : [{}, options];
  return plainTest(name, settings, async (t) => {
    try {
      await run(t);
    } catch (error) {
      for (const [at, { page }] of world.open.entries()) {
        await picture(page, `${name.slice(0, 60)} ${at}`).catch(() => {});
      }
      throw error;
    }
  });
}

/** Closes the windows of the test; fails it for what was collected in them. */
async function closeAll() {
  const all = [];
  for (const { context, problems } of world.open.splice(0)) {
    all.push(...problems);
    await context.close();
  }
  assert.deepEqual(all, []);
}

/** Takes a picture for people to look at. */
export async function picture(page, name, options = {}) {
  mkdirSync(OUT, { recursive: true });
  const file = `${name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80)}.png`;
  await page.screenshot({ path: join(OUT, file), ...options });
}

/** Signs in through the page. */
export async function login(page, role) {
  await page.goto("/login");
  await page.fill("#login", role);
  await page.fill("#password", world.server.logins[role]);
  await page.press("#password", "Enter");
  await page.waitForURL((it) => it.pathname !== "/login");
}

/** Signed in once for all tests of the file. */
async function session(role) {
  if (!world.sessions.has(role)) {
    const context = await world.browser.newContext({ baseURL: world.server.url, serviceWorkers: "block" });
    const page = await context.newPage();
    await login(page, role);
    world.sessions.set(role, await context.storageState());
    await context.close();
  }
  return world.sessions.get(role);
}

/** The address of the school: «/o/code». */
export async function school(page) {
  await page.goto("/");
  const href = await page.locator("a[href^='/o/']").first().getAttribute("href");
  return /^\/o\/[^/]+/.exec(href)[0];
}

/** Light, dark or «слабовидящие», as the panel of the page keeps it. */
export const LOOKS = {
  light: { theme: "light", on: "0" },
  dark: { theme: "dark", on: "0" },
  a11y: { theme: "light", on: "1", size: "200", colors: "white", spacing: "wider", images: "1" },
};

export async function look(page, name) {
  const form = { back: "/login", ...LOOKS[name] };
  const answer = await page.request.post("/settings/look", { form, headers: { origin: world.server.url }, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
}

/** Serious and critical findings of axe, one line each. */
export async function axe(page, rules) {
  await page.waitForLoadState();
  if (!(await page.evaluate("typeof axe === 'object'"))) {
    await page.evaluate(axeSource);
  }
  return page.evaluate(async (rules) => {
    const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
    // The grid scrolls under its first column: what hides a cell there is no matter of size.
    const where = rules?.includes("target-size") ? { exclude: [".journal-table"] } : document;
    const { violations } = await window.axe.run(where, { resultTypes: ["violations"], ...only });
    const grave = violations.filter((it) => it.impact === "serious" || it.impact === "critical");
    return grave.map((it) => `${it.id}: ${it.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} (${n.any[0]?.message ?? n.failureSummary})`).join(" | ")}`);
  }, rules);
}

/** What sticks out of the page to the right; nothing when the page does not scroll sideways. */
export async function sticksOut(page) {
  await page.waitForLoadState();
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) {
      return [];
    }
    const inRegion = (it) => it.parentElement?.closest(".scroll-region, .visually-hidden");
    const wide = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > clientWidth + 1 && !inRegion(it));
    const names = wide.slice(0, 4).map((it) => `${it.tagName.toLowerCase()}.${[...it.classList].join(".")}`);
    return [`${scrollWidth} px in ${clientWidth}: ${names.join(", ")}`];
  });
}

/** Text that a box cuts off. */
export async function cutOff(page) {
  await page.waitForLoadState();
  return page.evaluate(() => {
    const hidden = (it) => /hidden|clip/.test(it);
    const found = [];
    for (const it of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(it);
      const box = it.getBoundingClientRect();
      const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || box.width < 3 || it.closest(".visually-hidden, dialog:not([open]), svg") || style.visibility === "hidden") {
        continue;
      }
      const across = hidden(style.overflowX) && it.scrollWidth > it.clientWidth + 2;
      const down = hidden(style.overflowY) && it.scrollHeight > it.clientHeight + 4;
      if (across || down) {
        found.push(`${it.tagName.toLowerCase()}.${[...it.classList].join(".")} «${it.textContent.trim().slice(0, 30)}»`);
      }
    }
    return found.slice(0, 5);
  });
}

/** The sum of unexpected shifts since the page began to load. */
export function shift(page) {
  return page.evaluate(() => {
    const sum = window.shifts.reduce((all, it) => all + it.value, 0);
    return { sum, what: window.shifts.filter((it) => it.value > 0.005).map((it) => `${it.what} ${it.value.toFixed(3)}`) };
  });
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
