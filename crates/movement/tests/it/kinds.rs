//! The six kinds of orders, each from the form to the register (S3:9.2, MOV-1).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, Fault, PersonId, Role};
use movement::{
    Error, Order, OrderDraft, OrderKind, OrderLine, Place, PupilMarks, Refusal, Warning, YearMarks,
};
use testkit::world::World;

use crate::{
    bulk::{NEXT_5A, NEXT_6A, NINE, order, to, with_next_year},
    support::{
        CLASS_5A, CLASS_5B, DIRECTOR, browser, enrolment, issued, leaving, movement, secretary,
        world,
    },
};

async fn refusal(world: &World, draft: OrderDraft) -> Refusal {
    match issued(&movement(world), &secretary(world), draft).await {
        Err(Error::Refused { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

async fn done(world: &World, draft: OrderDraft) -> Order {
    issued(&movement(world), &secretary(world), draft)
        .await
        .expect("issued")
}

/// §3.1: whoever is enrolled in a parallel only gets a letter by a transfer.
#[tokio::test]
async fn a_pupil_waits_in_the_parallel_for_a_class() {
    let world = world().await;
    let waits = OrderDraft {
        lines: vec![OrderLine::of(101.into()).to(Place::Grade(5))],
        ..enrolment("2026-08-20", CLASS_5A, &[101])
    };
    let order = done(&world, waits.clone()).await;
    assert_eq!(order.number.as_deref(), Some("1-з"));
    let unplaced = "select count(*) from movement.unplaced where upper_inf(during)";
    let placed = "select count(*) from movement.class_member where upper_inf(during)";
    assert_eq!(
        (world.number(unplaced).await, world.number(placed).await),
        (1, 0)
    );
    assert_eq!(refusal(&world, waits).await, Refusal::AlreadyEnrolled);
    let letter = OrderDraft {
        kind: OrderKind::Transfer,
        lines: vec![to(101, CLASS_5A)],
        ..enrolment("2026-09-03", CLASS_5A, &[101])
    };
    let letter = done(&world, letter).await;
    assert_eq!(letter.number.as_deref(), Some("1-п"));
    assert_eq!(
        (world.number(unplaced).await, world.number(placed).await),
        (0, 1)
    );
    let movement = movement(&world);
    movement
        .cancel(&secretary(&world), letter.id, letter.version, "ошибка")
        .await
        .expect("cancelled");
    assert_eq!(
        (world.number(unplaced).await, world.number(placed).await),
        (1, 0)
    );
    let mut tx = world.begin(&secretary(&world)).await;
    assert_eq!(movement.rebuild(&mut tx).await.expect("rebuilds"), []);
}

/// §3.1–3.2: where each kind may lead.
#[tokio::test]
async fn each_kind_leads_where_it_may() {
    let world = with_next_year().await;
    done(&world, enrolment("2026-09-01", CLASS_5A, &[101, 102])).await;
    done(&world, enrolment("2026-09-01", NINE, &[104])).await;
    let draft = |kind, class| order(kind, "2027-09-01", vec![to(101, class)]);
    let promotion = |class| draft(OrderKind::Promotion, class);
    assert_eq!(
        refusal(&world, promotion(CLASS_5B)).await,
        Refusal::SameYear
    );
    assert_eq!(
        refusal(&world, promotion(NEXT_5A)).await,
        Refusal::NotNextGrade
    );
    assert_eq!(
        refusal(&world, draft(OrderKind::Transfer, NEXT_6A)).await,
        Refusal::OtherYear
    );
    let graduates = order(
        OrderKind::Graduation,
        "2027-06-26",
        vec![OrderLine::of(101.into())],
    );
    assert_eq!(refusal(&world, graduates).await, Refusal::NotLastGrade);
    let movement = movement(&world);
    let groundless = draft(OrderKind::Repeat, NEXT_5A);
    let groundless = movement.draft(&secretary(&world), groundless).await;
    assert!(matches!(groundless, Err(Error::NoGround)), "{groundless:?}");
    done(&world, promotion(NEXT_6A)).await;
    assert_eq!(
        refusal(&world, leaving("2027-06-20", &[101])).await,
        Refusal::BeforeLastOrder,
        "an order about the next year is the last one"
    );
}

/// A journal in which some pupils have marks.
struct Marks {
    year: HashMap<PersonId, YearMarks>,
    later: HashSet<PersonId>,
}

#[async_trait]
impl PupilMarks for Marks {
    async fn later(
        &self,
        _: &mut Tx,
        pupils: &[(PersonId, NaiveDate)],
    ) -> Result<HashSet<PersonId>, Box<dyn Fault>> {
        let asked = pupils.iter().map(|it| it.0);
        Ok(asked.filter(|it| self.later.contains(it)).collect())
    }

    async fn year_marks(
        &self,
        _: &mut Tx,
        _: &[(PersonId, ClassId)],
    ) -> Result<HashMap<PersonId, YearMarks>, Box<dyn Fault>> {
        Ok(self.year.clone())
    }
}

/// §3.2.3–4: the journal's marks forbid a promotion or warn of a leaving; the
/// draft tells what becomes of the classes.
#[tokio::test]
async fn marks_stand_in_the_way() {
    let world = with_next_year().await;
    done(&world, enrolment("2026-09-01", CLASS_5A, &[101, 102, 103])).await;
    let year = [(101, YearMarks::Failed), (102, YearMarks::Missing)];
    let movement = movement(&world).with_marks(Arc::new(Marks {
        year: year.map(|(pupil, it)| (pupil.into(), it)).into(),
        later: [103.into()].into(),
    }));
    let actor = secretary(&world);
    let promotion = order(
        OrderKind::Promotion,
        "2027-09-01",
        [101, 102, 103].map(|it| to(it, NEXT_6A)).to_vec(),
    );
    let id = movement.draft(&actor, promotion).await.expect("drafted");
    let page = movement.order(&actor, id).await.expect("shows");
    let told: Vec<_> = page
        .pupils
        .iter()
        .map(|it| (it.line.pupil.get(), it.refused, it.warnings.clone()))
        .collect();
    assert_eq!(
        told,
        [
            (101, Some(Refusal::BadYearMarks), vec![]),
            (102, None, vec![Warning::NoYearMarks]),
            (103, None, vec![]),
        ]
    );
    let sizes: Vec<_> = page
        .sizes
        .iter()
        .map(|it| (it.class.as_str(), it.before, it.after))
        .collect();
    assert_eq!(sizes, [("5А", 3, 0), ("6А", 0, 3)]);
    let refused = movement.issue(&actor, id, 1).await;
    assert!(
        matches!(
            refused,
            Err(Error::Refused {
                why: Refusal::BadYearMarks,
                ..
            })
        ),
        "{refused:?}"
    );
    let id = movement
        .draft(&actor, leaving("2026-11-02", &[102, 103]))
        .await
        .expect("drafted");
    let page = movement.order(&actor, id).await.expect("shows");
    let warned: Vec<_> = page.pupils.iter().map(|it| it.warnings.len()).collect();
    assert_eq!(warned, [0, 1]);
    movement.issue(&actor, id, 1).await.expect("only a warning");
}

/// A kind, what its form says, and what its pages show then.
type Form = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const FORMS: [Form; 6] = [
    (
        "enrolment",
        &[
            ("class", "g5"),
            ("came_kind", "school"),
            ("scope", "abroad"),
            ("place", "Сухум"),
            ("study_form", "part_time"),
            ("pupils", "106"),
            ("number.106", "П/7"),
        ],
        "Сухум|5 параллель|очно-заочная|П/7|рубеж",
    ),
    (
        "leaving",
        &[
            ("reason", "college"),
            ("place", "Краснодар"),
            ("pupils", "101"),
        ],
        "колледж|Краснодар|5А",
    ),
    ("transfer", &[("class", "502"), ("pupils", "101")], "5А|5Б"),
    (
        "promotion",
        &[("class", "601"), ("conditional", "1"), ("pupils", "102")],
        "6А|условно",
    ),
    (
        "repeat",
        &[("class", "602"), ("ground", "council"), ("pupils", "103")],
        "решение педсовета",
    ),
    (
        "graduation",
        &[
            ("document", "honours"),
            ("document_on", "25.06.2027"),
            ("exams", "passed"),
            ("pupils", "104"),
            ("number.104", "0123456"),
        ],
        "аттестат с отличием № 0123456|25.06.2027|сдана",
    ),
];

async fn taught() -> World {
    let world = with_next_year().await;
    done(&world, enrolment("2026-09-01", CLASS_5A, &[101, 102, 103])).await;
    done(&world, enrolment("2026-09-01", NINE, &[104, 105])).await;
    world
}

/// The forms of all kinds, sent as a person sends them.
#[tokio::test]
async fn every_kind_has_a_form() {
    let world = taught().await;
    let mut office = browser(&world, "secretary");
    let days = [("ordered_on", "20.06.2027"), ("effective_on", "01.09.2027")];
    for (kind, fields, shows) in FORMS {
        let mut form = vec![("type", kind), ("seen", "0"), ("basis", "проверка")];
        form.extend(days);
        form.extend(fields.iter().copied());
        let answer = office.post_form("/o/g7/movement/orders/new", &form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{kind} {}",
            answer.text()
        );
        let path = answer.location().expect("a page").to_owned();
        for page in [path.clone(), format!("{path}/print")] {
            let page = office.get(&page).await.text();
            for word in shows.split('|') {
                assert!(page.contains(word), "{kind}: {word} in {page}");
            }
        }
        let edit = office.get(&format!("{path}/edit")).await;
        assert_eq!(edit.status, StatusCode::OK, "{kind}");
        assert!(edit.text().contains(" checked"), "{kind}");
    }
}

/// A whole class is ticked at once; what was typed stays where the form is wrong.
#[tokio::test]
async fn a_class_is_ticked_as_a_whole() {
    let world = taught().await;
    let mut office = browser(&world, "secretary");
    let whole = format!("/o/g7/movement/orders/new?type=promotion&from={CLASS_5A}");
    let whole = office.get(&whole).await.text();
    let ticked = whole.matches("checked><span class=\"check-text\">Петров");
    assert_eq!(ticked.count(), 3);
    assert!(!whole.contains("Иван104"), "the class alone");
    let nowhere = [
        ("type", "transfer"),
        ("ordered_on", "20.11.2026"),
        ("effective_on", "20.11.2026"),
        ("basis", "по заявлению"),
        ("pupils", "101"),
    ];
    let answer = office
        .post_form("/o/g7/movement/orders/new", &nowhere)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(
        page.contains("по заявлению") && page.contains("Выберите класс"),
        "{page}"
    );
}

/// «На подписи → издан»: where the school says so, the head alone issues.
#[tokio::test]
async fn the_head_signs_where_the_school_says_so() {
    let world = world().await;
    let movement = movement(&world);
    let (actor, head) = (secretary(&world), world.actor(DIRECTOR, Role::Director));
    let mut director = browser(&world, "director");
    let mut office = browser(&world, "secretary");
    let signing = [("director_signs", "1")];
    let refused = office.post_form("/o/g7/movement/signing", &signing).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let answer = director.post_form("/o/g7/movement/signing", &signing).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

    let id = movement
        .draft(&actor, enrolment("2026-09-01", CLASS_5A, &[101]))
        .await
        .expect("drafted");
    let denied = movement.issue(&actor, id, 1).await;
    assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    let path = format!("/o/g7/movement/orders/{id}");
    let page = office.get(&path).await.text();
    assert!(
        page.contains("/submit") && !page.contains("/issue"),
        "{page}"
    );
    let sent = office
        .post_form(&format!("{path}/submit"), &[("seen", "1")])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = office.get(&path).await.text();
    assert!(
        page.contains("на подписи") && page.contains("ждёт подписи"),
        "{page}"
    );
    let late = movement
        .change_draft(&actor, id, 2, enrolment("2026-09-02", CLASS_5A, &[101]))
        .await;
    assert!(matches!(late, Err(Error::NotADraft)), "{late:?}");
    movement.take_back(&head, id, 2).await.expect("taken back");
    movement.submit(&actor, id, 3).await.expect("submitted");
    let signed = director
        .post_form(&format!("{path}/issue"), &[("seen", "4")])
        .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    let page = director.get(&path).await.text();
    assert!(page.contains("№ 1-з") && page.contains("издан"), "{page}");
    let again = movement.submit(&actor, id, 5).await;
    assert!(matches!(again, Err(Error::NotADraft)), "{again:?}");
}
