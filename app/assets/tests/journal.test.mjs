import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { match, areNames } = await load("journal/names.ts");
const { parseTsv } = await load("journal/paste.ts");
const { byText, rulesOf } = await load("journal/entry.ts");
const { explanation } = await load("journal/more.ts");
const { median, proposed } = await load("journal/beside.ts");
const { csv } = await load("journal/csv.ts");
const { Undo } = await load("journal/undo.ts");
const rules = (dataset = {}) => rulesOf({ dataset: { pairs: "", ...dataset } });

test("JRN-1: names of a spreadsheet are found with ё as е, by initials, and only if one fits", () => {
  const roster = ["Абрамов Артём", "Ёлкин Семён", "Иванов Пётр", "Иванов Павел", "Иванова Дарья"];
  assert.deepEqual(match(["абрамов  артем", "Елкин С.", "Иванов П.", "Иванов Петр Ильич", "Иванова", ""], roster), [0, 1, -1, 2, 4, -1]);
  assert.ok(areNames(["Елкин", "Абрамов", "Иванова Д.", "Иванов Павел", "Кто-то"], roster));
  assert.ok(!areNames(["5", "4", "Елкин"], roster));
});

test("JRN-1: what spreadsheets put on the clipboard", () => {
  assert.deepEqual(parseTsv("5\t4\r\n\"а\nб\"\t\"в\"\"г\"\r\n"), [["5", "4"], ["а\nб", 'в"г']]);
  assert.deepEqual(parseTsv("5\n\n4\n"), [["5"], [""], ["4"]]);
});

test("JRN-1: what may be typed into a cell", () => {
  assert.deepEqual(byText("н 4", rules()), { mark: "4", attendance: "ОТ" });
  assert.deepEqual(byText("5 5", rules()), { mark: "5", attendance: "", extra: "5" });
  assert.deepEqual(byText("5+4", rules()), { mark: "5", attendance: "", extra: "4" });
  assert.deepEqual(byText("4/5", rules()), { mark: "4/5", attendance: "" });
  assert.deepEqual(byText("осв", rules()), { mark: "ОСВ", attendance: "" });
  assert.deepEqual(byText("н/а", rules()), { mark: "Н/А", attendance: "" });
  assert.deepEqual(byText(".", rules()), { mark: "•", attendance: "" });
  assert.deepEqual(byText("", rules()), { mark: "", attendance: "" });
  for (const wrong of ["7", "1", "4/5/3", "5 5 5", "я"]) {
    assert.ok("refused" in byText(wrong, rules()), wrong);
  }
  assert.equal(byText("10", rules({ scale: "10" })).mark, "10");
  assert.equal(byText("зч", rules({ scale: "pass" })).mark, "зач");
  assert.ok("refused" in byText("5", rules({ nomarks: "Отметок нет" })));
});

test("JRN-1: the average says what is lacking to the next mark", () => {
  const items = [...Array(4).fill({ value: "4", weight: 100 }), { value: "5", weight: 100 }];
  assert.equal(explanation(items, { thresholds: "4.50 3.50 2.50" }), "5 отметок, сумма весов 5, до «5» не хватает 0,30 (например, «5» с весом 3)");
  assert.equal(explanation([{ value: "5", weight: 150 }], { thresholds: "4.50 3.50 2.50" }), "1 отметка, сумма весов 1,5");
  assert.equal(explanation([], {}), "Отметок, которые входят в средний балл, нет");
});

test("JRN-1: a table for Excel keeps what would break it in quotes", () => {
  assert.equal(csv([["а;б", 'в"г'], ["5", "н"]]), '\ufeff"а;б";"в""г"\r\n5;н\r\n');
});

test("JRN-1: at least 100 steps back and forth", () => {
  const undo = new Undo();
  const place = { lesson: 1, pupil: 1, work: null, field: "mark" };
  for (let at = 0; at < 150; at += 1) {
    undo.remember([{ place, from: String(at), to: String(at + 1) }]);
  }
  const back = Array.from({ length: 150 }, () => undo.back()[0]);
  assert.deepEqual([back[0].to, back[149].to], ["149", "0"]);
  assert.deepEqual(undo.back(), []);
  assert.equal(undo.forth()[0].to, "1");
});

test("JRN-1: the median is the middle of the marks that count, or the mean of two", () => {
  const of = (...values) => median(values.map((value) => ({ value, weight: 100 })));
  assert.deepEqual([of(), of("5"), of("2", "5", "4"), of("5", "4", "2", "5"), of("4/5", "осв")], ["", "5", "4", "4,5", "4,5"]);
  assert.equal(median([{ value: "2", weight: 0 }, { value: "5", weight: 100 }]), "5");
});

test("JRN-3: the mark proposed beside the average follows marks and absences at once", () => {
  const rule = { five: true, borders: true, steps: [450, 350, 250], most: 50, closing: true };
  const marks = (...all) => all.map((value) => ({ value, weight: 100 }));
  const say = (ground, items, away = 0, exempt = false, by = rule) => {
    const { text, doubt } = proposed(by, ground, items, away, exempt);
    return text + (doubt ? "?" : "");
  };
  assert.equal(say("3 20 0", marks("5", "5", "4")), "5");
  assert.equal(say("3 20 0", marks("5", "4", "4", "5")), "5?", "4,50 is on the edge");
  assert.equal(say("3 20 0 1", marks("5", "5", "5")), "5?", "came later");
  assert.equal(say("3 20 0", marks("5", "5")), "н/а?", "few marks");
  assert.equal(say("3 20 4", marks("5", "5", "5"), 6), "5", "half of the lessons");
  assert.equal(say("3 20 4", marks("5", "5", "5"), 7), "н/а?", "more than half");
  assert.equal(say("3 20 4", marks("5", "5", "5"), 7, false, { ...rule, closing: false }), "", "too early to say");
  assert.equal(say("3 0 0", marks("5", "5", "5")), "", "nothing is proposed for the year");
  assert.equal(say("3 20 0", [], 0, true), "осв?");
  const hundred = { ...rule, five: false, borders: false };
  assert.equal(say("1 20 0", marks("87", "88"), 0, false, hundred), "88", "a half goes up");
  assert.equal(say("1 20 0", marks("10", "9", "9"), 0, false, { ...hundred, borders: true }), "9");
});
