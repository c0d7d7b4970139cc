use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{School, send_changed};

const PLANS: &str = "/o/g7/study/plans";

/// A year, a class, a subject and load of person 21 in it.
async fn taught(school: &School) -> (i64, i64, i64, i64) {
    let year = school.year().await;
    let class = school.class(year, "7", "А", "").await;
    let algebra = school.subject("Алгебра").await;
    let load = school.load((year, class, algebra), "21", "2").await;
    (year, class, algebra, load)
}

async fn make(school: &School, who: &str, year: i64, wish: &str) -> String {
    let year = year.to_string();
    let made = school
        .browser(who)
        .post_form(PLANS, &[("year", &year), ("wish", wish)])
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    made.location().unwrap().to_owned()
}

/// T6: a plan is made for the own load, filled, renumbered, checked and copied.
#[tokio::test]
async fn a_teacher_makes_a_plan() {
    let school = School::new().await;
    let (year, _, algebra, _) = taught(&school).await;
    let mut teacher = school.browser("teacher");
    let list = teacher.get(PLANS).await.text();
    assert!(
        list.contains("Без плана:") && list.contains("Алгебра, 7А"),
        "{list}"
    );
    let wish = format!("21.{algebra}.7");
    assert!(
        teacher
            .get(&format!("{PLANS}/new"))
            .await
            .text()
            .contains(&wish)
    );
    let path = make(&school, "teacher", year, &wish).await;
    let page = teacher.get(&path).await.text();
    assert!(
        page.contains("Алгебра, 7 класс") && page.contains("0 уроков в плане"),
        "{page}"
    );
    let lines = [
        ("item.n1.topic", "Числа"),
        ("item.n2.topic", "Дроби"),
        ("item.n2.section", "Повторение"),
        ("item.n3.topic", "Степени"),
        ("item.n3.homework", "№ 5"),
    ];
    let saved = send_changed(&mut teacher, &path, &page, &lines).await;
    assert_eq!(saved.location(), Some(path.as_str()), "{}", saved.text());
    let page = teacher.get(&path).await.text();
    assert!(
        page.contains("3 урока в плане") && page.contains("без темы"),
        "{page}"
    );

    // A new lesson between the first two: the numbers make room.
    let between = [("item.n1.number", "2"), ("item.n1.topic", "Вставка")];
    let twice = send_changed(&mut teacher, &path, &page, &between).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("Такой номер уже есть"));
    let room = [between[0], between[1], ("renumber", "1")];
    assert_eq!(
        send_changed(&mut teacher, &path, &page, &room).await.status,
        StatusCode::SEE_OTHER
    );
    let order = "select string_agg(topic, ',' order by number) = 'Числа,Вставка,Дроби,Степени' from curriculum.plan_item";
    assert_eq!(
        school
            .number(&format!("select ({order})::integer::bigint"))
            .await,
        1
    );

    // The topic of a line is needed, and what was typed is kept.
    let page = teacher.get(&path).await.text();
    let refused = send_changed(
        &mut teacher,
        &path,
        &page,
        &[("item.n1.homework", "без темы")],
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("item.n1.topic-error") && text.contains("без темы"),
        "{text}"
    );
    let print = teacher.get(&format!("{path}/print")).await.text();
    assert!(print.contains("Календарно-тематический план") && print.contains("Вставка"));

    // A colleague of another class copies the lessons.
    let other = school.class(year, "7", "Б", "").await;
    school.load((year, other, algebra), "22", "2").await;
    let copy = make(&school, "colleague", year, &format!("22.{algebra}.7")).await;
    let mut colleague = school.browser("colleague");
    let source = path.rsplit('/').next().unwrap();
    let copied = colleague
        .post_form(&format!("{copy}/copy"), &[("source", source)])
        .await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER, "{}", copied.text());
    assert!(colleague.get(&copy).await.text().contains("Вставка"));
    let again = colleague
        .post_form(&format!("{copy}/copy"), &[("source", source)])
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(assert_history_replays(&school.world.test, "curriculum.plan").await >= 3);
}

/// Plans of others are not changed, nor the load of others moved.
#[tokio::test]
async fn plans_of_others_stay() {
    let school = School::new().await;
    let (year, _, algebra, load) = taught(&school).await;
    let other = school.class(year, "7", "Б", "").await;
    let theirs = school
        .load((year, other, algebra), "22", "2")
        .await
        .to_string();
    let path = make(&school, "teacher", year, &format!("21.{algebra}.7")).await;
    let mut teacher = school.browser("teacher");
    let page = teacher.get(&path).await.text();
    let stolen = send_changed(&mut teacher, &path, &page, &[("loads", &theirs)]).await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stolen.text().contains("чужой нагрузки"));
    let mut colleague = school.browser("colleague");
    assert_eq!(colleague.get(&path).await.status, StatusCode::FORBIDDEN);
    let form = [("name", "Моё"), ("version", "1")];
    assert_eq!(
        colleague.post_form(&path, &form).await.status,
        StatusCode::FORBIDDEN
    );
    let wish = [
        ("year", &*year.to_string()),
        ("wish", &*format!("21.{algebra}.7")),
    ];
    assert_eq!(
        colleague.post_form(PLANS, &wish).await.status,
        StatusCode::FORBIDDEN
    );
    // The deputy may, and the director looks on.
    let page = school.browser("deputy").get(&path).await.text();
    let both = school
        .browser("deputy")
        .post_form(
            &path,
            &[
                ("name", "Общий"),
                ("version", "1"),
                ("loads", &theirs),
                ("loads", &load.to_string()),
            ],
        )
        .await;
    assert_eq!(both.status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(
        school
            .number("select count(*) from curriculum.plan_use")
            .await,
        2
    );
    let seen = school.browser("director").get(&path).await;
    assert!(seen.status == StatusCode::OK && !seen.text().contains("name=\"version\""));
    let foreign = path.replace("/o/g7", "/o/s2");
    assert_eq!(
        school.browser("stranger").get(&foreign).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_stale_plan_shows_both_values_and_loses_no_lesson() {
    let school = School::new().await;
    let (year, _, algebra, _) = taught(&school).await;
    let path = make(&school, "teacher", year, &format!("21.{algebra}.7")).await;
    let mut teacher = school.browser("teacher");
    let page = teacher.get(&path).await.text();
    send_changed(&mut teacher, &path, &page, &[("item.n1.topic", "Числа")]).await;
    let page = teacher.get(&path).await.text();
    let id = school
        .number("select item_id from curriculum.plan_item")
        .await;
    let topic = format!("item.{id}.topic");
    let mut deputy = school.browser("deputy");
    let theirs = [(&*topic, "Их тема"), ("item.n1.topic", "Их урок")];
    let mine = [(&*topic, "Моя тема"), ("item.n1.topic", "Мой урок")];
    assert_eq!(
        send_changed(&mut deputy, &path, &page, &theirs)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let stale = send_changed(&mut teacher, &path, &page, &mine).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("Моя тема") && text.contains("Их тема") && text.contains("Их урок"),
        "{text}"
    );
    let saved = send_changed(&mut teacher, &path, &text, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let both = "select count(*) from curriculum.plan_item where topic in ('Моя тема', 'Их урок', 'Мой урок')";
    assert_eq!(school.number(both).await, 3);
}
