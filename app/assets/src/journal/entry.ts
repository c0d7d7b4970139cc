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
}

export type Refusal = { refused: string };

const BY_LETTER: Record<string, string> = { н: "ОТ", б: "Б", у: "УП", п: "НП", о: "ОП" };
const BY_KEY: Record<string, string> = { KeyY: "н", Comma: "б", KeyE: "у", KeyG: "п", KeyJ: "о" };
const CODES = new Set(Object.values(BY_LETTER));
const SPECIAL = new Set([".", "осв"]);

export function rulesOf(root: HTMLElement): Rules {
  const top = Number(root.dataset.scale ?? "5");
  const lowest = root.dataset.allow1 === undefined && top === 5 ? 2 : 1;
  const marks = new Set<string>();
  for (let mark = lowest; mark <= top; mark += 1) {
    marks.add(String(mark));
  }
  return { marks, noMarks: root.dataset.nomarks ?? "", pairs: root.dataset.pairs !== undefined };
}

/** Which values are allowed, for a message. */
export function allowed(rules: Rules): string {
  const marks = [...rules.marks];
  return rules.noMarks || `Допустимо: ${marks[0]}–${marks[marks.length - 1]}, н, б, у, п, о`;
}

/** What one key writes: by letter on a Russian layout, by place on any other. */
export function byKey(event: KeyboardEvent, rules: Rules): Entry | Refusal | null {
  const typed = event.key.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(typed) ? typed : "");
  if (digit && !event.shiftKey) {
    return rules.noMarks || !rules.marks.has(digit) ? { refused: allowed(rules) } : { mark: digit };
  }
  const letter = /^[а-яё]$/.test(typed) ? typed : BY_KEY[event.code];
  const code = letter && BY_LETTER[letter];
  if (code) {
    return { attendance: code };
  }
  return event.key.length === 1 && /[\p{L}\p{N}]/u.test(event.key) ? { refused: allowed(rules) } : null;
}

/** What a text means: «5», «н», «ОТ 4», «» (clears both). */
export function byText(text: string, rules: Rules): Entry | Refusal {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const entry: Required<Entry> = { mark: "", attendance: "" };
  for (const word of words) {
    const code = BY_LETTER[word] ?? word.toUpperCase();
    if (CODES.has(code) && !entry.attendance) {
      entry.attendance = code;
    } else if (isMark(word, rules) && !entry.mark) {
      entry.mark = word;
    } else {
      return { refused: `«${text.trim()}» не подходит. ${allowed(rules)}` };
    }
  }
  return entry;
}

function isMark(word: string, rules: Rules): boolean {
  if (rules.noMarks) {
    return false;
  }
  if (rules.marks.has(word) || SPECIAL.has(word)) {
    return true;
  }
  const parts = word.split("/");
  return rules.pairs && parts.length === 2 && parts.every((it) => rules.marks.has(it));
}
