const AGAIN = 1500;

/** A second press of the button within a moment is not a second request. */
function guardTwice(): void {
  const sent = new WeakMap<HTMLFormElement, number>();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const before = sent.get(form) ?? -Infinity;
    if (form.method === "post" && event.timeStamp - before < AGAIN) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else {
      sent.set(form, event.timeStamp);
    }
  }, true);
}

/** A form that was typed into asks before the page is left. */
function guardUnsaved(): void {
  let dirty: HTMLFormElement | null = null;
  document.addEventListener("input", (event) => {
    dirty = (event.target as Element).closest<HTMLFormElement>("form[data-unsaved]") ?? dirty;
  });
  document.addEventListener("submit", () => {
    dirty = null;
  });
  addEventListener("beforeunload", (event) => {
    if (dirty?.isConnected) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}

/** Ctrl+Enter sends the form one is writing in. */
function sendByKey(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      (event.target as Element).closest("form")?.requestSubmit();
    }
  });
}

/** [data-submit] sends its form when changed; its button is only for pages without script. */
function sendByChange(): void {
  document.addEventListener("change", (event) => {
    const control = (event.target as Element).closest<HTMLInputElement>("[data-submit]");
    control?.form?.requestSubmit();
  });
}

/** [data-reveal="field-id"] shows what a password field holds. */
function revealPasswords(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal ?? "") as HTMLInputElement | null;
    button.addEventListener("click", () => {
      const shown = field?.type === "text";
      field?.setAttribute("type", shown ? "password" : "text");
      button.setAttribute("aria-pressed", String(!shown));
    });
  }
}

/** [data-check-all="name"] ticks every box of that name in its form. */
function checkAll(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const name = box.dataset?.checkAll;
    if (name) {
      box.form?.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`).forEach((it) => {
        it.checked = box.checked;
      });
    }
  });
}

function printByButton(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-print-page]")) {
      event.preventDefault();
      print();
    } else if ((event.target as Element).closest("[data-leave]")) {
      history.back();
    }
  });
}

export function forms(): void {
  guardTwice();
  guardUnsaved();
  sendByKey();
  sendByChange();
  revealPasswords();
  checkAll();
  printByButton();
}
