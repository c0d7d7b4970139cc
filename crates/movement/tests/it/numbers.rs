//! Numbers of personal files that orders name (MOV-3), and classes of closed
//! years that no order leads into (MOV-4).

use axum::http::StatusCode;
use db::statements::counted;
use movement::{Details, Error, FileState, Order, OrderDraft, OrderKind, OrderLine, Refusal};
use testkit::world::{SCHOOL, World};

use crate::support::{
    CLASS_5A, CLASS_5B, PUPILS, books, browser, enrolment, issued, leaving, movement, secretary,
    world,
};

/// An enrolment into 5А that names the numbers.
fn numbered(on: &str, pupils: &[(i64, &str)]) -> OrderDraft {
    let ids: Vec<i64> = pupils.iter().map(|it| it.0).collect();
    let draft = enrolment(on, CLASS_5A, &ids);
    let lines = draft.lines.into_iter().zip(pupils).map(|(line, it)| {
        line.with(Details {
            file_number: it.1.to_owned(),
            ..Details::default()
        })
    });
    OrderDraft {
        lines: lines.collect(),
        ..draft
    }
}

async fn in_card(world: &World, pupil: i64, number: &str) -> bool {
    let query = format!(
        "select count(*) from people.pupil where person_id = {pupil} and file_number = '{number}'"
    );
    world.number(&query).await == 1
}

async fn in_book(world: &World, pupil: i64) -> Vec<(String, FileState)> {
    let book = books(world).alphabet(&secretary(world)).await;
    let entries = book.expect("the book").entries.into_iter();
    entries
        .filter(|it| it.record.pupil.get() == pupil)
        .map(|it| (it.record.number.clone(), it.record.state()))
        .collect()
}

async fn cancelled(world: &World, order: &Order) {
    movement(world)
        .cancel(&secretary(world), order.id, order.version, "ошибка")
        .await
        .expect("cancelled");
}

/// The number of the order goes into card and book, before that of the card;
/// with the order it goes again, and somebody else may get it.
#[tokio::test]
async fn mov3_the_number_of_an_order_comes_and_goes_with_it() {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    world
        .sql(&format!(
            "update people.pupil set file_number = 'П-40' where org_id = {SCHOOL} and person_id = 102"
        ))
        .await;
    let draft = numbered(
        "2026-09-01",
        &[(101, "П/7"), (102, "2026-11"), (103, ""), (104, " ")],
    );
    let order = issued(&movement, &secretary, draft).await.expect("issued");
    let shown = |number: &str, state| vec![(number.to_owned(), state)];
    for (pupil, number) in [(101, "П/7"), (102, "2026-11"), (103, "П/41"), (104, "П/42")] {
        assert!(in_card(&world, pupil, number).await, "{pupil} {number}");
        let book = in_book(&world, pupil).await;
        assert_eq!(book, shown(number, FileState::Studies), "{pupil}");
    }
    cancelled(&world, &order).await;
    for (pupil, number) in [(101, ""), (102, "П-40"), (103, "")] {
        assert!(in_card(&world, pupil, number).await, "{pupil} as before");
    }
    assert_eq!(
        in_book(&world, 101).await,
        shown("П/7", FileState::Cancelled)
    );

    // It was meant for another: the line of the mistake goes.
    let right = numbered("2026-09-02", &[(105, "П/7")]);
    issued(&movement, &secretary, right).await.expect("issued");
    assert_eq!(in_book(&world, 105).await, shown("П/7", FileState::Studies));
    assert!(in_book(&world, 101).await.is_empty());
    // Whoever is ordered anew without a number has that of the line, and with one that.
    let again = numbered("2026-09-03", &[(103, ""), (104, "П/8"), (101, "")]);
    issued(&movement, &secretary, again).await.expect("issued");
    assert_eq!(
        in_book(&world, 103).await,
        shown("П/41", FileState::Studies)
    );
    assert_eq!(in_book(&world, 104).await, shown("П/8", FileState::Studies));
    assert_eq!(
        in_book(&world, 101).await,
        shown("П/43", FileState::Studies)
    );
    assert!(in_card(&world, 103, "П/41").await && in_card(&world, 104, "П/8").await);
}

/// What somebody wrote into the card after the order stays when it is cancelled.
#[tokio::test]
async fn mov3_a_card_that_was_changed_since_keeps_its_number() {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    let draft = numbered("2026-09-01", &[(101, "П/7")]);
    let order = issued(&movement, &secretary, draft).await.expect("issued");
    world
        .sql("update people.pupil set file_number = 'П/70' where person_id = 101")
        .await;
    cancelled(&world, &order).await;
    assert!(in_card(&world, 101, "П/70").await);
}

/// A number that is taken is refused at its line, before issuing and by it:
/// by a line of the book, by another card, twice in one order, however written.
#[tokio::test]
async fn mov3_a_taken_number_is_refused_at_its_line() {
    let world = world().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    world
        .sql("update people.pupil set file_number = 'К/1' where person_id = 106")
        .await;
    let first = numbered("2026-09-01", &[(101, "П/7"), (105, "П/9")]);
    issued(&movement, &secretary, first).await.expect("issued");
    issued(&movement, &secretary, leaving("2026-10-01", &[105]))
        .await
        .expect("issued");
    for (pupil, number) in [(102, "п-7"), (102, "К/1"), (105, "П/9")] {
        let draft = numbered("2026-11-01", &[(pupil, number)]);
        let refused = issued(&movement, &secretary, draft).await;
        let Err(Error::Refused { pupil: who, why }) = refused else {
            panic!("{number} was given twice");
        };
        assert_eq!((who.get(), why), (pupil, Refusal::FileNumberTaken));
    }
    let twice = numbered("2026-11-01", &[(102, "П/50"), (103, "П 50"), (104, "П/51")]);
    let id = movement.draft(&secretary, twice).await.expect("drawn up");
    let (page, statements) = counted(movement.order(&secretary, id)).await;
    assert!(statements <= 8, "{statements}");
    let refused: Vec<_> = page
        .expect("the order")
        .pupils
        .into_iter()
        .filter_map(|it| Some((it.line.pupil.get(), it.refused?)))
        .collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1, Refusal::FileNumberTaken);
    let mut office = browser(&world, "secretary");
    let shown = office.get(&format!("/o/g7/movement/orders/{id}")).await;
    assert!(shown.text().contains("Номер личного дела занят"));
    let answer = office
        .post_form(
            &format!("/o/g7/movement/orders/{id}/issue"),
            &[("seen", "1")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Номер личного дела занят"));
    assert!(in_card(&world, 102, "").await, "nothing was done");
}

/// 5А of the year before, which is closed, is 511.
async fn with_closed_year() -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into curriculum.year (org_id, year_id, starts_on, ends_on, state) overriding system value
             values ({SCHOOL}, 10, '2025-09-01', '2026-05-31', 'archived');
             insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value
             values ({SCHOOL}, 511, 10, 5, 'А')"
        ))
        .await;
    world
}

/// MOV-4: no order leads into a class of a closed year; the page says why.
#[tokio::test]
async fn mov4_no_order_leads_into_a_closed_year() {
    let world = with_closed_year().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    let draft = enrolment("2026-09-01", 511, &PUPILS[..1]);
    let id = movement.draft(&secretary, draft).await.expect("drawn up");
    let refused = movement.issue(&secretary, id, 1).await;
    assert!(matches!(
        refused,
        Err(Error::Refused {
            why: Refusal::ClosedYear,
            ..
        })
    ));
    let page = browser(&world, "secretary")
        .get(&format!("/o/g7/movement/orders/{id}"))
        .await;
    assert!(page.text().contains("Класс закрытого учебного года"));
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &PUPILS[1..2]),
    )
    .await
    .expect("issued");
    let transfer = OrderDraft {
        kind: OrderKind::Transfer,
        lines: vec![OrderLine::of(PUPILS[1].into()).to(movement::Place::Class(511.into()))],
        ..enrolment("2026-10-01", CLASS_5B, &[])
    };
    let refused = issued(&movement, &secretary, transfer).await;
    assert!(matches!(
        refused,
        Err(Error::Refused {
            why: Refusal::ClosedYear,
            ..
        })
    ));
}

/// MOV-4: the database refuses it too, whatever the application thinks; an
/// order that was issued in time is rebuilt and cancelled as before.
#[tokio::test]
async fn mov4_the_database_stands_behind_a_closed_year() {
    let world = with_closed_year().await;
    let (movement, secretary) = (movement(&world), secretary(&world));
    let closed = enrolment("2026-09-01", 511, &PUPILS[..1]);
    let closed = movement.draft(&secretary, closed).await.expect("drawn up");
    let open = enrolment("2026-09-01", CLASS_5A, &PUPILS[1..2]);
    let open = movement.draft(&secretary, open).await.expect("drawn up");
    for (id, is_open) in [(closed, false), (open, true)] {
        let mut tx = world.begin(&secretary).await;
        let done = sqlx::query(
            "update movement.order set state = 'issued', number = '9-з', issued_at = now() where order_id = $1",
        )
        .bind(id.get())
        .execute(tx.conn())
        .await;
        assert_eq!(done.is_ok(), is_open, "{done:?}");
    }
    let order = movement.issue(&secretary, open, 1).await.expect("issued");
    world
        .sql("update curriculum.year set state = 'archived' where year_id = 1")
        .await;
    movement
        .cancel(&secretary, order.id, order.version, "ошибка")
        .await
        .expect("what was done in time may be undone");
}
