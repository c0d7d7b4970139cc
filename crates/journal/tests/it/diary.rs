use crate::support::*;

fn statements(answer: &testkit::Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told")
}

/// P1, P2: the first screen of a parent.
#[tokio::test]
async fn a_parent_sees_homework_for_the_next_day_and_new_marks() {
    let school = School::open().await;
    let answer = school.signed_in(MOTHER).get("/my/day").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.text().replace('\u{a0}', " ");
    for text in [
        "Абрамов Артём",
        "5А",
        "23 ноября",
        "Учитель ещё не внёс задание",
        "Контрольная работа",
    ] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(statements(&answer) <= 8);
}

#[tokio::test]
async fn the_week_and_the_marks_are_the_childs_own() {
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    let week = mother
        .get("/my/diary/week?child=school:11&week=2026-11-18")
        .await;
    assert_eq!(week.status, 200);
    assert!(week.text().contains("№ 6–9"), "{}", week.text());
    assert!(statements(&week) <= 6, "{}", statements(&week));
    let marks = mother.get("/my/diary/marks?child=school:11").await;
    assert!(marks.text().contains("4,00"), "{}", marks.text());
    assert!(statements(&marks) <= 7);
    let first_quarter = mother.get("/my/diary/marks?child=school:11&period=1").await;
    assert!(first_quarter.status == 200 || first_quarter.status == 404);
}

/// AC-01, AC-06: another's child is answered like a missing one, in every form of the address.
#[tokio::test]
async fn another_child_is_not_there() {
    let school = School::open().await;
    for path in ["/my/day", "/my/diary/week", "/my/diary/marks"] {
        for child in [
            "school:12",
            "other:91",
            "school:91",
            "nowhere:1",
            "12",
            "school:x",
            "school:",
        ] {
            let answer = school
                .signed_in(MOTHER)
                .get(&format!("{path}?child={child}"))
                .await;
            assert_eq!(answer.status, 404, "{path} {child}");
            assert!(!answer.text().contains("Борисова") && !answer.text().contains("Канарейк"));
        }
        let own = school
            .signed_in(BORISOVA)
            .get(&format!("{path}?child=school:12"))
            .await;
        assert_eq!(own.status, 200);
        assert_eq!(
            school
                .signed_in(BORISOVA)
                .get(&format!("{path}?child=school:11"))
                .await
                .status,
            404
        );
        assert_eq!(school.nobody().get(path).await.status, 303);
    }
}

#[tokio::test]
async fn a_teacher_without_children_goes_to_work() {
    let school = School::open().await;
    let answer = school.signed_in(TEACHER).get("/my/day").await;
    assert_eq!(answer.location(), Some("/o/school/"));
}

/// A kinship that ended ends the view at the next request (AC-05).
#[tokio::test]
async fn when_kinship_ends_the_diary_closes() {
    let school = School::open().await;
    school
        .world
        .sql("update people.kinship set until = '2026-11-19' where pupil_id = 11")
        .await;
    assert_eq!(
        school
            .signed_in(MOTHER)
            .get("/my/day?child=school:11")
            .await
            .status,
        404
    );
}

/// U3: a test of weight 3 with a 4 needs fives; the calculator tells what comes out.
#[tokio::test]
async fn marks_tell_what_is_missing_until_five() {
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    let marks = mother.get("/my/diary/marks?child=school:11").await;
    let page = marks.text().replace('\u{a0}', " ");
    assert!(page.contains("до 5: "), "{page}");
    assert!(page.contains("три пятёрки с весом 1"), "{page}");
    assert!(page.contains("или одна с весом 3"), "{page}");
    let subject = mother
        .get("/my/diary/marks?child=school:11&subject=1&n5=3&weight=1")
        .await;
    assert_eq!(subject.status, 200, "{}", subject.text());
    assert!(statements(&subject) <= 8);
    // (4·3 + 5·3) / 6
    assert!(
        subject.text().contains("Средний балл станет 4,50"),
        "{}",
        subject.text()
    );
    let none = mother
        .get("/my/diary/marks?child=school:11&subject=99")
        .await;
    assert_eq!(none.status, 404);
    for odd in ["n5=9999999999999", "n5=-1", "n5=x", "weight=0", "weight=7"] {
        let path = format!("/my/diary/marks?child=school:11&subject=1&{odd}");
        assert_eq!(mother.get(&path).await.status, 200, "{odd}");
    }
}

/// JRN-5: the calendar of absences with their reasons.
#[tokio::test]
async fn absences_stand_in_a_calendar_with_totals() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into journal.attendance (org_id, lesson_id, pupil_id, code, set_by, set_at) values
             (1001, 501, 11, 'Б', 1, '2026-11-19 15:00Z'), (1001, 500, 11, 'ОП', 1, '2026-11-20 06:00Z')",
        )
        .await;
    let mut mother = school.signed_in(MOTHER);
    let answer = mother.get("/my/diary/attendance?child=school:11").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(statements(&answer) <= 8);
    let page = answer.text();
    for text in ["Ноябрь", "болезнь", "опоздание", "Пропущено уроков: 1 из 3"]
    {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert_eq!(
        mother
            .get("/my/diary/attendance?child=school:12")
            .await
            .status,
        404
    );
}

/// U7: works of control kinds ahead, before anybody has a mark for them.
#[tokio::test]
async fn tests_ahead_are_listed() {
    let school = School::open().await;
    school
        .world
        .sql(
            "update curriculum.work_kind set is_control = true where kind_id = 2;
             insert into journal.work (org_id, lesson_id, kind_id, weight, topic) values (1001, 502, 2, 3, 'Дроби'), (1001, 505, 1, 1, '');
             insert into journal.entry (org_id, lesson_id, topic, homework, set_by, set_at)
             values (1001, 502, 'Урок о другом', '', 1, '2026-11-19 15:00Z')",
        )
        .await;
    let answer = school.signed_in(ABRAMOV).get("/my/diary/tests").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(statements(&answer) <= 8);
    let page = answer.text();
    assert!(page.contains("через"), "{page}");
    assert!(page.contains("Контрольная работа"), "{page}");
    assert!(!page.contains("Ответ на уроке"), "{page}");
    // The work is named, not the lesson it is written in.
    assert!(
        page.contains("Дроби") && !page.contains("Урок о другом"),
        "{page}"
    );
}

/// U1: the lesson that is on, by the school's own clock.
#[tokio::test]
async fn the_first_screen_names_the_next_lesson() {
    let school = School::open().await;
    let page = school.signed_in(ABRAMOV).get("/my/day").await;
    assert!(
        page.text().contains("Сейчас") || page.text().contains("Следующий урок"),
        "{}",
        page.text()
    );
}

/// JRN-3, JRN-5: the family reads the average that the school counts, by its settings.
#[tokio::test]
async fn the_average_follows_the_settings_of_the_school() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into journal.work (org_id, work_id, lesson_id, kind_id, weight, topic, due_on, position) overriding system value
             values (1001, 71, 500, 1, 1, 'Устный счёт', null, 1), (1001, 72, 500, 1, 1, '', '2026-11-30', 2);
             insert into journal.mark (org_id, work_id, pupil_id, lesson_id, value, points, points_count, comment, set_by, set_at)
             values (1001, 71, 11, 500, '5', 5, 1, 'Считает быстро', 1, '2026-11-20 06:00Z'),
                    (1001, 72, 11, 500, '•', 0, 0, '', 1, '2026-11-20 06:00Z')",
        )
        .await;
    let mut mother = school.signed_in(MOTHER);
    let mut average = async |settings: &[(&str, bool)]| {
        for (key, value) in settings {
            let set = format!(
                "insert into org.setting (org_id, key, value) values (1001, '{key}', '{value}')
                 on conflict (org_id, key) do update set value = excluded.value"
            );
            school.world.sql(&set).await;
        }
        let page = mother
            .get("/my/diary/marks?child=school:11&subject=1")
            .await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.text()
    };
    // 4 of weight 3 and 5 of weight 1.
    let weighted = average(&[]).await;
    assert!(weighted.contains("Средний балл: 4,25"), "{weighted}");
    for text in ["Устный счёт", "«Считает быстро»"] {
        assert!(weighted.contains(text), "{text} is missing in {weighted}");
    }
    let plain = average(&[("marks.plain_average", true)]).await;
    assert!(plain.contains("Средний балл: 4,50"), "{plain}");
    let not_due = average(&[("marks.plain_average", false), ("marks.dot_as_two", true)]).await;
    assert!(
        not_due.contains("Средний балл: 4,25"),
        "no debt yet: {not_due}"
    );
    school
        .world
        .sql("update journal.work set due_on = '2026-11-19' where work_id = 72")
        .await;
    let debt = average(&[]).await;
    // (4·3 + 5 + 2) / 5
    assert!(debt.contains("Средний балл: 3,80"), "{debt}");
}
