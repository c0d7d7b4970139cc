use axum::http::StatusCode;
use kernel::Role;
use people::{CardKind, ConsentKind, Error, NewConsent, RestrictedField};

use crate::support::{EREMIN, MOTHER, browser, directory, fields_of, secretary, with, world};

const SECTION: &str = "/o/g7/people/pupils/101/restricted?purpose=file";

/// A value that passes the check of the field.
fn good(field: RestrictedField) -> &'static str {
    match field {
        RestrictedField::Snils => "112-233-445 95",
        RestrictedField::Inn => "500100732259",
        RestrictedField::Passport => "4504 123456",
        RestrictedField::BirthCertificate => "IV-АГ № 123456",
        RestrictedField::MedicalPolicy => "4000000000000002",
        RestrictedField::PassportKind => "residence_permit",
        RestrictedField::BirthCertificateKind => "foreign_certificate",
        RestrictedField::MedicalPolicyKind => "temporary_policy",
        RestrictedField::PassportDepartment => "770-001",
        RestrictedField::PassportIssuedOn | RestrictedField::BirthCertificateIssuedOn => {
            "01.02.2020"
        }
        _ => "есть",
    }
}

/// no restricted field of any card gets stored without a ground.
#[tokio::test]
async fn without_a_consent_the_gate_is_shut() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    for (kind, person) in [
        (CardKind::Pupil, EREMIN),
        (CardKind::Parent, MOTHER),
        (CardKind::Staff, 18),
    ] {
        for field in kind.restricted() {
            let version = world
                .number(&format!(
                    "select version::bigint from people.person where person_id = {person}"
                ))
                .await;
            let seen = i32::try_from(version).expect("a version");
            let values = vec![(*field, good(*field).to_owned())];
            let saved = people
                .save_restricted(&secretary, kind, person.into(), seen, values)
                .await;
            let by_law = field.ground(&[kind], &[]).is_some();
            match saved {
                Ok(()) => assert!(by_law, "{field:?} of {kind:?} was stored without a ground"),
                Err(Error::Fields(wrong)) => {
                    assert!(!by_law);
                    assert_eq!(wrong[0].code, "people.no-consent", "{field:?} of {kind:?}");
                }
                Err(other) => panic!("{field:?} of {kind:?}: {other}"),
            }
        }
    }
    let groundless = "select count(*) from people.restricted_field where law is null";
    assert_eq!(world.number(groundless).await, 0);
}

/// S2:5.4: recorded, stored, withdrawn and gone, with who did it.
#[tokio::test]
async fn a_withdrawn_consent_takes_the_values_with_it() {
    let world = world().await;
    let mut office = secretary(&world);
    let form = office.get("/o/g7/people/consents/new?person=101").await;
    let fields = fields_of(&form);
    let mother = MOTHER.to_string();
    let sent = with(
        &fields,
        &[
            ("kind", "processing"),
            ("given_by", &mother),
            ("document", "№ 15"),
        ],
    );
    let answer = office.post_form("/o/g7/people/consents/new", &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

    let fields = fields_of(&office.get(SECTION).await);
    assert!(
        fields.iter().any(|it| it.0 == "snils") && !fields.iter().any(|it| it.0 == "health_group")
    );
    let sent = with(
        &fields,
        &[
            ("snils", "11223344595"),
            ("social_status", "многодетная семья"),
        ],
    );
    let answer = office.post_form(SECTION, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(office.get(SECTION).await.text().contains("112-233-445 95"));

    let id = world.number("select consent_id from people.consent").await;
    let withdraw = format!("/o/g7/people/consents/{id}/withdraw");
    let question = office.get(&withdraw).await.text();
    assert!(
        question.contains("СНИЛС") && question.contains("Социальное положение"),
        "{question}"
    );
    assert_eq!(
        office.post_form(&withdraw, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        world
            .number("select count(*) from people.restricted_field")
            .await,
        0
    );
    let recorded = "select count(*) from kernel.audit where action = 'people.consent-withdrawn' and person_id = 17";
    assert_eq!(world.number(recorded).await, 1);
    assert_eq!(
        office.post_form(&withdraw, &[]).await.status,
        StatusCode::CONFLICT
    );

    // That the values came and went is kept; what they were is not.
    let trail = "select count(*) from kernel.history where tbl = 'people.restricted_field'";
    assert_eq!(world.number(trail).await, 4);
    let leaked = "select count(*) from kernel.history where tbl = 'people.restricted_field'
                  and (coalesce(new, '{}') || coalesce(old, '{}'))::text like '%11223344595%'";
    assert_eq!(world.number(leaked).await, 0);
    let history = office.get("/o/g7/people/pupils/101/history").await.text();
    assert!(
        history.contains("СНИЛС") && !history.contains("11223344595"),
        "{history}"
    );
}

#[tokio::test]
async fn every_look_at_restricted_data_is_on_record() {
    let world = world().await;
    let mut office = secretary(&world);
    office.get(SECTION).await;
    office.get(&SECTION.replace("file", "order")).await;
    let reads = "select count(*) from kernel.audit where action = 'people.restricted-read'
                 and object = 'people.person:101' and person_id = 17";
    assert_eq!(world.number(reads).await, 2);
}

#[tokio::test]
async fn the_medic_opens_only_what_is_about_health() {
    let world = world().await;
    let people = directory(&world);
    let medic = world.actor(17, Role::Medic);
    let view = people
        .restricted(
            &medic,
            CardKind::Pupil,
            EREMIN.into(),
            Some(people::Purpose::Health),
        )
        .await
        .expect("opens");
    assert!(view.fields.iter().all(|it| it.field.is_medical()) && view.fields.len() == 6);
    let values = vec![(RestrictedField::Snils, String::new())];
    let refused = people
        .save_restricted(&medic, CardKind::Pupil, EREMIN.into(), 1, values)
        .await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
}

#[tokio::test]
async fn only_a_parent_in_force_signs_for_a_child() {
    let world = world().await;
    let people = directory(&world);
    let secretary = world.actor(17, Role::Secretary);
    let consent = |by: Option<i64>| NewConsent {
        subject: EREMIN.into(),
        given_by: by.map(Into::into),
        kind: ConsentKind::Photo,
        document: String::new(),
        signed_on: testkit::morning().date_naive(),
    };
    for by in [None, Some(18), Some(901)] {
        let refused = people.record_consent(&secretary, consent(by)).await;
        assert!(
            matches!(refused, Err(Error::MayNotConsent)),
            "{by:?}: {refused:?}"
        );
    }
    people
        .record_consent(&secretary, consent(Some(MOTHER)))
        .await
        .expect("the mother signs");
    let again = people
        .record_consent(&secretary, consent(Some(MOTHER)))
        .await;
    assert!(matches!(again, Err(Error::AlreadyConsented)), "{again:?}");
}

/// The register counts everybody whom the reader may see.
#[tokio::test]
async fn the_register_counts() {
    let world = world().await;
    world
        .sql(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on, withdrawn_on) values
             (1001, 101, 201, 'processing', '2026-09-01', null),
             (1001, 102, null, 'processing', '2026-09-01', '2026-10-01')",
        )
        .await;
    let people = directory(&world);
    let all = people
        .consents(&world.actor(17, Role::Secretary), ConsentKind::Processing)
        .await
        .expect("the register");
    assert_eq!((all.given, all.withdrawn, all.absent), (1, 1, 4));
    let own = people
        .consents(&world.actor(MOTHER, Role::Parent), ConsentKind::Processing)
        .await
        .expect("the register");
    assert_eq!((own.given, own.withdrawn, own.absent), (1, 0, 1));
    let mut office = secretary(&world);
    let page = office.get("/o/g7/people/consents").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let blank = office.get("/o/g7/people/consents/blank?person=101").await;
    assert!(
        blank.text().contains("Ерёмина Анна Сергеевна"),
        "{}",
        blank.text()
    );
    let foreign = office.get("/o/g7/people/consents/blank?person=901").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let mut mother = browser(&world, "parent:201");
    let other = mother.get("/o/g7/people/consents/new?person=102").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}
