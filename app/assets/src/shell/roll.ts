const NEXT: Record<string, string> = { "": "Н", "Н": "О", "О": "" };

/** Roll-call: a tap on the name goes н → о → here; above the list stands who is missing. */
export function roll(): void {
  const list = document.querySelector<HTMLElement>("[data-roll]");
  if (!list || list.querySelector("input[type=radio]:disabled")) {
    return;
  }
  list.dataset.live = "";
  list.addEventListener("click", (event) => {
    const name = (event.target as Element).closest(".roll-name");
    const row = name?.closest(".roll-row");
    if (row) {
      turn(row);
    }
  });
  list.addEventListener("change", () => show(list));
}

/** A reason that a document tells is not turned away by a tap. */
function turn(row: Element): void {
  const choices = [...row.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  const now = choices.find((it) => it.checked)?.value ?? "";
  const next = choices.find((it) => it.value === NEXT[now]);
  if (next) {
    next.checked = true;
    next.dispatchEvent(new Event("input", { bubbles: true }));
    next.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function show(list: HTMLElement): void {
  let absent = 0;
  let late = 0;
  for (const row of list.children) {
    const value = row.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value ?? "";
    row.classList.toggle("roll-absent", value !== "" && value !== "О");
    row.classList.toggle("roll-late", value === "О");
    absent += Number(value !== "" && value !== "О");
    late += Number(value === "О");
  }
  const line = document.querySelector<HTMLElement>("[data-roll-count]");
  if (line) {
    line.dataset.counted = "";
    line.textContent = `${line.dataset.absent} ${absent}, ${line.dataset.late} ${late}`;
  }
}
