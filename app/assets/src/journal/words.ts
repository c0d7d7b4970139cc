export function clock(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** «5» as it stands in a sentence; an empty cell needs a word. */
export function quoted(value: string): string {
  return value === "" ? "пусто" : `«${value}»`;
}

/** A time of the server («2026-11-21T10:41:00Z» or «10:41») as a person reads it. */
export function when(at: string | null): string {
  if (!at) {
    return "";
  }
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : clock(date);
}
