//! MOV-5: two schools with real rows, a third that sees nothing.

mod owed;
mod policies;
mod requests;

use std::sync::Arc;

use kernel::{Actor, Role};
use movement::{
    Acceptance, Details, Error, HandedDocument, Knows, LeavingReason, Movement, NewRequest,
    OrderDraft, OrderId, OrderKind, OrderLine, Place, TransferId, TransferState, Transfers,
};
use testkit::{
    actor,
    world::{OTHER_SCHOOL, SCHOOL, World},
};

use crate::support::{
    CLASS_5A, SECRETARY, STRANGE_CLASS, day, enrolment, issued, leaving, movement, version, world,
};

const THIRD_SCHOOL: i64 = 1003;
/// Secretaries of the other schools.
const NEIGHBOUR: i64 = 907;
const ONLOOKER: i64 = 908;
/// Mother of pupil 101, and her card in the other school, where she has another child.
const MOTHER: i64 = 701;
const MOTHER_THERE: i64 = 909;
const TODAY: &str = "2026-11-20";

fn transfers(world: &World) -> Transfers {
    let db = world.db().clone();
    Transfers::new(
        db.clone(),
        movement(world),
        Arc::new(curriculum::Records),
        Arc::new(org::Org::new(db)),
    )
}

fn leaving_school() -> Actor {
    actor(SCHOOL, SECRETARY, Role::Secretary)
}

fn accepting_school() -> Actor {
    actor(OTHER_SCHOOL, NEIGHBOUR, Role::Secretary)
}

fn third_school() -> Actor {
    actor(THIRD_SCHOOL, ONLOOKER, Role::Secretary)
}

/// The world with a region, a third school, and pupil 101 with a mother who
/// is known in the other school too.
async fn region() -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
             (1000, 'region', 'region', 'Край', 'Край'),
             ({THIRD_SCHOOL}, 'school', 's3', 'Школа № 3', 'МБОУ «Школа № 3»');
             update org.organisation set parent_id = 1000 where org_id in ({SCHOOL}, {OTHER_SCHOOL}, {THIRD_SCHOOL});
             insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key, mobile,
                 email) overriding system value values
             ({SCHOOL}, {MOTHER}, 'Петрова', 'Анна', 'Ивановна', 'петрова анна ивановна', '+79180000001',
                 'petrova@example.test'),
             ({OTHER_SCHOOL}, {MOTHER_THERE}, 'Петрова', 'Анна', 'Ивановна', 'петрова анна ивановна',
                 '+79180000001', ''),
             ({OTHER_SCHOOL}, {NEIGHBOUR}, 'Лиса', 'Алиса', null, 'лиса алиса', '', ''),
             ({THIRD_SCHOOL}, {ONLOOKER}, 'Сова', 'Ольга', null, 'сова ольга', '', '');
             insert into people.parent (org_id, person_id, workplace) values
             ({SCHOOL}, {MOTHER}, 'Почта'), ({OTHER_SCHOOL}, {MOTHER_THERE}, '');
             insert into people.kinship (org_id, parent_id, pupil_id, kind) values
             ({SCHOOL}, {MOTHER}, 101, 'mother');
             update people.person set born_on = '2015-03-27', first_name = 'Иван', middle_name = 'Ильич',
                 search_key = 'петров иван ильич' where person_id = 101;
             update people.pupil set file_number = 'П/7', citizenship = 'foreign', taught_at_home = true
              where person_id = 101"
        ))
        .await;
    let order = enrolment("2026-09-01", CLASS_5A, &[101, 102]);
    issued(&movement(&world), &leaving_school(), order)
        .await
        .expect("enrolled");
    world
}

fn to_school(pupil: i64, school: i64) -> OrderDraft {
    let line = OrderLine::leave(pupil.into(), String::new(), LeavingReason::OtherSchool);
    OrderDraft {
        kind: OrderKind::Leaving,
        ordered_on: day(TODAY),
        effective_on: day("2026-11-23"),
        basis: "заявление".to_owned(),
        lines: vec![line.with(Details {
            to_school: Some(school.into()),
            ..Details::default()
        })],
    }
}

/// Pupil 101 leaves for the other school: the order and the transfer.
async fn offered(world: &World) -> (OrderId, TransferId) {
    let draft = to_school(101, OTHER_SCHOOL);
    let order = issued(&movement(world), &leaving_school(), draft)
        .await
        .expect("issued");
    let id = world
        .number("select transfer_id from movement.transfer")
        .await;
    (order.id, id.into())
}

fn acceptance(seen: i32, mother: Option<i64>) -> Acceptance {
    Acceptance {
        seen,
        place: Place::Class(STRANGE_CLASS.into()),
        ordered_on: day("2026-11-23"),
        effective_on: day("2026-11-23"),
        application: "№ 5 от 20.11.2026".to_owned(),
        pupil: None,
        relatives: vec![mother.map(Into::into)],
    }
}

async fn seen(it: &Transfers, actor: &Actor, id: TransferId) -> movement::TransferPage {
    let page = it.transfer(actor, id, day(TODAY), "show").await;
    page.expect("seen")
}

async fn state(it: &Transfers, actor: &Actor, id: TransferId) -> TransferState {
    seen(it, actor, id).await.transfer.state
}

async fn put_in_force(movement: &Movement, world: &World, actor: &Actor, id: OrderId) {
    let seen = version(world, id).await;
    movement.issue(actor, id, seen).await.expect("issued");
}

#[tokio::test]
async fn a_pupil_goes_from_school_to_school_without_retyping() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let (order, id) = offered(&world).await;
    let line = movement.order_lines(&from, order).await.expect("seen").1;
    assert_eq!(line[0].went_to, "Школа № 2", "chosen, not typed");

    // 20.11.2026 is a Friday: three working days are over on Wednesday.
    let page = seen(&it, &to, id).await;
    assert_eq!(page.transfer.due_on, day("2026-11-25"));
    let extract = page.extract.expect("offered");
    assert_eq!(extract.class, "5А");
    assert_eq!(extract.family.relatives[0].person.mobile, "+79180000001");
    assert_eq!(extract.since, Some(day("2026-09-01")));
    // Teaching at home is decided anew, and hints at health.
    let pupil = &extract.family.pupil;
    let citizenship = pupil.citizenship.map(people::Citizenship::code);
    assert_eq!((citizenship, pupil.taught_at_home), (Some("foreign"), None));

    let preview = it.acceptance(&to, id, day(TODAY)).await.expect("a preview");
    let known = &preview.relatives[0].namesakes;
    assert_eq!(known[0].card.id.get(), MOTHER_THERE);
    assert!(known[0].sure, "the phone is the same");
    let wish = acceptance(1, Some(MOTHER_THERE));
    let enrolment = it.accept(&to, id, &wish).await.expect("accepted");
    assert_eq!(state(&it, &from, id).await, TransferState::Accepted);
    let lines = movement.order_lines(&to, enrolment).await.expect("seen").1;
    assert_eq!(lines[0].came_from, "Гимназия № 7");
    put_in_force(&movement, &world, &to, enrolment).await;

    let told = seen(&it, &from, id).await.transfer;
    assert_eq!(told.state, TransferState::Enrolled);
    assert_eq!(told.enrolment_number, "1-з");
    assert_eq!(told.enrolled_on, Some(day("2026-11-23")));
    let pupil = lines[0].pupil;
    let mothers = format!(
        "select count(*) from people.kinship where org_id = {OTHER_SCHOOL} and pupil_id = {pupil}
         and parent_id = {MOTHER_THERE} and kind = 'mother'"
    );
    assert_eq!(
        world.number(&mothers).await,
        1,
        "no second card of the mother"
    );
    let studied = format!(
        "select count(*) from people.record where org_id = {OTHER_SCHOOL} and person_id = {pupil}
         and kind = 'study' and title = 'МБОУ «Гимназия № 7»' and detail = '5А'"
    );
    assert_eq!(world.number(&studied).await, 1);
    let members = format!(
        "select count(*) from movement.class_member where org_id = {OTHER_SCHOOL} and pupil_id = {pupil}"
    );
    assert_eq!(world.number(&members).await, 1);
    let events = "select count(*) from kernel.outbox where kind = 'movement.transfer-moved'";
    assert_eq!(world.number(events).await, 3, "offered, accepted, enrolled");
    let reads = format!(
        "select count(*) from kernel.audit where org_id = {OTHER_SCHOOL} and action = 'movement.extract-read'"
    );
    assert_eq!(world.number(&reads).await, 2, "each reading is on record");
}

#[tokio::test]
async fn a_third_school_sees_nothing_and_a_draft_offers_nothing() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let draft = movement
        .draft(&from, to_school(101, OTHER_SCHOOL))
        .await
        .expect("drafted");
    let none = it.list(&to).await.expect("listed").transfers;
    assert!(none.is_empty());
    put_in_force(&movement, &world, &from, draft).await;
    let id = it.list(&to).await.expect("listed").transfers[0].id;
    let third = third_school();
    let none = it.list(&third).await.expect("listed").transfers;
    assert!(none.is_empty());
    let refused = it.transfer(&third, id, day(TODAY), "show").await;
    assert!(matches!(refused, Err(Error::NoSuchTransfer)));
    let refused = it.accept(&third, id, &acceptance(1, None)).await;
    assert!(matches!(refused, Err(Error::NoSuchTransfer)));
    let refused = it.withdraw(&third, id, 1, "нет").await;
    assert!(matches!(refused, Err(Error::NoSuchTransfer)));
    // Neither side takes the other's step.
    let refused = it.accept(&from, id, &acceptance(1, None)).await;
    assert!(matches!(refused, Err(Error::NoSuchStep)));
    let refused = it.withdraw(&to, id, 1, "нет").await;
    assert!(matches!(refused, Err(Error::NoSuchStep)));
}

/// Four secretaries press «принять» at once: one order, one arrival.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_accepted_once_in_a_race() {
    let world = region().await;
    let (_, id) = offered(&world).await;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let it = transfers(&world);
            let to = accepting_school();
            tokio::spawn(async move { it.accept(&to, id, &acceptance(1, None)).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.expect("runs") {
            Ok(_) => done += 1,
            Err(Error::NoSuchStep | Error::ChangedMeanwhile) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(done, 1);
    let arrivals = "select count(*) from movement.arrival";
    assert_eq!(world.number(arrivals).await, 1);
    let cards = format!(
        "select count(*) from people.pupil where org_id = {OTHER_SCHOOL} and person_id <> 901"
    );
    assert_eq!(
        world.number(&cards).await,
        1,
        "the others left nothing behind"
    );
    let again = "insert into movement.arrival select * from movement.arrival";
    let twice = sqlx::query(again).execute(world.test.admin()).await;
    assert!(twice.is_err(), "the key itself refuses a second acceptance");
}

#[tokio::test]
async fn orders_that_are_cancelled_take_the_offer_along() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let (order, id) = offered(&world).await;

    // A draft of the enrolment that is thrown away gives the offer back.
    let wish = acceptance(1, None);
    let enrolment = it.accept(&to, id, &wish).await.expect("accepted");
    movement
        .discard(&to, enrolment, 1)
        .await
        .expect("discarded");
    assert_eq!(state(&it, &from, id).await, TransferState::Offered);
    // The card that was entered is found when it is accepted again.
    let preview = it.acceptance(&to, id, day(TODAY)).await.expect("offered");
    let known = preview.pupil[0].clone();
    assert!(known.sure);
    let wish = Acceptance {
        pupil: Some(known.card.id),
        ..acceptance(preview.transfer.version, Some(MOTHER_THERE))
    };
    let enrolment = it.accept(&to, id, &wish).await.expect("accepted again");
    put_in_force(&movement, &world, &to, enrolment).await;

    // Whoever is enrolled elsewhere does not come back by a cancellation here.
    let known = version(&world, order).await;
    let refused = movement.cancel(&from, order, known, "ошибка").await;
    assert!(matches!(refused, Err(Error::EnrolledElsewhere)));
    let known = version(&world, enrolment).await;
    movement
        .cancel(&to, enrolment, known, "ошибка")
        .await
        .expect("cancelled");
    assert_eq!(state(&it, &from, id).await, TransferState::Offered);
    let known = version(&world, order).await;
    movement
        .cancel(&from, order, known, "ошибка")
        .await
        .expect("cancelled");
    let page = seen(&it, &to, id).await;
    assert_eq!(page.transfer.state, TransferState::Withdrawn);
    assert_eq!(page.transfer.reason, "ошибка");
    assert!(page.extract.is_none(), "closed for the accepting school");
}

#[tokio::test]
async fn an_enrolment_of_an_offer_that_was_taken_back_is_not_issued() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let (_, id) = offered(&world).await;
    let wish = acceptance(1, None);
    let enrolment = it.accept(&to, id, &wish).await.expect("accepted");
    it.withdraw(&from, id, 2, "семья передумала")
        .await
        .expect("withdrawn");
    let refused = movement.issue(&to, enrolment, 1).await;
    assert!(matches!(refused, Err(Error::NoSuchStep)), "{refused:?}");
    movement
        .discard(&to, enrolment, 1)
        .await
        .expect("discarded");
    assert_eq!(state(&it, &from, id).await, TransferState::Withdrawn);
}

#[tokio::test]
async fn a_school_declines_with_a_reason_and_the_pupil_stays_a_leaver() {
    let world = region().await;
    let it = transfers(&world);
    let (_, id) = offered(&world).await;
    let to = accepting_school();
    let silent = it.decline(&to, id, 1, " ").await;
    assert!(matches!(silent, Err(Error::NoReason)));
    let stale = it.decline(&to, id, 7, "нет мест").await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)));
    it.decline(&to, id, 1, "нет мест").await.expect("declined");
    let page = seen(&it, &leaving_school(), id).await;
    assert_eq!(page.transfer.reason, "нет мест");
    let refused = it.accept(&to, id, &acceptance(2, None)).await;
    assert!(matches!(refused, Err(Error::NoSuchStep)));
    assert!(seen(&it, &to, id).await.extract.is_none());
    let left =
        "select count(*) from movement.class_member where pupil_id = 101 and upper_inf(during)";
    assert_eq!(world.number(left).await, 0);
}

#[tokio::test]
async fn the_leaving_school_says_which_papers_go() {
    let world = region().await;
    let it = transfers(&world);
    let (_, id) = offered(&world).await;
    let papers = [HandedDocument::File, HandedDocument::Medical];
    let stranger = it.say_documents(&accepting_school(), id, 1, &papers).await;
    assert!(matches!(stranger, Err(Error::NoSuchStep)));
    it.say_documents(&leaving_school(), id, 1, &papers)
        .await
        .expect("said");
    let page = seen(&it, &accepting_school(), id).await;
    assert_eq!(page.transfer.documents, papers);
}

#[tokio::test]
async fn a_leaver_to_nowhere_in_the_region_is_an_ordinary_one() {
    let world = region().await;
    let (movement, from) = (movement(&world), leaving_school());
    issued(&movement, &from, leaving(TODAY, &[101]))
        .await
        .expect("issued");
    let none = "select count(*) from movement.transfer";
    assert_eq!(world.number(none).await, 0);
    // A school that is not in the region, or the own one, is none to go to.
    for school in [SCHOOL, 1000, 4711] {
        let refused = movement.draft(&from, to_school(102, school)).await;
        assert!(matches!(refused, Err(Error::NoSuchSchool)), "{school}");
    }
    let mut moved = to_school(102, OTHER_SCHOOL);
    moved.lines[0].reason = Some(LeavingReason::Moved);
    let refused = movement.draft(&from, moved).await;
    assert!(matches!(refused, Err(Error::NotToASchool)));
}

/// Marks of the former school are for whoever teaches the pupil.
#[tokio::test]
async fn former_marks_are_shown_in_the_new_school_alone() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let (_, id) = offered(&world).await;
    let wish = acceptance(1, None);
    let order = it.accept(&to, id, &wish).await.expect("accepted");
    put_in_force(&movement, &world, &to, order).await;
    let lines = movement.order_lines(&to, order).await.expect("seen").1;
    let (pupil, on) = (lines[0].pupil, day("2026-11-23"));
    let former = it.former_marks(&to, pupil, on).await.expect("seen");
    assert_eq!(former.schools[0].school, "МБОУ «Гимназия № 7»");
    let medic = actor(OTHER_SCHOOL, NEIGHBOUR, Role::Medic);
    let refused = it.former_marks(&medic, pupil, on).await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    assert!(it.former_marks(&from, pupil, on).await.is_err());
    let nobody = it.former_marks(&from, 102.into(), on).await;
    assert!(matches!(nobody, Err(Error::NoSuchTransfer)));
}
