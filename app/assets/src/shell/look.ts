/**
 * Theme and «версия для слабовидящих»: the server writes them into <html>, so
 * that nothing flashes. Here they only change at once, without a new page.
 */
const ATTRIBUTE: Record<string, string> = {
  theme: "theme",
  size: "a11ySize",
  colors: "a11yColors",
  spacing: "a11ySpacing",
  images: "a11yImages",
};
/** Values that are as usual and need no attribute. */
const PLAIN = new Set(["100", "default", "normal", "1"]);

export function look(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.look === undefined) {
      return;
    }
    event.preventDefault();
    const data = new FormData(form);
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.name) {
      data.set(button.name, button.value);
    }
    const choice = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
    apply(choice);
    mark(form, choice);
    void keep(form, choice);
  });
  // A radio of the panel acts when chosen; its button is for pages without script.
  document.addEventListener("change", (event) => {
    (event.target as Element).closest<HTMLFormElement>("form[data-look]")?.requestSubmit();
  });
}

function apply(choice: URLSearchParams): void {
  const { dataset } = document.documentElement;
  if (choice.get("on") === "0") {
    Object.values(ATTRIBUTE).filter((it) => it !== "theme").forEach((it) => delete dataset[it]);
    return;
  }
  for (const [field, name] of Object.entries(ATTRIBUTE)) {
    const value = choice.get(field);
    if (value === null) {
      continue;
    }
    if (PLAIN.has(value)) {
      delete dataset[name];
    } else {
      dataset[name] = value;
    }
  }
}

/** The panel shows what is chosen; going back to the usual version resets it. */
function mark(form: HTMLFormElement, choice: URLSearchParams): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[aria-pressed]")) {
    button.setAttribute("aria-pressed", String(choice.get(button.name) === button.value));
  }
  if (choice.get("on") === "0") {
    for (const radio of document.querySelectorAll<HTMLInputElement>("form[data-look] input[type=radio]")) {
      radio.checked = PLAIN.has(radio.value);
    }
  }
}

/** Outlives the page: who chooses and leaves at once finds the look on the next page. */
async function keep(form: HTMLFormElement, choice: URLSearchParams): Promise<void> {
  try {
    await fetch(form.action, { method: "POST", body: choice, credentials: "same-origin", redirect: "manual", keepalive: true });
  } catch {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: "Нет связи: вид не запомнен.", kind: "bad" } }));
  }
}
