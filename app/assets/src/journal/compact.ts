const key = (root: HTMLElement) => `zvonok.grid.${root.dataset.account}`;

/** Does this person want dense rows on this computer? */
export function keptCompact(root: HTMLElement): boolean {
  try {
    return localStorage.getItem(key(root)) === "compact";
  } catch {
    return false;
  }
}

export function keepCompact(root: HTMLElement, on: boolean): void {
  try {
    localStorage.setItem(key(root), on ? "compact" : "");
  } catch {
    // no storage in a private window: the choice lasts for this page
  }
}
