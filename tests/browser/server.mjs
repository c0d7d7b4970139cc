// A demonstration server of a test's own: one made-up school on a day that never changes.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The Wednesday that the school lives on; its clock starts at 15:00 in Moscow. */
export const TODAY = "2026-11-18";
const PATIENCE = 180_000;

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run the browser tests by «cargo xtask test», or see tests/README.md`);
  }
  return value;
}

function psqlPath() {
  const home = "/usr/lib/postgresql";
  const debian = existsSync(home) ? readdirSync(home).sort((a, b) => b - a).map((it) => join(home, it, "bin/psql")) : [];
  return debian.find(existsSync) ?? "psql";
}

/** Asks the server; answers the lines. */
export function psql(url, ...statements) {
  const commands = statements.flatMap((it) => ["-c", it]);
  const out = execFileSync(psqlPath(), ["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url, ...commands], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return out.split("\n").filter(Boolean);
}

/** The same server, another database or login. */
export function urlOf(database, login) {
  const url = new URL(needed("DATABASE_URL"));
  url.pathname = `/${database}`;
  if (login) {
    url.username = login;
  }
  return url.href;
}

/** The filled database that every test file gets a copy of; made by whoever comes first. */
async function template(bin, today, schools) {
  const { size, mtimeMs } = statSync(bin);
  const name = `zvonok_browser_${createHash("sha256").update(`${bin} ${size} ${mtimeMs} ${today} ${schools}`).digest("hex").slice(0, 12)}`;
  const admin = needed("DATABASE_URL");
  const known = () => psql(admin, `select datistemplate from pg_database where datname = '${name}'`)[0];
  if (known() === undefined && created(admin, name)) {
    await fill(bin, admin, name, today, schools);
  }
  for (const end = Date.now() + PATIENCE; known() !== "t"; await pause(250)) {
    if (Date.now() > end) {
      throw new Error(`nobody filled the database ${name}: drop it and try again`);
    }
  }
  return name;
}

/** False where another test file was faster. */
function created(admin, name) {
  try {
    psql(admin, `create database ${name}`);
    return true;
  } catch (error) {
    if (/already exists|duplicate key/.test(error.stderr)) {
      return false;
    }
    throw error;
  }
}

async function fill(bin, admin, name, today, schools) {
  try {
    const server = await run(bin, urlOf(name), today, schools);
    await server.stop();
    psql(admin, `alter database ${name} is_template true`);
  } catch (error) {
    psql(admin, `drop database ${name} with (force)`);
    throw error;
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

// Copies of a database are opened by the keys it was filled with.
process.env.ZVONOK_KEYS ??= `test ${"1f".repeat(32)}`;

async function run(bin, database, today, schools) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "zvonok-browser-"));
  const told = { out: "", log: "" };
  const child = spawn(bin, ["demo", "--volatile", "--schools", String(schools), "--today", today, "--port", String(port), "--data", data], {
    env: { ...process.env, DATABASE_URL: database },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (it) => (told.out += it));
  child.stderr.on("data", (it) => (told.log += it));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((done) => child.once("exit", done));
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + PATIENCE; !(await answers(url)); await pause(100)) {
    if (child.exitCode !== null || Date.now() > end) {
      kill();
      throw new Error(`the server did not start:\n${told.out}${told.log}`);
    }
  }
  return {
    url,
    database,
    files: join(data, "files"),
    logins: loginsIn(told.out),
    log: () => told.log,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([ended, pause(5000)]);
      kill();
      await ended;
      process.off("exit", kill);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const answers = (url) => fetch(`${url}/login`).then((it) => it.ok, () => false);

/** «  role  login  password  organisation» → {login: password} */
function loginsIn(out) {
  const lines = out.split("\n").map((it) => /^\s+(\S+)\s+(\S+)\s+(\S+)/.exec(it)).filter(Boolean);
  return Object.fromEntries(lines.map(([, , login, password]) => [login, password]));
}

/** Starts a server over a fresh copy of the filled database. */
export async function startDemo({ today = TODAY, schools = 1 } = {}) {
  const bin = needed("ZVONOK_BIN");
  const from = await template(bin, today, schools);
  const name = `${from}_${process.pid}_${Math.floor(performance.now())}`;
  psql(needed("DATABASE_URL"), `create database ${name} template ${from} strategy file_copy`);
  const server = await run(bin, urlOf(name), today, schools);
  return {
    ...server,
    name,
    async stop() {
      await server.stop();
      psql(needed("DATABASE_URL"), `drop database ${name} with (force)`);
    },
  };
}
