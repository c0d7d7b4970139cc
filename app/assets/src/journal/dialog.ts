/** Asks in a native dialog; Enter presses the first button, Esc closes. */
export interface Answers {
  yes: string;
  no: string;
}

export interface FieldOf {
  name: string;
  label: string;
  type?: string;
  autocomplete?: string;
}

export function ask(title: string, lines: readonly (string | Node)[], answers: Answers): Promise<boolean> {
  const body = document.createElement("div");
  body.className = "stack-small dialog-lines";
  body.append(...lines.map(paragraph));
  const dialog = made(title, body);
  dialog.append(foot("dialog", button(answers.yes, "yes", true), button(answers.no, "no", false)));
  return shown(dialog).then((answer) => answer === "yes");
}

/** Something to read. */
export function note(title: string, body: HTMLElement): void {
  const dialog = made(title, body);
  dialog.append(foot("dialog", button("Закрыть", "", true)));
  void shown(dialog);
}

/** A small form; `send` answers what is wrong, or "" when it is done. Esc leaves it. */
export async function form(title: string, text: string, fields: readonly FieldOf[], label: string, send: (data: [string, string][]) => Promise<string>): Promise<void> {
  const it = document.createElement("form");
  it.className = "form";
  const wrong = paragraph("");
  wrong.className = "error-text";
  wrong.setAttribute("role", "alert");
  it.append(paragraph(text), ...fields.map(field), wrong);
  const row = document.createElement("div");
  row.className = "dialog-foot";
  row.append(button(label, "", true));
  it.append(row);
  const dialog = made(title, it);
  it.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = fields.map(({ name }): [string, string] => [name, (it.elements.namedItem(name) as HTMLInputElement).value]);
    void send(data).then((why) => {
      wrong.textContent = why;
      if (!why) {
        dialog.close();
      }
    });
  });
  await shown(dialog);
}

function field({ name, label, type = "text", autocomplete = "off" }: FieldOf): HTMLElement {
  const box = document.createElement("div");
  box.className = "field";
  const words = document.createElement("label");
  words.className = "label";
  words.textContent = label;
  words.htmlFor = `journal-${name}`;
  const input = document.createElement("input");
  Object.assign(input, { className: "input", id: words.htmlFor, name, type, autocomplete, required: true });
  box.append(words, input);
  return box;
}

function paragraph(line: string | Node): HTMLElement {
  const p = document.createElement("p");
  p.append(line);
  return p;
}

function made(title: string, body: HTMLElement): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const head = document.createElement("h2");
  head.textContent = title;
  head.id = "journal-dialog-title";
  dialog.setAttribute("aria-labelledby", head.id);
  dialog.append(head, body);
  return dialog;
}

function foot(method: string, ...buttons: HTMLElement[]): HTMLElement {
  const form = document.createElement("form");
  form.setAttribute("method", method);
  form.className = "dialog-foot";
  form.append(...buttons);
  return form;
}

/** Shows the dialog, and gives the focus back when it is closed. */
function shown(dialog: HTMLDialogElement): Promise<string> {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement) {
        before.focus({ preventScroll: true });
      }
      resolve(dialog.returnValue);
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
