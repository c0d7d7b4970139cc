//! Homework with files, answers and parallel classes (JRN-5, CUR-5, U2, U5).

use crate::support::*;

const TASK: &str = "/o/school/journal/lesson/501/homework";
const MINE: &str = "/my/homework/501";
const PDF: &[u8] = b"%PDF-1.7 the task";

async fn attach(school: &School, name: &str, bytes: &[u8]) -> testkit::Answer {
    school
        .signed_in(TEACHER)
        .post_file(&format!("{TASK}/files"), &[], ("file", name, bytes))
        .await
}

async fn file_id(school: &School) -> i64 {
    school.count("select max(file_id) from kernel.file").await
}

#[tokio::test]
async fn a_file_goes_from_the_teacher_to_the_class_and_to_nobody_else() {
    let school = School::open().await;
    let sent = attach(&school, "../Задание 5.pdf", PDF).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let path = format!("/o/school/homework/files/{}", file_id(&school).await);
    for person in [TEACHER, CLASS_TEACHER, DEPUTY, ABRAMOV, BORISOVA, MOTHER] {
        let answer = school.signed_in(person).get(&path).await;
        assert_eq!(answer.status, 200, "{person}");
        assert_eq!(&answer.bytes[..], PDF);
        let disposition = answer.header("content-disposition").expect("told");
        assert!(disposition.starts_with("attachment;"), "{disposition}");
        assert!(!disposition.contains(".."), "{disposition}");
        assert_eq!(answer.header("content-type"), Some("application/pdf"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    // Another teacher, a pupil who came to the class later, somebody of another school.
    for person in [STRANGER, LATECOMER, FOREIGN] {
        let answer = school.signed_in(person).get(&path).await;
        assert_eq!(answer.status, 404, "{person}: {}", answer.text());
    }
    assert_eq!(school.nobody().get(&path).await.status, 303);
    let foreign = path.replace("/o/school", "/o/other");
    assert_eq!(school.signed_in(FOREIGN).get(&foreign).await.status, 404);

    let page = school
        .signed_in(MOTHER)
        .get("/my/diary/week?child=school:11&week=2026-11-18")
        .await;
    assert!(page.text().contains("Задание 5.pdf"), "{}", page.text());

    let remove = format!("{TASK}/files/{}/remove", file_id(&school).await);
    assert_eq!(
        school
            .signed_in(STRANGER)
            .post_form(&remove, &[])
            .await
            .status,
        404
    );
    assert_eq!(
        school
            .signed_in(TEACHER)
            .post_form(&remove, &[])
            .await
            .status,
        303
    );
    assert_eq!(school.signed_in(MOTHER).get(&path).await.status, 404);
}

#[tokio::test]
async fn what_is_no_document_is_refused_by_its_content() {
    let school = School::open().await;
    for (name, bytes) in [
        ("task.pdf", &b"MZ\x90\x00 a program"[..]),
        ("photo.jpg", b"<html><script>alert(1)</script>"),
        ("picture.svg", b"<svg/>"),
        ("empty.pdf", b""),
    ] {
        let answer = attach(&school, name, bytes).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert!(answer.text().contains("error-summary"), "{name}");
    }
    assert_eq!(school.count("select count(*) from kernel.file").await, 0);
    let honest = attach(&school, "task.exe", PDF).await;
    assert_eq!(honest.status, 303);
    assert_eq!(
        school
            .count("select count(*) from journal.homework_file where name = 'task.exe.pdf'")
            .await,
        1
    );
}

#[tokio::test]
async fn size_and_number_of_files_are_settings_of_the_school() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into org.setting (org_id, key, value) values
             (1001, 'homework.files', '2'), (1001, 'homework.file_mb', '1')",
        )
        .await;
    let mut large = PDF.to_vec();
    large.resize(1024 * 1024 + 1, b' ');
    assert_eq!(attach(&school, "large.pdf", &large).await.status, 422);
    for _ in 0..2 {
        assert_eq!(attach(&school, "a.pdf", PDF).await.status, 303);
    }
    let third = attach(&school, "c.pdf", PDF).await;
    assert_eq!(third.status, 422);
    assert!(
        third.text().contains("Файлов уже столько"),
        "{}",
        third.text()
    );
}

/// U5: handed in, returned with a word, handed in again, accepted.
#[tokio::test]
async fn an_answer_goes_there_and_back() {
    let school = School::open().await;
    let mut pupil = school.signed_in(ABRAMOV);
    let empty = pupil
        .post_file(MINE, &[("text", "")], ("file", "", b""))
        .await;
    assert_eq!(empty.status, 422, "{}", empty.text());
    let sent = pupil
        .post_file(
            MINE,
            &[("text", "Решил № 6"), ("child", "school:11")],
            ("file", "фото.png", b"\x89PNG\r\n\x1a\n..."),
        )
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let path = format!("/o/school/homework/files/{}", file_id(&school).await);
    // The answer is for the family and the teachers, not for classmates.
    for (person, status) in [
        (ABRAMOV, 200),
        (MOTHER, 200),
        (TEACHER, 200),
        (BORISOVA, 404),
        (STRANGER, 404),
        (FOREIGN, 404),
    ] {
        let answer = school.signed_in(person).get(&path).await;
        assert_eq!(answer.status, status, "{person}");
    }
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get(TASK).await;
    assert!(page.text().contains("Решил № 6"), "{}", page.text());
    assert!(page.text().contains("Не сдали: 1"), "{}", page.text());
    let statements: u32 = page
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told");
    assert!(statements <= 8, "{statements}");

    let check = format!("{TASK}/answers/11");
    let silent = teacher
        .post_form(&check, &[("state", "returned"), ("version", "1")])
        .await;
    assert_eq!(silent.status, 422, "{}", silent.text());
    let returned = [
        ("state", "returned"),
        ("version", "1"),
        ("comment", "Проверь знак"),
    ];
    assert_eq!(teacher.post_form(&check, &returned).await.status, 303);
    assert_eq!(
        teacher.post_form(&check, &returned).await.status,
        409,
        "somebody was faster"
    );
    let mine = pupil.get(MINE).await;
    assert!(mine.text().contains("Проверь знак"), "{}", mine.text());
    let told = school.signed_in(MOTHER).get("/my/notifications").await;
    assert!(told.text().contains("Ответ возвращён"), "{}", told.text());

    let again = pupil
        .post_file(MINE, &[("text", "Исправил")], ("file", "", b""))
        .await;
    assert_eq!(again.status, 303);
    let accepted = [("state", "accepted"), ("version", "3")];
    assert_eq!(teacher.post_form(&check, &accepted).await.status, 303);
    assert!(pupil.get(MINE).await.text().contains("Ответ принят"));
}

/// AC-06: the homework of another class, school or child is not there.
#[tokio::test]
async fn another_homework_is_not_there() {
    let school = School::open().await;
    for (person, path) in [
        (MOTHER, "/my/homework/503"),
        (MOTHER, "/my/homework/900"),
        (MOTHER, "/my/homework/501?child=school:12"),
        (MOTHER, "/my/homework/501?child=other:91"),
        (ABRAMOV, "/my/homework/501?child=school:12"),
        (LATECOMER, "/my/homework/501"),
        (TEACHER, "/my/homework/501"),
        (FOREIGN, "/my/homework/501"),
    ] {
        let answer = school.signed_in(person).get(path).await;
        assert_eq!(answer.status, 404, "{person} {path}");
    }
    let sent = school
        .signed_in(MOTHER)
        .post_file(
            MINE,
            &[("child", "school:12"), ("text", "чужое")],
            ("file", "", b""),
        )
        .await;
    assert_eq!(sent.status, 404);
    for person in [STRANGER, FOREIGN] {
        assert_eq!(school.signed_in(person).get(TASK).await.status, 404);
    }
    assert_eq!(school.signed_in(MOTHER).get(TASK).await.status, 403);
    let looks = school
        .signed_in(CLASS_TEACHER)
        .post_file(&format!("{TASK}/files"), &[], ("file", "a.pdf", PDF))
        .await;
    assert_eq!(looks.status, 403, "the class teacher only looks");
    let no_answer = school
        .signed_in(TEACHER)
        .post_form(&format!("{TASK}/answers/12"), &[("state", "accepted")])
        .await;
    assert_eq!(no_answer.status, 404);
    assert_eq!(school.count("select count(*) from journal.answer").await, 0);
}

/// U2: the tick is the pupil's own.
#[tokio::test]
async fn a_tick_is_seen_by_the_pupil_alone() {
    let school = School::open().await;
    let week = "/my/diary/week?child=school:11&week=2026-11-18";
    let done = [("done", "1"), ("back", week)];
    let mut pupil = school.signed_in(ABRAMOV);
    let ticked = pupil.post_form("/my/homework/501/done", &done).await;
    assert_eq!(ticked.location(), Some(week));
    let ticked = "class=\"tick\" name=\"done\" value=\"0\" aria-pressed=\"true\"";
    assert!(pupil.get(week).await.text().contains(ticked));
    let mother = school.signed_in(MOTHER).get(week).await;
    assert!(!mother.text().contains("class=\"tick\""));
    assert!(!mother.text().contains("Сделано"));
    let by_mother = school
        .signed_in(MOTHER)
        .post_form("/my/homework/501/done", &done)
        .await;
    assert_eq!(by_mother.status, 404);
    pupil
        .post_form("/my/homework/501/done", &[("done", "0")])
        .await;
    assert_eq!(
        school
            .count("select count(*) from journal.homework_done")
            .await,
        0
    );
    let astray = [("done", "1"), ("back", "https://evil.example/")];
    let sent = pupil.post_form("/my/homework/501/done", &astray).await;
    assert_eq!(sent.location(), Some("/"));
}

const PARALLEL: &str = "
    insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value values
        (1001, 52, 1, 5, 'Б'), (1001, 61, 1, 6, 'А');
    insert into curriculum.load (org_id, load_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
        overriding system value values
        (1001, 52, 1, 52, 1, 1, 5, '[2026-09-01,2027-06-01)'), (1001, 61, 1, 61, 1, 1, 5, '[2026-09-01,2027-06-01)');
    insert into schedule.lesson
        (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state)
        overriding system value values
        (1001, 601, 1, '2026-11-19', 2, '[2026-11-19 09:25,2026-11-19 10:10)', 52, '[0,1000)', 1, 1, 'planned'),
        (1001, 602, 1, '2026-11-23', 2, '[2026-11-23 09:25,2026-11-23 10:10)', 52, '[0,1000)', 1, 1, 'planned'),
        (1001, 603, 1, '2026-11-19', 3, '[2026-11-19 10:25,2026-11-19 11:10)', 61, '[0,1000)', 1, 1, 'planned');
    insert into journal.entry (org_id, lesson_id, topic, set_by, set_at) values
        (1001, 601, 'Уже записано', 1, '2026-11-19 15:00Z');";

/// CUR-5: «+ 5Б»: topic, homework and files go to the next free lesson of a parallel class.
#[tokio::test]
async fn homework_goes_to_parallel_classes() {
    let school = School::open().await;
    school.world.sql(PARALLEL).await;
    attach(&school, "a.pdf", PDF).await;
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get(TASK).await.text().replace('\u{a0}', " ");
    assert!(page.contains("5Б, пн, 23 ноября"), "{page}");
    assert!(!page.contains("6А"), "another grade: {page}");
    let copy = format!("{TASK}/copy");
    let sent = teacher
        .post_form(&copy, &[("to", "602"), ("to", "601"), ("works", "1")])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(
        school
            .count("select count(*) from journal.entry where lesson_id = 602 and homework = '№ 6–9' and topic = 'Сложение'")
            .await,
        1
    );
    assert_eq!(
        school
            .count("select count(*) from journal.entry where lesson_id = 601 and topic = 'Уже записано'")
            .await,
        1,
        "what is written stays"
    );
    assert_eq!(
        school
            .count("select count(*) from journal.homework_file where lesson_id = 602")
            .await,
        1
    );
    // JRN-1: the works go along, without marks.
    assert_eq!(
        school
            .count("select count(*) from journal.work w where lesson_id in (601, 602) and kind_id = 2 and weight = 3
                    and not exists (select from journal.mark m where m.work_id = w.work_id)")
            .await,
        1
    );
    for to in ["505", "900", "501"] {
        let refused = teacher.post_form(&copy, &[("to", to)]).await;
        assert_eq!(refused.status, 404, "{to}");
    }
}

/// CUR-5: the homework of a day beyond the norm of the grade is a hint.
#[tokio::test]
async fn too_much_homework_is_a_hint() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let fine = teacher.post_form(TASK, &[("minutes", "120")]).await;
    assert_eq!(fine.status, 303, "{}", fine.text());
    let page = teacher.get(TASK).await.text();
    assert!(!page.contains("около"), "{page}");
    // The week as a picture: the day against the norm, each subject by name.
    for part in ["Нагрузка", ">норма 2 ч<", ">2 ч<", ": 2 ч</title>"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    teacher.post_form(TASK, &[("minutes", "150")]).await;
    let page = teacher.get(TASK).await.text();
    assert!(page.contains("около 2,5 ч, норма — 2 ч"), "{page}");
    assert!(page.contains(">2,5 ч<"), "{page}");
    for bad in ["0", "-5", "601", "полчаса"] {
        let answer = teacher.post_form(TASK, &[("minutes", bad)]).await;
        assert_eq!(answer.status, 422, "{bad}");
    }
    let family = school
        .signed_in(MOTHER)
        .get("/my/diary/week?child=school:11&week=2026-11-18")
        .await;
    assert!(family.text().contains("≈ 150 мин"), "{}", family.text());
}

/// CUR-5: the next topic is the first that no lesson has used, in whatever
/// order; a cancelled lesson eats none.
#[tokio::test]
async fn the_next_topic_is_the_first_unused_and_a_cancelled_lesson_eats_none() {
    let school = School::open().await;
    let topic = async |lesson: i64| {
        let path = format!("/o/school/journal/lesson/{lesson}");
        school.signed_in(TEACHER).get(&path).await.text()
    };
    // Yesterday somebody wrote «Сложение», the second topic, by hand.
    assert!(topic(TODAY).await.contains("value=\"Натуральные числа\""));
    let wish = [
        ("form", "00000000-0000-4000-8000-000000000300"),
        ("topic", "Натуральные числа"),
        ("homework", "№ 1–5"),
        ("entry_version", "0"),
    ];
    let path = format!("/o/school/journal/lesson/{TODAY}");
    let saved = school.signed_in(TEACHER).post_form(&path, &wish).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let item = "select count(*) from journal.entry e join curriculum.plan_item i on i.item_id = e.plan_item_id
                where e.lesson_id = 500 and i.number = 1";
    assert_eq!(
        school.count(item).await,
        1,
        "it is known where the topic comes from"
    );
    assert!(topic(TOMORROW).await.contains("value=\"Вычитание\""));
    school
        .world
        .sql("update schedule.lesson set state = 'cancelled' where lesson_id = 500")
        .await;
    assert!(
        topic(TOMORROW)
            .await
            .contains("value=\"Натуральные числа\""),
        "the topic moved on"
    );
}
