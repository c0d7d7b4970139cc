import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";

/** A module of src/ as the tests can import it. */
async function load(entry) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${entry}`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const { average, points, weightOf } = await load("average.ts");
const cases = JSON.parse(readFileSync(new URL("averages.json", import.meta.url), "utf8"));

test("there are 200 shared cases", () => {
  assert.equal(cases.length, 200);
});

test("the browser counts every shared case like the server", () => {
  for (const { name, items, average: expected } of cases) {
    const got = average(items.map(({ value, weight }) => ({ value, weight: weightOf(weight) })));
    assert.equal(got, expected, name);
  }
});

test("a pair is two marks, words are none", () => {
  assert.deepEqual(points("4/5"), [4, 5]);
  assert.deepEqual(points("осв"), []);
  assert.deepEqual(points("н/а"), []);
  assert.deepEqual(points("."), []);
  assert.deepEqual(points(""), []);
});
