//! «Полнота карточек» (PPL-7, S3:5.3–5.6).

use axum::http::StatusCode;
use db::statements::counted;
use kernel::Role;
use people::{Cards, FilledLine, People, Sum};
use testkit::world::SCHOOL;

use crate::support::{
    EREMIN, IVANOVA, MOTHER, TEACHER, browser, directory, fields_of, secretary, with, world,
};

const FILL: &str = "/o/g7/people/completeness/fill";

/// The page and the deadline rules tell the same of the same card.
#[tokio::test]
async fn the_page_and_the_deadlines_count_alike() {
    let world = world().await;
    let people = directory(&world);
    let secretary_ = world.actor(17, Role::Secretary);
    let found = people.completeness(&secretary_).await.expect("counted");
    // Only those count who are in a class.
    assert_eq!(found.pupils.len(), 2);
    assert_eq!(found.staff.len(), 2);
    let mut tx = world.begin(&secretary_).await;
    let today = testkit::morning().date_naive();
    let files = Cards.files(&mut tx, today).await.expect("files");
    for (pupil, grade) in [(EREMIN, 5), (IVANOVA, 7)] {
        let lacks = files
            .pupil(pupil.into())
            .expect("a file")
            .lacks(grade, today);
        let gaps = found
            .pupils
            .iter()
            .find(|it| it.card.id.get() == pupil)
            .expect("gaps");
        assert_eq!(gaps.codes, lacks.codes);
        assert_eq!(gaps.of, lacks.of);
    }
    let sum = Sum::of(&found.pupils);
    assert!(sum.percent() < 100 && sum.complete == 0);
    let page = secretary(&world).get("/o/g7/people/completeness").await;
    assert!(
        page.text().contains("5А") && page.text().contains("состав семьи"),
        "{}",
        page.text()
    );
    let list = secretary(&world)
        .get("/o/g7/people/completeness/people?f.class=5А")
        .await;
    assert!(
        list.text().contains("Ерёмин Артём Ильич") && !list.text().contains("Иванова Мария"),
        "{}",
        list.text()
    );
}

/// The director looks and fills nothing.
#[tokio::test]
async fn the_director_only_looks() {
    let world = world().await;
    let mut director = browser(&world, "director:19");
    let page = director.get("/o/g7/people/completeness").await;
    let text = page.text();
    assert!(text.contains("5А") && !text.contains("/fill"), "{text}");
    let list = director.get("/o/g7/people/completeness/people").await;
    assert!(
        list.text().contains("Ерёмин Артём Ильич"),
        "{}",
        list.text()
    );
    assert!(!list.text().contains("/edit"), "{}", list.text());
    let form = director.get(&format!("{FILL}?class=5А")).await;
    assert_eq!(form.status, StatusCode::FORBIDDEN);
    let sent = [("class", "5А"), ("seen.101", "1"), ("family.101", "x")];
    let refused = director.post_form(FILL, &sent).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// Own class only; a family sees nothing of it.
#[tokio::test]
async fn a_class_teacher_fills_the_own_class() {
    let world = world().await;
    let mut teacher = browser(&world, &format!("teacher:{TEACHER}"));
    let page = teacher.get("/o/g7/people/completeness").await.text();
    assert!(page.contains("5А") && !page.contains("7Б"), "{page}");
    let foreign = teacher.get(&format!("{FILL}?class=7Б")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let sent = [("class", "7Б"), ("seen.102", "1"), ("family.102", "x")];
    assert_eq!(
        teacher.post_form(FILL, &sent).await.status,
        StatusCode::NOT_FOUND
    );
    // A pupil of another class in the own class's form is left alone.
    let sent = [("class", "5А"), ("seen.102", "1"), ("family.102", "x")];
    assert_eq!(teacher.post_form(FILL, &sent).await.status, StatusCode::OK);
    assert_eq!(
        world
            .number("select count(*) from people.pupil where family = 'x'")
            .await,
        0
    );
    let mut mother = browser(&world, &format!("parent:{MOTHER}"));
    let refused = mother.get("/o/g7/people/completeness").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// The grid saves what is right and tells what is not (check 38).
#[tokio::test]
async fn the_grid_fills_gaps() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office
        .get(&format!(
            "{FILL}?class=5А&fields=family&fields=mobile&fields=born_on&all=1"
        ))
        .await;
    let fields = fields_of(&form);
    assert!(
        fields.iter().any(|it| it.0 == "family.101"),
        "{}",
        form.text()
    );
    let sent = with(
        &fields,
        &[("family.101", "мать, отец"), ("born_on.101", "28.03.2014")],
    );
    let done = office.post_form(FILL, &sent).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(
        done.text().contains("Сохранено карточек: 1"),
        "{}",
        done.text()
    );
    let kept = "select count(*) from people.pupil join people.person using (org_id, person_id)
                where person_id = 101 and family = 'мать, отец' and born_on = '2014-03-28' and mobile = '+79181234567'";
    assert_eq!(world.number(kept).await, 1);
    // The same form again is out of date.
    let again = with(&fields, &[("family.101", "мать")]);
    let stale = office.post_form(FILL, &again).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.number(kept).await, 1);
}

#[tokio::test]
async fn mistakes_stand_at_their_cells() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office
        .get(&format!(
            "{FILL}?class=5А&fields=file_number&fields=mobile&all=1"
        ))
        .await;
    let fields = fields_of(&form);
    for (change, text) in [
        (("mobile.101", "позвоните"), "mobile.101-error"),
        (("file_number.101", "И/7"), "Такой № личного дела уже есть"),
    ] {
        let sent = with(&fields, &[change]);
        let wrong = office.post_form(FILL, &sent).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?}");
        let page = wrong.text().replace("&#x2f;", "/");
        assert!(page.contains(text) && page.contains(change.1), "{page}");
    }
    let same = office.post_form(FILL, &with(&fields, &[])).await;
    assert!(
        same.text().contains("Сохранено карточек: 0"),
        "{}",
        same.text()
    );
}

/// Two lines or twenty: the grid is saved with the same number of statements.
#[tokio::test]
async fn the_grid_is_saved_at_once() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value
             select {SCHOOL}, 1000 + it, 'Классный', 'Пётр', 'классный петр' from generate_series(1, 20) it;
             insert into people.pupil (org_id, person_id)
             select {SCHOOL}, 1000 + it from generate_series(1, 20) it"
        ))
        .await;
    let people = directory(&world);
    let office = world.actor(17, Role::Secretary);
    let mut taken = vec![];
    for (many, seen) in [(2, 1), (20, 0)] {
        let line = |it: i64| FilledLine {
            id: (1000 + it).into(),
            seen: if seen == 1 || 2 < it { 1 } else { 2 },
            values: vec![("family".to_owned(), format!("семья {many}"))],
        };
        let lines: Vec<FilledLine> = (1..=many).map(line).collect();
        let (done, statements) = counted(people.fill_grid(&office, "9В", &lines)).await;
        let done = done.expect("saved");
        assert!(done.wrong.is_empty(), "{:?}", done.wrong);
        assert_eq!(done.saved, usize::try_from(many).expect("few"));
        taken.push(statements);
    }
    assert_eq!(taken[0], taken[1], "{taken:?}");
    let filled = "select count(*) from people.pupil where family = 'семья 20' and version > 1";
    assert_eq!(world.number(filled).await, 20);
}
