//! Papers of consents: classes, blanks, scans, editions, withdrawals (PPL-4).

use axum::http::StatusCode;
use kernel::Role;
use people::{ConsentKind, NewConsent, Share};
use testkit::world::{SCHOOL, World};

use crate::support::{
    EREMIN, IVANOVA, MOTHER, PETROV, TEACHER, browser, directory, secretary, world,
};

const PDF: &[u8] = b"%PDF-1.7 a scan";

fn klassruk(world: &World) -> testkit::Client {
    browser(world, &format!("teacher:{TEACHER}"))
}

/// A consent of the kind, signed by the mother of [`EREMIN`].
async fn given(world: &World, kind: &str) -> i64 {
    world
        .number(&format!(
            "insert into people.consent (org_id, subject_id, given_by, given_as, kind, signed_on)
             values ({SCHOOL}, {EREMIN}, {MOTHER}, 'mother', '{kind}', '2026-09-01') returning consent_id"
        ))
        .await
}

/// S4:11,13: counted by class and by what people are, as far as one sees.
#[tokio::test]
async fn consents_are_counted_by_class() {
    let world = world().await;
    given(&world, "processing").await;
    let people = directory(&world);
    let all = people
        .consent_counts(&world.actor(17, Role::Secretary))
        .await
        .expect("counts");
    assert_eq!(all.classes["5А"][0], Share { given: 1, of: 1 });
    assert_eq!(all.classes["7Б"][0], Share { given: 0, of: 1 });
    assert_eq!(
        (all.pupils[0].of, all.parents[0].of, all.staff[0].of),
        (2, 1, 2)
    );
    let page = secretary(&world).get("/o/g7/people/consents/classes").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let mut mother = browser(&world, &format!("parent:{MOTHER}"));
    let refused = mother.get("/o/g7/people/consents/classes").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// Check 38 of `ux.md` §7: what was handed in is entered at once, and what is
/// not comes back with the reason.
#[tokio::test]
async fn a_class_hands_in_its_consents() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, 301, 'Иванов', 'Пётр', 'иванов петр');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, 301);
             insert into people.kinship (org_id, parent_id, pupil_id, kind) values ({SCHOOL}, 301, {IVANOVA}, 'father')"
        ))
        .await;
    let mut office = secretary(&world);
    let form = office
        .get("/o/g7/people/consents/collect?class=7Б&kind=photo")
        .await;
    assert!(form.text().contains("Иванов Пётр, отец"), "{}", form.text());
    let ids = IVANOVA.to_string();
    let sent = [
        ("kind", "photo"),
        ("class", "7Б"),
        ("signed_on", "10.09.2026"),
        ("document", "папка 7Б"),
        ("ids", ids.as_str()),
        ("by.102", "301"),
    ];
    let done = office
        .post_form("/o/g7/people/consents/collect", &sent)
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(done.text().contains("Внесено: 1"), "{}", done.text());
    let kept = "select count(*) from people.consent where subject_id = 102 and given_by = 301
                and given_as = 'father' and document = 'папка 7Б' and kind = 'photo'";
    assert_eq!(world.number(kept).await, 1);
    let again = office
        .post_form("/o/g7/people/consents/collect", &sent)
        .await;
    assert!(again.text().contains("не внесено: 1"), "{}", again.text());
    assert!(again.text().contains("Такое согласие уже действует"));
    assert_eq!(world.number(kept).await, 1);

    let nobody = [
        ("kind", "photo"),
        ("class", "7Б"),
        ("signed_on", "10.09.2026"),
    ];
    let refused = office
        .post_form("/o/g7/people/consents/collect", &nobody)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // A class teacher collects in the own class only, whatever the form names.
    let mut teacher = klassruk(&world);
    let foreign = teacher
        .get("/o/g7/people/consents/collect?class=7Б&kind=special")
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let mut mother = browser(&world, &format!("parent:{MOTHER}"));
    let refused = mother
        .post_form("/o/g7/people/consents/collect", &sent)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// A family tells of its own signature; a pupil signs from 14 on.
#[tokio::test]
async fn a_parent_signs_only_for_themselves() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, 301, 'Ерёмин', 'Илья', 'еремин илья');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, 301);
             insert into people.kinship (org_id, parent_id, pupil_id, kind) values ({SCHOOL}, 301, {EREMIN}, 'father')"
        ))
        .await;
    let people = directory(&world);
    let mother = world.actor(MOTHER, Role::Parent);
    let consent = |by: i64| NewConsent {
        subject: EREMIN.into(),
        given_by: Some(by.into()),
        kind: ConsentKind::Notices,
        document: String::new(),
        signed_on: testkit::morning().date_naive(),
    };
    let refused = people.record_consent(&mother, consent(301)).await;
    assert!(
        matches!(refused, Err(people::Error::MayNotConsent)),
        "{refused:?}"
    );
    people
        .record_consent(&mother, consent(MOTHER))
        .await
        .expect("her own");
    let signers = people
        .signers(&mother, EREMIN.into())
        .await
        .expect("signers");
    assert_eq!(signers.others.len(), 1);
}

/// Blanks for a class carry the names in the case that the text needs.
#[tokio::test]
async fn blanks_are_printed_for_a_class() {
    let world = world().await;
    let mut teacher = klassruk(&world);
    let page = teacher
        .get("/o/g7/people/consents/blank?kind=photo&class=5А")
        .await;
    let text = page.text();
    assert!(
        text.contains("Ерёмина Анна Сергеевна") && text.contains("Ерёмина Артёма Ильича"),
        "{text}"
    );
    assert!(text.contains("27.03.2014"));
    given(&world, "photo").await;
    let page = teacher
        .get("/o/g7/people/consents/blank?kind=photo&class=5А")
        .await;
    assert!(page.text().contains("печатать нечего"), "{}", page.text());
    let foreign = teacher
        .get("/o/g7/people/consents/blank?kind=photo&class=7Б")
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

/// A new wording is a new edition; what was signed keeps its own.
#[tokio::test]
async fn every_consent_keeps_the_text_that_was_signed() {
    let world = world().await;
    let old = given(&world, "photo").await;
    let mut office = secretary(&world);
    let today = kernel::dates::show_date(testkit::morning().date_naive());
    let sent = [
        ("kind", "photo"),
        ("body", "Разрешаю {org} снимать."),
        ("since", today.as_str()),
    ];
    let answer = office.post_form("/o/g7/people/consents/texts", &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let past = [("kind", "photo"), ("body", "x"), ("since", "01.01.2026")];
    let refused = office.post_form("/o/g7/people/consents/texts", &past).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let blank = office
        .get("/o/g7/people/consents/blank?kind=photo&person=102")
        .await;
    assert!(
        blank
            .text()
            .contains("Разрешаю МБОУ «Гимназия № 7» снимать."),
        "{}",
        blank.text()
    );
    directory(&world)
        .record_consent(
            &world.actor(17, Role::Secretary),
            NewConsent {
                subject: TEACHER.into(),
                given_by: None,
                kind: ConsentKind::Photo,
                document: String::new(),
                signed_on: testkit::morning().date_naive(),
            },
        )
        .await
        .expect("recorded");
    let editions = "select edition::bigint from people.consent where subject_id";
    assert_eq!(world.number(&format!("{editions} = {TEACHER}")).await, 1);
    assert_eq!(world.number(&format!("{editions} = {EREMIN}")).await, 0);
    let page = office.get(&format!("/o/g7/people/consents/{old}")).await;
    assert!(
        page.text().contains("типовой текст системы"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn scans_hang_on_a_consent() {
    let world = world().await;
    let id = given(&world, "photo").await;
    let mut teacher = klassruk(&world);
    let path = format!("/o/g7/people/consents/{id}");
    let scans = format!("{path}/scans");
    teacher
        .post_file(&scans, &[], ("file", "Согласие.pdf", PDF))
        .await;
    teacher
        .post_file(&scans, &[], ("file", "злое.html", b"<script>"))
        .await;
    let page = teacher.get(&path).await.text();
    assert!(
        page.contains("Согласие.pdf") && !page.contains("злое"),
        "{page}"
    );
    let file = world
        .number("select file_id from people.consent_file")
        .await;
    let scan = format!("{scans}/{file}");
    let got = teacher.get(&scan).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (StatusCode::OK, Some("application/pdf"))
    );
    // The other parent of nobody here, and a scan of another consent.
    let mut stranger = browser(&world, &format!("parent:{PETROV}"));
    assert_eq!(stranger.get(&scan).await.status, StatusCode::NOT_FOUND);
    let other = given(&world, "transfer").await;
    let foreign = format!("/o/g7/people/consents/{other}/scans/{file}");
    assert_eq!(teacher.get(&foreign).await.status, StatusCode::NOT_FOUND);
    teacher.post_form(&format!("{scan}/remove"), &[]).await;
    assert_eq!(teacher.get(&scan).await.status, StatusCode::NOT_FOUND);
}

/// 152-ФЗ ст. 21: thirty days, shown in the register until the office says how.
#[tokio::test]
async fn a_withdrawal_runs_thirty_days() {
    let world = world().await;
    let id = given(&world, "photo").await;
    let path = format!("/o/g7/people/consents/{id}");
    let mut office = secretary(&world);
    office.post_form(&format!("{path}/withdraw"), &[]).await;
    let until = testkit::morning().date_naive() + chrono::Days::new(30);
    let page = office.get(&path).await.text();
    assert!(page.contains(&kernel::dates::show_date(until)), "{page}");
    let register = office.get("/o/g7/people/consents?kind=photo").await.text();
    assert!(register.contains("ждут уничтожения"), "{register}");
    let settle = format!("{path}/settle");
    let empty = office.post_form(&settle, &[("note", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut teacher = klassruk(&world);
    let refused = teacher.post_form(&settle, &[("note", "снято")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    office.post_form(&settle, &[("note", "акт № 4")]).await;
    let page = office.get(&path).await.text();
    assert!(
        page.contains("Отзыв исполнен") && page.contains("акт № 4"),
        "{page}"
    );
    let recorded = "select count(*) from kernel.audit where action = 'people.consent-settled'";
    assert_eq!(world.number(recorded).await, 1);
}

/// Whoever took back the consent to letters gets none any more.
#[tokio::test]
async fn letters_stop_with_the_consent() {
    use people::People;
    let world = world().await;
    world
        .sql(&format!(
            "update people.person set email = 'a@example.org' where person_id = {EREMIN}"
        ))
        .await;
    let secretary = world.actor(17, Role::Secretary);
    let addresses = async || {
        let mut tx = world.begin(&secretary).await;
        people::Cards
            .emails(&mut tx, &[EREMIN.into()])
            .await
            .expect("asked")
            .len()
    };
    assert_eq!(addresses().await, 1);
    let id = given(&world, "notices").await;
    assert_eq!(addresses().await, 1);
    directory(&world)
        .withdraw_consent(&secretary, id.into())
        .await
        .expect("withdrawn");
    assert_eq!(addresses().await, 0);
}

/// S6 of `ux.md` §2.4: edited once, remembered on the card.
#[tokio::test]
async fn a_corrected_name_wins_for_ever() {
    let world = world().await;
    let mut office = secretary(&world);
    let path = "/o/g7/people/pupils/101/name";
    let form = office.get(path).await.text();
    assert!(
        form.contains("Ерёмина Артёма Ильича") && form.contains("Автоматически"),
        "{form}"
    );
    let sent = [
        ("genitive", "Ерёмина Артёма Ильича"),
        ("dative", "Ерёмину Тёме Ильичу"),
        ("accusative", ""),
        ("instrumental", ""),
    ];
    let answer = office.post_form(path, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let form = office.get(path).await.text();
    assert!(
        form.contains("Ерёмину Тёме Ильичу") && form.contains("Исправлено вами"),
        "{form}"
    );
    let written = "select count(*) from people.name_forms where genitive = '' and dative <> ''";
    assert_eq!(world.number(written).await, 1);
    let wrong = office.post_form(path, &[("dative", "<b>1</b>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.post_form(path, &[("dative", "")]).await;
    assert_eq!(
        world.number("select count(*) from people.name_forms").await,
        0
    );
}
