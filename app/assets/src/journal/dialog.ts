/** Asks in a native dialog; Enter presses the first button, Esc closes. */
export interface Answers {
  yes: string;
  no: string;
}

export function ask(title: string, lines: readonly (string | Node)[], answers: Answers): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const head = document.createElement("h2");
  head.textContent = title;
  head.id = "journal-dialog-title";
  dialog.setAttribute("aria-labelledby", head.id);
  const body = document.createElement("div");
  body.className = "stack-small";
  for (const line of lines) {
    const p = document.createElement("p");
    p.append(line);
    body.append(p);
  }
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog-foot";
  form.append(button(answers.yes, "yes", true), button(answers.no, "no", false));
  dialog.append(head, body, form);
  document.body.append(dialog);
  const before = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement) {
        before.focus({ preventScroll: true });
      }
      resolve(dialog.returnValue === "yes");
    });
  });
}

function button(label: string, value: string, primary: boolean): HTMLButtonElement {
  const it = document.createElement("button");
  it.value = value;
  it.className = primary ? "button button-primary" : "button";
  it.textContent = label;
  return it;
}
