use axum::http::StatusCode;

use crate::support::{ABRAMOV, CLASS_TEACHER, MOTHER, PDF, School, TEACHER};

const NEW: &str = "/o/school/portfolio/pupils/11/new";
const SPORT: [(&str, &str); 6] = [
    ("kind", "sport"),
    ("title", "Кросс нации"),
    ("held_on", "15.09.2026"),
    ("level", "regional"),
    ("prize", "runner"),
    ("prepared_by", "1"),
];

/// The entry that came last; those of the fixture begin at 700.
async fn newest(school: &School) -> i64 {
    school
        .number("select max(entry_id) from portfolio.entry where org_id = 1001 and entry_id < 700")
        .await
}

/// PPL-8: what a family brings, with the photo of the diploma, waits until
/// the class teacher confirms it; then the family reads it and no longer changes it.
#[tokio::test]
async fn a_family_brings_and_the_class_teacher_confirms() {
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    assert_eq!(mother.get(NEW).await.status, StatusCode::OK);
    let added = mother
        .post_file(NEW, &SPORT, ("file", "диплом.pdf", PDF))
        .await;
    assert_eq!(added.location(), Some("/my/portfolio?child=school:11"));
    let id = newest(&school).await;
    let entry = format!("/o/school/portfolio/entries/{id}");
    let mine = mother.get("/my/portfolio").await.text();
    assert!(mine.contains("Кросс нации") && mine.contains("ждёт") && mine.contains("диплом.pdf"));
    let refused = mother.post_form(&format!("{entry}/confirm"), &[]).await;
    assert_eq!(
        refused.status,
        StatusCode::NOT_FOUND,
        "she confirms nothing"
    );

    let mut teacher = school.signed_in(CLASS_TEACHER);
    let page = teacher.get(&entry).await.text();
    assert!(page.contains("Абрамова Инна Львовна") && page.contains("Петрова Анна Ивановна"));
    let file = school
        .number(&format!(
            "select file_id from portfolio.entry_file where entry_id = {id}"
        ))
        .await;
    let scan = teacher.get(&format!("{entry}/files/{file}")).await;
    assert_eq!(scan.bytes.as_ref(), PDF);
    let done = teacher.post_form(&format!("{entry}/confirm"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(teacher.get(&entry).await.text().contains("подтверждено"));

    let mine = mother.get("/my/portfolio").await.text();
    assert!(mine.contains("призёр") && mine.contains("Записей: 2, побед и призовых мест: 2"));
    for path in ["edit", "remove"] {
        let answer = mother.post_form(&format!("{entry}/{path}"), &SPORT).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// PPL-8: a refusal has a reason, which the family reads; what it mends waits again.
#[tokio::test]
async fn a_refusal_is_told_and_mended() {
    let school = School::open().await;
    let mut pupil = school.signed_in(ABRAMOV);
    pupil.post_file(NEW, &SPORT, ("other", "", b"")).await;
    let id = newest(&school).await;
    let entry = format!("/o/school/portfolio/entries/{id}");
    let mut teacher = school.signed_in(CLASS_TEACHER);
    let refuse = format!("{entry}/refuse");
    teacher.post_form(&refuse, &[("reason", "")]).await;
    let page = teacher.get(&entry).await.text();
    assert!(page.contains("Напишите, почему") && page.contains("ждёт"));
    let reason = [("reason", "Нет диплома")];
    teacher.post_form(&refuse, &reason).await;
    let told = pupil.get("/my/portfolio").await.text();
    assert!(told.contains("Нет диплома"), "{told}");
    let twice = teacher.post_form(&refuse, &reason).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER);
    assert!(
        teacher
            .get(&entry)
            .await
            .text()
            .contains("Решение по записи уже принято")
    );

    let mut mended = SPORT.to_vec();
    mended.push(("version", "2"));
    let saved = pupil.post_form(&format!("{entry}/edit"), &mended).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(pupil.get(&entry).await.text().contains("ждёт"));
}

/// Check 34 and 11: a form with mistakes keeps what was typed; a stale one shows both.
#[tokio::test]
async fn mistakes_and_collisions_are_shown() {
    let school = School::open().await;
    let mut teacher = school.signed_in(CLASS_TEACHER);
    let wrong = [
        ("kind", "methodical"),
        ("title", ""),
        ("held_on", "32.01.2026"),
        ("note", "Осталось в поле"),
    ];
    let answer = teacher.post_file(NEW, &wrong, ("other", "", b"")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(text.contains("Осталось в поле") && text.contains("href=\"#title\""));
    let mut future = SPORT;
    future[2].1 = "01.12.2026";
    let answer = teacher.post_file(NEW, &future, ("other", "", b"")).await;
    assert!(answer.text().contains("не может быть позже сегодняшней"));
    let program = ("file", "игра.exe", &b"MZ\x90\x00"[..]);
    let answer = teacher.post_file(NEW, &SPORT, program).await;
    assert!(answer.text().contains("не принимается"));

    let edit = "/o/school/portfolio/entries/700/edit";
    let form = |title, version| {
        [
            ("kind", "olympiad"),
            ("title", title),
            ("held_on", "10.11.2026"),
            ("level", "municipal"),
            ("prize", "winner"),
            ("version", version),
        ]
    };
    let saved = teacher.post_form(edit, &form("Первая", "1")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let stale = teacher.post_form(edit, &form("Вторая", "1")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("Первая")
            && text.contains("Вторая")
            && text.contains("name=\"version\" value=\"2\"")
    );
}

/// PPL-8: who works here keeps the own portfolio, and a file can be taken off again.
#[tokio::test]
async fn a_teacher_keeps_the_own_portfolio() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let own = "/o/school/portfolio/staff/1";
    assert!(
        teacher
            .get(own)
            .await
            .text()
            .contains("Карточки по алгебре")
    );
    let lesson = [
        ("kind", "open_lesson"),
        ("title", "Урок о корнях"),
        ("held_on", "12.11.2026"),
    ];
    let added = teacher
        .post_file(&format!("{own}/new"), &lesson, ("file", "план.pdf", PDF))
        .await;
    assert_eq!(added.location(), Some(own));
    let id = newest(&school).await;
    let page = teacher.get(own).await.text();
    assert!(page.contains("Открытые уроки") && page.contains("план.pdf"));
    let file = school
        .number(&format!(
            "select file_id from portfolio.entry_file where entry_id = {id}"
        ))
        .await;
    let entry = format!("/o/school/portfolio/entries/{id}");
    let again = teacher
        .post_file(&format!("{entry}/files"), &[], ("file", "ещё.pdf", PDF))
        .await;
    assert_eq!(again.location(), Some(entry.as_str()));
    teacher
        .post_form(&format!("{entry}/files/{file}/remove"), &[])
        .await;
    let gone = teacher.get(&format!("{entry}/files/{file}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let removed = teacher.post_form(&format!("{entry}/remove"), &[]).await;
    assert_eq!(removed.location(), Some(own));
    assert_eq!(teacher.get(&entry).await.status, StatusCode::NOT_FOUND);
    let kept = school
        .number("select count(*) from kernel.history where tbl = 'portfolio.entry'")
        .await;
    assert!(kept >= 2, "the history has it");
}
