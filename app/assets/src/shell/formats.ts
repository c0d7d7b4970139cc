/** Identifiers are shown in groups when one leaves the field (`ux.md` §6.5); the server reads them either way. */

type Group = [digits: number, after: string];

const GROUPS: Record<string, Group[]> = {
  snils: [[3, "-"], [3, "-"], [3, " "], [2, ""]],
  passport: [[2, " "], [2, " "], [6, ""]],
  medical_policy: [[4, " "], [4, " "], [4, " "], [4, ""]],
};
const PHONES = ["phone", "mobile", "work_phone"];

/** The digits in groups; nothing where there are not so many. */
export function grouped(text: string, groups: Group[]): string | null {
  const digits = text.replace(/[\s\u00a0()№-]/g, "");
  const wanted = groups.reduce((sum, [count]) => sum + count, 0);
  if (!/^\d+$/.test(digits) || digits.length !== wanted) {
    return null;
  }
  let at = 0;
  return groups.map(([count, after]) => digits.slice(at, (at += count)) + after).join("");
}

/** `8 861 312-34-56` and ten digits alone are Russian numbers; others stay as typed. */
export function phone(text: string): string | null {
  const digits = text.replace(/[\s\u00a0()-]/g, "");
  const ten = /^(?:\+?7|8)?(\d{10})$/.exec(digits)?.[1];
  if (ten === undefined || digits.startsWith("+8")) {
    return null;
  }
  return `+7 (${ten.slice(0, 3)}) ${ten.slice(3, 6)}-${ten.slice(6, 8)}-${ten.slice(8)}`;
}

/** `iv-аг 123456` with Latin look-alikes → `IV-АГ № 123456`. */
export function certificate(text: string): string | null {
  const found = /^\s*([IVXLCУХСМ1]+)[\s-]*([A-ZА-ЯЁ]{2})[\s№-]*(\d{6})\s*$/i.exec(text.toUpperCase());
  if (!found) {
    return null;
  }
  const latin: Record<string, string> = { "У": "V", "Х": "X", "С": "C", "М": "M", "1": "I" };
  const cyrillic: Record<string, string> = { A: "А", B: "В", C: "С", E: "Е", H: "Н", K: "К", M: "М", O: "О", P: "Р", T: "Т", X: "Х", Y: "У" };
  const [, roman = "", series = "", number = ""] = found;
  const as = (part: string, map: Record<string, string>) => [...part].map((it) => map[it] ?? it).join("");
  return `${as(roman, latin)}-${as(series, cyrillic)} № ${number}`;
}

/** A document of another kind has a number of its own form: what is typed stays. */
function isRussian(name: string): boolean {
  const kind = document.getElementById(`${name}_kind`);
  return !(kind instanceof HTMLSelectElement) || !kind.value;
}

function shown(name: string, text: string): string | null {
  if (PHONES.includes(name)) {
    return phone(text);
  }
  if (name === "birth_certificate") {
    return certificate(text);
  }
  const groups = GROUPS[name];
  return groups ? grouped(text, groups) : null;
}

export function formats(): void {
  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.value && isRussian(field.name)) {
      field.value = shown(field.name, field.value) ?? field.value;
    }
  });
}
