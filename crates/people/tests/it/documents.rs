//! PPL-1, PPL-2: documents of other states and other kinds in a card.

use axum::http::StatusCode;
use kernel::Role;
use people::{
    CardBook, CardKind, CardLists, Details, Error, ListedCard, PersonFields, Purpose,
    RestrictedField as F, StaffFields,
};
use testkit::world::{SCHOOL, World};

use crate::support::{EREMIN, TEACHER, directory, fields_of, secretary, with, world};

const SECTION: &str = "/o/g7/people/pupils/101/restricted";

async fn consented() -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on) values
             ({SCHOOL}, {EREMIN}, 201, 'processing', '2026-09-01')"
        ))
        .await;
    world
}

#[tokio::test]
async fn a_foreign_passport_is_entered_shown_printed_and_kept_sealed() {
    let world = consented().await;
    let mut office = secretary(&world);
    let open = format!("{SECTION}?purpose=file");
    let page = office.get(&open).await;
    let text = page.text();
    let choice = "<option value=\"residence_permit\">Вид на жительство</option>";
    assert!(text.contains(choice), "{text}");
    let sent = [
        ("passport_kind", "foreign_passport"),
        ("passport", "n  1234567"),
        ("passport_country", "Кыргызстан"),
        ("passport_issued_on", "01.02.2020"),
        ("birth_certificate_kind", "foreign_certificate"),
        ("birth_certificate", "TR 77/12"),
        ("medical_policy_kind", "temporary_policy"),
        ("medical_policy", "123 456 789"),
    ];
    let fields = fields_of(&page);
    let saved = office.post_form(SECTION, &with(&fields, &sent)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let shown = office.get(&open).await.text();
    for it in [
        "value=\"foreign_passport\" selected",
        "value=\"N 1234567\"",
        "value=\"Кыргызстан\"",
        "value=\"TR 77/12\"",
        "value=\"123456789\"",
    ] {
        assert!(shown.contains(it), "{it} in {shown}");
    }
    let print = "/o/g7/people/pupils/101/print?purpose=file";
    let print = office.get(print).await.text();
    assert!(print.contains("Паспорт иностранного гражданина"), "{print}");
    assert!(print.contains("N 1234567"), "{print}");
    let history = office.get("/o/g7/people/pupils/101/history").await.text();
    assert!(history.contains("Страна, выдавшая документ"), "{history}");
    assert!(!history.contains("Кыргызстан"), "{history}");
    let clear = "select count(*) from people.restricted_field f
                 where f::text like '%1234567%' or f::text like '%foreign%' or value is not null";
    assert_eq!(world.number(clear).await, 0);
}

/// What is wrong is told at its field, and what was typed and chosen stays.
#[tokio::test]
async fn the_kind_decides_what_is_wrong() {
    let world = consented().await;
    let mut office = secretary(&world);
    let fields = fields_of(&office.get(&format!("{SECTION}?purpose=file")).await);
    for (kind, number, said) in [
        ("", "N 1234567", "Серия и номер паспорта – 10 цифр"),
        ("refugee", "<b>", "Номер документа – от 3 до 40"),
        ("licence", "1234567", "Выберите из списка"),
    ] {
        let sent = [("passport_kind", kind), ("passport", number)];
        let refused = office.post_form(SECTION, &with(&fields, &sent)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        assert!(
            refused.text().contains(said),
            "{said} in {}",
            refused.text()
        );
    }
    let sent = [("passport_kind", "refugee"), ("passport", "<b>")];
    let refused = office.post_form(SECTION, &with(&fields, &sent)).await;
    let text = refused.text();
    assert!(
        text.contains("value=\"refugee\" selected") && text.contains("&lt;b&gt;"),
        "{text}"
    );
    let stored = "select count(*) from people.restricted_field";
    assert_eq!(world.number(stored).await, 0);
}

/// A card of before has no kind: its passport is a Russian one, and stays so.
#[tokio::test]
async fn what_was_stored_without_a_kind_stays_russian() {
    let world = world().await;
    let people = directory(&world);
    let office = world.actor(17, Role::Secretary);
    let save = async |seen, values: &[(F, &str)]| {
        let values = values.iter().map(|it| (it.0, it.1.to_owned())).collect();
        people
            .save_restricted(&office, CardKind::Staff, TEACHER.into(), seen, values)
            .await
    };
    let shown = async || {
        let purpose = Some(Purpose::File);
        let view = people
            .restricted(&office, CardKind::Staff, TEACHER.into(), purpose)
            .await;
        let fields = view.expect("read").fields;
        let passport = fields.iter().find(|it| it.field == F::Passport);
        passport.expect("there").value.reveal().to_owned()
    };
    save(1, &[(F::Passport, "4504 123456")])
        .await
        .expect("stored");
    assert_eq!(shown().await, "45 04 123456");
    save(2, &[(F::PassportKind, "passport")])
        .await
        .expect("stored");
    let kinds = "select count(*) from people.restricted_field where field = 'passport_kind'";
    assert_eq!(world.number(kinds).await, 0);
    // The kind alone is changed: what is stored is read by it from now on.
    save(3, &[(F::PassportKind, "other_identity")])
        .await
        .expect("stored");
    assert_eq!(shown().await, "4504123456");
    save(4, &[(F::Passport, "Х-77")])
        .await
        .expect("by the kind of the card");
    let refused = save(5, &[(F::PassportKind, ""), (F::Passport, "Х-77")]).await;
    let Err(Error::Fields(wrong)) = refused else {
        panic!("a Russian passport of letters: {refused:?}");
    };
    assert_eq!(wrong[0].code, "checked.passport.shape");
}

/// `ux.md` §6.5: old data with a doubt is taken and stays while nobody changes
/// it; new input with the same doubt is refused.
#[tokio::test]
async fn what_an_import_took_with_a_doubt_stays_until_it_is_changed() {
    let world = world().await;
    let office = world.actor(17, Role::Secretary);
    let listed = ListedCard {
        person: Some(TEACHER.into()),
        fields: PersonFields {
            last_name: "Ким".to_owned(),
            first_name: "Олег".to_owned(),
            ..PersonFields::default()
        },
        details: Details::Staff(StaffFields::default()),
        restricted: vec![(F::Snils, "112-233-445 96".to_owned().into())],
        consent: None,
    };
    let mut tx = world.begin(&office).await;
    let today = testkit::morning().date_naive();
    let looked = CardBook
        .look(&mut tx, &office, CardKind::Staff, vec![listed], today)
        .await
        .expect("looked at");
    assert!(looked[0].errors.is_empty(), "{:?}", looked[0].errors);
    assert_eq!(looked[0].doubts, [(F::Snils, "checked.snils.checksum")]);
    CardBook
        .put(&mut tx, CardKind::Staff, &looked)
        .await
        .expect("put");
    tx.commit().await.expect("kept");

    let path = format!("/o/g7/people/staff/{TEACHER}/restricted");
    let mut browser = secretary(&world);
    let fields = fields_of(&browser.get(&format!("{path}?purpose=file")).await);
    assert!(
        fields.contains(&("snils".to_owned(), "112-233-445 96".to_owned())),
        "{fields:?}"
    );
    let beside = with(&fields, &[("inn", "500100732259")]);
    let saved = browser.post_form(&path, &beside).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let fields = fields_of(&browser.get(&format!("{path}?purpose=file")).await);
    let other = with(&fields, &[("snils", "112-233-445 97")]);
    let refused = browser.post_form(&path, &other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("Контрольное число СНИЛС не сходится")
    );
}

/// `ux.md` §6.5: a Russian passport is issued from 14 on; a foreign one to a child too.
#[tokio::test]
async fn the_day_of_issue_fits_the_age() {
    let world = consented().await;
    let mut office = secretary(&world);
    let fields = fields_of(&office.get(&format!("{SECTION}?purpose=file")).await);
    let number = ("passport", "0304 123456");
    let issued = ("passport_issued_on", "01.02.2020");
    let early = office
        .post_form(SECTION, &with(&fields, &[number, issued]))
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text().contains("выдают с 14 лет"), "{}", early.text());
    let code = ("passport_department", "77-01");
    let wrong = office
        .post_form(SECTION, &with(&fields, &[number, code]))
        .await;
    assert!(
        wrong.text().contains("id=\"passport_department-error\""),
        "{}",
        wrong.text()
    );
    let foreign = ("passport_kind", "foreign_passport");
    let sent = with(&fields, &[foreign, number, issued]);
    let saved = office.post_form(SECTION, &sent).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}
