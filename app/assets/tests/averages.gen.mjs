// Writes averages.json: 200 cases that the browser and the server must both
// get right. The answers come from BigInt long division, a third way to count.
// Run: node tests/averages.gen.mjs
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

let state = 20261121n;
/** A deterministic draw from 0 … n-1 (Knuth's MMIX generator). */
function draw(n) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(n));
}
const pick = (list) => list[draw(list.length)];

const WEIGHTS = ["0.50", "1.00", "1.00", "1.00", "1.25", "1.50", "2.00", "3.00"];
const FIVE = ["5", "5", "4", "4", "4", "3", "3", "2", "4/5", "3/4", "2/3", "•", "ОСВ", "Н/А", ""];
/** What may stand in a cell of each scale. */
const SCALES = {
  five: FIVE,
  ten: ["10", "9", "8", "7", "6", "5", "3", "1", "9/10", "•", "ОСВ", ""],
  twelve: ["12", "11", "10", "8", "7", "4", "1", "11/12", "•", ""],
  hundred: ["100", "99", "87", "75", "61", "50", "33", "7", "1", "54/76", "ОСВ", ""],
  pass: ["зач", "незач", "•", "ОСВ", ""],
};

function expected(items) {
  let sum = 0n;
  let weights = 0n;
  for (const { value: stands, weight, owed } of items) {
    // An open debt counts as «2» where the school says so and its day has passed.
    const value = owed && stands === "•" ? "2" : stands;
    if (!/^\d+(\/\d+)?$/.test(value)) continue;
    const w = BigInt(weight.replace(".", ""));
    for (const mark of value.split("/")) {
      sum += BigInt(mark) * w;
      weights += w;
    }
  }
  if (weights === 0n) return "";
  let hundredths = (sum * 100n) / weights;
  const rest = (sum * 100n) % weights;
  if (rest * 2n >= weights) hundredths += 1n;
  const text = String(hundredths).padStart(3, "0");
  return `${text.slice(0, -2)},${text.slice(-2)}`;
}

const item = (value, weight = "1.00") => ({ value, weight });
const fixed = {
  "no marks": [],
  "only empty cells": [item(""), item("")],
  "only a dot and осв": [item("."), item("осв")],
  "one mark": [item("5")],
  "one mark of half weight": [item("4", "0.50")],
  "weight nought leaves a mark out": [item("2", "0.00"), item("5")],
  "only weight nought": [item("5", "0.00")],
  "a third": [item("5"), item("5"), item("4")],
  "two thirds": [item("5"), item("4"), item("4")],
  "tie goes up: 4,125": [item("5"), ...Array(7).fill(item("4"))],
  "tie goes up: 3,375": [...Array(3).fill(item("4")), ...Array(5).fill(item("3"))],
  "tie goes up: 4,625": [...Array(5).fill(item("5")), ...Array(3).fill(item("4"))],
  "tie goes up: 2,875": [...Array(7).fill(item("3")), item("2")],
  "tie by weights: 4,005": [item("5", "0.50"), item("4", "99.50")],
  "tie by weights: 3,995": [item("3", "0.50"), item("4", "99.50")],
  "just under a tie": [item("5", "0.49"), item("4", "99.51")],
  "a pair is two marks": [item("4/5")],
  "a pair of double weight": [item("4/5", "2.00"), item("3")],
  "a pair beside a dot": [item("3/4"), item("."), item("5", "1.25")],
  "weights of all kinds": [item("5", "0.50"), item("4"), item("3", "1.25"), item("2", "3.00")],
  "the example of the rules: 26/7": [item("5"), item("3", "3.00"), item("4", "2.00"), item("4")],
  "ten points": [item("10"), item("7"), item("9", "1.50")],
  "a hundred points": [item("87"), item("100", "2.00"), item("54", "0.50")],
  "a debt that counts": [{ ...item("•", "2.00"), owed: true }, item("5"), item("3", "3.00"), item("4", "2.00"), item("4")],
  "a debt whose day has not come": [item("•", "2.00"), item("5")],
  "twelve points": [item("12"), item("7", "0.50"), item("11/12")],
  "зачёт has no average": [item("зач"), item("незач"), item("•")],
  "the mark 1": [item("1"), item("2")],
  "a year of marks": Array.from({ length: 180 }, (_, at) => item(String(3 + (at % 3)), at % 7 === 0 ? "2.00" : "1.00")),
  "codes do not count": [item("зач"), item("незач"), item("н/а"), item("4"), item("5")],
};

const cases = Object.entries(fixed).map(([name, items]) => ({ name, scale: "hundred", items, average: expected(items) }));
const scales = Object.keys(SCALES);
while (cases.length < 200) {
  // Every second one is of the scale of most schools.
  const scale = cases.length % 2 ? "five" : scales[(cases.length / 2) % scales.length];
  const debts = scale === "five" && draw(2) === 0;
  const items = Array.from({ length: 1 + draw(24) }, () => ({ ...item(pick(SCALES[scale]), pick(WEIGHTS)), ...(debts ? { owed: true } : {}) }));
  cases.push({ name: `drawn ${cases.length}, ${scale}${debts ? ", debts count" : ""}`, scale, items, average: expected(items) });
}
const file = fileURLToPath(new URL("averages.json", import.meta.url));
writeFileSync(file, `[\n${cases.map((it) => `  ${JSON.stringify(it)}`).join(",\n")}\n]\n`);
console.log(`${cases.length} cases`);
