use axum::http::StatusCode;

use crate::support::{DEPUTY, OGE, SECRETARY, School, TEST};

const LIST: &str = "/o/school/study/exams";

/// JRN-9: an exam is made, changed over the version that was seen, and removed while it is empty.
#[tokio::test]
async fn an_exam_is_made_changed_and_removed() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    assert_eq!(
        deputy.get(&format!("{LIST}/new?kind=vpr")).await.status,
        StatusCode::OK
    );
    let form = [
        ("kind", "vpr"),
        ("subject", "2"),
        ("stage", "main"),
        ("held_on", "20.04.2027"),
        ("max_primary", "24"),
        ("class", "51"),
        ("class", "52"),
    ];
    let made = deputy.post_form(LIST, &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let path = made.location().unwrap().to_owned();
    let page = deputy.get(&path).await.text();
    assert!(page.contains("ВПР: История, 9 класс") && page.contains("Гусев"));

    let id = path.rsplit('/').next().unwrap();
    let edit = format!("{path}/edit");
    let change = |version: &'static str, max: &'static str| {
        vec![
            ("version", version),
            ("stage", "main"),
            ("held_on", "21.04.2027"),
            ("max_primary", max),
            ("class", "51"),
        ]
    };
    let changed = deputy.post_form(&edit, &change("1", "25")).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    let stale = deputy.post_form(&edit, &change("1", "26")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        stale.text().contains(">26<") && stale.text().contains(">25<"),
        "both values are shown"
    );

    let remove = format!("{path}/remove");
    assert_eq!(
        deputy.post_form(&remove, &[("version", "1")]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        deputy.post_form(&remove, &[("version", "2")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(deputy.get(&path).await.status, StatusCode::NOT_FOUND);
    let kept =
        format!("select count(*) from exams.exam where exam_id = {id} and removed_at is not null");
    assert_eq!(school.number(&kept).await, 1, "nothing is destroyed");
}

/// JRN-9: what makes no sense is told at its field.
#[tokio::test]
async fn an_exam_that_makes_no_sense_is_refused() {
    let school = School::open().await;
    let mut secretary = school.signed_in(SECRETARY);
    let form = |day: &'static str,
                subject: &'static str,
                scale: &'static str,
                classes: &[&'static str]| {
        let mut form = vec![
            ("kind", "oge"),
            ("subject", subject),
            ("stage", "main"),
            ("held_on", day),
            ("max_primary", "31"),
            ("scale", scale),
        ];
        form.extend(classes.iter().map(|it| ("class", *it)));
        form
    };
    for (form, why) in [
        (form("20.04.2020", "1", "", &["51"]), "день"),
        (form("20.04.2027", "1", "", &[]), "класс"),
        (form("20.04.2027", "1", "", &["51", "53"]), "параллели"),
        (form("20.04.2027", "9", "", &["51"]), "предмета"),
        (form("20.04.2027", "2", "300", &["51"]), "Шкала"),
        (form("20.04.2027", "1", "390", &["51"]), "Шкала"),
        (form("20.04.2027", "1", "", &["99"]), "класс"),
    ] {
        let refused = secretary.post_form(LIST, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        let errors = refused.text();
        let errors = errors
            .split("</ul>")
            .find(|it| it.contains("error-summary"))
            .unwrap_or_default();
        let errors = errors.split_once("role=\"alert\"").map_or("", |it| it.1);
        assert!(
            errors.to_lowercase().contains(&why.to_lowercase()),
            "{why}: {errors}"
        );
    }
    assert_eq!(
        school
            .number("select count(*) from exams.exam where org_id = 1001")
            .await,
        2
    );
}

/// JRN-9: what results rest on does not go away under them.
#[tokio::test]
async fn an_exam_with_results_keeps_its_classes_and_its_maximum() {
    let school = School::open().await;
    school.world.sql("insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at)
        values (1001, 400, 14, 52, 'present', 30, 1, '2026-11-19')").await;
    let mut deputy = school.signed_in(DEPUTY);
    let form = |max: &'static str, class: &'static str| {
        [
            ("version", "1"),
            ("stage", "main"),
            ("held_on", "18.11.2026"),
            ("max_primary", max),
            ("class", "51"),
            ("class", class),
        ]
    };
    for wrong in [form("31", "51"), form("29", "52")] {
        let refused = deputy.post_form(&format!("{OGE}/edit"), &wrong).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
    }
    let removed = deputy
        .post_form(&format!("{OGE}/remove"), &[("version", "1")])
        .await;
    assert_eq!(removed.status, StatusCode::CONFLICT);
}

/// `ux.md` §3.4: exams and the school's own tests are two lists.
#[tokio::test]
async fn tests_of_the_school_have_a_list_of_their_own() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let exams = deputy.get(LIST).await.text();
    let tests = deputy.get("/o/school/study/testing").await.text();
    assert!(exams.contains(OGE) && !exams.contains(TEST));
    assert!(tests.contains(TEST) && !tests.contains(OGE));
    assert_eq!(
        deputy.get(&format!("{LIST}?as=xlsx")).await.status,
        StatusCode::OK
    );
}
