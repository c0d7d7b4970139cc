use axum::http::StatusCode;
use serde_json::json;
use testkit::world::SCHOOL;

use super::support::{browser, world};

const CARD: &str = "/o/g7/settings/org";

const LEAST: [(&str, &str); 5] = [
    ("full_name", "МБОУ «Гимназия № 7»"),
    ("name", "Гимназия № 7"),
    ("zone", "Europe/Moscow"),
    ("locality_kind", "urban"),
    ("director", "Соколова М. П."),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    LEAST.iter().chain(more).copied().collect()
}

/// ORG-2: the card is shown, saved, shown again and printed.
#[tokio::test]
async fn a_card_is_kept_and_printed() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let page = admin.get(CARD).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("Карточка организации"));

    let form = admin.get(&format!("{CARD}/edit")).await;
    assert!(form.text().contains("name=\"okogu\""), "{}", form.text());
    let saved = admin
        .post_form(
            CARD,
            &with(&[
                ("version", "0"),
                ("inn", "7707083893"),
                ("name", "Гимназия имени Пушкина"),
            ]),
        )
        .await;
    assert_eq!(
        (saved.status, saved.location()),
        (StatusCode::SEE_OTHER, Some(CARD)),
        "{}",
        saved.text()
    );
    for path in [CARD.to_owned(), format!("{CARD}/print")] {
        let text = admin.get(&path).await.text();
        assert!(
            text.contains("7707083893") && text.contains("Гимназия имени Пушкина"),
            "{text}"
        );
    }
}

/// ORG-2: a wrong number is named at its field, and nothing typed is lost.
#[tokio::test]
async fn a_wrong_number_is_refused_and_values_stay() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let refused = admin
        .post_form(
            CARD,
            &with(&[
                ("version", "0"),
                ("inn", "7707083894"),
                ("ogrn", "12"),
                ("phones", "+7 86131 2-34-56"),
            ]),
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    for kept in ["7707083894", "+7 86131 2-34-56", "Соколова М. П."] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    assert!(
        text.contains("id=\"inn-error\"") && text.contains("id=\"ogrn-error\""),
        "{text}"
    );
    assert!(text.contains("Контрольное число ИНН не сходится"), "{text}");
    assert_eq!(world.number("select count(*) from org.card").await, 0);
}

/// ORG-2: the second of two editors sees both values and may save again.
#[tokio::test]
async fn the_second_editor_is_shown_both_values() {
    let world = world().await;
    let [mut one, mut two] = [browser(&world, "admin"), browser(&world, "admin")];
    let first = one
        .post_form(CARD, &with(&[("version", "0"), ("phones", "111")]))
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = two
        .post_form(CARD, &with(&[("version", "0"), ("phones", "222")]))
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    let text = second.text();
    assert!(text.contains("111") && text.contains("222"), "{text}");
    assert!(text.contains("name=\"version\" value=\"1\""), "{text}");
    let again = two
        .post_form(CARD, &with(&[("version", "1"), ("phones", "222")]))
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let kept = world
        .number("select count(*) from org.card where phones = '222' and version = 2")
        .await;
    assert_eq!(kept, 1);
}

/// every change of the card and of the name has its history row.
#[tokio::test]
async fn every_change_has_its_history() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    admin
        .post_form(CARD, &with(&[("version", "0"), ("phones", "111")]))
        .await;
    admin
        .post_form(
            CARD,
            &with(&[("version", "1"), ("phones", "222"), ("name", "Лицей")]),
        )
        .await;
    let actor = world.actor(17, kernel::Role::Admin);
    let mut tx = world.begin(&actor).await;
    let changes = db::history::of(&mut tx, "org.card", &json!({ "org_id": SCHOOL }))
        .await
        .unwrap();
    let named = db::history::of(&mut tx, "org.organisation", &json!({ "org_id": SCHOOL }))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (&changes[1].old["phones"], &changes[1].new["phones"]),
        (&json!("111"), &json!("222"))
    );
    assert_eq!(changes[1].account, Some(7.into()));
    // The row itself was put there by the machine's clock, not by the test's.
    assert!(
        named.iter().any(|it| it.new["name"] == json!("Лицей")),
        "{named:?}"
    );
    let page = admin.get(&format!("{CARD}/history")).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    for part in [
        "Телефоны",
        "<td>111</td><td>222</td>",
        "Лицей",
        "Иванова М. П.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let latest = page.find("<td>111</td><td>222</td>");
    let first = page.find("<td></td><td>111</td>");
    assert!(
        latest < first && first.is_some(),
        "the newest first: {page}"
    );
}

/// ORG-2: the card as a file has what its reader sees and nothing more.
#[tokio::test]
async fn the_card_is_taken_out_as_its_reader_sees_it() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let saved = admin
        .post_form(
            CARD,
            &with(&[("version", "0"), ("inn", "7707083893"), ("phones", "=1+1")]),
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let csv = |text: String| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let file = admin.get(&format!("{CARD}/file?as=csv")).await;
    let lines = csv(file.text());
    assert!(lines[0].ends_with("Раздел;Поле;Значение"), "{lines:?}");
    let has = |lines: &[String], part: &str| lines.iter().any(|it| it.contains(part));
    assert!(
        has(&lines, "Реквизиты и документы;ИНН;7707083893"),
        "{lines:?}"
    );
    assert!(has(&lines, "Телефоны;'=1+1"), "no formula: {lines:?}");
    let mut parent = browser(&world, "parent");
    let lines = csv(parent.get(&format!("{CARD}/file?as=csv")).await.text());
    assert!(has(&lines, "Краткое наименование") && !has(&lines, "7707083893"));
    let book = parent.get(&format!("{CARD}/file")).await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook by default");
    let refused = parent.get(&format!("{CARD}/history")).await.status;
    assert_eq!(refused, StatusCode::FORBIDDEN);
    let odd = admin.get(&format!("{CARD}/file?as=exe")).await.status;
    assert_eq!(odd, StatusCode::BAD_REQUEST);
}

/// Invariant 9: who may see and who may change.
#[tokio::test]
async fn only_those_with_the_right_get_in() {
    let world = world().await;
    let anonymous = browser(&world, "").get(CARD).await;
    assert_eq!(anonymous.status, StatusCode::SEE_OTHER);
    assert_eq!(anonymous.location(), Some("/login?next=/o/g7/settings/org"));
    assert_eq!(
        browser(&world, "stranger").get(CARD).await.status,
        StatusCode::NOT_FOUND
    );
    let public = browser(&world, "parent").get(CARD).await;
    assert_eq!(public.status, StatusCode::OK);
    assert!(public.text().contains("Адрес и связь") && !public.text().contains("Реквизиты"));
    assert_eq!(
        browser(&world, "parent")
            .get(&format!("{CARD}/edit"))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let mut director = browser(&world, "director");
    assert_eq!(director.get(CARD).await.status, StatusCode::OK);
    assert_eq!(
        director.get(&format!("{CARD}/edit")).await.status,
        StatusCode::FORBIDDEN
    );
    let refused = director.post_form(CARD, &with(&[("version", "0")])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
