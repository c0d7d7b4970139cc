//! What is owed for those who are enrolled, and of the movement book (DLN-1).

use std::sync::Arc;

use dues::Owner;
use kernel::{ClassId, Role};
use movement::{EnrolledDues, MovementDues, OrderDraft, OrderKind, OrderLine, Place};
use testkit::{
    keys_of, open_of, owed, owed_since, things_of,
    world::{SCHOOL, World},
};

use crate::support::{
    CLASS_5A, PUPILS, TEACHER, enrolment, issued, leaving, movement, secretary, world,
};

const PARENT: i64 = 301;

fn enrolled(world: &World) -> EnrolledDues {
    let db = world.db().clone();
    let identity = identity::Identity::new(db.clone(), identity::Settings::default());
    EnrolledDues {
        orgs: Arc::new(org::Org::new(db)),
        accounts: Arc::new(identity.expect("identity starts")),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
    }
}

fn book(world: &World) -> MovementDues {
    MovementDues {
        orgs: Arc::new(org::Org::new(world.db().clone())),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
    }
}

/// The first of the pupils is in 5А by an order of today; cards were entered in summer.
async fn with_one_pupil() -> World {
    let world = world().await;
    world
        .sql("update people.person set created_at = '2026-08-20'")
        .await;
    let actor = secretary(&world);
    let order = enrolment("2026-11-19", CLASS_5A, &PUPILS[..1]);
    issued(&movement(&world), &actor, order)
        .await
        .expect("issued");
    world
}

/// R-2.6-STU: the administrator opens, the class teacher hands over.
#[tokio::test]
async fn accounts_are_owed_until_pupil_and_parent_can_enter() {
    let world = with_one_pupil().await;
    let source = enrolled(&world);
    let pupil = PUPILS[0];
    let told = async || {
        let answer = owed(&world, &source, "2026-11-20").await;
        let facts = open_of(&answer, "identity.pupil-account")
            .into_iter()
            .cloned();
        facts.collect::<Vec<_>>()
    };
    let facts = told().await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, format!("pupil/{pupil}"));
    assert_eq!(facts[0].on.to_string(), "2026-11-20", "the day of issuing");
    assert_eq!(facts[0].about.text, "slip parent-account");
    assert_eq!(facts[0].owner, Owner::Role(Role::Admin));
    assert_eq!(facts[0].place, format!("/people/pupils/{pupil}/family"));

    let account = format!("(select account_id from identity.membership where person_id = {pupil})");
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, {PARENT}, 'Петрова', 'Анна', 'x');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {PARENT});
             insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({SCHOOL}, {PARENT}, {pupil}, 'mother');
             insert into identity.account (account_id, login, password_hash) overriding system value
             values (777, 'petrova', 'x');
             insert into identity.membership (org_id, account_id, person_id, login, name)
             values ({SCHOOL}, 777, {PARENT}, 'petrova', 'Петрова')"
        ))
        .await;
    let facts = told().await;
    assert_eq!(
        (facts[0].about.text.as_str(), facts[0].parts),
        ("slip", Some((3, 4)))
    );
    assert_eq!(facts[0].owner, Owner::ClassTeacher(ClassId::from(CLASS_5A)));
    world
        .sql(&format!(
            "update identity.account set password_hash = 'x' where account_id = {account}"
        ))
        .await;
    assert!(told().await.is_empty(), "done");
}

/// R-5.4-STU and: the number of the personal file, and every field of it.
#[tokio::test]
async fn a_personal_file_is_owed_until_it_is_opened_and_whole() {
    let world = with_one_pupil().await;
    let source = enrolled(&world);
    let pupil = PUPILS[0];
    // The order gave the number: somebody took it out of the card.
    world
        .sql(&format!(
            "update people.pupil set file_number = '' where person_id = {pupil}"
        ))
        .await;
    let told = async |duty: &str| {
        let answer = owed(&world, &source, "2026-11-20").await;
        assert!(things_of(&answer, duty) > 0);
        let facts = open_of(&answer, duty).into_iter().cloned();
        facts.collect::<Vec<_>>()
    };
    let file = told("people.pupil-file").await;
    assert_eq!(
        file[0].on.to_string(),
        "2026-11-19",
        "the day it takes effect"
    );
    assert_eq!(file[0].place, format!("/people/pupils/{pupil}/edit"));
    let whole = told("people.pupil-complete").await;
    assert_eq!(whole[0].key, format!("2026/pupil/{pupil}"));
    assert_eq!(
        whole[0].about.text,
        "gender born_on file_number lives_at family parents social_status birth_certificate foreign_language"
    );
    assert_eq!(whole[0].parts, Some((0, 9)));

    world
        .sql(&format!(
            "update people.person set gender = 'male', born_on = '2015-01-01', lives_at = 'г. Крымск'
              where person_id = {pupil};
             update people.pupil set file_number = 'П/1', family = 'Полная', foreign_language = 'Английский'
              where person_id = {pupil};
             insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, {PARENT}, 'Петрова', 'Анна', 'x');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {PARENT});
             insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({SCHOOL}, {PARENT}, {pupil}, 'mother')"
        ))
        .await;
    assert!(told("people.pupil-file").await.is_empty(), "opened");
    let whole = told("people.pupil-complete").await;
    assert_eq!(whole[0].about.text, "social_status birth_certificate");
    assert_eq!(
        whole[0].owner,
        Owner::Role(Role::Secretary),
        "only the office may fill it"
    );
    assert_eq!(whole[0].place, format!("/people/pupils/{pupil}/restricted"));
    world
        .sql(&format!(
            "insert into people.restricted_field (org_id, person_id, field, sealed, law) values
             ({SCHOOL}, {pupil}, 'birth_certificate', '\\x01', '273-ФЗ'),
             ({SCHOOL}, {pupil}, 'social_status', '\\x01', '273-ФЗ')"
        ))
        .await;
    assert!(told("people.pupil-complete").await.is_empty(), "whole");
}

/// M-5.4: consents of pupils are the class teacher's, those of the staff the office's.
#[tokio::test]
async fn consents_are_owed_until_they_are_signed() {
    let world = with_one_pupil().await;
    let source = enrolled(&world);
    let pupil = PUPILS[0];
    let told = async || owed_since(&world, &source, "2026-11-20", "2026-08-01", &[]).await;
    let answer = told().await;
    assert_eq!(
        keys_of(&answer, "people.consent"),
        [
            format!("pupil/{pupil}"),
            "staff/17".to_owned(),
            "staff/18".to_owned()
        ]
    );
    world
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, kind, signed_on)
             select {SCHOOL}, it, 'processing', '2026-08-20' from unnest('{{17, 18, {pupil}}}'::bigint[]) it"
        ))
        .await;
    assert!(keys_of(&told().await, "people.consent").is_empty(), "done");
    world
        .sql("update people.consent set withdrawn_on = '2026-11-01' where subject_id = 18")
        .await;
    assert_eq!(keys_of(&told().await, "people.consent"), ["staff/18"]);
}

/// Pupils who left owe nothing, and those who come later owe from then on.
#[tokio::test]
async fn whoever_left_is_asked_for_nothing() {
    let world = with_one_pupil().await;
    let actor = secretary(&world);
    issued(
        &movement(&world),
        &actor,
        leaving("2026-11-20", &PUPILS[..1]),
    )
    .await
    .expect("issued");
    let answer = owed(&world, &enrolled(&world), "2026-11-20").await;
    assert!(open_of(&answer, "people.pupil-file").is_empty());
    assert_eq!(
        open_of(&answer, "people.consent").len(),
        0,
        "entered in summer, asked since September"
    );
}

/// R-9.2c and: an order waits, and waits after the day it should be in force.
#[tokio::test]
async fn orders_are_owed_until_they_are_issued() {
    let world = with_one_pupil().await;
    let (book, movement, actor) = (book(&world), movement(&world), secretary(&world));
    world
        .sql("update people.person set created_at = '2026-11-18'")
        .await;
    let told = async |today: &str| {
        let answer = owed(&world, &book, today).await;
        let keys = |duty| -> Vec<String> {
            keys_of(&answer, duty)
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        (keys("movement.order"), keys("movement.overdue"))
    };
    let (orders, overdue) = told("2026-11-20").await;
    let without: Vec<String> = PUPILS[1..].iter().map(|it| format!("pupil/{it}")).collect();
    assert_eq!(
        (orders, overdue.len()),
        (without, 0),
        "cards that no order names"
    );

    let id = movement
        .draft(&actor, enrolment("2026-11-20", CLASS_5A, &PUPILS[1..]))
        .await
        .expect("drawn up");
    let order = vec![format!("order/{id}")];
    assert_eq!(told("2026-11-20").await, (order.clone(), vec![]));
    assert_eq!(told("2026-11-24").await, (order.clone(), order));
    movement.issue(&actor, id, 1).await.expect("issued");
    assert_eq!(told("2026-11-24").await, (vec![], vec![]), "done");
}

/// R-9.2a, R-9.2b: who was there at the end of the year is told where to go.
#[tokio::test]
async fn the_end_of_a_year_is_owed_until_everybody_is_settled() {
    let world = with_one_pupil().await;
    let book = book(&world);
    let told = async |duty: &str| {
        let known = [(duty, "2026/class/501"), (duty, "2026/class/509")];
        let answer = owed_since(&world, &book, "2027-08-20", "2027-07-01", &known).await;
        let facts = open_of(&answer, duty).into_iter();
        facts
            .map(|it| (it.key.clone(), it.parts))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("movement.year-end").await,
        [("2026/class/501".to_owned(), Some((0, 1)))]
    );
    world
        .sql(&format!(
            "insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value
             values ({SCHOOL}, 509, 1, 9, 'А');
             insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on)
             overriding system value values
             ({SCHOOL}, 800, 'enrolment', 'issued', '80-з', 2026, '2026-08-30', '2026-09-01'),
             ({SCHOOL}, 801, 'promotion', 'issued', '1-пг', 2027, '2027-06-01', '2027-09-01'),
             ({SCHOOL}, 802, 'graduation', 'issued', '1-вып', 2027, '2027-06-25', '2027-06-26');
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by) values
             ({SCHOOL}, 105, 509, '[2026-09-01,)', 800), ({SCHOOL}, 106, 509, '[2026-09-01,)', 800)"
        ))
        .await;
    assert_eq!(
        told("movement.graduation").await,
        [("2026/class/509".to_owned(), Some((0, 2)))]
    );
    world
        .sql(
            "update movement.class_member set during = '[2026-09-01,2027-06-26)', ended_by = 802 where pupil_id = 105;
             update movement.class_member set during = daterange(lower(during), '2027-09-01'), ended_by = 801
              where pupil_id <> 105",
        )
        .await;
    assert!(told("movement.graduation").await.is_empty());
    assert!(told("movement.year-end").await.is_empty());
}

/// R-9.2d: classes 1 and 10 are filled by orders.
#[tokio::test]
async fn a_new_class_is_owed_until_somebody_is_in_it() {
    let world = with_one_pupil().await;
    world
        .sql(&format!(
            "insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value
             values ({SCHOOL}, 510, 1, 10, 'А')"
        ))
        .await;
    let told = async || {
        let answer = owed(&world, &book(&world), "2026-11-20").await;
        keys_of(&answer, "movement.new-classes").len()
    };
    assert_eq!(told().await, 1);
    let order = enrolment("2026-11-20", 510, &PUPILS[2..3]);
    issued(&movement(&world), &secretary(&world), order)
        .await
        .expect("issued");
    assert_eq!(told().await, 0, "done");
    let waits = OrderDraft {
        lines: vec![OrderLine::of(PUPILS[3].into()).to(Place::Grade(10))],
        ..enrolment("2026-11-20", 510, &PUPILS[3..4])
    };
    issued(&movement(&world), &secretary(&world), waits)
        .await
        .expect("issued");
    assert_eq!(told().await, 1, "in the parallel without a class");
    let letter = OrderDraft {
        kind: OrderKind::Transfer,
        lines: vec![OrderLine::of(PUPILS[3].into()).to(Place::Class(510.into()))],
        ..enrolment("2026-11-21", 510, &PUPILS[3..4])
    };
    issued(&movement(&world), &secretary(&world), letter)
        .await
        .expect("issued");
    assert_eq!(told().await, 0, "done");
}

/// R-9.2a: whoever is in a parallel only is told where to go by the wizard.
#[tokio::test]
async fn the_end_of_a_year_is_owed_for_those_without_a_class() {
    let world = with_one_pupil().await;
    let waits = OrderDraft {
        lines: vec![OrderLine::of(PUPILS[3].into()).to(Place::Grade(7))],
        ..enrolment("2026-11-20", CLASS_5A, &[])
    };
    issued(&movement(&world), &secretary(&world), waits)
        .await
        .expect("issued");
    let answer = owed_since(&world, &book(&world), "2027-06-20", "2026-09-01", &[]).await;
    let facts = open_of(&answer, "movement.year-end");
    let parallel = facts.iter().find(|it| it.key == "2026/grade/7");
    let parallel = parallel.expect("the parallel is owed");
    assert_eq!(parallel.parts, Some((0, 1)));
    assert_eq!(parallel.place, "/settings/rollover/exceptions?class=g7");
    let class = facts.iter().find(|it| it.key == "2026/class/501");
    assert_eq!(class.expect("5А is owed").place, "/settings/rollover");
}

/// R-10.3b2: «Движение учащихся по школе» balances, until stays and orders
/// contradict each other; since when, and in which class.
#[tokio::test]
async fn the_book_is_owed_a_balance() {
    let world = with_one_pupil().await;
    let (book, movement, actor) = (book(&world), movement(&world), secretary(&world));
    let transfer = OrderDraft {
        kind: OrderKind::Transfer,
        ..enrolment("2026-11-25", crate::support::CLASS_5B, &PUPILS[..1])
    };
    issued(&movement, &actor, transfer).await.expect("issued");
    let told = async || {
        let answer = owed(&world, &book, "2026-12-10").await;
        assert_eq!(things_of(&answer, "movement.balance"), 1);
        let facts = open_of(&answer, "movement.balance").into_iter().cloned();
        facts.collect::<Vec<_>>()
    };
    assert!(told().await.is_empty(), "it balances");
    // A stay that no order began where the other ended.
    world
        .sql(&format!(
            "delete from movement.class_member where class_id = {CLASS_5A} and pupil_id = {}",
            PUPILS[0]
        ))
        .await;
    let facts = told().await;
    assert_eq!(facts.len(), 1);
    assert_eq!(
        facts[0].on.to_string(),
        "2026-11-30",
        "the month it broke in"
    );
    assert_eq!(facts[0].key, "2026/balance");
    assert_eq!(facts[0].owner, Owner::Role(Role::Admin));
    assert_eq!(
        facts[0].place,
        "/movement/numbers?period=year&level=classes"
    );
}

#[tokio::test]
async fn class_teachers_are_not_named_here() {
    let world = with_one_pupil().await;
    let answer = owed(&world, &enrolled(&world), "2026-11-20").await;
    let of_person = answer
        .open
        .iter()
        .filter(|it| matches!(it.owner, Owner::Person(_)));
    assert_eq!(
        of_person.count(),
        0,
        "whoever leads the class on the day, {TEACHER} today"
    );
}
