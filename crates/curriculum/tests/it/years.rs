use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{School, form_values, send_changed};

const YEARS: &str = "/o/g7/study/years";

/// CUR-1: quarters for 1–9, half-years for 10–11, extra holidays for grade 1.
#[tokio::test]
async fn a_standard_year_is_made_and_changed() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    assert!(
        deputy
            .get(YEARS)
            .await
            .text()
            .contains("Учебного года пока нет")
    );
    let new = deputy.get(&format!("{YEARS}/new")).await.text();
    assert!(new.contains("2026/2027"), "{new}");
    let id = school.year().await;
    let path = format!("{YEARS}/{id}");
    let page = deputy.get(&path).await.text();
    for shown in [
        "01.09.2026",
        "Дополнительные каникулы 1 класса",
        "четверть",
        "полугодие",
        "10–11",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    let extra = school
        .number("select count(*) from curriculum.holiday where grade_from = 1 and grade_to = 1")
        .await;
    assert_eq!(extra, 1);

    // A line is added, one is taken away by wiping its dates, one is renamed.
    let autumn = school
        .number("select holiday_id from curriculum.holiday where name = 'Осенние каникулы'")
        .await;
    let spring = school
        .number("select holiday_id from curriculum.holiday where name = 'Весенние каникулы'")
        .await;
    let changes = [
        (&*format!("holiday.{autumn}.name"), "Осень"),
        (&*format!("holiday.{spring}.starts_on"), ""),
        (&*format!("holiday.{spring}.ends_on"), ""),
        ("holiday.n1.name", "День города"),
        ("holiday.n1.grades", "1-11"),
        ("holiday.n1.starts_on", "25092026"),
        ("holiday.n1.ends_on", "25.09.26"),
    ];
    let saved = send_changed(&mut deputy, &path, &page, &changes).await;
    assert_eq!(saved.location(), Some(path.as_str()), "{}", saved.text());
    let now = deputy.get(&path).await.text();
    assert!(now.contains("День города") && now.contains("Осень") && !now.contains("Весенние"));
    let kept = school
        .number(&format!(
            "select count(*) from curriculum.holiday where holiday_id = {autumn}"
        ))
        .await;
    assert_eq!(kept, 1, "a line that is changed keeps its id");
    for table in ["curriculum.year", "curriculum.period", "curriculum.holiday"] {
        assert!(
            assert_history_replays(&school.world.test, table).await > 0,
            "{table}"
        );
    }
    let print = deputy.get(&format!("{path}/print")).await;
    assert!(print.status == StatusCode::OK && print.text().contains("День города"));
}

/// What is wrong is said at its line, and nothing that was typed is lost.
#[tokio::test]
async fn impossible_dates_are_refused_at_their_line() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    let id = school.year().await;
    let path = format!("{YEARS}/{id}");
    let page = deputy.get(&path).await.text();
    let period = school
        .number(
            "select min(period_id) from curriculum.period where kind = 'quarter' and number = 2",
        )
        .await;
    let starts = format!("period.{period}.starts_on");
    let ends = format!("period.{period}.ends_on");
    for (field, value, at, text) in [
        (&starts, "32.13.2026", &starts, "Введите день, месяц и год"),
        (&starts, "20.10.2026", &starts, "пересекается"),
        (&ends, "01.11.2026", &ends, "позже первого"),
        (&starts, "01.01.2020", &starts, "за границы"),
        (
            &format!("period.{period}.grades"),
            "1–15",
            &format!("period.{period}.grades"),
            "от 1 до 12",
        ),
        (
            &format!("period.{period}.number"),
            "77",
            &format!("period.{period}.number"),
            "от 1 до 6",
        ),
        (
            &"ends_on".to_owned(),
            "01.01.2030",
            &"ends_on".to_owned(),
            "366",
        ),
        (
            &"days_a_week".to_owned(),
            "9",
            &"days_a_week".to_owned(),
            "5 или 6",
        ),
    ] {
        let refused = send_changed(&mut deputy, &path, &page, &[(field, value)]).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field}={value}"
        );
        let text_now = refused.text();
        assert!(
            text_now.contains(&format!("{at}-error")) && text_now.contains(text),
            "{field}={value}: {text_now}"
        );
        let kept = form_values(&text_now)
            .into_iter()
            .find(|it| it.0 == **field);
        assert!(
            field.as_str() == "days_a_week" || kept.is_some_and(|it| it.1 == value),
            "{field}"
        );
    }
    assert_eq!(
        school
            .number("select version::bigint from curriculum.year")
            .await,
        1
    );
    let twice = deputy
        .post_form(YEARS, &[("starts", "2026"), ("days_a_week", "5")])
        .await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("заняты другим учебным годом"));
    let week = deputy
        .post_form(YEARS, &[("starts", "2027"), ("days_a_week", "7")])
        .await;
    assert_eq!(week.status, StatusCode::UNPROCESSABLE_ENTITY);

    school
        .world
        .sql("update curriculum.year set state = 'archived'")
        .await;
    let closed = send_changed(&mut deputy, &path, &page, &[]).await;
    assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(closed.text().contains("его можно только смотреть"));
}

/// Two people at once: both values are shown, and no line gets lost.
#[tokio::test]
async fn a_stale_year_shows_both_values() {
    let school = School::new().await;
    let (mut one, mut other) = (school.browser("deputy"), school.browser("deputy"));
    let id = school.year().await;
    let path = format!("{YEARS}/{id}");
    let page = one.get(&path).await.text();
    let autumn = school
        .number("select holiday_id from curriculum.holiday where name = 'Осенние каникулы'")
        .await;
    let name = format!("holiday.{autumn}.name");
    let first = [
        (&*name, "Их осень"),
        ("holiday.n1.name", "Их день"),
        ("holiday.n1.grades", "1-11"),
        ("holiday.n1.starts_on", "25.09.2026"),
        ("holiday.n1.ends_on", "25.09.2026"),
    ];
    assert_eq!(
        send_changed(&mut other, &path, &page, &first).await.status,
        StatusCode::SEE_OTHER
    );
    let stale = send_changed(&mut one, &path, &page, &[(&name, "Моя осень")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("Их осень") && text.contains("Моя осень") && text.contains("Их день"),
        "{text}"
    );
    let saved = send_changed(&mut one, &path, &text, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let both = "select count(*) from curriculum.holiday where name in ('Моя осень', 'Их день')";
    assert_eq!(school.number(both).await, 2);
}
