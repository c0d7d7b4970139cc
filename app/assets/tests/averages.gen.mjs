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

/** The day of all cases; «•» is a debt when its day is before it. */
const TODAY = "2026-11-20";
const DAYS = [undefined, undefined, "2026-11-19", TODAY, "2026-12-01"];

/** Does «•» count as «2»? Where the school says so, on the scale of five, when its day has passed. */
const owes = (school, scale, due_on) => Boolean(school) && scale === "five" && (due_on === undefined || due_on < TODAY);

function expected(items) {
  let sum = 0n;
  let weights = 0n;
  for (const { value: stands, weight, owed } of items) {
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
  "a debt of a school that counts none": [item("•", "2.00"), item("5")],
  "twelve points": [item("12"), item("7", "0.50"), item("11/12")],
  "зачёт has no average": [item("зач"), item("незач"), item("•")],
  "the mark 1": [item("1"), item("2")],
  "a year of marks": Array.from({ length: 180 }, (_, at) => item(String(3 + (at % 3)), at % 7 === 0 ? "2.00" : "1.00")),
  "codes do not count": [item("зач"), item("незач"), item("н/а"), item("4"), item("5")],
};

/** Schools that count debts: the same dot on each scale, on each side of its day. */
const debts = [undefined, "2026-11-19", TODAY, "2026-12-01"].flatMap((due_on) =>
  Object.keys(SCALES).map((scale) => {
    const best = { five: "5", ten: "10", twelve: "12", hundred: "100", pass: "зач" }[scale];
    return { name: `a dot on the scale ${scale}, due ${due_on ?? "at once"}`, scale, dot_as_two: true, items: [{ ...item("•", "2.00"), due_on }, item(best)] };
  }),
);

/** The case with what each of its dots counts, and its answer. */
function settled({ items, ...about }) {
  const owed = (it) => (owes(about.dot_as_two, about.scale, it.due_on) ? { ...it, owed: true } : it);
  const all = items.map(owed);
  return { ...about, today: TODAY, items: all, average: expected(all) };
}

const cases = Object.entries(fixed).map(([name, items]) => settled({ name, scale: "hundred", items }));
cases.push(...debts.map(settled));
cases.push(settled({ name: "the example of the rules with a debt: 30/9", scale: "five", dot_as_two: true, items: [item("•", "2.00"), item("5"), item("3", "3.00"), item("4", "2.00"), item("4")] }));
const scales = Object.keys(SCALES);
while (cases.length < 200) {
  // Every second one is of the scale of most schools.
  const scale = cases.length % 2 ? "five" : scales[(cases.length / 2) % scales.length];
  const dot_as_two = draw(2) === 0;
  const items = Array.from({ length: 1 + draw(24) }, () => ({ ...item(pick(SCALES[scale]), pick(WEIGHTS)), ...(dot_as_two ? { due_on: pick(DAYS) } : {}) }));
  cases.push(settled({ name: `drawn ${cases.length}, ${scale}${dot_as_two ? ", debts count" : ""}`, scale, dot_as_two, items }));
}
const file = fileURLToPath(new URL("averages.json", import.meta.url));
writeFileSync(file, `[\n${cases.map((it) => `  ${JSON.stringify(it)}`).join(",\n")}\n]\n`);
console.log(`${cases.length} cases`);
