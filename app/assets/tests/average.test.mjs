import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { average, points, weightOf } = await load("average.ts");
const cases = JSON.parse(readFileSync(new URL("averages.json", import.meta.url), "utf8"));

test("there are 200 shared cases", () => {
  assert.equal(cases.length, 200);
});

test("the browser counts every shared case like the server", () => {
  for (const { name, items, average: expected } of cases) {
    const got = average(items.map(({ value, weight, owed = false }) => ({ value, weight: weightOf(weight), owed })));
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
