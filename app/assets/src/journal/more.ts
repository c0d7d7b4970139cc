import { type Item, shown, sums } from "../average";
import { beside } from "./beside";
import type { Cell } from "./cell";
import { Choice } from "./choice";
import { download, unsentRows } from "./csv";
import { ask, form as formDialog, note } from "./dialog";
import type { Journal } from "./journal";
import { Live } from "./live";
import { Menu } from "./menu";
import { pasteInto } from "./paste";
import { SidePanel } from "./sidepanel";
import { tools } from "./tools";

/** What is asked for by a key that is pressed once a lesson or less. */
export interface More {
  paste(text: string, cell: Cell): Promise<void>;
  card(cell: Cell): void;
  follow(cell: Cell): void;
  close(): boolean;
  menu(head: HTMLElement): void;
  topic(lesson: number): void;
  legend(): void;
  period(way: number): void;
  class(way: number): Promise<void>;
  explain(place: HTMLElement): void;
  login(): Promise<void>;
  /** The status line was pressed. */
  walk(): void;
  choose(key: string): void;
  refresh(): Promise<void>;
  leave(form: HTMLFormElement): Promise<void>;
}

export function open(journal: Journal): More {
  const live = new Live(journal);
  const choice = new Choice(journal);
  const panel = new SidePanel(journal, live);
  const menu = new Menu(journal, panel, live);
  let asked = false;
  const more: More = {
    paste: (text, cell) => pasteInto(journal, text, cell),
    card: (cell) => panel.card(cell),
    follow: (cell) => panel.follow(cell),
    close: () => choice.close() || menu.close() || panel.close(),
    choose: (key) => choice.offer(key),
    refresh: () => live.refresh(),
    menu: (head) => menu.open(head),
    topic: (lesson) => panel.topic(lesson),
    legend,
    period,
    class: (way) => anotherClass(journal, way),
    explain: (place) => explain(journal, place),
    async login() {
      if (!asked) {
        asked = true;
        await logIn(journal);
        asked = false;
      }
    },
    walk() {
      const { link, size } = journal.queue;
      const stuck = link === "down" && size > 0;
      if (!choice.walk()) {
        journal.queue.flush();
      }
      if (stuck) {
        void unsent(journal);
      }
    },
    async leave(form) {
      const lines = [`Не отправлено изменений: ${journal.queue.size}. Если выйти, они останутся на этом компьютере 14 дней и уйдут, когда вы снова войдёте.`];
      if (await ask("Не всё сохранено", lines, { yes: "Скачать и выйти", no: "Остаться" })) {
        download(unsentRows(journal));
        form.submit(); // without the event that brought us here
      }
    },
  };
  tools(journal, more);
  beside(journal);
  return more;
}

async function unsent(journal: Journal): Promise<void> {
  const text = `Изменения хранятся на этом компьютере и уйдут, когда появится связь: ${journal.queue.size}.`;
  if (await ask("Нет связи", [text], { yes: "Скачать несохранённое (CSV)", no: "Закрыть" })) {
    download(unsentRows(journal));
  }
}

/** Previous or next period of the tabs. */
function period(way: number): void {
  const tabs = [...document.querySelectorAll<HTMLAnchorElement>("[data-periods] a")];
  tabs[tabs.findIndex((it) => it.hasAttribute("aria-current")) + way]?.click();
}

/** The journal of the next class with the same subject, of mine if I teach it. */
async function anotherClass(journal: Journal, way: number): Promise<void> {
  const { base = "", journals = "" } = journal.root.dataset;
  const subject = base.split("/").pop();
  try {
    const response = await fetch(journals, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const all = [...page.querySelectorAll<HTMLAnchorElement>(`main a[href$="/${subject}"]`)];
    const mine = all.filter((it) => it.dataset.mine !== undefined);
    const list = mine.some((it) => it.getAttribute("href") === base) ? mine : all;
    const next = list[list.findIndex((it) => it.getAttribute("href") === base) + way]?.getAttribute("href");
    if (next) {
      location.assign(next);
    } else {
      journal.status.say("Других классов с этим предметом нет");
    }
  } catch {
    journal.status.say("Нет связи");
  }
}

/** «9 отметок, сумма весов 12, до «5» не хватает 0,38 (например, «5» с весом 2)». */
function explain(journal: Journal, place: HTMLElement): void {
  const row = journal.grid.rows.find((it) => it[0]?.element.parentElement === place.parentElement);
  if (row) {
    place.title = explanation(journal.averagesColumn.items(row), journal.root.dataset);
    journal.status.say(place.title);
  }
}

export function explanation(items: readonly Item[], { thresholds = "", scale = "5" }: DOMStringMap): string {
  const [sum, weights, count] = sums(items);
  if (weights === 0) {
    return "Отметок, которые входят в средний балл, нет";
  }
  const text = `${marks(count)}, сумма весов ${shown(weights).replace(/,?0+$/, "")}`;
  const steps = scale === "5" ? thresholds.split(" ").map((it) => Math.round(Number(it) * 100)) : [];
  // The next better mark: the lowest threshold above the average.
  const reached = Math.floor((sum * 100) / weights);
  const at = steps.filter((it) => it * weights > sum * 100).length - 1;
  const goal = steps[at];
  if (goal === undefined) {
    return text;
  }
  const mark = 5 - at;
  const lacks = `${text}, до «${mark}» не хватает ${shown(goal - reached)}`;
  // (sum + 5w) / (weights + w) >= goal
  const weight = Math.ceil((goal * weights - sum * 100) / (500 - goal) / 100);
  return goal < 500 && weight > 0 ? `${lacks} (например, «5» с весом ${weight})` : lacks;
}

function marks(count: number): string {
  const tens = count % 100;
  const ones = count % 10;
  const one = ones === 1 && tens !== 11;
  const few = ones >= 2 && ones <= 4 && (tens < 12 || tens > 14);
  return `${count} ${one ? "отметка" : few ? "отметки" : "отметок"}`;
}

/** Logs in over the grid; what was typed goes on its way after it. */
async function logIn(journal: Journal): Promise<void> {
  const fields = [
    { name: "login", label: "Логин", autocomplete: "username" },
    { name: "password", label: "Пароль", type: "password", autocomplete: "current-password" },
  ];
  const text = "Вы давно не работали. Введите пароль – всё введённое сохранено и будет отправлено.";
  await formDialog("Войдите снова", text, fields, "Войти", async (data) => {
    try {
      const response = await fetch("/login", { method: "POST", body: new URLSearchParams(data), credentials: "same-origin", redirect: "manual", headers: { accept: "text/html" } });
      return response.type === "opaqueredirect" ? "" : response.status === 429 ? "Слишком много попыток. Подождите минуту." : "Логин или пароль не подходит.";
    } catch {
      return "Нет связи. Попробуйте ещё раз.";
    }
  });
  journal.queue.flush();
}

const KEYS: [string, string][] = [
  ["2 … 5", "отметка; «4», затем / или . и «5» – пара 4/5"],
  ["Пробел, +", "после отметки – вторая отметка за урок (работа «Ответ на уроке»)"],
  ["Н Б У П О", "отсутствует, болезнь, уважительная, прогул, опоздание"],
  ["*", "долг «•»; ОСВ и Н/А – через F2"],
  ["F2, Shift+F2", "изменить в клетке; карточка отметки: комментарий, история"],
  ["Delete", "очистить"],
  ["Стрелки, Ctrl+стрелка", "ходить; до края заполненного"],
  ["Home, End, PageUp, PageDown", "края строки; 10 строк; с Alt – экран уроков"],
  ["Shift+стрелки, Ctrl+Пробел, Shift+Пробел, Ctrl+A", "выделить: область, столбец, строку, всё"],
  ["Ctrl+D, Ctrl+Enter", "заполнить вниз; значение во все выделенные"],
  ["Ctrl+C, X, V", "копировать, вырезать, вставить из таблицы"],
  ["Ctrl+Z, Ctrl+Y", "отменить, вернуть"],
  ["Alt+↓ на заголовке", "меню работы: вид, вес, тема, заполнить, удалить"],
  ["Т", "тема и домашнее задание урока"],
  ["Х, Ъ ([ ])", "предыдущий и следующий период"],
  ["Alt+↑, Alt+↓", "другой мой класс с этим предметом"],
  ["?", "эта подсказка"],
];

function legend(): void {
  const list = document.createElement("dl");
  list.className = "keys";
  for (const [key, does] of KEYS) {
    const dt = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    dt.append(kbd);
    const dd = document.createElement("dd");
    dd.textContent = does;
    list.append(dt, dd);
  }
  note("Клавиши журнала", list);
}
