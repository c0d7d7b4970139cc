//! The life of a form in a school (RPT-3).

use std::sync::Arc;

use axum::http::StatusCode;
use dues::{Ask, DeadlineSource};
use forms::{Error, FormDues, FormState, expr::Place, sheet::Sheet};

use crate::support::{DEPUTY, DIRECTOR, Town, actor};

fn place(text: &str) -> Place {
    Place::parse(text).expect("a place")
}

/// A computed figure is corrected with a reason, kept beside; counting again
/// keeps the correction and says what changed.
#[tokio::test]
async fn corrections_outlive_counting_again() {
    let town = Town::open().await;
    let id = town.computed().await;
    let by = actor(DEPUTY);
    let at = place("2.9/01/8");
    let without = town.forms.correct(&by, id, &at, 2, " ").await;
    assert!(matches!(without, Err(Error::NoReason)), "{without:?}");
    let negative = town
        .forms
        .correct(&by, id, &at, -1, "ошибка в нагрузке")
        .await;
    assert!(matches!(negative, Err(Error::BadFigure)), "{negative:?}");
    town.forms
        .correct(&by, id, &at, 2, "один изучает немецкий")
        .await
        .unwrap();
    // One more pupil appears in the data.
    town.world
        .sql("update movement.class_member set during = '[2026-09-10,)' where pupil_id = 15")
        .await;
    let changed = town.forms.recount(&by, id).await.unwrap();
    assert!(changed > 3, "{changed}");
    let form = town.forms.open(&by, id).await.unwrap();
    assert_eq!(form.changed.get("2.1.1/02/8"), Some(&Some(3)));
    let given = form.given();
    let sheet = Sheet::of(form.version, &form.counted, &given);
    assert_eq!(
        sheet.figures.get("2.9/01/8"),
        Some(&2),
        "the correction stays"
    );
    assert_eq!(sheet.computed.get("2.9/01/8"), Some(&4));
    assert_eq!(
        sheet.figures.get("2.9/01/3"),
        Some(&2),
        "the sum follows it"
    );
    town.forms.take_back(&by, id, &at).await.unwrap();
    let form = town.forms.open(&by, id).await.unwrap();
    assert!(form.corrections.is_empty());
    let kept = town
        .world
        .number("select count(*) from kernel.history where tbl = 'forms.correction'")
        .await;
    assert_eq!(kept, 2, "written and taken back");
}

/// What our data do not tell is written by hand, without a reason.
#[tokio::test]
async fn a_section_is_filled_by_hand() {
    let town = Town::open().await;
    let id = town.computed().await;
    let mut deputy = town.signed_in(DEPUTY);
    let path = format!("/o/school/reports/forms/{id}");
    let page = deputy.get(&format!("{path}?section=2.7")).await.text();
    assert!(page.contains("name=\"f.2.7/07/8\""), "{page}");
    let fill = async |client: &mut testkit::Client, value: &str| {
        let fields = [("section", "2.7"), ("f.2.7/07/8", value)];
        client.post_form(&path, &fields).await
    };
    let wrong = fill(&mut deputy, "много").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = fill(&mut deputy, "1").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let computed = deputy
        .post_form(&path, &[("section", "2.7"), ("f.2.7/02/8", "7")])
        .await;
    assert_eq!(
        computed.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "only what is written by hand"
    );
    let form = town.forms.open(&actor(DEPUTY), id).await.unwrap();
    assert_eq!(form.given().get("2.7/07/8"), Some(&1));
}

/// Handing in freezes a version: its hash holds, nothing is changed any more,
/// and a check that does not hold stands in the way.
#[tokio::test]
async fn handing_in_freezes() {
    let town = Town::open().await;
    let id = town.computed().await;
    let by = actor(DEPUTY);
    let at = place("2.1.1/02/8");
    town.forms
        .correct(&by, id, &at, 9, "проверка контролей")
        .await
        .unwrap();
    let form = town.forms.open(&by, id).await.unwrap();
    let refused = town.forms.hand_in(&by, id, form.lock).await;
    assert!(matches!(refused, Err(Error::ChecksFail)), "{refused:?}");
    town.forms.take_back(&by, id, &at).await.unwrap();
    let stale = town.forms.hand_in(&by, id, form.lock + 1).await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)), "{stale:?}");
    town.hand_in(DEPUTY, id).await;
    let form = town.forms.open(&by, id).await.unwrap();
    assert_eq!(form.state, FormState::HandedIn);
    assert_eq!(
        (form.submissions.len(), form.submissions[0].hash.len()),
        (1, 64)
    );
    for refused in [
        town.forms
            .correct(&by, id, &at, 1, "после сдачи")
            .await
            .err(),
        town.forms.recount(&by, id).await.err(),
        town.forms.hand_in(&by, id, form.lock).await.err(),
    ] {
        assert!(matches!(refused, Some(Error::Closed)), "{refused:?}");
    }
    // The table itself refuses, whoever asks.
    let mut tx = town.world.begin(&by).await;
    let changed = sqlx::query("update forms.submission set figures = '{}'")
        .execute(tx.conn())
        .await;
    assert!(changed.is_err());
    drop(tx);
    let mut director = town.signed_in(DIRECTOR);
    let path = format!("/o/school/reports/forms/{id}");
    let signed = director.post_form(&format!("{path}/sign"), &[]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    let twice = director.post_form(&format!("{path}/sign"), &[]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = director.get(&format!("{path}?version=1")).await.text();
    assert!(
        page.contains("контрольная сумма совпадает") && page.contains("Главная"),
        "{page}"
    );
    let book = director.get(&format!("{path}?as=xlsx")).await;
    assert_eq!(book.status, StatusCode::OK);
    let page = director.get(&format!("{path}?version=7")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

/// R-10.3c: the required form is owed until it is handed in, on the day agreed upon.
#[tokio::test]
async fn a_form_is_owed_until_it_is_handed_in() {
    let town = Town::open().await;
    town.world
        .sql("insert into forms.due (org_id, code, year, due_on) values (1003, 'oo-1', 2026, '2026-10-12')")
        .await;
    let dues = FormDues {
        orgs: Arc::new(org::Org::new(town.world.db().clone())),
    };
    let day = |text: &str| text.parse().unwrap();
    let asked = Ask {
        today: day("2026-10-01"),
        from: day("2026-09-01"),
        until: day("2026-10-31"),
        known: &[],
    };
    let look = async |ask: &Ask<'_>| {
        let mut tx = town.world.begin(&actor(DEPUTY)).await;
        dues.facts(&mut tx, ask).await.unwrap()
    };
    let answer = look(&asked).await;
    let keys: Vec<&str> = answer.open.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["2026/oo-1"]);
    assert_eq!(answer.open[0].on, day("2026-10-12"));
    assert_eq!(answer.whole[0].things, 1);
    let early = Ask {
        today: day("2026-09-10"),
        ..asked
    };
    assert!(
        look(&early).await.open.is_empty(),
        "nothing to count before 20 September"
    );
    town.handed_in().await;
    let answer = look(&asked).await;
    assert!(answer.open.is_empty() && answer.whole.len() == 1);
    // ОО-2 is of 31 December and handed in until 20 April.
    let spring = Ask {
        today: day("2027-02-01"),
        from: day("2027-01-01"),
        until: day("2027-05-31"),
        known: &[],
    };
    let answer = look(&spring).await;
    let open = answer.open.iter().map(|it| (it.key.as_str(), it.on));
    assert_eq!(open.collect::<Vec<_>>(), [("2026/oo-2", day("2027-04-20"))]);
}
