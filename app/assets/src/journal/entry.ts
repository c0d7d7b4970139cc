/**
 * What may be typed into a cell (ux.md 4.3): which key or word means which
 * mark or absence. Extend here when a cell may hold more.
 */
export interface Rules {
  /** Marks the scale of the column knows, as written. */
  marks: ReadonlySet<string>;
  /** Why no mark may be given here (grade 1), or "". */
  noMarks: string;
  /** May one work hold two marks, «4/5»? */
  pairs: boolean;
}

/** What was meant; a field that is absent stays as it is. */
export interface Entry {
  mark?: string;
  attendance?: string;
  /** A second mark, for the work «Ответ на уроке» of the same lesson. */
  extra?: string;
}

export type Refusal = { refused: string };

const BY_LETTER: Record<string, string> = { н: "ОТ", б: "Б", у: "УП", п: "НП", о: "ОП" };
const BY_KEY: Record<string, string> = { KeyY: "н", Comma: "б", KeyE: "у", KeyG: "п", KeyJ: "о" };
const CODES = new Set(Object.values(BY_LETTER));
const SPECIAL: Record<string, string> = { ".": "•", "•": "•", осв: "ОСВ", "н/а": "Н/А", на: "Н/А" };
const PASS: Record<string, string> = { зач: "зач", зч: "зач", незач: "незач", нз: "незач" };

export function rulesOf(root: HTMLElement): Rules {
  const { scale = "5", nomarks = "" } = root.dataset;
  const top = Number(scale);
  const lowest = root.dataset.allow1 === undefined && top === 5 ? 2 : 1;
  const marks = new Set(scale === "pass" ? ["зач", "незач"] : []);
  for (let mark = lowest; mark <= top; mark += 1) {
    marks.add(String(mark));
  }
  return { marks, noMarks: nomarks, pairs: root.dataset.pairs !== undefined && top >= 5 };
}

/** Which values are allowed, for a message. */
export function allowed(rules: Rules): string {
  const marks = [...rules.marks];
  const range = marks.length > 2 ? `${marks[0]}–${marks[marks.length - 1]}` : "з (зачёт), − (незачёт)";
  return rules.noMarks || `Допустимо: ${range}, н, б, у, п, о, *`;
}

/** The digit on a key of either row. */
export function digitOf(event: KeyboardEvent): string {
  const key = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(event.key) ? event.key : "");
  return event.shiftKey ? "" : key;
}

/** Could another digit make a longer mark of it: «1» of «10»? */
export function grows(text: string, rules: Rules): boolean {
  return [...rules.marks].some((it) => it.length > text.length && it.startsWith(text));
}

/** What one key writes: by letter on a Russian layout, by place on any other. */
export function byKey(event: KeyboardEvent, rules: Rules): Entry | Refusal | null {
  const mark = digitOf(event) || special(event, rules);
  if (mark) {
    return rules.noMarks || !(rules.marks.has(mark) || mark === "•") ? { refused: allowed(rules) } : { mark };
  }
  const typed = event.key.toLowerCase();
  const letter = /^[а-яё]$/.test(typed) ? typed : BY_KEY[event.code];
  const code = letter && BY_LETTER[letter];
  if (code) {
    return { attendance: code };
  }
  return event.key.length === 1 && /[\p{L}\p{N}]/u.test(event.key) ? { refused: allowed(rules) } : null;
}

/** «*» and «.» are a debt; «з» and «−» are зачёт and незачёт. */
function special(event: KeyboardEvent, rules: Rules): string {
  if (/^[*.•]$/.test(event.key)) {
    return "•";
  }
  if (!rules.marks.has("зач")) {
    return "";
  }
  return event.code === "KeyP" ? "зач" : /^(Minus|NumpadSubtract)$/.test(event.code) ? "незач" : "";
}

/** What a text means: «5», «н», «ОТ 4», «5 5», «» (clears both). */
export function byText(text: string, rules: Rules): Entry | Refusal {
  const words = text.trim().toLowerCase().split(/[\s+]+/).filter(Boolean);
  const entry: Entry = { mark: "", attendance: "" };
  for (const word of words) {
    const code = BY_LETTER[word] ?? word.toUpperCase();
    const mark = markOf(word, rules);
    if (CODES.has(code) && !entry.attendance) {
      entry.attendance = code;
    } else if (mark && !entry.mark) {
      entry.mark = mark;
    } else if (mark && !entry.extra) {
      entry.extra = mark;
    } else {
      return { refused: `«${text.trim()}» не подходит. ${allowed(rules)}` };
    }
  }
  return entry;
}

/** The mark that the word is, as the server writes it, or "". */
function markOf(word: string, rules: Rules): string {
  if (rules.noMarks) {
    return "";
  }
  const known = SPECIAL[word] ?? (rules.marks.has("зач") ? PASS[word] : undefined);
  const parts = word.split("/");
  const pair = rules.pairs && parts.length === 2 && parts.every((it) => rules.marks.has(it));
  return known ?? (rules.marks.has(word) || pair ? word : "");
}
