use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-22")
}

#[test]
fn one_day_is_typed_in_many_ways() {
    let vectors = [
        "21.11.2026",
        "21.11.26",
        "21/11/2026",
        "21/11/26",
        "21-11-2026",
        "21112026",
        "211126",
        "2026-11-21",
        "21.11",
        "вчера",
        "Вчера",
        " 21 ноя ",
        "21 ноября",
        "21 ноябрь",
        "21 ноября 2026 г.",
        "21 ноября 2026\u{a0}г.",
        "21 ноя 26",
        "21 НОЯ. 2026",
        "21,11,2026",
    ];
    for text in vectors {
        assert_eq!(parse_date(text, today()), Ok(day("2026-11-21")), "{text}");
    }
    assert_eq!(parse_date("сегодня", today()), Ok(today()));
    assert_eq!(parse_date("завтра", today()), Ok(day("2026-11-23")));
    assert_eq!(parse_date("1.9.26", today()), Ok(day("2026-09-01")));
    assert_eq!(parse_date("5 мая", today()), Ok(day("2026-05-05")));
    assert_eq!(parse_date("5 май", today()), Ok(day("2026-05-05")));
    assert_eq!(parse_date("1 март", today()), Ok(day("2026-03-01")));
    assert_eq!(parse_date("1 июн", today()), Ok(day("2026-06-01")));
    assert_eq!(parse_date("1 июля", today()), Ok(day("2026-07-01")));
}

#[test]
fn a_short_year_is_near_the_present() {
    assert_eq!(parse_date("27.03.14", today()), Ok(day("2014-03-27")));
    assert_eq!(parse_date("27.03.75", today()), Ok(day("1975-03-27")));
    assert_eq!(parse_date("27.03.46", today()), Ok(day("2046-03-27")));
    assert_eq!(parse_date("27.03.47", today()), Ok(day("1947-03-27")));
}

#[test]
fn what_is_no_day_is_refused() {
    for text in [
        "",
        "21",
        "21.11.026",
        "ноябрь",
        "21 но",
        "21 foo",
        "2026-21",
        "1.2.3.4",
        "x.1.26",
    ] {
        assert_eq!(parse_date(text, today()), Err(DateError::Shape), "{text}");
    }
    for text in [
        "31.02.2026",
        "32.01.2026",
        "1.13.2026",
        "0.0.2026",
        "29.02.2027",
        "1.1.0026",
    ] {
        assert_eq!(
            parse_date(text, today()),
            Err(DateError::NoSuchDay),
            "{text}"
        );
    }
}

#[test]
fn a_day_is_shown_as_the_occasion_asks() {
    let it = day("2026-11-21");
    assert_eq!(show_date(it), "21.11.2026");
    assert_eq!(show_day(it), "21.11");
    assert_eq!(show_long(it), "21\u{a0}ноября 2026\u{a0}г.");
    assert_eq!(show_weekday(it.weekday()), "сб");
    assert_eq!(
        show_range(day("2026-09-01"), day("2026-09-07")),
        "1–7\u{a0}сентября"
    );
    assert_eq!(
        show_range(day("2026-09-28"), day("2026-10-04")),
        "28\u{a0}сентября – 4\u{a0}октября"
    );
}

#[test]
fn the_week_starts_on_monday() {
    assert_eq!(week_start(day("2026-11-22")), day("2026-11-16"));
    assert_eq!(week_start(day("2026-11-16")), day("2026-11-16"));
    assert_eq!(week_of(day("2026-11-21"))[6], day("2026-11-22"));
}

#[test]
fn today_is_where_the_school_is() {
    let now = "2026-11-21T13:30:00Z".parse().unwrap();
    assert_eq!(
        crate::dates::today(now, chrono_tz::Europe::Moscow),
        day("2026-11-21")
    );
    assert_eq!(
        crate::dates::today(now, chrono_tz::Asia::Sakhalin),
        day("2026-11-22")
    );
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(days in 0..60_000_u64) {
        let it = day("1900-01-01") + Days::new(days);
        prop_assert_eq!(parse_date(&show_date(it), today()), Ok(it));
        prop_assert_eq!(parse_date(&show_long(it), today()), Ok(it));
        prop_assert_eq!(parse_date(&it.to_string(), today()), Ok(it));
    }

    #[test]
    fn any_text_is_survived(text in ".{0,30}") {
        let _ = parse_date(&text, today());
    }
}
