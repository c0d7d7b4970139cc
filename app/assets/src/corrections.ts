/** J and K walk the requests, A approves, R asks for the reason of a refusal; by the place of the key. */
function corrections(form: HTMLFormElement): void {
  const rows = [...form.querySelectorAll<HTMLElement>("[data-correction]")];
  const current = () => rows.findIndex((it) => it.contains(document.activeElement));
  const goTo = (at: number) => rows[Math.max(0, Math.min(rows.length - 1, at))]?.focus();

  document.addEventListener("keydown", (event) => {
    const typing = (event.target as HTMLElement).matches("input:not([type=checkbox]), textarea, select");
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || typing || isOff()) {
      return;
    }
    const row = rows[current()];
    const steps: Record<string, () => void> = {
      KeyJ: () => goTo(current() + 1),
      KeyK: () => goTo(current() - 1),
      KeyA: () => row?.querySelector<HTMLButtonElement>("[data-approve]")?.click(),
      KeyR: () => row?.querySelector<HTMLInputElement>("[data-answer]")?.focus(),
    };
    const step = steps[event.code];
    if (step) {
      event.preventDefault();
      step();
    }
  });

  // Enter in the reason refuses that row, and not whatever button stands first.
  form.addEventListener("keydown", (event) => {
    const answer = event.target as HTMLElement;
    if (event.key === "Enter" && answer.matches("[data-answer]")) {
      event.preventDefault();
      answer.closest("tr")?.querySelector<HTMLButtonElement>("[data-refuse]")?.click();
    }
  });

  // After a decision the next request is at hand.
  if (document.referrer.endsWith(location.pathname)) {
    goTo(0);
  }
}

function isOff(): boolean {
  try {
    return localStorage.getItem("zvonok.keys") === "off";
  } catch {
    return false;
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-corrections]")) {
  corrections(form);
}
