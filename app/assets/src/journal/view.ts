/** How this person likes to see journals: the server keeps it, so that every computer shows it alike. */
export function chosen(root: HTMLElement, choice: string): boolean {
  return (root.dataset.choices ?? "").split(" ").includes(choice);
}

/** Remembers a choice and forgets those that it excludes. Nothing is said where it fails: it lasts for this page. */
export function choose(root: HTMLElement, known: readonly string[], on: string): void {
  const body = new URLSearchParams(known.map((it) => ["known", it]));
  if (on) {
    body.set("show", on);
  }
  fetch(root.dataset.view ?? "", { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => undefined);
}
