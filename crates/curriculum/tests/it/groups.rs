use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{School, form_values};

/// CUR-4: a class is divided evenly, pupils are moved, a stale page loses nothing.
#[tokio::test]
async fn a_class_is_divided() {
    let school = School::new().await;
    let year = school.year().await;
    let class = school.class(year, "7", "Б", "23").await;
    let english = school.subject("Английский язык").await;
    school.enrol(class, 201..=225);
    let path = format!("/o/g7/study/classes/{class}/groups");
    let subject = english.to_string();
    // The class teacher divides the own class.
    let mut tutor = school.browser("tutor");
    assert!(
        tutor
            .get(&path)
            .await
            .text()
            .contains("ни на каком предмете не делится")
    );
    let none = tutor
        .post_form(
            &path,
            &[("subject", &subject), ("parts", "12"), ("version", "0")],
        )
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("от 2 до 9"));
    let done = tutor
        .post_form(
            &path,
            &[("subject", &subject), ("parts", "2"), ("version", "0")],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = tutor.get(&path).await.text();
    assert!(
        page.contains("Группа 1: 13") && page.contains("Группа 2: 12"),
        "{page}"
    );

    let assign = format!("{path}/{english}");
    let mut fields = form_values(&page);
    fields.retain(|it| it.0.starts_with("part.") || it.0 == "version");
    fields.dedup_by(|one, other| one.0 == other.0);
    let change = |pupil: &str, part: &str| -> Vec<(String, String)> {
        fields
            .iter()
            .map(|(name, value)| {
                let value = if name == &format!("part.{pupil}") {
                    part.to_owned()
                } else {
                    value.clone()
                };
                (name.clone(), value)
            })
            .collect()
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|it| (&*it.0, &*it.1)).collect();
        school.browser("tutor").post_form(&assign, &fields).await
    };
    assert_eq!(send(change("201", "2")).await.status, StatusCode::SEE_OTHER);
    let stale = send(change("202", "")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("сейчас: Группа 2") && text.contains("сейчас: Группа 1"),
        "{text}"
    );
    let in_second = format!(
        "select count(*) from curriculum.group_member join curriculum.study_group using (org_id, group_id) where part = 2 and subject_id = {english}"
    );
    assert_eq!(school.number(&in_second).await, 13);

    // «Поровну» is only proposed until it is saved.
    let even = school
        .browser("tutor")
        .post_form(&assign, &[("even", "1")])
        .await;
    assert!(even.status == StatusCode::OK && even.text().contains("ещё не сохранён"));
    assert_eq!(school.number(&in_second).await, 13);
    // Somebody who is not in the class is no member.
    let version = school
        .number("select sum(version) from curriculum.study_group")
        .await
        .to_string();
    let wrong = school
        .browser("tutor")
        .post_form(&assign, &[("version", &version), ("part.230", "1")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(assert_history_replays(&school.world.test, "curriculum.group_member").await >= 25);
}

/// Only the office and the class teacher divide; pupils are seen by those who teach them.
#[tokio::test]
async fn others_may_not_divide() {
    let school = School::new().await;
    let year = school.year().await;
    let class = school.class(year, "7", "Б", "23").await;
    let english = school.subject("Английский язык").await;
    school.load((year, class, english), "21", "3").await;
    school.enrol(class, 201..=203);
    let path = format!("/o/g7/study/classes/{class}/groups");
    let subject = english.to_string();
    let form = [("subject", &*subject), ("parts", "2"), ("version", "0")];
    assert_eq!(
        school.browser("teacher").get(&path).await.status,
        StatusCode::OK
    );
    assert_eq!(
        school.browser("colleague").get(&path).await.status,
        StatusCode::FORBIDDEN
    );
    for who in ["teacher", "colleague", "director", "secretary"] {
        let refused = school.browser(who).post_form(&path, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{who}");
    }
    let foreign = school.browser("stranger");
    let foreign_path = path.replace("/o/g7", "/o/s2");
    assert_eq!(
        foreign.clone().get(&foreign_path).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        foreign.clone().post_form(&foreign_path, &form).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        school
            .number("select count(*) from curriculum.study_group")
            .await,
        0
    );
}
