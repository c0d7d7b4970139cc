//! Publishing makes lessons and destroys nothing (SCH-2, BEY-1).

use axum::http::StatusCode;
use schedule::Error;

use super::support::*;

/// How many lessons satisfy the condition.
async fn count(world: &testkit::world::World, condition: &str) -> i64 {
    world
        .number(&format!(
            "select count(*) from schedule.lesson where org_id = 1001 and {condition}"
        ))
        .await
}

/// A week of four hours makes a year of lessons, none of them on holidays or
/// weekends, in a number of statements that does not depend on the lessons.
#[tokio::test]
async fn a_week_becomes_a_year_of_lessons() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let slots = [
        algebra(CLASS_7A, 1, 1),
        algebra(CLASS_7B, 3, 2),
        schedule::NewSlot {
            teacher: KIM.into(),
            ..algebra(CLASS_1A, 2, 1)
        },
    ];
    let done = published(&world, &timetable, &slots, "2026-09-01").await;
    let all = count(&world, "state = 'planned'").await;
    assert_eq!(i64::try_from(done.created), Ok(all));
    // Mondays from 7 September to 24 May without that of the autumn holidays.
    assert_eq!(count(&world, &format!("class_id = {CLASS_7A}")).await, 37);
    // First-formers rest one Tuesday more than the seventh form does.
    assert_eq!(
        count(
            &world,
            &format!("class_id = {CLASS_1A} and held_on = '2027-02-16'")
        )
        .await,
        0
    );
    assert_eq!(
        count(&world, "held_on between '2026-10-31' and '2026-11-08'").await,
        0
    );
    assert_eq!(count(&world, "extract(isodow from held_on) > 5").await, 0);
    assert_eq!(
        count(&world, "lower(during)::time = '08:30' and number <> 1").await,
        0
    );
    let history = world
        .number("select count(*) from kernel.history where tbl = 'schedule.lesson' and op = 'I' and person_id = 10")
        .await;
    assert_eq!(history, all, "R-20: every lesson has its history row");

    let again = published(&world, &timetable, &slots, "2026-09-01").await;
    assert_eq!((again.created, again.changed, again.cancelled), (0, 0, 0));
}

/// BEY-1: a lesson that holds something stays when the timetable drops it;
/// an empty one is cancelled, and taken up again later.
#[tokio::test]
async fn filled_lessons_stay() {
    let world = world().await;
    let filled = Filled::default();
    let timetable = timetable(&world, &filled);
    published(&world, &timetable, &[algebra(CLASS_7A, 1, 1)], "2026-09-01").await;
    let kept = world
        .number("select lesson_id from schedule.lesson where held_on = '2026-11-23'")
        .await;
    filled.0.lock().unwrap().insert(kept.into());

    let english = schedule::NewSlot {
        subject: ENGLISH.into(),
        teacher: KIM.into(),
        ..algebra(CLASS_7A, 1, 1)
    };
    let done = published(&world, &timetable, &[english], "2026-11-23").await;
    assert_eq!((done.held, done.blocked), (1, 1), "{done:?}");
    let held = format!(
        "lesson_id = {kept} and state = 'planned' and version = 1 and subject_id = {ALGEBRA}"
    );
    assert_eq!(count(&world, &held).await, 1);
    let dropped =
        format!("subject_id = {ALGEBRA} and held_on > '2026-11-23' and state = 'cancelled'");
    assert_eq!(
        count(&world, &dropped).await,
        i64::try_from(done.cancelled).unwrap()
    );
    assert_eq!(
        count(
            &world,
            &format!("subject_id = {ALGEBRA} and held_on < '2026-11-23' and state = 'cancelled'")
        )
        .await,
        0
    );

    let total = count(&world, "true").await;
    let back = published(&world, &timetable, &[algebra(CLASS_7A, 1, 1)], "2026-11-23").await;
    assert_eq!((back.created, back.held), (0, 0), "{back:?}");
    assert_eq!(
        back.changed, done.cancelled,
        "the dropped lessons are taken up again"
    );
    assert_eq!(
        count(&world, "true").await,
        total,
        "no lesson is entered twice"
    );
}

/// A lesson that somebody cancelled for a reason is not brought back.
#[tokio::test]
async fn a_cancelled_lesson_stays_cancelled() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let slots = [algebra(CLASS_7A, 1, 1)];
    published(&world, &timetable, &slots, "2026-09-01").await;
    world
        .sql("update schedule.lesson set state = 'cancelled', cancel_reason = 'мороз' where held_on = '2027-01-25'")
        .await;
    let again = published(&world, &timetable, &slots, "2026-09-01").await;
    assert_eq!((again.created, again.changed), (0, 0));
    assert_eq!(
        count(&world, "held_on = '2027-01-25' and cancel_reason = 'мороз'").await,
        1
    );
}

/// Two lessons change places in one publication.
#[tokio::test]
async fn lessons_change_places() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let english = |number| schedule::NewSlot {
        subject: ENGLISH.into(),
        teacher: KIM.into(),
        ..algebra(CLASS_7A, 1, number)
    };
    published(
        &world,
        &timetable,
        &[algebra(CLASS_7A, 1, 1), english(2)],
        "2026-09-01",
    )
    .await;
    let before = count(&world, "true").await;
    let done = published(
        &world,
        &timetable,
        &[algebra(CLASS_7A, 1, 2), english(1)],
        "2026-09-01",
    )
    .await;
    assert_eq!(i64::try_from(done.changed), Ok(before));
    assert_eq!((done.created, done.cancelled), (0, 0));
    assert_eq!(
        count(&world, &format!("subject_id = {ALGEBRA} and number = 1")).await,
        0
    );
}

/// What was previewed is what is published: a draft that changed meanwhile is
/// refused with 409.
#[tokio::test]
async fn a_stale_preview_is_refused() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let deputy = deputy(&world);
    timetable.begin_draft(&deputy, YEAR.into()).await.unwrap();
    let place = schedule::Placed {
        weekday: 1,
        number: 1,
        room: None,
    };
    timetable
        .place(&deputy, YEAR.into(), ALGEBRA_7A.into(), place)
        .await
        .unwrap();
    let mut browser = browser(&world, &timetable, "deputy.10");
    let preview = browser.get("/o/g7/timetable/publish?from=23.11.2026").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    assert!(preview.text().contains("Опубликовать с 23.11.2026"));
    let seen = world
        .number(
            "select revision::bigint from schedule.version where state = 'draft' and org_id = 1001",
        )
        .await
        .to_string();
    let other = schedule::Placed {
        weekday: 2,
        ..place
    };
    timetable
        .place(&deputy, YEAR.into(), ALGEBRA_7A.into(), other)
        .await
        .unwrap();
    let form = [
        ("year", "1"),
        ("from", "23.11.2026"),
        ("revision", seen.as_str()),
    ];
    let stale = browser.post_form("/o/g7/timetable/publish", &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(count(&world, "true").await, 0);

    let now = (seen.parse::<i32>().unwrap() + 1).to_string();
    let form = [
        ("year", "1"),
        ("from", "23.11.2026"),
        ("revision", now.as_str()),
    ];
    let done = browser.post_form("/o/g7/timetable/publish", &form).await;
    assert_eq!(done.location(), Some("/o/g7/timetable"), "{}", done.text());
    assert!(count(&world, "true").await > 40);
    assert_eq!(count(&world, "held_on < '2026-11-23'").await, 0);
    let none = browser.get("/o/g7/timetable/publish").await;
    assert_eq!(
        none.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "there is no draft any more"
    );
}

#[tokio::test]
async fn a_day_outside_of_the_year_is_refused() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let deputy = deputy(&world);
    timetable.begin_draft(&deputy, YEAR.into()).await.unwrap();
    for from in ["2026-08-31", "2027-05-27"] {
        let refused = timetable.publish(&deputy, YEAR.into(), day(from), 1).await;
        assert!(matches!(refused, Err(Error::BadDay)), "{refused:?}");
    }
    let mut browser = browser(&world, &timetable, "deputy.10");
    for from in ["", "31.08.2026", "завтра-нибудь"] {
        let answer = browser
            .get(&format!("/o/g7/timetable/publish?from={from}"))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{from}");
    }
}

/// However many lessons: the same few statements.
#[tokio::test]
async fn publishing_takes_few_statements() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let mut slots = vec![algebra(CLASS_7A, 1, 1)];
    let (_, few) =
        db::statements::counted(published(&world, &timetable, &slots, "2026-09-01")).await;
    slots.extend((2..=5).flat_map(|day| (1..=6).map(move |hour| algebra(CLASS_7B, day, hour))));
    let (_, many) =
        db::statements::counted(published(&world, &timetable, &slots, "2026-09-01")).await;
    assert!(many <= few + 2 && many < 40, "{few} and {many}");
}

/// A school of 32 classes: a year of some 32,000 lessons stays below the
/// timeout of a statement, and publishing it again finds nothing to do.
#[tokio::test]
async fn a_large_school_is_published() {
    let world = world().await;
    world
        .sql(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value select 1001, 3000 + n, 'Учитель', n::text, 'x' from generate_series(0, 31) n;
             insert into people.staff (org_id, person_id, post)
             select 1001, 3000 + n, 'учитель' from generate_series(0, 31) n;
             insert into curriculum.class (org_id, class_id, year_id, grade, letter)
             overriding system value select 1001, 4000 + n, 1, 2 + n / 4, 'К' || n from generate_series(0, 31) n",
        )
        .await;
    let timetable = timetable(&world, &Filled::default());
    // At every hour each class has another teacher.
    let slot = |class: i64, weekday: i16, number: i16| schedule::NewSlot {
        class: (4_000 + class).into(),
        teacher: (3_000 + (class + i64::from(weekday * number)) % 32).into(),
        ..algebra(0, weekday, number)
    };
    let slots: Vec<_> = (0..32)
        .flat_map(|class| {
            (1..=5).flat_map(move |day| (1..=6).map(move |hour| slot(class, day, hour)))
        })
        .collect();
    let done = published(&world, &timetable, &slots, "2026-09-01").await;
    assert!(done.created > 30_000, "{done:?}");
    let again = published(&world, &timetable, &slots, "2026-09-01").await;
    assert_eq!((again.created, again.changed, again.cancelled), (0, 0, 0));
}

/// A refusal is told on the page, the draft stays as it is, and the job that
/// failed tells the same and leads back.
#[tokio::test]
async fn a_refused_publication_leaves_the_draft() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let (actor, year) = (deputy(&world), kernel::YearId::from(YEAR));
    let mut tx = world.begin(&actor).await;
    timetable
        .replace_draft(&mut tx, &actor, year, &[algebra(CLASS_7A, 1, 1)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let drafts = "select sum(revision)::bigint from schedule.version where state = 'draft' and org_id = 1001";
    let before = world.number(drafts).await;
    let revision = before.to_string();
    let form = [
        ("year", "1"),
        ("from", "27.05.2027"),
        ("revision", revision.as_str()),
    ];
    let mut browser = browser(&world, &timetable, "deputy.10");
    let refused = browser.post_form("/o/g7/timetable/publish", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "День вне учебного года";
    assert!(refused.text().contains(words), "{}", refused.text());
    assert_eq!(count(&world, "true").await, 0);
    assert_eq!(world.number(drafts).await, before);
    let run = world
        .number("select run_id from kernel.job_run where state = 'failed'")
        .await;
    let page = browser.get(&format!("/o/g7/jobs/{run}")).await.text();
    let back = "/o/g7/timetable/publish?year=1";
    assert!(page.contains(words) && page.contains(back), "{page}");
}
