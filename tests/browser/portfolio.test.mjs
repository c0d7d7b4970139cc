// Portfolio: a mother adds a diploma from a phone, the class teacher confirms it (PPL-8).
import assert from "node:assert/strict";
import { describe } from "node:test";
import { axe, open, PHONE, picture, school, sticksOut, test, useServer } from "./harness.mjs";

useServer();

/** The smallest picture that is one. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

describe("portfolio", () => {
  test("PPL-8 at 360 px: a mother adds a diploma with a photo, the class teacher confirms it", async () => {
    const mother = await open("parent", { viewport: PHONE });
    await mother.goto("/my/portfolio");
    assert.deepEqual([await sticksOut(mother), await axe(mother)], [[], []]);
    await picture(mother, "portfolio-mine-360");
    await mother.getByRole("link", { name: "Добавить достижение" }).click();
    assert.deepEqual([await sticksOut(mother), await axe(mother)], [[], []]);
    await picture(mother, "portfolio-form-360");
    await mother.selectOption("#kind", { label: "Конкурс" });
    await mother.fill("#title", "Конкурс юных чтецов района");
    await mother.fill("#held_on", "12.10.2026");
    await mother.selectOption("#level", { label: "муниципальный" });
    await mother.selectOption("#prize", { label: "лауреат" });
    await mother.setInputFiles("#file", { name: "диплом.png", mimeType: "image/png", buffer: PNG });
    await mother.getByRole("button", { name: "Сохранить" }).click();
    await mother.getByText("Запись добавлена").waitFor();
    await mother.getByRole("link", { name: "диплом.png" }).waitFor();

    const teacher = await open("klassruk");
    await teacher.goto(`${await school(teacher)}/portfolio`);
    assert.deepEqual(await axe(teacher), []);
    await picture(teacher, "portfolio-class");
    await teacher.locator(".alert-warn a").click();
    await teacher.getByRole("link", { name: "Конкурс юных чтецов района" }).click();
    assert.deepEqual(await axe(teacher), []);
    await picture(teacher, "portfolio-entry");
    await teacher.getByRole("button", { name: "Подтвердить" }).click();
    await teacher.getByText("Запись подтверждена").waitFor();

    await mother.reload();
    assert.equal(await mother.locator("#kind-competition ~ ul", { hasText: "Конкурс юных чтецов района" }).count(), 1);
  });
});
