/** The list under a search field comes with the first use of the field; until then Enter waits for it. */
interface List {
  enter(): Promise<void>;
  begin(): void;
}

const lists = new WeakMap<HTMLInputElement, Promise<List>>();

export function find(): void {
  document.addEventListener("focusin", (event) => void listOf(event.target as HTMLInputElement));
  if (document.activeElement instanceof HTMLInputElement) {
    void listOf(document.activeElement);
  }
}

/** Ctrl+K: to the field, with what one may begin with. */
export function toSearch(): void {
  const field = [...document.querySelectorAll<HTMLInputElement>("[data-search]")].find((it) => it.offsetParent);
  if (!field) {
    document.querySelector<HTMLAnchorElement>("a[data-to-search]")?.click();
    return;
  }
  field.focus();
  field.select();
  void listOf(field)?.then((it) => it.begin());
}

function listOf(field: HTMLInputElement): Promise<List> | undefined {
  const url = field.dataset?.["find"];
  if (!url || lists.has(field)) {
    return lists.get(field);
  }
  const list = (import(url) as Promise<{ attach(it: HTMLInputElement): List }>).then((it) => it.attach(field));
  lists.set(field, list);
  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    list.then((it) => it.enter()).catch(() => field.form?.submit());
  });
  return list;
}
