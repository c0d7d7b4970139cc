//! The form of a year: its fields to and fro.

use web::form::Raw;

use super::{
    form::{Line, Stored, lines},
    sent::{Sent, show_grades},
};
use crate::{
    Error, HolidayKind, HolidayRow, NewYear, PeriodKind, PeriodRow, YearCard, YearDates, year::Part,
};

pub(super) const PERIOD: &str = "period.";
pub(super) const HOLIDAY: &str = "holiday.";

/// The year as the form has it.
pub(super) fn stored(card: &YearCard) -> Raw {
    let mut form = Stored::new()
        .date("starts_on", card.year.starts_on)
        .date("ends_on", card.year.ends_on)
        .with("days_a_week", card.year.days_a_week);
    for it in &card.periods {
        let Some(id) = it.id else { continue };
        form = form
            .with(format!("{PERIOD}{id}.kind"), it.kind.code())
            .with(format!("{PERIOD}{id}.number"), it.number)
            .with(format!("{PERIOD}{id}.grades"), show_grades(&it.grades))
            .date(format!("{PERIOD}{id}.starts_on"), it.starts_on)
            .date(format!("{PERIOD}{id}.ends_on"), it.ends_on);
    }
    for it in &card.holidays {
        let Some(id) = it.id else { continue };
        form = form
            .with(format!("{HOLIDAY}{id}.name"), &it.name)
            .with(format!("{HOLIDAY}{id}.kind"), it.kind.code())
            .with(format!("{HOLIDAY}{id}.grades"), show_grades(&it.grades))
            .date(format!("{HOLIDAY}{id}.starts_on"), it.starts_on)
            .date(format!("{HOLIDAY}{id}.ends_on"), it.ends_on);
    }
    form.raw()
}

/// Reads the form. A line without both dates is taken away.
pub(super) fn read(sent: &mut Sent<'_>, raw: &Raw) -> Option<NewYear> {
    let has_dates = |it: &Line| !it.is_empty(&["starts_on", "ends_on"]);
    let filled = |prefix| {
        lines(raw, prefix)
            .into_iter()
            .filter(has_dates)
            .collect::<Vec<_>>()
    };
    let (period_lines, holiday_lines) = (filled(PERIOD), filled(HOLIDAY));
    let (starts_on, ends_on) = (sent.date("starts_on"), sent.date("ends_on"));
    let days_a_week = sent.chosen("days_a_week");
    let periods: Vec<_> = period_lines.iter().map(|it| period(sent, it)).collect();
    let holidays: Vec<_> = holiday_lines.iter().map(|it| holiday(sent, it)).collect();
    let year = NewYear {
        dates: YearDates {
            starts_on: starts_on?,
            ends_on: ends_on?,
            days_a_week: days_a_week?,
        },
        periods: periods.into_iter().collect::<Option<_>>()?,
        holidays: holidays.into_iter().collect::<Option<_>>()?,
    };
    if let Some((part, error)) = year.first_fault() {
        let line = |prefix: &str, lines: &[Line], index: usize| {
            lines
                .get(index)
                .map_or_else(String::new, |it| format!("{prefix}{}.", it.key))
        };
        let before = match part {
            Part::Dates => String::new(),
            Part::Period(index) => line(PERIOD, &period_lines, index),
            Part::Holiday(index) => line(HOLIDAY, &holiday_lines, index),
        };
        sent.form
            .fault(&format!("{before}{}", column(&error)), &error);
    }
    sent.is_right().then_some(year)
}

/// The field of its line that a fault is about.
fn column(error: &Error) -> &'static str {
    match error {
        Error::NoSuchGrade => "grades",
        Error::NameMissing => "name",
        Error::BadNumber => "number",
        Error::BadWeek => "days_a_week",
        Error::DatesBackwards | Error::YearTooLong => "ends_on",
        _ => "starts_on",
    }
}

fn period(sent: &mut Sent<'_>, line: &Line) -> Option<PeriodRow> {
    let field = |name: &str| format!("{PERIOD}{}.{name}", line.key);
    let kind = PeriodKind::from_code(line.text("kind"));
    if kind.is_none() {
        sent.form.refuse(&field("kind"), "choice");
    }
    let number = sent.number(&field("number"));
    let grades = sent.grades(&field("grades"));
    let starts_on = sent.date(&field("starts_on"));
    let ends_on = sent.date(&field("ends_on"));
    Some(PeriodRow {
        id: line.id(),
        kind: kind?,
        number: number?,
        grades: grades?,
        starts_on: starts_on?,
        ends_on: ends_on?,
    })
}

fn holiday(sent: &mut Sent<'_>, line: &Line) -> Option<HolidayRow> {
    let field = |name: &str| format!("{HOLIDAY}{}.{name}", line.key);
    let kind = HolidayKind::from_code(line.text("kind"));
    if kind.is_none() {
        sent.form.refuse(&field("kind"), "choice");
    }
    let name = sent.required(&field("name"), 100);
    let grades = sent.grades(&field("grades"));
    let starts_on = sent.date(&field("starts_on"));
    let ends_on = sent.date(&field("ends_on"));
    Some(HolidayRow {
        id: line.id(),
        name,
        kind: kind?,
        grades: grades?,
        starts_on: starts_on?,
        ends_on: ends_on?,
    })
}

/// The field of a new year that a refusal is about.
pub(super) fn place_in_new(error: &Error) -> String {
    let field = match error {
        Error::YearsOverlap => "starts",
        Error::BadWeek => "days_a_week",
        _ => "",
    };
    field.to_owned()
}

/// The field of the year's form that a refusal of the use case is about.
pub(super) fn place(error: &Error) -> String {
    if matches!(error, Error::YearsOverlap) {
        "starts_on".to_owned()
    } else {
        String::new()
    }
}
