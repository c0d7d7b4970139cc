/** The error summary takes the focus; its links lead to the field with its label in view. */
export function errors(): void {
  focusSummary(document);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target as ParentNode));
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".error-summary a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) {
      event.preventDefault();
      (field.closest(".field, .check, fieldset") ?? field).scrollIntoView({ block: "start" });
      field.focus({ preventScroll: true });
    }
  });
}

function focusSummary(root: ParentNode): void {
  root.querySelector<HTMLElement>(".error-summary")?.focus();
}
