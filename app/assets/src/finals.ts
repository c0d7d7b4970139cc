/** Final marks save themselves cell by cell; corrections are decided by keys. */
import { corrections } from "./finals/corrections";
import { FinalsForm } from "./finals/form";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-finals]")) {
  void FinalsForm.open(form);
}
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-corrections]")) {
  corrections(form);
}
