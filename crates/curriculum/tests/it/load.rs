use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{School, send_changed};

const LOAD: &str = "/o/g7/study/load";

/// CUR-4: load is given, summed up, changed and ended; every change is kept.
#[tokio::test]
async fn load_is_given_changed_and_ended() {
    let school = School::new().await;
    let year = school.year().await;
    let class = school.class(year, "7", "А", "").await;
    let algebra = school.subject("Алгебра").await;
    let geometry = school.subject("Геометрия").await;
    let mut deputy = school.browser("deputy");
    assert!(deputy.get(LOAD).await.text().contains("Нагрузки пока нет"));
    let id = school.load((year, class, algebra), "21", "3,5").await;
    school.load((year, class, geometry), "21", "2").await;
    let rows = deputy.get(LOAD).await.text();
    assert!(
        rows.contains("Алгебраева Мария Петровна") && rows.contains("5,5 ч в неделю у учителей"),
        "{rows}"
    );
    let teachers = deputy.get(&format!("{LOAD}?by=teachers")).await.text();
    assert!(
        teachers.contains("Алгебра, Геометрия") && teachers.contains("5,5"),
        "{teachers}"
    );
    assert!(
        deputy
            .get(&format!("{LOAD}?by=classes"))
            .await
            .text()
            .contains("7А")
    );
    assert_eq!(
        deputy
            .get(&format!("{LOAD}?by=teachers&as=xlsx"))
            .await
            .status,
        StatusCode::OK
    );

    let path = format!("{LOAD}/{id}");
    let page = deputy.get(&path).await.text();
    assert!(
        page.contains("value=\"3,5\"") && page.contains("01.09.2026"),
        "{page}"
    );
    let changes = [("hours", "4"), ("teacher", "22"), ("until", "26.05.2027")];
    let saved = send_changed(&mut deputy, &path, &page, &changes).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let stale = send_changed(
        &mut deputy,
        &path,
        &page,
        &[("hours", "1"), ("until", "26.05.2027")],
    )
    .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("Коллегина") && text.contains("<td>1</td><td>4</td>"),
        "{text}"
    );

    let end = format!("{path}/end");
    let late = deputy
        .post_form(&end, &[("version", "2"), ("until", "01.01.2030")])
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("за границы"));
    let ended = deputy
        .post_form(&end, &[("version", "2"), ("until", "вчера")])
        .await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    assert!(deputy.get(LOAD).await.text().contains("Закончилась"));
    assert_eq!(
        assert_history_replays(&school.world.test, "curriculum.load").await,
        4
    );
}

#[tokio::test]
async fn wrong_load_is_refused_with_its_values() {
    let school = School::new().await;
    let year = school.year().await;
    let class = school.class(year, "7", "А", "").await;
    let other = school.class(year, "7", "Б", "").await;
    let algebra = school.subject("Алгебра").await;
    let id = school.load((year, class, algebra), "21", "3").await;
    school.world
        .sql(&format!("insert into curriculum.study_group (org_id, class_id, subject_id, part, name) values (1001, {other}, {algebra}, 1, 'Группа 1')"))
        .await;
    let group = school
        .number("select group_id from curriculum.study_group")
        .await
        .to_string();
    let (year, class, algebra) = (year.to_string(), class.to_string(), algebra.to_string());
    let mut deputy = school.browser("deputy");
    for (name, value, at) in [
        ("hours", "0", "hours-error"),
        ("hours", "0,001", "hours-error"),
        ("hours", "41", "hours-error"),
        ("hours", "пять", "hours-error"),
        ("teacher", "22222", "teacher-error"),
        ("teacher", "110", "teacher-error"),
        ("teacher", "21", "teacher-error"),
        ("group", &group, "group-error"),
        ("since", "01.01.2020", "since-error"),
        ("until", "неизвестно", "until-error"),
        ("class", "", "class-error"),
    ] {
        let mut form = vec![
            ("year", &*year),
            ("class", &*class),
            ("subject", &*algebra),
            ("teacher", "22"),
            ("hours", "2"),
            ("since", ""),
            ("until", ""),
            ("group", ""),
        ];
        form.retain(|it| it.0 != name);
        form.push((name, value));
        let refused = deputy.post_form(LOAD, &form).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}={value}: {}",
            refused.text()
        );
        assert!(
            refused.text().contains(at),
            "{name}={value}: {}",
            refused.text()
        );
    }
    assert_eq!(
        school.number("select count(*) from curriculum.load").await,
        1
    );
    assert_eq!(
        school.number("select load_id from curriculum.load").await,
        id
    );
}
