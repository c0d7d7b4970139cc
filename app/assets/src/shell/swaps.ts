/** htmx: our own server only, no code in attributes, errors are pages too. */
import htmx from "htmx.org";

Object.assign(htmx.config, {
  selfRequestsOnly: true,
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // no page with people's data in the browser's storage
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "4..", swap: true, error: false }, // a form with its errors, a failure in words
    { code: "5..", swap: false, error: true },
  ],
});

addEventListener("htmx:sendError", () => say("Нет связи. Повторите, когда она вернётся."));
addEventListener("htmx:responseError", () => say("Сервер не ответил как надо. Повторите через минуту."));

function say(text: string): void {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "bad" } }));
}
