import type { Cell } from "./cell";
import { ask } from "./dialog";
import type { Journal } from "./journal";
import { confirmed, lay, type Plan } from "./paste";

/** What the server read in a workbook that this journal gave out. */
interface Filled {
  columns: { lesson: number; work: number | null }[];
  rows: { pupil: number; values: string[] }[];
  fault: string | null;
}

/** Lets a person choose the file filled at home; what it would change is shown first. */
export function fillFromFile(journal: Journal): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".xlsx";
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) {
      void send(journal, file);
    }
  });
  input.click();
}

async function send(journal: Journal, file: File): Promise<void> {
  const body = new FormData();
  body.set("file", file);
  try {
    const response = await fetch(`${journal.root.dataset.base}/file`, { method: "POST", body, headers: { accept: "application/json" } });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    await take(journal, (await response.json()) as Filled);
  } catch {
    await ask("Файл не загружен", ["Нет связи, или файл слишком велик. Ничего не изменено."], { yes: "Понятно", no: "Закрыть" });
  }
}

async function take(journal: Journal, { columns, rows, fault }: Filled): Promise<void> {
  const plan: Plan = { changes: [], replaced: 0, remarks: fault ? [fault] : [] };
  rows.forEach(({ pupil, values }, down) => {
    values.forEach((text, right) => {
      const column = columns[right];
      if (column && text !== "") {
        lay(text, cellOf(journal, pupil, column), down + 3, journal.rules, plan);
      }
    });
  });
  if (fault) {
    await ask("Файл не загружен", plan.remarks, { yes: "Понятно", no: "Закрыть" });
  } else if (plan.changes.length + plan.remarks.length === 0) {
    await ask("Загрузка файла", ["Всё, что есть в файле, уже стоит в журнале."], { yes: "Понятно", no: "Закрыть" });
  } else if (await confirmed("Загрузка файла", "Записать", plan)) {
    journal.writeAll(plan.changes);
  }
}

function cellOf(journal: Journal, pupil: number, { lesson, work }: Filled["columns"][number]): Cell | null {
  return journal.grid.find({ lesson, pupil, work, field: "mark" });
}
