/**
 * The weighted average of marks, the same to the last digit as on the server.
 * Weights are hundredths («1.25» is 125), so that nothing is ever rounded but
 * the answer: half up at two decimals, with a comma.
 */
export interface Item {
  /** What stands in the cell: "5", "4/5", "осв", "." or "". */
  value: string;
  /** Weight of the work in hundredths. */
  weight: number;
}

const MARK = /^\d{1,3}$/;

/** The marks a cell holds: a pair «4/5» is two; words and dots are none. */
export function points(value: string): number[] {
  const parts = value.trim().split("/");
  if (parts.length > 2 || !parts.every((it) => MARK.test(it))) {
    return [];
  }
  return parts.map(Number);
}

/** «4,12», or "" where there is nothing to average. */
export function average(items: readonly Item[]): string {
  let sum = 0;
  let weights = 0;
  for (const { value, weight } of items) {
    for (const point of points(value)) {
      sum += point * weight;
      weights += weight;
    }
  }
  if (weights === 0) {
    return "";
  }
  const hundredths = Math.floor((sum * 200 + weights) / (weights * 2));
  return `${Math.floor(hundredths / 100)},${String(hundredths % 100).padStart(2, "0")}`;
}

/** Hundredths of the weight the page states: "1.25" or "1,25" is 125. */
export function weightOf(text: string | undefined): number {
  return Math.round(Number((text ?? "1").replace(",", ".")) * 100) || 0;
}
