//! Who may bring which list, and whose runs they see.

use crate::{
    files::{row, xlsx},
    support::School,
};

fn list() -> Vec<u8> {
    xlsx(&[
        row(&["Фамилия", "Имя", "Дата рождения", "Класс"]),
        row(&["Ким", "Ян", "27.03.2014", "5А"]),
    ])
}

const KINDS: [&str; 7] = [
    "organisation",
    "staff",
    "pupils",
    "parents",
    "loads",
    "plans",
    "timetable",
];

#[tokio::test]
async fn a_teacher_may_bring_nothing_and_nobody_signs_in_first() {
    let school = School::new().await;
    let run = school
        .upload("secretary", "pupils", "1.xlsx", &list())
        .await;
    for role in ["teacher", "parent", "pupil", "director", "medic"] {
        let mut browser = school.browser(role);
        for path in [
            "/o/g7/import",
            "/o/g7/import/pupils",
            "/o/g7/import/pupils/template",
            &run,
            &format!("{run}/errors"),
        ] {
            assert_eq!(browser.get(path).await.status, 403, "{role} {path}");
        }
        for verb in ["commit", "revert", "cancel"] {
            assert_eq!(
                browser
                    .post_form(&format!("{run}/{verb}"), &[])
                    .await
                    .status,
                403,
                "{role} {verb}"
            );
        }
        assert_eq!(
            school
                .try_upload(role, "pupils", "1.xlsx", &list())
                .await
                .status,
            403,
            "{role}"
        );
    }
    let mut nobody = school.browser("");
    assert_eq!(nobody.get("/o/g7/import").await.status, 303);
    assert_eq!(nobody.get(&run).await.status, 303);
    assert_eq!(
        school
            .try_upload("", "pupils", "1.xlsx", &list())
            .await
            .status,
        303
    );
    assert_eq!(school.count("people.pupil").await, 0);
}

#[tokio::test]
async fn a_run_of_another_school_is_not_there() {
    let school = School::new().await;
    let run = school
        .upload("secretary", "pupils", "1.xlsx", &list())
        .await;
    let mut stranger = school.browser("stranger");
    assert_eq!(stranger.get(&run).await.status, 404, "not a member");
    let own = run.replace("/o/g7/", "/o/s2/");
    for path in [own.clone(), format!("{own}/errors")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    for verb in ["commit", "revert", "cancel"] {
        assert_eq!(
            stranger
                .post_form(&format!("{own}/{verb}"), &[])
                .await
                .status,
            404,
            "{verb}"
        );
    }
    assert_eq!(stranger.get("/o/s2/import/runs/999999").await.status, 404);
    assert_eq!(stranger.get("/o/s2/import/nothing").await.status, 404);
    assert_eq!(
        school.count("intake.run where state = 'previewed'").await,
        1
    );
}

#[tokio::test]
async fn each_role_sees_its_own_kinds_with_templates() {
    let school = School::new().await;
    let may: [(&str, &[&str]); 3] = [
        ("deputy", &KINDS),
        ("secretary", &["staff", "pupils", "parents"]),
        (
            "admin", // All: nobody else is there in an empty school.
            &KINDS,
        ),
    ];
    for (role, own) in may {
        let overview = school.browser(role).get("/o/g7/import").await.text();
        for kind in KINDS {
            let listed = overview.contains(&format!("/o/g7/import/{kind}\""));
            assert_eq!(listed, own.contains(&kind), "{role} {kind}");
            let status = if own.contains(&kind) { 200 } else { 403 };
            let page = school
                .browser(role)
                .get(&format!("/o/g7/import/{kind}"))
                .await;
            assert_eq!(page.status, status, "{role} {kind}: {}", page.text());
            let template = school
                .browser(role)
                .get(&format!("/o/g7/import/{kind}/template"))
                .await;
            assert_eq!(template.status, status, "{role} {kind}");
            if status == 200 {
                assert!(template.bytes.starts_with(b"PK"), "{kind}");
            }
        }
    }
}

#[tokio::test]
async fn a_preview_can_be_given_up() {
    let school = School::new().await;
    let run = school
        .upload("secretary", "pupils", "1.xlsx", &list())
        .await;
    let mut browser = school.browser("secretary");
    assert_eq!(
        browser
            .post_form(&format!("{run}/cancel"), &[])
            .await
            .status,
        303
    );
    assert_eq!(school.count("intake.upload").await, 0);
    assert_eq!(
        browser
            .post_form(&format!("{run}/commit"), &[])
            .await
            .status,
        409
    );
    assert_eq!(browser.get(&format!("{run}/errors")).await.status, 409);
    assert_eq!(browser.get(&run).await.status, 200);
    assert_eq!(school.count("people.pupil").await, 0);
}

#[tokio::test]
async fn without_a_year_the_reason_is_said_at_once() {
    let school = School::without_year().await;
    let answer = school
        .try_upload("secretary", "pupils", "1.xlsx", &list())
        .await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("Сначала создайте учебный год"),
        "{}",
        answer.text()
    );
    assert_eq!(school.count("intake.run").await, 0);
}
