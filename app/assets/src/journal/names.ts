/** Finds the pupil that a text of a spreadsheet names (ux.md 4.9). */

/** «Иванов Пётр» and «ИВАНОВ  П. А.» as words to compare: ё is е, dots and case do not matter. */
function words(text: string): string[] {
  return text.toLowerCase().replaceAll("ё", "е").replace(/[.,]/g, " ").trim().split(/\s+/).filter(Boolean);
}

/** Does the typed name mean this one? Initials stand for names; what is not typed is not asked for. */
function means(typed: readonly string[], name: readonly string[]): boolean {
  return typed[0] === name[0] && typed.slice(1).every((it, at) => {
    const part = name[at + 1];
    return part === undefined || part === it || (it.length === 1 && part.startsWith(it));
  });
}

/** Indexes in the roster, one for each typed name: the only one that fits, or -1. */
export function match(typed: readonly string[], roster: readonly string[]): number[] {
  const known = roster.map(words);
  return typed.map((text) => {
    const its = words(text);
    const found = its.length ? known.flatMap((name, at) => (means(its, name) ? [at] : [])) : [];
    return found.length === 1 ? (found[0] ?? -1) : -1;
  });
}

/** Is the first column a column of names: four of five are on the roster? */
export function areNames(column: readonly string[], roster: readonly string[]): boolean {
  const filled = column.filter((it) => it.trim() !== "");
  return filled.length > 0 && match(filled, roster).filter((it) => it >= 0).length >= filled.length * 0.8;
}
