//! PPL-1, PPL-2, S1:4: what a card has many of.

use axum::http::StatusCode;

use crate::support::{TEACHER, browser, fields_of, secretary, with, world};

const LINES: &str = "/o/g7/people/staff/18/records";

#[tokio::test]
async fn courses_are_added_changed_and_removed() {
    let world = world().await;
    let mut office = secretary(&world);
    let empty = office.get(LINES).await.text();
    for section in [
        "Трудовая деятельность",
        "Повышение квалификации",
        "Награды",
        "Курсов не внесено",
    ] {
        assert!(empty.contains(section), "{section}");
    }
    let new = format!("{LINES}/new?kind=course");
    let form = fields_of(&office.get(&new).await);
    let sent = with(
        &form,
        &[
            ("title", "Функциональная грамотность"),
            ("since", "01.02.2026"),
            ("until", "15.02.2026"),
            ("hours", "72"),
            ("place", "ИРО Краснодарского края"),
        ],
    );
    let answer = office.post_form(&new, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id = world.number("select record_id from people.record").await;
    let edit = format!("{LINES}/{id}");
    let form = fields_of(&office.get(&edit).await);
    assert!(
        form.contains(&("until".to_owned(), "15.02.2026".to_owned())),
        "{form:?}"
    );
    let changed = with(&form, &[("hours", "108")]);
    let answer = office.post_form(&edit, &changed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    // The same form once more is too late.
    let late = office.post_form(&edit, &changed).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("108"));
    let list = office.get(LINES).await.text();
    assert!(list.contains("108") && list.contains("ИРО Краснодарского края"));
    // The owner reads them and changes nothing.
    let mut owner = browser(&world, &format!("teacher:{TEACHER}"));
    let own = owner.get(LINES).await;
    assert!(own.text().contains("108") && !own.text().contains("Добавить"));
    assert_eq!(
        owner.post_form(&edit, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let answer = office.post_form(&format!("{edit}/remove"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!office.get(LINES).await.text().contains("108"));
    let history = office.get("/o/g7/people/staff/18/history").await.text();
    for kept in [
        "Функциональная грамотность",
        "72",
        "108",
        "Повышение квалификации",
    ] {
        assert!(history.contains(kept), "{kept} in {history}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_line_is_told() {
    let world = world().await;
    let mut office = secretary(&world);
    let new = "/o/g7/people/pupils/101/records/new?kind=review";
    let answer = office
        .post_form(
            new,
            &[
                ("title", ""),
                ("since", "31.02.2026"),
                ("detail", "Старателен"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(
        text.contains("Старателен") && text.contains("31.02.2026"),
        "{text}"
    );
    // A pupil has no courses, and a line of another card is not here.
    for path in [
        "/pupils/101/records/new?kind=course",
        "/staff/18/records/new?kind=x",
        "/staff/18/records/999",
    ] {
        let answer = office.get(&format!("/o/g7/people{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    world
        .sql(
            "insert into people.record (org_id, record_id, person_id, kind, title)
             overriding system value values (1001, 7, 101, 'review', 'Ким О.')",
        )
        .await;
    for path in ["/pupils/102/records/7", "/staff/18/records/7"] {
        let answer = office.get(&format!("/o/g7/people{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let answer = office
            .post_form(&format!("/o/g7/people{path}/remove"), &[])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// Two people write the same line: what only one changed is taken over, where
/// both did the second chooses, and nothing is overwritten unseen.
#[tokio::test]
async fn two_editors_of_a_line_see_both_versions() {
    let world = world().await;
    world
        .sql(
            "insert into people.record (org_id, record_id, person_id, kind, since, title, place)
             overriding system value values (1001, 50, 18, 'award', '2020-10-05', 'Грамота', 'Школа')",
        )
        .await;
    let edit = format!("{LINES}/50");
    let mut office = secretary(&world);
    let form = fields_of(&office.get(&edit).await);
    let other = with(&form, &[("title", "Медаль"), ("place", "Район")]);
    let saved = office.post_form(&edit, &other).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let mine = with(&form, &[("title", "Почётная грамота"), ("document", "№ 7")]);
    let late = office.post_form(&edit, &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.text();
    for text in ["Медаль", "Почётная грамота", "Район", "pick.title"] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(!page.contains("pick.place"), "{page}");
    let again = fields_of(&late);
    let open = office.post_form(&edit, &with(&again, &[])).await;
    assert_eq!(open.status, StatusCode::CONFLICT);
    assert!(open.text().contains("pick.title"));
    let chosen = with(&again, &[("pick.title", "now")]);
    let done = office.post_form(&edit, &chosen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let merged = "select count(*) from people.record
                  where title = 'Медаль' and place = 'Район' and document = '№ 7'";
    assert_eq!(world.number(merged).await, 1);
}
