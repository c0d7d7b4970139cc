// Builds src/ and css/ into dist/: files named by their content, a .gz beside
// each, manifest.json from plain name to built name, and a byte budget that
// fails the build (ux.md 5.2). Run: node build.mjs
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");

const TARGET = ["chrome109", "firefox115", "safari15.4"];
const PUBLIC_PATH = "/assets/";
/** Bytes after gzip -9. */
const BUDGET = {
  "app.css": 20_000,
  "app.js": 25_000,
  "corrections.js": 2_000,
  "finals.js": 4_000,
  "find.js": 2_000,
  "grid.js": 12_000,
  "grid-more.js": 12_000,
  "icons.svg": 8_000,
  "sw.js": 4_000,
};

async function bundle(entry, define = {}, format = "iife") {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format,
    charset: "utf8",
    legalComments: "none",
    target: TARGET,
    define,
    logLevel: "warning",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** One symbol per icon; the page refers to it as icons.svg#name. */
async function sprite() {
  const list = await readFile(path.join(here, "icons.txt"), "utf8");
  const names = list.split("\n").map((it) => it.trim()).filter((it) => it && !it.startsWith("#"));
  const symbols = [];
  for (const name of names) {
    const file = path.join(here, "node_modules/lucide-static/icons", `${name}.svg`);
    const svg = await readFile(file, "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").replace(/> </g, "><").replace(/ \/>/g, "/>").trim()}</symbol>`);
  }
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

/** The icon for systems that cut their own shape: the ground to the edges, the bell inside the safe circle. */
async function maskable() {
  const svg = await readFile(path.join(here, "static/icon.svg"), "utf8");
  const bell = svg.slice(svg.indexOf("/>") + 2, svg.lastIndexOf("</svg>"));
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#17392f"/><g transform="translate(6.400 6.400) scale(.8)">${bell}</g></svg>`);
}

/** app.css → app-3F2A9XQZ.css, the form the server lets live long in a cache. */
function hashed(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest();
  const hash = [...digest.subarray(0, 8)].map((it) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[it % 32]).join("");
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

async function main() {
  const plain = new Map([
    ["app.css", await bundle("css/app.css")],
    ["app.js", await bundle("src/app.ts")],
    ["grid.js", await bundle("src/grid.ts")],
    ["grid-more.js", await bundle("src/grid-more.ts", {}, "esm")],
    ["corrections.js", await bundle("src/corrections.ts")],
    ["finals.js", await bundle("src/finals.ts")],
    ["find.js", await bundle("src/find.ts", {}, "esm")],
    ["icons.svg", await sprite()],
    ["icon.svg", await readFile(path.join(here, "static/icon.svg"))],
    ["icon-maskable.svg", await maskable()],
  ]);

  const manifest = {};
  const files = new Map();
  for (const [name, bytes] of plain) {
    manifest[name] = hashed(name, bytes);
    files.set(manifest[name], bytes);
  }

  const webmanifest = await readFile(path.join(here, "static/manifest.webmanifest"), "utf8");
  files.set("manifest.webmanifest", Buffer.from(webmanifest.replace("ICON", PUBLIC_PATH + manifest["icon.svg"]).replace("MASKABLE", PUBLIC_PATH + manifest["icon-maskable.svg"])));
  manifest["manifest.webmanifest"] = "manifest.webmanifest";

  files.set("favicon.svg", plain.get("icon.svg"));
  manifest["favicon.svg"] = "favicon.svg";

  // The service worker keeps its name (a browser asks for it by address) and
  // carries the list of built files, so that a new build is a new worker.
  const shelf = Object.values(manifest).filter((it) => /-[0-9A-Z]{8}\./.test(it)).map((it) => PUBLIC_PATH + it);
  files.set("sw.js", await bundle("src/sw.ts", { SHELF: JSON.stringify(shelf) }));
  manifest["sw.js"] = "sw.js";

  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  let over = false;
  for (const [file, bytes] of files) {
    const packed = gzipSync(bytes, { level: 9 });
    await writeFile(path.join(dist, file), bytes);
    await writeFile(path.join(dist, `${file}.gz`), packed);
    const name = Object.keys(manifest).find((it) => manifest[it] === file);
    const limit = BUDGET[name];
    const tooBig = limit !== undefined && packed.length > limit;
    over ||= tooBig;
    const note = limit === undefined ? "" : ` of ${limit}${tooBig ? "  OVER BUDGET" : ""}`;
    console.log(`${name.padEnd(21)} ${String(bytes.length).padStart(7)} B  gzip ${String(packed.length).padStart(6)}${note}`);
  }
  await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  if (over) {
    process.exitCode = 1;
  }
}

await main();
