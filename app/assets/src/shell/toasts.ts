const STAY = 10_000;

interface Words {
  text: string;
  kind?: string;
  /** A button, such as «Отменить», and what it does. */
  action?: string;
  act?(): void;
}

/** Toasts leave after ten seconds, never while one looks at them; errors stay. */
export function toasts(): void {
  document.querySelectorAll<HTMLElement>(".toast").forEach(live);
  document.addEventListener("toast", (event) => {
    show((event as CustomEvent<Words>).detail);
  });
}

function show({ text, kind = "ok", action, act }: Words): void {
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = action;
    button.addEventListener("click", () => {
      toast.remove();
      act?.();
    });
    toast.append(button);
  }
  document.querySelector(".toasts")?.append(toast);
  live(toast);
}

function live(toast: HTMLElement): void {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-small";
  close.textContent = "Закрыть";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.classList.contains("toast-bad")) {
    return;
  }
  let timer = setTimeout(() => toast.remove(), STAY);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => toast.remove(), STAY);
  };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}
