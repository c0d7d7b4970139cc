//! DLN-1: what the domains tell becomes debts, and what they tell no more is done.

use std::collections::HashSet;

use chrono::TimeDelta;
use db::Tx;
use kernel::{Actor, OrgId, Role};
use testkit::{assert_history_replays, world::SCHOOL};

use crate::support::{DEPUTY, DIRECTOR, School, TEACHER, TUTOR, fact, role, teacher, tutor};

const LESSONS: &[&str] = &["journal.lesson"];

#[tokio::test]
async fn a_lesson_is_owed_then_overdue_then_done() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);

    let looked = school.look_on("2026-09-11").await;
    assert_eq!((looked.open, looked.closed), (1, 0));
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24"]);

    school.look_on("2026-09-24").await;
    assert_eq!(
        school.debts().await,
        ["R-8.4 lesson/1 2026-09-24"],
        "the day itself is in time"
    );

    school.look_on("2026-09-25").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 late"]);

    school.facts.done("lesson/1");
    let looked = school.look_on("2026-09-26").await;
    assert_eq!((looked.open, looked.closed), (0, 1));
    assert_eq!(
        school.debts().await,
        ["R-8.4 lesson/1 2026-09-24 late done"]
    );
    assert!(assert_history_replays(&school.world.test, "deadlines.debt").await > 2);
}

#[tokio::test]
async fn what_is_undone_again_is_owed_again() {
    let school = School::new(LESSONS).await;
    let lesson = || fact("journal.lesson", "lesson/1", "2026-09-10", teacher());
    school.facts.owe([lesson()]);
    school.look_on("2026-09-11").await;
    school.facts.done("lesson/1");
    school.look_on("2026-09-12").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 done"]);
    school.facts.owe([lesson()]);
    school.look_on("2026-09-14").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24"]);
}

/// Holidays of the school stop the counter of «once in two weeks» (§4.1).
#[tokio::test]
async fn school_holidays_do_not_count() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-10-30", teacher())]);
    school.look_on("2026-11-10").await;
    assert_eq!(
        school.debts().await,
        ["R-8.4 lesson/1 2026-11-23"],
        "14 days and 9 of holidays, and a Sunday"
    );
}

#[tokio::test]
async fn what_is_due_in_a_month_is_not_owed_yet() {
    let school = School::new(&["curriculum.plan"]).await;
    school.facts.owe([fact(
        "curriculum.plan",
        "2026/load/1",
        "2026-09-01",
        teacher(),
    )]);
    school.look_on("2026-08-20").await;
    assert!(school.debts().await.is_empty());
    school.look_on("2026-09-01").await;
    assert_eq!(school.debts().await, ["R-6.6 2026/load/1 2026-09-15"]);
}

/// A rule whose duty nobody knows is never done; a rule that is switched off
/// leaves no debts.
#[tokio::test]
async fn debts_go_with_their_rule() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-11").await;
    school
        .world
        .sql(&format!(
            "insert into deadlines.rule (org_id, rule, since, terms, limits) values
                 (1, 'R-8.4', '2026-09-01', '{{}}', '{{\"later\": false, \"off\": true}}'),
                 ({SCHOOL}, 'R-8.4', '2026-09-12', '{{\"on\": false}}', null)"
        ))
        .await;
    school.look_on("2026-09-12").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 gone"]);
}

/// A lesson that was cancelled is not required any more: it was neither done
/// nor late, and discipline does not count it.
#[tokio::test]
async fn what_is_no_more_is_not_required() {
    let school = School::new(LESSONS).await;
    let lesson = |n: u32| {
        fact(
            "journal.lesson",
            &format!("lesson/{n}"),
            "2026-09-10",
            teacher(),
        )
    };
    school.facts.owe([lesson(1), lesson(2)]);
    school.look_on("2026-09-25").await;
    school.facts.done("lesson/1");
    school.facts.lose("journal.lesson", "lesson/2");
    let looked = school.look().await;
    assert_eq!(looked.closed, 2);
    assert_eq!(
        school.debts().await,
        [
            "R-8.4 lesson/1 2026-09-24 late done",
            "R-8.4 lesson/2 2026-09-24 late gone"
        ]
    );
}

/// What appears after a day of the year has some working days, by the rule;
/// what was there on the day is late on the next.
#[tokio::test]
async fn later_comers_have_days_of_their_own() {
    let school = School::new(&["curriculum.plan"]).await;
    let load = |key: &str, on: &str| fact("curriculum.plan", key, on, teacher());
    school.facts.owe([
        load("2026/load/1", "2026-09-01"),
        load("2026/load/2", "2026-10-05"),
    ]);
    school.look_on("2026-10-06").await;
    assert_eq!(
        school.debts().await,
        [
            "R-6.6 2026/load/1 2026-09-15 late",
            "R-6.6 2026/load/2 2026-10-12"
        ]
    );
    school
        .world
        .sql(&format!(
            "insert into deadlines.rule (org_id, rule, since, terms) values
                 ({SCHOOL}, 'R-6.6', '2026-10-06', '{{\"grace\": 2}}')"
        ))
        .await;
    school.look_on("2026-10-08").await;
    assert_eq!(school.debts().await[1], "R-6.6 2026/load/2 2026-10-07 late");
}

/// DLN-5: what the region decides is seen by the next page of a school, and by
/// the lookout without one.
#[tokio::test]
async fn a_decision_of_the_region_is_looked_at_soon() {
    let school = School::new(LESSONS).await;
    let org = OrgId::from(SCHOOL);
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-11").await;
    school.later(TimeDelta::minutes(5));
    let region = testkit::actor(crate::support::REGION, 1, Role::RegionAdmin);
    let page = school
        .deadlines
        .rule_page(&region, "R-8.4", None)
        .await
        .unwrap();
    let mut form = page.form;
    form.insert("n".to_owned(), "7".to_owned());
    school
        .deadlines
        .change_rule(&region, "R-8.4", &form, page.version)
        .await
        .unwrap();
    school.later(TimeDelta::minutes(1));
    school.deadlines.fresh(org).await.unwrap();
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-17"]);
    let looked = async || {
        school
            .text("select to_char(looked_at, 'HH24:MI') from deadlines.look where org_id = 1001")
            .await
    };
    let at = looked().await;
    school.later(TimeDelta::minutes(1));
    school.deadlines.fresh(org).await.unwrap();
    assert_eq!(looked().await, at, "seen once");
}

#[tokio::test]
async fn a_lifted_debt_stays_lifted() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-11").await;
    let lift = "update deadlines.debt set closed_at = '2026-09-11', closed_how = 'lifted', reason = 'карантин'";
    school.world.sql(lift).await;
    school.look_on("2026-09-12").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 lifted"]);
}

#[tokio::test]
async fn a_day_set_by_hand_counts() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-09-11").await;
    school
        .world
        .sql("update deadlines.debt set shifted_on = '2026-09-30'")
        .await;
    school.look_on("2026-09-28").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24"]);
    school.look_on("2026-10-01").await;
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 late"]);
}

/// The class teacher of the day owes it; nobody's class is the deputy's care.
#[tokio::test]
async fn owners_are_people() {
    let school = School::new(&["people.pupil-complete"]).await;
    school.facts.owe([
        fact(
            "people.pupil-complete",
            "2026/pupil/1",
            "2026-09-01",
            tutor(),
        ),
        fact(
            "people.pupil-complete",
            "2026/pupil/2",
            "2026-09-01",
            dues::Owner::ClassTeacher(10.into()),
        ),
    ]);
    school.look_on("2026-09-10").await;
    let owners = "select concat_ws(' ', key, owner_kind, owner_person, class_id) from deadlines.debt order by key";
    assert_eq!(
        school.text(owners).await,
        [
            format!("2026/pupil/1 class_teacher {TUTOR} 70"),
            "2026/pupil/2 class_teacher 10".to_owned()
        ]
    );
    assert_eq!(
        school.reminders().await,
        [
            format!("2026-09-10 before-3 {DEPUTY} R-5.6 2026/pupil/2"),
            format!("2026-09-10 before-3 {TUTOR} R-5.6 2026/pupil/1"),
        ]
    );
}

/// DLN-4: before, on and after the day, each once however often one looks.
#[tokio::test]
async fn the_ladder_is_climbed_once() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    for day in 11..=30 {
        school.look_on(&format!("2026-09-{day:02}")).await;
        school.look().await;
    }
    let about = "R-8.4 lesson/1";
    assert_eq!(
        school.reminders().await,
        [
            format!("2026-09-21 before-3 {TEACHER} {about}"),
            format!("2026-09-23 before-1 {TEACHER} {about}"),
            format!("2026-09-24 day {TEACHER} {about}"),
            format!("2026-09-25 after-1 {DEPUTY} {about}"),
            format!("2026-09-29 after-3 {DIRECTOR} {about}"),
        ]
    );
    // A clock that went back tells nobody anything twice.
    assert_eq!(school.look_on("2026-09-24").await.reminders, 0);
}

#[tokio::test]
async fn the_municipality_is_told_of_the_year() {
    let school = School::new(&["curriculum.year-switch"]).await;
    school.facts.owe([fact(
        "curriculum.year-switch",
        "2026",
        "2026-09-01",
        role(Role::Admin),
    )]);
    school.look_on("2026-09-15").await;
    school.look_on("2026-09-22").await;
    assert_eq!(
        school.reminders().await,
        [
            "2026-09-15 day 12 R-3.3 2026".to_owned(),
            format!("2026-09-22 after-1 {DEPUTY} R-3.3 2026"),
            format!("2026-09-22 after-3 {DIRECTOR} R-3.3 2026"),
            "2026-09-22 after-5 municipal_operator R-3.3 2026".to_owned(),
        ]
    );
}

/// DLN-1: twelve statements for a school; a look takes no more of its own than these.
#[tokio::test]
async fn a_look_takes_a_fixed_number_of_statements() {
    let school = School::new(LESSONS).await;
    school.go_to("2026-09-11");
    let (_, empty) = db::statements::counted(school.look()).await;
    school.facts.owe((0..300).map(|it| {
        fact(
            "journal.lesson",
            &format!("lesson/{it}"),
            "2026-09-10",
            teacher(),
        )
    }));
    let (looked, many) = db::statements::counted(school.look()).await;
    assert_eq!((looked.open, empty, many), (300, 5, 5));
    let (_, first_of_day) = db::statements::counted(school.look_on("2026-09-25")).await;
    assert!(first_of_day <= 7, "{first_of_day} with reminders");
}

/// A page looks again only if something changed, and then sees it.
#[tokio::test]
async fn a_page_sees_what_changed() {
    let school = School::new(LESSONS).await;
    let org = OrgId::from(SCHOOL);
    school.go_to("2026-09-11");
    school.deadlines.fresh(org).await.unwrap();
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.later(TimeDelta::minutes(1));
    school.deadlines.fresh(org).await.unwrap();
    assert!(
        school.debts().await.is_empty(),
        "nothing changed in the database"
    );

    let now = school.later(TimeDelta::minutes(1));
    let rename = format!(
        "set zvonok.now = '{now}'; update org.organisation set name = 'Другое' where org_id = {SCHOOL}"
    );
    school.world.sql(&rename).await;
    school.deadlines.fresh(org).await.unwrap();
    assert_eq!(school.debts().await.len(), 1);
}

#[tokio::test]
async fn old_facts_are_asked_for_by_their_keys() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.look_on("2026-11-20").await;
    let asked = || school.facts.asked.lock().unwrap().unwrap();
    assert_eq!(asked().0.to_string(), "2025-09-01");
    school.look().await;
    assert_eq!(
        (asked().0.to_string().as_str(), asked().2),
        ("2026-10-01", 1)
    );
    assert_eq!(school.debts().await, ["R-8.4 lesson/1 2026-09-24 late"]);
}

/// DLN-6: what there was to do is counted by month, owner and class.
#[tokio::test]
async fn what_there_was_is_counted() {
    let school = School::new(LESSONS).await;
    let whole = |owner, things| dues::Whole {
        duty: "journal.lesson",
        month: "2026-09-10".parse().unwrap(),
        owner,
        class: Some(70.into()),
        things,
    };
    school.facts.count(whole(teacher(), 12));
    school.facts.count(whole(teacher(), 3));
    school.facts.count(whole(tutor(), 5));
    let counted = async || {
        let query = "select concat_ws(' ', rule, month, owner_person, class_id, things) from deadlines.whole order by owner_person";
        school.text(query).await
    };
    school.look_on("2026-09-11").await;
    let both = [
        format!("R-8.4 2026-09-01 {TEACHER} 70 15"),
        format!("R-8.4 2026-09-01 {TUTOR} 70 5"),
    ];
    assert_eq!(counted().await, both);
    school.look_on("2026-09-12").await;
    assert_eq!(counted().await, both, "looked at again, counted once");
    school.facts.forget_counts();
    school.look_on("2026-09-13").await;
    let none = [
        format!("R-8.4 2026-09-01 {TEACHER} 70 0"),
        format!("R-8.4 2026-09-01 {TUTOR} 70 0"),
    ];
    assert_eq!(counted().await, none);
}

/// A look of somebody else that lasts until it is committed.
async fn another_look(school: &School, who: &Actor) -> Tx {
    let mut look = school.world.begin(who).await;
    sqlx::query("select deadlines.open_look('{}')")
        .execute(look.conn())
        .await
        .expect("another looks");
    look
}

/// A long look of another does not take the first page or a board from anybody:
/// they show the last one (NFR: a director once met 503 on a busy machine).
#[tokio::test]
async fn a_page_does_not_wait_for_a_long_look() {
    let school = School::new(LESSONS).await;
    let lesson = |key| fact("journal.lesson", key, "2026-09-10", teacher());
    school.facts.owe([lesson("lesson/1")]);
    school.look_on("2026-09-25").await;
    school.facts.owe([lesson("lesson/2")]);
    school.go_to("2026-09-26");
    let director = school.world.actor(DIRECTOR, Role::Director);
    let other = another_look(&school, &director).await;
    let today = "2026-09-26".parse().expect("a day");
    let home = school
        .deadlines
        .home(&director, today)
        .await
        .expect("shown");
    assert_eq!(home.school.expect("of the school").overdue, 1);
    other.commit().await.expect("done at last");
    let home = school
        .deadlines
        .home(&director, today)
        .await
        .expect("shown");
    assert_eq!(home.school.expect("of the school").overdue, 2);
}

/// There is nothing to show before the first look of all: a page waits for it
/// longer than for one lock.
#[tokio::test]
async fn a_page_waits_for_the_first_look_of_all() {
    let school = School::new(LESSONS).await;
    school
        .facts
        .owe([fact("journal.lesson", "lesson/1", "2026-09-10", teacher())]);
    school.go_to("2026-09-26");
    let director = school.world.actor(DIRECTOR, Role::Director);
    let other = another_look(&school, &director).await;
    let waits = "select l.waitstart::text from pg_locks l join pg_stat_activity a using (pid)
                 where a.datname = current_database() and l.waitstart is not null";
    let ends = async {
        let mut begun = HashSet::new();
        while begun.len() < 2 {
            begun.extend(school.text(waits).await);
        }
        other.commit().await.expect("done at last");
    };
    let today = "2026-09-26".parse().expect("a day");
    let (home, ()) = tokio::join!(school.deadlines.home(&director, today), ends);
    let home = home.expect("shown");
    assert_eq!(home.school.expect("of the school").overdue, 1);
}
