/**
 * The weighted average of marks, the same to the last digit as on the server.
 * Weights are hundredths («1.25» is 125), so that nothing is ever rounded but
 * the answer: half up at two decimals, with a comma.
 */
export interface Item {
  /** What stands in the cell: "5", "4/5", "осв", "•" or "". */
  value: string;
  /** Weight of the work in hundredths. */
  weight: number;
  /** Does an open debt «•» count as «2» in this work? */
  owed?: boolean;
}

const MARK = /^\d{1,3}$/;

/** The marks a cell holds: a pair «4/5» is two; words and dots are none. */
export function points(value: string, owed = false): number[] {
  if (owed && /^[.•]$/.test(value)) {
    return [2];
  }
  const parts = value.trim().split("/");
  if (parts.length > 2 || !parts.every((it) => MARK.test(it))) {
    return [];
  }
  return parts.map(Number);
}

/** Σ(w·m), Σw and how many marks. */
export function sums(items: readonly Item[]): [sum: number, weights: number, count: number] {
  let sum = 0;
  let weights = 0;
  let count = 0;
  for (const { value, weight, owed } of items) {
    for (const point of points(value, owed)) {
      sum += point * weight;
      weights += weight;
      count += 1;
    }
  }
  return [sum, weights, count];
}

/** «4,12», or "" where there is nothing to average. */
export function average(items: readonly Item[]): string {
  const [sum, weights] = sums(items);
  return weights === 0 ? "" : shown(Math.floor((sum * 200 + weights) / (weights * 2)));
}

/** Hundredths as a person reads them: 412 is «4,12». */
export function shown(hundredths: number): string {
  return `${Math.floor(hundredths / 100)},${String(hundredths % 100).padStart(2, "0")}`;
}

/** Hundredths of the weight the page states: "1.25" or "1,25" is 125. */
export function weightOf(text: string | undefined): number {
  return Math.round(Number((text ?? "1").replace(",", ".")) * 100) || 0;
}
