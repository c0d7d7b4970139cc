// `ux.md` §6.5, check 43: what one sees after leaving the field.
import assert from "node:assert/strict";
import test from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/shell/formats.ts", import.meta.url).pathname], bundle: true, format: "esm", write: false });
const { grouped, phone, certificate } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);

const SNILS = [[3, "-"], [3, "-"], [3, " "], [2, ""]];

test("numbers come in groups and half a number stays", () => {
  assert.equal(grouped("11223344595", SNILS), "112-233-445 95");
  assert.equal(grouped(" 112 233 445 95 ", SNILS), "112-233-445 95");
  assert.equal(grouped("112-233-445", SNILS), null);
  assert.equal(grouped("112-233-445 9х", SNILS), null);
  assert.equal(grouped("4504 № 123456", [[2, " "], [2, " "], [6, ""]]), "45 04 123456");
});

test("Russian phones have one form, foreign ones stay", () => {
  for (const typed of ["88613123456", "8 (861) 312-34-56", "+7 861 312 34 56", "8613123456", "78613123456"]) {
    assert.equal(phone(typed), "+7 (861) 312-34-56", typed);
  }
  for (const typed of ["+375291234567", "312-34-56", "+88613123456", "8 861 312-34-56 доб. 12"]) {
    assert.equal(phone(typed), null, typed);
  }
});

test("a certificate has Roman and Cyrillic letters", () => {
  assert.equal(certificate("iv-аг 123456"), "IV-АГ № 123456");
  assert.equal(certificate("IV AK №123456"), "IV-АК № 123456");
  assert.equal(certificate("IV-АГ 12345"), null);
});
