//! Certificates: written, asked for, checked, withdrawn (MOV-3).

use axum::http::StatusCode;
use db::statements::counted;
use kernel::{Fault, Kind, Role};
use movement::{
    CertificateId, CertificateKind, CertificateState, CheckCode, Error, NewCertificate,
};
use testkit::world::{OTHER_SCHOOL, SCHOOL, World};

use crate::support::{
    CLASS_5A, CLASS_5B, STRANGER, TEACHER, books, browser, enrolment, issued, leaving, movement,
    secretary, world,
};

const PARENT: i64 = 301;

/// 101 and 102 in 5А, whose teacher is [`TEACHER`], 103 in 5Б, 104 left;
/// [`PARENT`] is the mother of 101.
async fn with_family() -> World {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    for draft in [
        enrolment("2026-09-01", CLASS_5A, &[101, 102, 104]),
        enrolment("2026-09-01", CLASS_5B, &[103]),
        leaving("2026-11-02", &[104]),
    ] {
        issued(&movement, &secretary, draft).await.expect("issued");
    }
    world
        .sql(&format!(
            "update people.person set gender = 'male', middle_name = 'Ильич' where person_id = 101;
             insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, {PARENT}, 'Петрова', 'Анна', 'петрова анна');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {PARENT});
             insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({SCHOOL}, {PARENT}, 101, 'mother')"
        ))
        .await;
    world
}

fn new(kind: CertificateKind, pupil: i64) -> NewCertificate {
    NewCertificate {
        kind,
        pupil: pupil.into(),
        purpose: "в поликлинику".to_owned(),
        class_name: String::new(),
    }
}

async fn code_of(world: &World, id: CertificateId) -> CheckCode {
    let digits = format!(
        "select ('x' || code)::bit(64)::bigint from movement.certificate where certificate_id = {id}"
    );
    CheckCode {
        org: SCHOOL.into(),
        code: format!("{:016x}", world.number(&digits).await),
    }
}

/// The secretary writes; the paper has number, names, footer and the code;
/// anybody checks it and sees initials only; withdrawn it is told so at once.
#[tokio::test]
async fn mov3_a_certificate_goes_from_form_to_check() {
    let world = with_family().await;
    let books = books(&world);
    let mut office = browser(&world, "secretary");
    let form = office
        .get("/o/g7/movement/certificates/new?pupil=101")
        .await
        .text();
    assert!(form.contains("value=\"101\" selected"), "{form}");
    let sent = [
        ("kind", "study"),
        ("pupil", "101"),
        ("purpose", "в поликлинику"),
        ("class_name", ""),
    ];
    let answer = office
        .post_form("/o/g7/movement/certificates/new", &sent)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.location().expect("a page").to_owned();
    let id: i64 = path
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("a number");
    let code = code_of(&world, id.into()).await.show();
    let page = office.get(&path).await.text();
    assert!(
        page.contains("№ 1") && page.contains("действует") && page.contains(&code),
        "{page}"
    );
    let paper = office.get(&format!("{path}/print")).await.text();
    for part in [
        "Петрову Иван101 Ильичу",
        "обучается в 5А классе с 01.09.2026",
        "Образовательная организация: МБОУ «Гимназия № 7».",
        "№ 1-з",
        "в поликлинику",
        "сформировано 20.11.2026",
        "slip-qr",
        "https://zvonok.example/public/check/",
    ] {
        assert!(paper.contains(part), "{part}: {paper}");
    }
    let mut anybody = browser(&world, "");
    let check = anybody.get(&format!("/public/check/{code}")).await;
    assert_eq!(check.status, StatusCode::OK);
    let check = check.text();
    assert!(
        check.contains("Справка действительна") && check.contains("П.\u{a0}И.\u{a0}И."),
        "{check}"
    );
    assert!(!check.contains("Петров") && !check.contains("5А") && !check.contains("поликлинику"));
    let wrong = format!("{}0", &code[..code.len() - 1]);
    let wrong = if wrong == code {
        format!("{}1", &code[..code.len() - 1])
    } else {
        wrong
    };
    let unknown = anybody
        .get(&format!("/public/check?code={wrong}"))
        .await
        .text();
    assert!(unknown.contains("Справки с таким кодом нет"), "{unknown}");
    let elsewhere = code.replacen("1001-", "1002-", 1);
    let unknown = anybody
        .get(&format!("/public/check/{elsewhere}"))
        .await
        .text();
    assert!(unknown.contains("Справки с таким кодом нет"), "{unknown}");

    let silent = office
        .post_form(&format!("{path}/end"), &[("seen", "2"), ("reason", "")])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("seen", "2"), ("reason", "ошибка в имени")];
    let answer = office.post_form(&format!("{path}/end"), &reason).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let check = anybody.get(&format!("/public/check/{code}")).await.text();
    assert!(check.contains("Справка отозвана"), "{check}");
    let again = office.post_form(&format!("{path}/end"), &reason).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let csv = office
        .get("/o/g7/movement/certificates?as=csv")
        .await
        .text();
    assert!(
        csv.contains("Справка об обучении") && csv.contains("отозвана"),
        "{csv}"
    );
    let (all, statements) = counted(books.certificates(&secretary(&world))).await;
    assert_eq!(all.expect("the register").0.len(), 1);
    assert!(statements <= 4, "{statements}");
}

/// The orders say who studies: nothing else is written on paper.
#[tokio::test]
async fn mov3_a_certificate_says_what_the_orders_say() {
    let world = with_family().await;
    let (books, secretary) = (books(&world), secretary(&world));
    let write = async |it| books.write_certificate(&secretary, it).await;
    let gone = write(new(CertificateKind::Study, 104)).await;
    assert!(matches!(gone, Err(Error::NotAPupil)), "{gone:?}");
    let never = write(new(CertificateKind::Period, 105)).await;
    assert!(matches!(never, Err(Error::NotAPupil)), "{never:?}");
    let id = write(new(CertificateKind::Period, 104))
        .await
        .expect("written");
    let page = books.certificate(&secretary, id).await.expect("there");
    let said = page.certificate.said.expect("said");
    assert_eq!(said.until, "2026-11-01".parse().ok(), "the last day here");
    assert_eq!(said.class, "5А");
    let here = NewCertificate {
        class_name: "6Б".to_owned(),
        ..new(CertificateKind::Transfer, 101)
    };
    let here = write(here).await;
    assert!(matches!(here, Err(Error::NotForTransfer)), "{here:?}");
    let comes = NewCertificate {
        class_name: "6Б".to_owned(),
        ..new(CertificateKind::Transfer, 106)
    };
    let id = write(comes).await.expect("written");
    let page = books.certificate(&secretary, id).await.expect("there");
    assert_eq!(page.certificate.number, Some(2));
    assert_eq!(page.certificate.said.expect("said").class, "6Б");
    let refused = world.number("select count(*) from movement.certificate where state = 'asked'");
    assert_eq!(refused.await, 0, "what was not written is not kept");
}

/// A parent asks, the class teacher issues, the parent prints; each sees the
/// own only.
#[tokio::test]
async fn mov3_a_family_asks_and_the_class_teacher_issues() {
    let world = with_family().await;
    let books = books(&world);
    let parent = world.actor(PARENT, Role::Parent);
    let mine = books.my_documents(&parent, None).await.expect("mine");
    assert_eq!(mine.child, Some(101.into()));
    books
        .ask_certificate(&parent, new(CertificateKind::Study, 101))
        .await
        .expect("asked");
    let foreign = books
        .ask_certificate(&parent, new(CertificateKind::Study, 102))
        .await;
    assert_eq!(foreign.expect_err("not the own").kind(), Kind::NotFound);
    let foreign = books.my_documents(&parent, Some(102.into())).await;
    assert_eq!(foreign.expect_err("not the own").kind(), Kind::NotFound);
    let asked = books
        .my_documents(&parent, None)
        .await
        .expect("mine")
        .certificates;
    let id = asked[0].id;
    assert_eq!(asked[0].state, CertificateState::Asked);
    let early = books.my_certificate(&parent, id).await;
    assert_eq!(early.expect_err("not issued").kind(), Kind::NotFound);

    let teacher = world.actor(TEACHER, Role::Teacher);
    let (list, may_write) = books.certificates(&teacher).await.expect("the own class");
    assert_eq!((list.len(), may_write), (1, true));
    let denied = books.issue_certificate(&parent, id, 1).await;
    assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    books
        .issue_certificate(&teacher, id, 1)
        .await
        .expect("issued");
    let stale = books.issue_certificate(&teacher, id, 1).await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)), "{stale:?}");
    assert!(books.my_certificate(&parent, id).await.is_ok());
    let other = books
        .write_certificate(&teacher, new(CertificateKind::Study, 103))
        .await;
    assert_eq!(other.expect_err("of 5Б").kind(), Kind::NotFound);
    for _ in 0..5 {
        let asked = books
            .ask_certificate(&parent, new(CertificateKind::Period, 101))
            .await;
        asked.expect("asked");
    }
    let enough = books
        .ask_certificate(&parent, new(CertificateKind::Period, 101))
        .await;
    assert!(matches!(enough, Err(Error::AskedEnough)), "{enough:?}");
}

/// Whoever leads no class, and whoever is elsewhere, sees nothing: in the
/// application and in the database.
#[tokio::test]
async fn mov3_certificates_are_closed_to_others() {
    let world = with_family().await;
    world
        .sql(&format!(
            "insert into movement.certificate (org_id, certificate_id, kind, state, pupil_id, asked_by, year, number, issued_at)
             overriding system value
             values ({OTHER_SCHOOL}, 9001, 'study', 'issued', {STRANGER}, {STRANGER}, 2026, 1, now())"
        ))
        .await;
    let books = books(&world);
    // The secretary's card leads no class.
    let nobody = world.actor(crate::support::SECRETARY, Role::Teacher);
    let (none, may_write) = books.certificates(&nobody).await.expect("an empty list");
    assert!(none.is_empty() && !may_write);
    let denied = books.certificate_choices(&nobody, None).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
    for role in [Role::Parent, Role::Pupil, Role::Committee, Role::Medic] {
        let actor = world.actor(TEACHER, role);
        let denied = books.certificates(&actor).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{role:?}");
    }
    let director = world.actor(TEACHER, Role::Director);
    assert!(books.certificates(&director).await.is_ok());
    let denied = books
        .write_certificate(&director, new(CertificateKind::Study, 101))
        .await;
    assert!(matches!(denied, Err(Error::Denied(_))));
    let secretary = secretary(&world);
    let foreign = books.certificate(&secretary, 9001.into()).await;
    assert_eq!(foreign.expect_err("not here").kind(), Kind::NotFound);
    let foreign = books
        .write_certificate(&secretary, new(CertificateKind::Period, STRANGER))
        .await;
    assert!(foreign.is_err());
    assert!(
        books
            .certificates(&secretary)
            .await
            .expect("the own")
            .0
            .is_empty()
    );
}
