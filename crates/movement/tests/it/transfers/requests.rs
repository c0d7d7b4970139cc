//! «Прибытие по запросу» (MOV-5).

use db::vault::Keyring;

use super::*;

pub(super) fn request(file_number: &str, snils: &str) -> NewRequest {
    NewRequest {
        school: SCHOOL.into(),
        last_name: "Петров".to_owned(),
        first_name: "Иван".to_owned(),
        middle_name: "Ильич".to_owned(),
        born_on: day("2015-03-27"),
        file_number: file_number.to_owned(),
        snils: snils.to_owned(),
        note: "заявление".to_owned(),
    }
}

#[tokio::test]
async fn a_request_tells_nothing_before_the_answer() {
    let world = region().await;
    let it = transfers(&world);
    let (from, to) = (leaving_school(), accepting_school());
    let nothing = it.ask(&to, &request("", "")).await;
    assert!(matches!(nothing, Err(Error::NothingToKnowBy)));
    let wrong = it.ask(&to, &request("", "112-233-445 96")).await;
    assert!(matches!(wrong, Err(Error::BadSnils)));
    let known = request("П/7", "112-233-445 95");
    let known = it.ask(&to, &known).await.expect("asked");
    let unknown = NewRequest {
        last_name: "Никакой".to_owned(),
        ..request("Я/99", "")
    };
    let unknown = it.ask(&to, &unknown).await.expect("asked");
    // The two look the same to the asking school.
    for id in [known, unknown] {
        let page = seen(&it, &to, id).await;
        assert_eq!(page.transfer.state, TransferState::Asked);
        assert!(page.extract.is_none() && page.candidates.is_empty());
        assert!(page.transfer.pupil.is_none() && page.transfer.class.is_empty());
    }
    let clear =
        "select count(*) from movement.transfer t where to_jsonb(t)::text like '%11223344595%'";
    assert_eq!(world.number(clear).await, 0, "the number is sealed");
    let sealed = "select count(*) from movement.transfer where snils is not null";
    assert_eq!(world.number(sealed).await, 1);

    let page = seen(&it, &from, known).await;
    let candidate = &page.candidates[0];
    assert_eq!(candidate.card.id.get(), 101);
    assert!(candidate.same_person);
    assert_eq!(candidate.file_number, Knows::Same);
    assert_eq!(candidate.snils, Knows::Other, "the card has none");
    assert_eq!(candidate.class.as_deref(), Some("5А"));
    assert!(seen(&it, &from, unknown).await.candidates.is_empty());
    it.refuse(&from, unknown, 1, "не учится")
        .await
        .expect("refused");
    let page = seen(&it, &to, unknown).await;
    assert_eq!(page.transfer.reason, "не учится");
}

#[tokio::test]
async fn a_request_is_answered_by_the_order_of_leaving() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let request = request("П/7", "112-233-445 95");
    let id = it.ask(&to, &request).await.expect("asked");
    // A draft that is thrown away asks again.
    let on = day("2026-11-24");
    let draft = it.answer(&from, id, 1, 101.into(), on).await;
    let draft = draft.expect("answered");
    assert_eq!(state(&it, &to, id).await, TransferState::Preparing);
    movement.discard(&from, draft, 1).await.expect("discarded");
    let page = seen(&it, &from, id).await;
    assert_eq!(page.transfer.state, TransferState::Asked);
    let order = it
        .answer(&from, id, page.transfer.version, 101.into(), on)
        .await
        .expect("answered");
    put_in_force(&movement, &world, &from, order).await;
    let page = seen(&it, &to, id).await;
    assert_eq!(page.transfer.state, TransferState::Offered);
    assert_eq!(page.extract.expect("offered").leaves_on, on);
    let all = "select count(*) from movement.transfer";
    assert_eq!(
        world.number(all).await,
        1,
        "the request itself became the offer"
    );
    let kept = "select count(*) from movement.transfer where snils is not null";
    assert_eq!(world.number(kept).await, 0, "answered: the number is gone");
}

#[tokio::test]
async fn a_request_taken_back_leaves_an_order_that_offers_anew() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let (from, to) = (leaving_school(), accepting_school());
    let id = it.ask(&to, &request("П/7", "")).await.expect("asked");
    let order = it
        .answer(&from, id, 1, 101.into(), day("2026-11-24"))
        .await
        .expect("answered");
    it.take_back(&to, id, 2).await.expect("taken back");
    put_in_force(&movement, &world, &from, order).await;
    let list = it.list(&to).await.expect("listed").transfers;
    let states: Vec<TransferState> = list.iter().map(|it| it.state).collect();
    assert_eq!(states, [TransferState::Offered, TransferState::Withdrawn]);
}

/// What waits in requests opens with the newest key after a rotation.
#[tokio::test]
async fn requests_are_sealed_anew_with_the_newest_key() {
    let world = region().await;
    let ring = Keyring::new_line("one").expect("a key");
    let both = format!("{ring}\n{}", Keyring::new_line("two").expect("a key"));
    let with = |keys: &str| {
        let keys = Keyring::parse(keys).expect("keys");
        let db = world.db().clone().with_keys(keys);
        let org = Arc::new(org::Org::new(db.clone()));
        Transfers::new(db, movement(&world), Arc::new(curriculum::Records), org)
    };
    let request = request("", "112-233-445 95");
    with(&ring)
        .ask(&accepting_school(), &request)
        .await
        .expect("asked");
    let rotated = with(&both);
    let sealed = rotated.seal_requests_anew(SCHOOL.into()).await;
    assert_eq!(sealed.expect("sealed"), 1);
    let again = rotated.seal_requests_anew(SCHOOL.into()).await;
    assert_eq!(again.expect("looked"), 0);
}
