use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(number: i16, topic: &str) -> ItemRow {
    ItemRow {
        number,
        topic: topic.to_owned(),
        ..ItemRow::default()
    }
}

#[test]
fn rows_are_ordered_and_empty_ones_dropped() {
    let rows = vec![item(3, " Дроби "), item(0, " "), item(1, "Введение")];
    let shown: Vec<(i16, String)> = checked_items(rows)
        .unwrap()
        .into_iter()
        .map(|it| (it.number, it.topic))
        .collect();
    assert_eq!(shown, [(1, "Введение".to_owned()), (3, "Дроби".to_owned())]);
}

#[test]
fn a_row_needs_a_number_and_a_topic_of_its_own() {
    assert!(matches!(
        checked_items(vec![item(0, "Дроби")]),
        Err(Error::BadItem)
    ));
    let homework = ItemRow {
        number: 1,
        homework: "№ 5".to_owned(),
        ..ItemRow::default()
    };
    assert!(matches!(checked_items(vec![homework]), Err(Error::BadItem)));
    let twice = vec![item(2, "Дроби"), item(2, "Доли")];
    assert!(matches!(checked_items(twice), Err(Error::NumberTwice)));
}

/// T6: «68 уроков в плане, 66 по нагрузке: 2 темы без даты».
#[test]
fn hours_of_plan_and_load_are_compared() {
    let year = Year {
        id: 1.into(),
        starts_on: d("2026-09-01"),
        ends_on: d("2026-09-28"),
        archived: false,
        planned: false,
        days_a_week: 5,
    };
    let load = Load {
        id: 7.into(),
        class: 1.into(),
        group: None,
        subject: 1.into(),
        teacher: 1.into(),
        hours_a_week: Decimal::from(5),
        since: d("2026-09-01"),
        until: d("2026-09-28"),
    };
    let check = |holidays: &[Holiday]| HoursCheck::of(&load, 5, 21, &year, holidays);
    assert_eq!((check(&[]).expected, check(&[]).surplus()), (20, 1));
    let off = |grades| Holiday {
        name: "a".to_owned(),
        grades,
        starts_on: d("2026-09-07"),
        ends_on: d("2026-09-13"),
    };
    assert_eq!(check(&[off(1..=9)]).expected, 15);
    assert_eq!(
        check(&[off(1..=4)]).expected,
        20,
        "the holiday is not for grade 5"
    );
}
