//! The municipality: who handed in, what they say of it, the sum (S2:2.2.1, H4).

use axum::http::StatusCode;
use forms::{Decision, Error, FormState, expr::Place};
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
    let sum = town.forms.consolidated(&operator, KEY, true).await.unwrap();
    assert_eq!((sum.parts.len(), sum.schools), (0, 2));
    // Whoever is not in it is named with what became of the form.
    let names = ["Школа № 1", "Школа № 2"].map(str::to_owned);
    let states = [Some(FormState::Returned), None];
    let missing: Vec<_> = names.into_iter().zip(states).collect();
    assert_eq!(sum.missing, missing);
    assert_eq!(sum.failed, vec![]);
    town.hand_in(DEPUTY, id).await;
    let sum = town
        .forms
        .consolidated(&operator, KEY, false)
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
    let all = town.forms.consolidated(&operator, KEY, true).await.unwrap();
    let accepted = town
        .forms
        .consolidated(&operator, KEY, false)
        .await
        .unwrap();
    // Four pupils here, one there.
    assert_eq!(all.figures.get("2.1.1/02/3"), Some(&5));
    assert_eq!(all.figures.get("2.1.1/02/8"), Some(&4));
    assert_eq!(accepted.figures.get("2.1.1/02/3"), Some(&1));
    for place in ["2.1.1/02/3", "2.5/12/3", "1.1/02/3", "3.1/01/3"] {
        let at = Place::parse(place).unwrap();
        let cell = town.forms.cell_below(&operator, KEY, &at, true).await;
        let cell = cell.unwrap();
        assert_eq!(cell.figure, all.figures.get(place).copied(), "{place}");
        assert_eq!(cell.parts.len(), 2);
    }
    // Both schools teach grades 5–9: 1 and 1 say that two do.
    assert_eq!(all.figures.get("1.1/02/3"), Some(&2));
    assert_eq!(all.figures.get("1.1/01/3"), Some(&0));
    assert_eq!(accepted.missing.len(), 1);
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

/// H4: the sum has its own checks, says who is not in it, and is compared with
/// what the same schools handed in a year before.
#[tokio::test]
async fn a_sum_is_checked_and_compared() {
    let town = Town::open().await;
    town.handed_in().await;
    town.world
        .sql(
            "insert into forms.form (org_id, form_id, code, year, state, counted, computed_by, computed_at)
                 overriding system value values
                 (1001, 900, 'oo-1', 2025, 'accepted', '{}', 1, '2025-10-01'),
                 (1005, 901, 'oo-1', 2025, 'accepted', '{}', 50, '2025-10-01');
             insert into forms.submission (org_id, form_id, number, figures, computed, failed, hash, handed_by, handed_at)
                 values (1001, 900, 1, '{\"2.5/01/3\": 30, \"3.1/01/3\": 5}', '{}', '[]', '', 1, '2025-10-01'),
                        (1005, 901, 1, '{\"2.5/01/3\": 500}', '{}', '[]', '', 50, '2025-10-01')",
        )
        .await;
    let operator = actor(OPERATOR);
    let sum = town.forms.consolidated(&operator, KEY, true).await.unwrap();
    let before = sum.before.as_ref().unwrap();
    // The second school is not in the sum: its last year is not either.
    assert_eq!(before.schools, 1);
    assert_eq!(before.figures.get("2.5/01/3"), Some(&30));
    let places: Vec<&str> = sum.failed.iter().map(|it| it.at.as_str()).collect();
    assert!(
        places.contains(&"2.12/01/3"),
        "against last year: {places:?}"
    );
    assert!(!places.contains(&"3.5/01/3"), "{places:?}");
    assert!(sum.failed.iter().all(|it| it.weak), "{places:?}");
    let mut client = town.signed_in(OPERATOR);
    let path = "/hub/district/forms/sum?form=oo-1&year=2026";
    let page = client
        .get(&format!("{path}&with=handed-in&section=2.5"))
        .await;
    let page = page.text();
    for told in [
        "Не вошли в свод: 1",
        "Школа № 2",
        "Год назад эту форму сдали 1 из 1",
        "год назад 30",
        "прошлогодней форме",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let empty = client.get(path).await.text();
    assert!(empty.contains("Не вошли в свод: 2") && !empty.contains("форма сдана"));
    // Nobody of a school sums up, and no other unit sees these schools.
    for person in [DEPUTY, SECOND] {
        let refused = town.forms.consolidated(&actor(person), KEY, true).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    }
    let far = town
        .forms
        .consolidated(&actor(FAR_OPERATOR), KEY, true)
        .await;
    let far = far.unwrap();
    assert!(far.figures.is_empty() && far.parts.is_empty());
    assert_eq!(far.missing, [("Школа № 9".to_owned(), None)]);
    for (person, rows) in [
        (OPERATOR, true),
        (FAR_OPERATOR, false),
        (SECOND, false),
        (DEPUTY, false),
    ] {
        let mut tx = town.world.begin(&actor(person)).await;
        let query = "select count(*) > 0 from forms.sums_below('oo-1', 2026::smallint, '{handed_in}', '{1001}')";
        let seen: bool = sqlx::query_scalar(query)
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, rows, "{person}");
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
