use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{NaiveDate, NaiveTime};
use garde::Validate;
use rust_decimal::Decimal;
use serde::Deserialize;
use web::{
    Checked, Failure, FormState, Go, Views, Visit,
    form::{self, Raw},
};

use crate::support::app;

#[derive(Debug, Deserialize, Validate, PartialEq)]
#[serde(deny_unknown_fields)]
struct Pupil {
    #[garde(length(chars, min = 1, max = 5))]
    name: String,
    #[garde(skip)]
    born: NaiveDate,
    #[garde(range(min = 6, max = 100))]
    age: Option<i32>,
    #[garde(skip)]
    agreed: bool,
}

fn routes(views: Views) -> Router {
    Router::new().route(
        "/pupil",
        post(
            async move |visit: Visit, sent: Checked<Pupil>| -> Result<Response, Failure> {
                let Checked {
                    value: Some(pupil),
                    mut form,
                } = sent
                else {
                    let page = serde_json::json!({ "form": sent.form });
                    return form::invalid(&views, &visit, "test/form.html", &page);
                };
                if pupil.name == "Адам" {
                    form.refuse("name", "taken");
                    return form::invalid(
                        &views,
                        &visit,
                        "test/form.html",
                        &serde_json::json!({ "form": form }),
                    );
                }
                Ok(Go::to(format!("/{}/{}", pupil.born, pupil.agreed)).into_response())
            },
        ),
    )
}

/// Check 34, the half of the server.
#[tokio::test]
async fn three_mistakes_are_shown_at_once_and_nothing_typed_is_lost() {
    let app = app(routes);
    let answer = app
        .post(
            "/pupil",
            "age=%D0%BF%D1%8F%D1%82%D1%8C&born=31.02.2014&name=+&agreed=1",
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(page.contains("<title>Ошибка: Анкета"), "{page}");
    let summary = page
        .split("error-summary\"")
        .nth(1)
        .and_then(|it| it.split("</ul>").next())
        .expect("a summary");
    let links: Vec<&str> = summary
        .split("href=\"#")
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .collect();
    assert_eq!(links, ["name", "born", "age"], "in the order of the fields");
    for text in [
        "Введите имя",
        "Введите день, месяц и год, например 27.03.2014",
        "Введите число",
    ] {
        assert_eq!(
            page.matches(text).count(),
            2,
            "above and at the field: {text}"
        );
    }
    assert!(page.contains("value=\"31.02.2014\"") && page.contains("value=\"пять\""));
    assert!(page.contains("value=\"1\" checked"));
}

#[tokio::test]
async fn a_right_form_goes_on() {
    let app = app(routes);
    let answer = app
        .post(
            "/pupil",
            "name=%D0%95%D0%B2%D0%B0&born=27032014&age=&agreed=1",
        )
        .await;
    assert_eq!(
        answer.header("location"),
        "/2014-03-27/true",
        "{}",
        answer.text()
    );
    let answer = app
        .post(
            "/pupil",
            "name=%D0%95%D0%B2%D0%B0&born=%D0%B2%D1%87%D0%B5%D1%80%D0%B0",
        )
        .await;
    assert_eq!(answer.header("location"), "/2026-11-20/false");
}

#[tokio::test]
async fn what_the_use_case_refuses_stands_at_its_field() {
    let app = app(routes);
    let answer = app
        .post("/pupil", "name=%D0%90%D0%B4%D0%B0%D0%BC&born=27032014")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.text().matches("Такое значение уже занято").count(),
        2
    );
}

/// security.md §1.7, 10: nobody gives himself a role by one more field.
#[tokio::test]
async fn a_field_too_many_is_refused() {
    let app = app(routes);
    let answer = app
        .post("/pupil", "name=%D0%95%D0%B2%D0%B0&born=27032014&role=admin")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Форма устарела"));
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Shift {
    First,
    Second,
}

#[derive(Debug, Deserialize, Validate, PartialEq)]
#[garde(allow_unvalidated)]
struct Everything {
    number: i64,
    price: Decimal,
    starts: NaiveTime,
    shift: Shift,
    groups: Vec<i64>,
    ends: Option<NaiveDate>,
    rooms: Option<Vec<i64>>,
}

fn read(text: &str) -> Checked<Everything> {
    let raw = Raw::parse(text.as_bytes()).expect("readable");
    Checked::read(
        &raw,
        NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day"),
        None,
    )
}

fn errors(text: &str) -> String {
    let read = read(text);
    assert!(read.value.is_none());
    let errors = read
        .form
        .errors()
        .iter()
        .map(|it| format!("{}:{}", it.field, it.code));
    errors.collect::<Vec<_>>().join(" ")
}

#[test]
fn types_take_what_people_type() {
    let read =
        read("number=1+234&price=4,50&starts=8.30&shift=second&groups=1&groups=3&ends=1.9.2026");
    let wanted = Everything {
        number: 1234,
        price: Decimal::new(450, 2),
        starts: NaiveTime::from_hms_opt(8, 30, 0).expect("a time"),
        shift: Shift::Second,
        groups: vec![1, 3],
        ends: NaiveDate::from_ymd_opt(2026, 9, 1),
        rooms: None,
    };
    assert_eq!(read.value, Some(wanted), "{:?}", read.form.errors());
}

#[test]
fn every_wrong_field_is_found() {
    assert_eq!(
        errors("number=x&price=y&starts=25:00&shift=third&groups=a&ends=z"),
        "number:number price:number starts:time shift:choice groups:number ends:date"
    );
    assert_eq!(
        errors(""),
        "number:required price:required starts:required shift:required"
    );
}

#[test]
fn a_form_is_filled_from_what_is_stored() {
    let stored = serde_json::json!({ "born": "2014-03-27", "starts": "08:30:00", "agreed": true, "roles": ["a", "b"], "middle": null });
    let form = FormState::of(&stored);
    assert_eq!(form.value("born"), "27.03.2014");
    assert_eq!(form.value("starts"), "08:30");
    assert_eq!(form.value("agreed"), "1");
    assert_eq!(form.value("middle"), "");
}

proptest::proptest! {
    #[test]
    fn any_form_is_read_or_refused(text in "[a-z=&%0-9.,:+\\-]{0,80}") {
        if let Ok(raw) = Raw::parse(text.as_bytes()) {
            let read = Checked::<Everything>::read(&raw, NaiveDate::default(), None);
            proptest::prop_assert_eq!(read.value.is_some(), read.form.errors().is_empty());
        }
    }

    #[test]
    fn any_value_of_a_field_is_read_or_refused(number in "\\PC{0,12}", ends in "\\PC{0,12}", shift in "\\PC{0,6}") {
        let fields = [("number", number), ("ends", ends), ("shift", shift), ("price", "1".into()), ("starts", "8:00".into())];
        let raw: Raw = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let read = Checked::<Everything>::read(&raw, NaiveDate::default(), None);
        proptest::prop_assert_eq!(read.value.is_some(), read.form.errors().is_empty());
    }
}
