import type { Place } from "./cell";

export interface Step {
  place: Place;
  from: string;
  to: string;
}

const DEPTH = 200;

/** Steps back and forth. Undoing is a new change, never a deletion of one. */
export class Undo {
  private readonly past: Step[][] = [];
  private future: Step[][] = [];

  remember(steps: Step[]): void {
    if (steps.length > 0) {
      this.past.push(steps);
      this.past.splice(0, this.past.length - DEPTH);
      this.future = [];
    }
  }

  back(): Step[] {
    const steps = this.past.pop() ?? [];
    if (steps.length > 0) {
      this.future.push(steps);
    }
    return steps.map(({ place, from, to }) => ({ place, from: to, to: from })).reverse();
  }

  forth(): Step[] {
    const steps = this.future.pop() ?? [];
    if (steps.length > 0) {
      this.past.push(steps);
    }
    return steps;
  }
}
