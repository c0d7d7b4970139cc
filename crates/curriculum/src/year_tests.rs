use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn year(start: i32) -> AcademicYear {
    start.try_into().unwrap()
}

/// CUR-1: 2026/2027 as the setup makes it.
#[test]
fn the_standard_year_2026() {
    let it = NewYear::standard(year(2026), 5);
    let shown: Vec<String> = it
        .periods
        .iter()
        .map(|it| {
            format!(
                "{} {} {}..{}",
                it.kind.code(),
                it.number,
                it.starts_on,
                it.ends_on
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "quarter 1 2026-09-01..2026-10-30",
            "quarter 2 2026-11-09..2026-12-29",
            "quarter 3 2027-01-11..2027-03-26",
            "quarter 4 2027-04-05..2027-05-26",
            "half 1 2026-09-01..2026-12-29",
            "half 2 2027-01-11..2027-05-26",
            "year 1 2026-09-01..2027-05-26",
        ]
    );
    let extra = it.holidays.iter().find(|it| it.grades == (1..=1)).unwrap();
    assert_eq!(
        (extra.starts_on, extra.ends_on),
        (d("2027-02-13"), d("2027-02-21"))
    );
    let victory = it
        .holidays
        .iter()
        .find(|it| it.ends_on == d("2027-05-10"))
        .unwrap();
    assert_eq!(victory.starts_on, d("2027-05-09"));
}

/// §8.3: at least 30 days of holidays besides summer, in every year.
#[test]
fn every_standard_year_is_sound_and_has_holidays_enough() {
    for start in 2020..2060 {
        let it = NewYear::standard(year(start), 5);
        assert!(
            check(it.dates, &it.periods, &it.holidays).is_ok(),
            "{start}"
        );
        let vacation: i64 = it
            .holidays
            .iter()
            .filter(|it| it.kind == HolidayKind::Vacation && it.grades.contains(&5))
            .map(|it| (it.ends_on - it.starts_on).num_days() + 1)
            .sum();
        assert!(vacation >= 30, "{start}: {vacation}");
    }
}

#[test]
fn impossible_years_are_refused() {
    let good = NewYear::standard(year(2026), 5);
    let backwards = YearDates {
        ends_on: d("2026-08-01"),
        ..good.dates
    };
    assert!(matches!(
        check(backwards, &[], &[]),
        Err(Error::DatesBackwards)
    ));

    let mut outside = good.clone();
    outside.holidays[0].starts_on = d("2026-08-31");
    assert!(matches!(
        check(outside.dates, &[], &outside.holidays),
        Err(Error::OutsideYear)
    ));

    let mut overlap = good.clone();
    overlap.periods[1].starts_on = d("2026-10-30");
    assert!(matches!(
        check(overlap.dates, &overlap.periods, &[]),
        Err(Error::PeriodsOverlap)
    ));

    let mut grade = good.clone();
    grade.periods[0].grades = 1..=13;
    assert!(matches!(
        check(grade.dates, &grade.periods, &[]),
        Err(Error::NoSuchGrade)
    ));

    let long = YearDates {
        ends_on: d("2027-09-03"),
        ..good.dates
    };
    assert!(matches!(check(long, &[], &[]), Err(Error::YearTooLong)));
    let week = YearDates {
        days_a_week: 7,
        ..good.dates
    };
    assert!(matches!(check(week, &[], &[]), Err(Error::BadWeek)));

    let mut one_day = good;
    one_day.periods[2].ends_on = one_day.periods[2].starts_on;
    let fault = one_day.first_fault();
    assert!(
        matches!(fault, Some((Part::Period(2), Error::DatesBackwards))),
        "{fault:?}"
    );
}
