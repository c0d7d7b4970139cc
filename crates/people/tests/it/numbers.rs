//! PPL-11, SEC-1, AC-14: people by the number of a document.

use axum::http::StatusCode;
use kernel::Role;
use people::{CardKind, Error, Purpose, RestrictedField as F};
use testkit::world::{OTHER_SCHOOL, SCHOOL, World};

use crate::support::{
    EREMIN, IVANOVA, SECRETARY, STRANGER, TEACHER, browser, directory, secretary, world,
};

const PAGE: &str = "/o/g7/people/by-number";

/// Two pupils and a teacher with documents.
async fn stored() -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on) values
             ({SCHOOL}, {EREMIN}, 201, 'processing', '2026-09-01'),
             ({SCHOOL}, {IVANOVA}, null, 'processing', '2026-09-01')"
        ))
        .await;
    let people = directory(&world);
    let office = world.actor(SECRETARY, Role::Secretary);
    for (kind, person, values) in [
        (
            CardKind::Pupil,
            EREMIN,
            vec![
                (F::Snils, "112-233-445 95"),
                (F::BirthCertificate, "IV-АГ № 123456"),
                (F::MedicalPolicyKind, "temporary_policy"),
                (F::MedicalPolicy, "123456789"),
            ],
        ),
        (
            CardKind::Pupil,
            IVANOVA,
            vec![
                (F::PassportKind, "foreign_passport"),
                (F::Passport, "AC 7654321"),
            ],
        ),
        (CardKind::Staff, TEACHER, vec![(F::Passport, "4504 123456")]),
    ] {
        let values = values.into_iter().map(|it| (it.0, it.1.to_owned()));
        people
            .save_restricted(&office, kind, person.into(), 1, values.collect())
            .await
            .expect("stored");
    }
    world
}

async fn found(world: &World, who: (i64, Role), field: F, number: &str) -> Vec<i64> {
    let actor = world.actor(who.0, who.1);
    let found = directory(world)
        .by_number(&actor, field, number, Purpose::Order)
        .await;
    let found = found.expect("searches");
    found.iter().map(|it| it.card.id.get()).collect()
}

#[tokio::test]
async fn whole_numbers_find_whoever_has_them() {
    let world = stored().await;
    let office = (SECRETARY, Role::Secretary);
    for (field, number, expected) in [
        (F::Snils, "11223344595", vec![EREMIN]),
        (F::Snils, "087-654-303 00", vec![]),
        (F::BirthCertificate, "iv-аг 123456", vec![EREMIN]),
        (F::BirthCertificate, "IV-АГ 12345", vec![]),
        (F::MedicalPolicy, "123 456 789", vec![EREMIN]),
        (F::Passport, "ас7654321", vec![IVANOVA]),
        (F::Passport, "7654321", vec![]),
        (F::Passport, "45 04 № 123456", vec![TEACHER]),
        // A number is looked for as what it is.
        (F::Inn, "500100732259", vec![]),
    ] {
        assert_eq!(
            found(&world, office, field, number).await,
            expected,
            "{number}"
        );
    }
    let people = directory(&world);
    let actor = world.actor(SECRETARY, Role::Secretary);
    for (field, number) in [(F::Snils, "112"), (F::Passport, " - "), (F::Snils, "")] {
        let refused = people
            .by_number(&actor, field, number, Purpose::Order)
            .await;
        assert!(matches!(refused, Err(Error::Fields(_))), "{refused:?}");
    }
}

/// The role that may not read the field finds nobody by it.
#[tokio::test]
async fn whoever_may_not_read_the_field_finds_nobody() {
    let world = stored().await;
    let people = directory(&world);
    for role in [
        Role::Deputy,
        Role::Admin,
        Role::Teacher,
        Role::Parent,
        Role::Pupil,
    ] {
        let actor = world.actor(SECRETARY, role);
        let refused = people
            .by_number(&actor, F::Snils, "11223344595", Purpose::Order)
            .await;
        assert!(
            matches!(refused, Err(Error::Denied(_))),
            "{role:?}: {refused:?}"
        );
    }
    let medic = (SECRETARY, Role::Medic);
    let by_policy = found(&world, medic, F::MedicalPolicy, "123456789").await;
    assert_eq!(by_policy, [EREMIN]);
    let actor = world.actor(SECRETARY, Role::Medic);
    let refused = people
        .by_number(&actor, F::Snils, "11223344595", Purpose::Order)
        .await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    let director = (SECRETARY, Role::Director);
    assert_eq!(
        found(&world, director, F::Snils, "11223344595").await,
        [EREMIN]
    );
    // With the eyes of somebody else restricted fields stay closed.
    let looked = kernel::Actor {
        looked: true,
        ..world.actor(SECRETARY, Role::Secretary)
    };
    assert!(people.numbers(&looked).is_err());
}

/// AC-14: the index of another school gives no hit.
#[tokio::test]
async fn another_school_finds_nobody() {
    let world = stored().await;
    let people = directory(&world);
    let stranger = kernel::Actor {
        org: OTHER_SCHOOL.into(),
        ..world.actor(STRANGER, Role::Secretary)
    };
    let found = people
        .by_number(&stranger, F::Snils, "11223344595", Purpose::Order)
        .await;
    assert!(found.expect("searches").is_empty());
    // Not even where the rows of the first school are copied to it.
    world
        .sql(&format!(
            "insert into people.restricted_field (org_id, person_id, field, sealed, blind, law)
             select {OTHER_SCHOOL}, {STRANGER}, field, sealed, blind, 'x' from people.restricted_field
              where field = 'snils' and org_id = {SCHOOL}"
        ))
        .await;
    let found = people
        .by_number(&stranger, F::Snils, "11223344595", Purpose::Order)
        .await;
    assert!(found.expect("searches").is_empty());
}

/// Each use is on record with its purpose, also one that found nobody; the
/// number is nowhere.
#[tokio::test]
async fn every_search_is_on_record() {
    let world = stored().await;
    let mut office = secretary(&world);
    let page = office.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let sent = [
        ("field", "snils"),
        ("number", "112-233-445 95"),
        ("purpose", "request"),
    ];
    let answer = office.post_form(PAGE, &sent).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let text = answer.text();
    assert!(
        text.contains("Ерёмин Артём") && text.contains("5А"),
        "{text}"
    );
    let missed = [
        ("field", "snils"),
        ("number", "087-654-303 00"),
        ("purpose", "check"),
    ];
    let nobody = office.post_form(PAGE, &missed).await.text();
    assert!(nobody.contains("Ничего не нашли"), "{nobody}");
    for (what, count) in [
        (
            "action = 'people.number-search' and details @> '{\"purpose\": \"request\", \"found\": 1}'",
            1,
        ),
        (
            "action = 'people.number-search' and details @> '{\"purpose\": \"check\", \"found\": 0}'",
            1,
        ),
        (
            "action = 'people.restricted-read' and object = 'people.person:101'
             and details @> '{\"purpose\": \"request\", \"parts\": [\"documents\"]}'",
            1,
        ),
        ("action = 'people.restricted-read'", 1),
        ("audit::text ~ '11223344595|112-233|08765430300'", 0),
    ] {
        let sql = format!("select count(*) from kernel.audit audit where {what}");
        assert_eq!(world.number(&sql).await, count, "{what}");
    }
    // The parent sees it as any other look.
    let mut mother = browser(&world, "parent:201");
    let viewers = mother.get("/o/g7/people/pupils/101/viewers").await.text();
    assert!(viewers.contains("Запрос органа власти"), "{viewers}");
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_lost() {
    let world = stored().await;
    let mut office = secretary(&world);
    let sent = [("field", "snils"), ("number", "112"), ("purpose", "order")];
    let refused = office.post_form(PAGE, &sent).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("СНИЛС состоит из 11 цифр"), "{text}");
    assert!(text.contains("value=\"112\""), "{text}");
    let without = office
        .post_form(PAGE, &[("field", "snils"), ("number", "112")])
        .await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        without.text().contains("id=\"purpose-error\""),
        "{}",
        without.text()
    );
    let searches = "select count(*) from kernel.audit where action = 'people.number-search'";
    assert_eq!(world.number(searches).await, 0);
    let shut = browser(&world, "deputy:17").get(PAGE).await;
    assert_eq!(shut.status, StatusCode::FORBIDDEN);
}

/// PPL-1, PPL-2: a number that another card has too is named on the tab, to
/// those who mend cards of the whole school, and to nobody else.
#[tokio::test]
async fn a_number_that_is_taken_is_named() {
    let world = stored().await;
    let tab = |id: i64| format!("/o/g7/people/pupils/{id}/restricted?purpose=file");
    let mut office = browser(&world, "secretary:17");
    let quiet = office.get(&tab(IVANOVA)).await.text();
    assert!(!quiet.contains("Такой же номер"), "{quiet}");
    let people = directory(&world);
    let actor = world.actor(SECRETARY, Role::Secretary);
    people
        .save_restricted(
            &actor,
            CardKind::Pupil,
            IVANOVA.into(),
            2,
            vec![(F::Snils, "112-233-445 95".to_owned())],
        )
        .await
        .expect("stored");
    let (first, second) = (
        office.get(&tab(IVANOVA)).await.text(),
        office.get(&tab(EREMIN)).await.text(),
    );
    assert!(
        first.contains("Такой же номер") && first.contains("СНИЛС: Ерёмин"),
        "{first}"
    );
    assert!(second.contains("СНИЛС: Иванова"), "{second}");
    // A class teacher knows the own class and no numbers of others.
    let class_teacher = browser(&world, "teacher:18").get(&tab(EREMIN)).await;
    assert_eq!(class_teacher.status, StatusCode::OK);
    let page = class_teacher.text();
    assert!(page.contains("112-233-445") && !page.contains("Такой же номер"));
}
