/** Final marks save themselves cell by cell. */
import { FinalsForm } from "./finals/form";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-finals]")) {
  void FinalsForm.open(form);
}
