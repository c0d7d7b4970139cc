//! DLN-4: reminders become letters, one a day to each person.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use db::outbox;
use deadlines::Digests;
use kernel::Clock;
use messaging::{Post, PostSetup};
use org::Org;
use serde_json::json;
use testkit::world::SCHOOL;
use web::{Templates, Views, ViewsSetup};

use crate::support::{DIRECTOR, School, TEACHER, fact, teacher};

fn digests(school: &School) -> Digests {
    let db = school.world.db().clone();
    let clock: Arc<dyn Clock> = school.world.clock().clone();
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::new(),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock,
    })
    .unwrap();
    let post = Post::new(
        db.clone(),
        views.clone(),
        Arc::new(people::Cards),
        Arc::new(Org::new(db)),
        PostSetup {
            site: "https://z.example".to_owned(),
            connected: true,
        },
    );
    let site = "https://z.example".to_owned();
    school
        .deadlines
        .digests(Arc::new(post), views, site, Duration::from_secs(1))
}

async fn school() -> School {
    let school = School::new(&["journal.lesson"]).await;
    school
        .world
        .sql("update people.person set email = 'p' || person_id || '@school.example'")
        .await;
    school
}

/// A debt of the teacher and a reminder of it to somebody, as a look writes them.
async fn remind(school: &School, to: i64, key: &str, due: &str, occasion: &str) {
    let sql = format!(
        "with d as (
             insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, text, place, found_at)
             values ({SCHOOL}, 'R-8.4', 'journal.lesson', '{key}', '{due}', '{due}', 'person', {TEACHER}, '{key}', '/{key}', '{due}')
             on conflict (org_id, rule, key) do update set text = excluded.text
             returning org_id, debt_id)
         insert into deadlines.reminder (org_id, debt_id, to_person, occasion, due_on, found_on)
         select org_id, debt_id, {to}, '{occasion}', '{due}', '{due}' from d"
    );
    school.world.sql(&sql).await;
}

async fn bodies(school: &School) -> Vec<String> {
    school
        .text("select to_person || ' ' || once || ' ' || subject || E'\\n' || body from messaging.letter order by letter_id")
        .await
}

/// 16 September 2026 is a Wednesday; 11:00 UTC is 14:00 in Moscow.
#[tokio::test]
async fn one_letter_a_day_at_its_hour_and_the_rest_tomorrow() {
    let school = school().await;
    let it = digests(&school);
    school.go_to("2026-09-16");
    remind(&school, TEACHER, "late", "2026-09-15", "after-1").await;
    remind(&school, TEACHER, "today", "2026-09-16", "day").await;
    assert_eq!(
        it.write_all().await.unwrap(),
        0,
        "it is nine in the morning"
    );
    school.later(TimeDelta::hours(5));
    assert_eq!(it.write_all().await.unwrap(), 1);
    let letters = bodies(&school).await;
    let letter = &letters[0];
    assert!(
        letter.starts_with(&format!("{TEACHER} 2026-09-16 Просрочено: 1")),
        "{letter}"
    );
    assert!(
        letter.contains("/o/g7/late") || letter.contains("/late"),
        "{letter}"
    );
    assert!(
        letter.find("late").unwrap() < letter.find("today").unwrap(),
        "{letter}"
    );

    remind(&school, TEACHER, "found-later", "2026-09-16", "day").await;
    assert_eq!(it.write_all().await.unwrap(), 0, "one a day");
    school.later(TimeDelta::hours(24));
    assert_eq!(it.write_all().await.unwrap(), 1);
    assert_eq!(it.write_all().await.unwrap(), 0);
    assert!(bodies(&school).await[1].contains("found-later"));
    let untold = school
        .world
        .number("select count(*) from deadlines.reminder where told_on is null")
        .await;
    assert_eq!(untold, 0);
}

#[tokio::test]
async fn no_letters_on_days_off_and_none_about_what_is_done() {
    let school = school().await;
    let it = digests(&school);
    // Saturday.
    school.go_to("2026-09-19");
    school.later(TimeDelta::hours(6));
    remind(&school, TEACHER, "a", "2026-09-18", "after-1").await;
    remind(&school, TEACHER, "b", "2026-09-18", "after-1").await;
    assert_eq!(it.write_all().await.unwrap(), 0);
    school
        .world
        .sql("update deadlines.debt set closed_at = '2026-09-19', closed_how = 'done' where key = 'b'")
        .await;
    school.go_to("2026-09-21");
    school.later(TimeDelta::hours(6));
    assert_eq!(it.write_all().await.unwrap(), 1);
    let letter = bodies(&school).await.remove(0);
    assert!(
        letter.contains("/a\n") && !letter.contains("/b\n"),
        "{letter}"
    );
}

/// What somebody else owes is a sum by rule and person.
#[tokio::test]
async fn the_head_gets_a_summary() {
    let school = school().await;
    let it = digests(&school);
    school.go_to("2026-09-16");
    school.later(TimeDelta::hours(6));
    for key in ["a", "b", "c"] {
        remind(&school, DIRECTOR, key, "2026-09-11", "after-3").await;
    }
    assert_eq!(it.write_all().await.unwrap(), 1);
    let letter = bodies(&school).await.remove(0);
    assert!(
        letter.contains("Не сделано другими") && letter.contains("– 3"),
        "{letter}"
    );
    assert!(letter.contains("/control"), "{letter}");
}

/// Only what is before its day may be unsubscribed from.
#[tokio::test]
async fn who_wants_no_early_reminders_gets_those_of_duty() {
    let school = school().await;
    let it = digests(&school);
    school
        .world
        .sql(&format!(
            "insert into messaging.wish values ({SCHOOL}, {TEACHER}, false, false, 14, 21, 7)"
        ))
        .await;
    school.go_to("2026-09-16");
    school.later(TimeDelta::hours(6));
    remind(&school, TEACHER, "soon", "2026-09-21", "before-3").await;
    assert_eq!(it.write_all().await.unwrap(), 0);
    remind(&school, TEACHER, "now", "2026-09-16", "day").await;
    assert_eq!(it.write_all().await.unwrap(), 1);
    let duty = school
        .world
        .number("select count(*) from messaging.letter where duty and leave = ''")
        .await;
    assert_eq!(duty, 1);
}

/// Two nodes at once write one letter.
#[tokio::test]
async fn two_nodes_write_one_letter() {
    let school = school().await;
    let [one, two] = [digests(&school), digests(&school)];
    school.go_to("2026-09-16");
    school.later(TimeDelta::hours(6));
    remind(&school, TEACHER, "a", "2026-09-16", "day").await;
    let (one, two) = tokio::join!(one.write_all(), two.write_all());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(bodies(&school).await.len(), 1);
}

/// «Напомнить» of a board: at once, besides the letter of the day, once for each press.
#[tokio::test]
async fn a_reminder_by_hand_is_a_letter_at_once() {
    let school = school().await;
    let it = digests(&school);
    school
        .facts
        .owe([fact("journal.lesson", "lesson-7", "2026-09-01", teacher())]);
    school.look_on("2026-09-16").await;
    let debt = school
        .world
        .number("select debt_id from deadlines.debt order by debt_id limit 1")
        .await;
    let said = json!({"by": DIRECTOR, "to": [{"person": TEACHER, "debts": [debt]}]});
    let mut tx = school.world.db().begin_system(SCHOOL.into()).await.unwrap();
    outbox::emit(&mut tx, "deadlines.reminded", "1", &said)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    it.write_all().await.unwrap();
    it.write_all().await.unwrap();
    let letters = bodies(&school).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].contains("/lesson-7"), "{letters:?}");
}

/// An operator of the municipality, with an address.
const OPERATOR: i64 = 50;

async fn with_operator(school: &School) {
    school
        .world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key, email)
                 overriding system value values (2, {OPERATOR}, 'Районова', 'Ольга', 'Львовна', '', 'op@raion.example');
             insert into people.staff (org_id, person_id, post) values (2, {OPERATOR}, 'специалист');
             insert into identity.account (account_id, login) overriding system value values ({OPERATOR}, 'operator50');
             insert into identity.membership (org_id, account_id, person_id, login, name)
                 values (2, {OPERATOR}, {OPERATOR}, 'operator50', 'Районова');
             insert into identity.role_grant (org_id, account_id, role) values (2, {OPERATOR}, 'municipal_operator')"
        ))
        .await;
}

async fn tell_units(school: &School) {
    let tree = Org::new(school.world.db().clone()).tree().await.unwrap();
    school.deadlines.tell_units(&tree).await.unwrap();
}

/// S2:3.2: five working days after the day the municipality's operator gets
/// one letter with the schools that owe, and none when nothing is new.
#[tokio::test]
async fn the_municipality_gets_its_letter_once() {
    let school = School::new(&["curriculum.year-switch"]).await;
    with_operator(&school).await;
    let it = digests(&school);
    let owner = crate::support::role(kernel::Role::Admin);
    school.facts.owe([fact(
        "curriculum.year-switch",
        "2026/year",
        "2026-09-01",
        owner,
    )]);
    let to_operator = async || {
        let all = bodies(&school).await;
        let own = format!("{OPERATOR} ");
        let own: Vec<String> = all.into_iter().filter(|it| it.starts_with(&own)).collect();
        own
    };
    school.look_on("2026-09-21").await;
    school.later(TimeDelta::hours(6));
    tell_units(&school).await;
    it.write_all().await.unwrap();
    assert!(to_operator().await.is_empty(), "four working days");

    school.look_on("2026-09-22").await;
    tell_units(&school).await;
    it.write_all().await.unwrap();
    assert!(
        to_operator().await.is_empty(),
        "not before the hour of letters"
    );
    school.later(TimeDelta::hours(6));
    it.write_all().await.unwrap();
    it.write_all().await.unwrap();
    let letters = to_operator().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter = &letters[0];
    assert!(
        letter.contains("Гимназия № 7") && letter.contains("/hub/raion/deadlines/1001"),
        "{letter}"
    );
    assert!(
        letter.contains("срок был 15.09.2026") && letter.contains("новое"),
        "{letter}"
    );

    school.look_on("2026-09-23").await;
    school.later(TimeDelta::hours(6));
    tell_units(&school).await;
    it.write_all().await.unwrap();
    assert_eq!(to_operator().await.len(), 1, "nothing new");
}

/// «Напомнить» of the municipality: head and deputy get one letter each, however
/// often the event is delivered; a school that has done it meanwhile gets none.
#[tokio::test]
async fn a_municipality_s_reminder_is_a_letter_to_head_and_deputy() {
    let school = school().await;
    let it = digests(&school);
    school
        .facts
        .owe([fact("journal.lesson", "lesson-7", "2026-09-01", teacher())]);
    school.look_on("2026-09-17").await;
    let said = json!({"by": "Районова О. Л.", "schools": [SCHOOL, testkit::world::OTHER_SCHOOL]});
    let mut tx = school.world.db().begin_system(2.into()).await.unwrap();
    outbox::emit(&mut tx, "deadlines.schools-reminded", "1", &said)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    it.write_all().await.unwrap();
    let letters: Vec<String> = bodies(&school).await;
    let to: Vec<&str> = letters
        .iter()
        .filter_map(|it| it.split(' ').next())
        .collect();
    assert_eq!(
        to,
        [crate::support::DEPUTY.to_string(), DIRECTOR.to_string()]
    );
    assert!(
        letters[0].contains("Районова О. Л. (Район) напоминает"),
        "{letters:?}"
    );
    assert!(letters[0].contains("/o/g7/control"), "{letters:?}");
}
