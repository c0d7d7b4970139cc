//! What transfers owe (S3:9.2): the board of deadlines, and working days.

use async_trait::async_trait;
use db::Tx;
use dues::{Ask, DeadlineSource};
use kernel::{
    Fault, OrgId,
    workdays::{Workdays, Workweek},
};
use movement::{MovementDues, WorkCalendar};

use super::{requests::request, *};

fn dues(world: &World) -> MovementDues {
    MovementDues {
        orgs: Arc::new(org::Org::new(world.db().clone())),
        people: Arc::new(people::Cards),
        curriculum: Arc::new(curriculum::Records),
    }
}

/// What a school owes of orders, and what it need not do any more.
async fn owed(world: &World, school: i64, known: &[TransferId]) -> (Vec<dues::Fact>, Vec<String>) {
    let known: Vec<(String, String)> = known
        .iter()
        .map(|it| ("movement.order".to_owned(), format!("transfer/{it}")))
        .collect();
    let ask = Ask {
        today: day(TODAY),
        from: day("2026-09-01"),
        until: day("2026-12-20"),
        known: &known,
    };
    let mut tx = world
        .db()
        .begin_system(school.into())
        .await
        .expect("begins");
    let answer = dues(world).facts(&mut tx, &ask).await;
    let answer = answer.unwrap_or_else(|it| panic!("{}", it.code()));
    tx.commit().await.expect("a look is over");
    let mut orders: Vec<dues::Fact> = answer.open;
    orders.retain(|it| it.duty == "movement.order" && !it.key.starts_with("pupil/"));
    let gone = answer.gone.into_iter().map(|it| it.1).collect();
    (orders, gone)
}

/// R-9.2c: who is offered is to be enrolled by the other school, until its
/// order is in force; the draft of that order is not owed besides.
#[tokio::test]
async fn an_offer_is_owed_an_order_of_enrolment() {
    let world = region().await;
    let (it, movement) = (transfers(&world), movement(&world));
    let to = accepting_school();
    let (_, id) = offered(&world).await;
    assert!(
        owed(&world, SCHOOL, &[]).await.0.is_empty(),
        "it did its part"
    );
    assert!(owed(&world, THIRD_SCHOOL, &[]).await.0.is_empty());
    let (facts, _) = owed(&world, OTHER_SCHOOL, &[]).await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, format!("transfer/{id}"));
    assert_eq!(facts[0].on, day(TODAY), "the day of the offer");
    assert_eq!(facts[0].about.text, "transfer-offer");
    assert_eq!(facts[0].about.person, None, "nobody's card yet");
    assert_eq!(facts[0].owner, dues::Owner::Role(Role::Secretary));
    assert_eq!(facts[0].place, format!("/movement/transfers/{id}"));

    let wish = acceptance(1, None);
    let order = it.accept(&to, id, &wish).await.expect("accepted");
    let (facts, _) = owed(&world, OTHER_SCHOOL, &[id]).await;
    let keys: Vec<&str> = facts.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(
        keys,
        [format!("transfer/{id}")],
        "the draft is not owed twice"
    );
    assert!(facts[0].about.person.is_some());
    put_in_force(&movement, &world, &to, order).await;
    let (facts, gone) = owed(&world, OTHER_SCHOOL, &[id]).await;
    assert!(facts.is_empty() && gone.is_empty(), "done");
}

/// R-9.2c: a request is owed an answer; one taken back is not required any more.
#[tokio::test]
async fn a_request_is_owed_an_answer() {
    let world = region().await;
    let it = transfers(&world);
    let (from, to) = (leaving_school(), accepting_school());
    let wish = request("П/7", "");
    let id = it.ask(&to, &wish).await.expect("asked");
    let (facts, _) = owed(&world, SCHOOL, &[]).await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].about.text, "transfer-request");
    assert_eq!(facts[0].place, format!("/movement/transfers/{id}"));
    assert!(owed(&world, OTHER_SCHOOL, &[]).await.0.is_empty());
    it.answer(&from, id, 1, 101.into(), day("2026-11-23"))
        .await
        .expect("answered");
    let (facts, _) = owed(&world, SCHOOL, &[id]).await;
    assert_eq!(facts.len(), 1, "until the order of leaving is in force");
    assert_eq!(facts[0].about.person, Some(101.into()));

    let seen = seen(&it, &to, id).await.transfer.version;
    it.take_back(&to, id, seen).await.expect("taken back");
    let (facts, gone) = owed(&world, SCHOOL, &[id]).await;
    assert_eq!(facts.len(), 1, "the draft is an order like others now");
    assert!(facts[0].key.starts_with("order/"));
    assert_eq!(gone, [format!("transfer/{id}")]);

    let again = it.ask(&to, &wish).await.expect("asked");
    it.refuse(&from, again, 1, "не учится")
        .await
        .expect("refused");
    let (facts, gone) = owed(&world, SCHOOL, &[again]).await;
    assert!(facts.iter().all(|it| it.key.starts_with("order/")));
    assert!(gone.is_empty(), "a refusal is an answer");
}

/// Whose calendar was asked for; Monday is a day off in the other school.
struct OwnDays;

#[async_trait]
impl WorkCalendar for OwnDays {
    async fn workdays(&self, _: &mut Tx, school: OrgId) -> Result<Workdays, Box<dyn Fault>> {
        let country = Workdays::new(Workweek::Five);
        Ok(if school == OrgId::from(OTHER_SCHOOL) {
            country.with_days_off([day("2026-11-23")])
        } else {
            country
        })
    }
}

/// S3:9.2: the days of the school that has to answer, with those off that its
/// region adds.
#[tokio::test]
async fn an_answer_is_due_by_the_days_of_whoever_answers() {
    let world = region().await;
    let db = world.db().clone();
    let movement = movement(&world).with_calendar(Arc::new(OwnDays));
    let it = Transfers::new(
        db.clone(),
        movement.clone(),
        Arc::new(curriculum::Records),
        Arc::new(org::Org::new(db)),
    );
    let (from, to) = (leaving_school(), accepting_school());
    let asked = it.ask(&to, &request("П/9", "")).await.expect("asked");
    let asked = seen(&it, &to, asked).await.transfer;
    assert_eq!(asked.due_on, day("2026-11-25"));
    issued(&movement, &from, to_school(101, OTHER_SCHOOL))
        .await
        .expect("issued");
    let list = it.list(&to).await.expect("listed").transfers;
    let offer = list.iter().find(|it| it.state == TransferState::Offered);
    assert_eq!(offer.expect("offered").due_on, day("2026-11-26"));
}
