//! The municipality: who handed in, what they say of it, the sum (S2:2.2.1, H4).

use axum::http::StatusCode;
use forms::{Decision, Error, FormState};
use kernel::OrgId;
use testkit::world::SCHOOL;

use crate::support::{
    DEPUTY, DISTRICT, FAR_OPERATOR, OPERATOR, SECOND, SECOND_SCHOOL, Town, YEAR, actor,
};

const KEY: (&str, i32) = ("oo-1", YEAR);

/// Returned with a comment, told to the school, handed in again, accepted, summed up.
#[tokio::test]
async fn a_form_goes_there_and_back() {
    let town = Town::open().await;
    let id = town.handed_in().await;
    let operator = actor(OPERATOR);
    let school = OrgId::from(SCHOOL);
    let decide = async |number, decision, comment| {
        let said = (decision, comment, "Операторова О. И.");
        town.forms
            .decide(&operator, KEY, school, number, said)
            .await
    };
    let mute = decide(1, Decision::Returned, "").await;
    assert!(matches!(mute, Err(Error::NoComment)), "{mute:?}");
    decide(1, Decision::Returned, "Проверьте иностранные языки")
        .await
        .unwrap();
    let again = decide(1, Decision::Accepted, "").await;
    assert!(matches!(again, Err(Error::AlreadyDecided)), "{again:?}");
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    assert_eq!(form.state, FormState::Returned);
    assert_eq!(form.submissions[0].comment, "Проверьте иностранные языки");
    let told = "select count(*) from kernel.outbox where kind = 'forms.decided' and org_id = 1001
                and (payload->>'to')::bigint = 2 and payload->>'accepted' = 'false'";
    assert_eq!(town.world.number(told).await, 1);
    // What was returned is in no sum.
    let sum = town
        .forms
        .consolidated(&operator, KEY, None, true)
        .await
        .unwrap();
    assert_eq!((sum.parts.len(), sum.schools), (0, 2));
    town.hand_in(DEPUTY, id).await;
    let sum = town
        .forms
        .consolidated(&operator, KEY, None, false)
        .await
        .unwrap();
    assert_eq!(sum.parts.len(), 0, "accepted ones alone");
    decide(2, Decision::Accepted, "").await.unwrap();
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    assert_eq!(
        (form.state, form.submissions.len()),
        (FormState::Accepted, 2)
    );
}

/// The sum is of the schools' figures, cell by cell, with each school's part.
#[tokio::test]
async fn schools_are_summed_up() {
    let town = Town::open().await;
    town.handed_in().await;
    let second = actor(SECOND);
    let id = town.forms.compute(&second, "oo-1", YEAR).await.unwrap();
    town.hand_in(SECOND, id).await;
    let operator = actor(OPERATOR);
    let said = (Decision::Accepted, "", "Операторова О. И.");
    let school = OrgId::from(SECOND_SCHOOL);
    town.forms
        .decide(&operator, KEY, school, 1, said)
        .await
        .unwrap();
    let all = town
        .forms
        .consolidated(&operator, KEY, None, true)
        .await
        .unwrap();
    let accepted = town
        .forms
        .consolidated(&operator, KEY, None, false)
        .await
        .unwrap();
    // Four pupils here, one there.
    assert_eq!(all.figures.get("2.1.1/02/3"), Some(&5));
    assert_eq!(all.figures.get("2.1.1/02/8"), Some(&4));
    assert_eq!(accepted.figures.get("2.1.1/02/3"), Some(&1));
    for (place, figure) in &all.figures {
        let parts = all
            .parts
            .iter()
            .filter_map(|it| it.2.get(place))
            .sum::<i64>();
        assert_eq!(parts, *figure, "{place}");
    }
    let mut client = town.signed_in(OPERATOR);
    let key = "form=oo-1&year=2026";
    let board = client
        .get(&format!("/hub/district/forms?{key}"))
        .await
        .text();
    assert!(
        board.contains("Школа № 1") && board.contains("Школа № 2"),
        "{board}"
    );
    assert!(!board.contains("Школа № 9") && !board.contains("Завучева"));
    let cell = client
        .get(&format!(
            "/hub/district/forms/sum/cell?{key}&with=handed-in&at=2.1.1/02/8"
        ))
        .await
        .text();
    assert!(cell.contains("Школа № 1") && cell.contains(">3<"), "{cell}");
    let page = client
        .get(&format!("/hub/district/forms/{SCHOOL}?{key}&section=2.5"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    assert!(
        !page.contains("Абрамов") && !page.contains("Завучева"),
        "no names of people"
    );
    for kind in ["xlsx", "pdf"] {
        let file = client
            .get(&format!("/hub/district/forms/sum?{key}&as={kind}"))
            .await;
        let pressed = kind == "xlsx" && file.status == StatusCode::OK;
        assert!(pressed || kind == "pdf", "{}", file.status);
    }
}

/// AC-15: a municipality sees its own schools and no others, and nobody below sees it.
#[tokio::test]
async fn no_other_municipality_sees_it() {
    let town = Town::open().await;
    town.handed_in().await;
    let far = actor(FAR_OPERATOR);
    let board = town
        .forms
        .board(&far, "oo-1", YEAR, "2026-11-20".parse().unwrap())
        .await
        .unwrap();
    assert!(
        board
            .schools
            .iter()
            .all(|it| it.id.get() == 1002 && it.part.is_none())
    );
    let school = OrgId::from(SCHOOL);
    let said = (Decision::Accepted, "", "Дальнова О.");
    let foreign = town.forms.decide(&far, KEY, school, 1, said).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
    // The functions themselves tell a school nothing of its neighbours.
    for (person, rows) in [(OPERATOR, 1), (FAR_OPERATOR, 0), (SECOND, 0), (DEPUTY, 0)] {
        let mut tx = town.world.begin(&actor(person)).await;
        let query = "select count(*) from forms.submitted_below('oo-1', 2026::smallint)";
        let seen: i64 = sqlx::query_scalar(query)
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, rows, "{person}");
        let direct: i64 = sqlx::query_scalar("select count(*) from forms.submission")
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(direct, i64::from(person == DEPUTY), "{person}");
    }
}

/// R-10.3c: the operator sets the day, the school sees it.
#[tokio::test]
async fn the_day_is_agreed_upon() {
    let town = Town::open().await;
    let mut operator = town.signed_in(OPERATOR);
    let set = async |client: &mut testkit::Client, day: &str| {
        let fields = [("form", "oo-1"), ("year", "2026"), ("due_on", day)];
        client.post_form("/hub/district/forms/due", &fields).await
    };
    let wrong = set(&mut operator, "01.02.2020").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = set(&mut operator, "12.10.2026").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let list = town
        .signed_in(DEPUTY)
        .get("/o/school/reports/forms")
        .await
        .text();
    assert!(list.contains("Сдать до 12.10.2026"), "{list}");
    let mut tx = town.world.begin(&actor(DEPUTY)).await;
    let foreign = format!(
        "insert into forms.due (org_id, code, year, due_on) values ({DISTRICT}, 'oo-1', 2025, '2025-10-12')"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(foreign))
        .execute(tx.conn())
        .await;
    assert!(done.is_err(), "a school sets no day of its municipality");
}
