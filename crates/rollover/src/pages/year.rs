use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use curriculum::{HolidayRow, NewYear, PeriodRow, YearDates};
use kernel::dates::{parse_date, show_date};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, form::Raw};

use super::{Frame, Pages, is_done};
use crate::{Error, Step};

const TEMPLATE: &str = "rollover/year.html";

#[derive(Serialize)]
struct YearPage {
    frame: Frame,
    form: FormState,
    error: Option<String>,
    /// The year is entered: it is changed on its own page.
    stands: bool,
    /// May be entered now.
    open: bool,
    year_href: Option<String>,
    days_a_week: i16,
    starts_on: String,
    ends_on: String,
    periods: Vec<LineView>,
    holidays: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    /// The beginning of the names of its fields.
    key: String,
    kind: &'static str,
    number: i16,
    name: String,
    grades: String,
    starts_on: String,
    ends_on: String,
}

/// What was sent, and why it was refused.
pub(super) struct Refused {
    pub(super) raw: Raw,
    pub(super) error: Option<String>,
    pub(super) form: FormState,
}

fn grades(it: &std::ops::RangeInclusive<i16>) -> String {
    if it.start() == it.end() {
        it.start().to_string()
    } else {
        format!("{}–{}", it.start(), it.end())
    }
}

/// A date as it was typed, or as it is.
fn typed(refused: Option<&Refused>, name: &str, day: NaiveDate) -> String {
    let sent = refused.and_then(|it| it.raw.get(name));
    sent.map_or_else(|| show_date(day), str::to_owned)
}

fn period_line(refused: Option<&Refused>, at: usize, it: &PeriodRow) -> LineView {
    let key = format!("period.{at}.");
    LineView {
        kind: it.kind.code(),
        number: it.number,
        name: String::new(),
        grades: grades(&it.grades),
        starts_on: typed(refused, &format!("{key}starts_on"), it.starts_on),
        ends_on: typed(refused, &format!("{key}ends_on"), it.ends_on),
        key,
    }
}

fn holiday_line(refused: Option<&Refused>, at: usize, it: &HolidayRow) -> LineView {
    let key = format!("holiday.{at}.");
    let name = refused.and_then(|all| all.raw.get(&format!("{key}name")));
    LineView {
        kind: it.kind.code(),
        number: 0,
        name: name.unwrap_or(&it.name).to_owned(),
        grades: grades(&it.grades),
        starts_on: typed(refused, &format!("{key}starts_on"), it.starts_on),
        ends_on: typed(refused, &format!("{key}ends_on"), it.ends_on),
        key,
    }
}

/// The year as it was sent. A holiday without both dates is left out.
fn read(raw: &Raw, proposal: &NewYear, today: NaiveDate, form: &mut FormState) -> Option<NewYear> {
    let mut day = |name: &str| {
        let found = parse_date(raw.get(name).unwrap_or_default(), today).ok();
        if found.is_none() {
            form.refuse(name, "date");
        }
        found
    };
    let (starts_on, ends_on) = (day("starts_on"), day("ends_on"));
    let mut periods = vec![];
    for (at, it) in proposal.periods.iter().enumerate() {
        let from = day(&format!("period.{at}.starts_on"));
        let to = day(&format!("period.{at}.ends_on"));
        periods.push(from.zip(to).map(|(starts_on, ends_on)| PeriodRow {
            starts_on,
            ends_on,
            ..it.clone()
        }));
    }
    let mut holidays = vec![];
    for (at, it) in proposal.holidays.iter().enumerate() {
        let field = |name: &str| format!("holiday.{at}.{name}");
        let empty = |name: &str| raw.get(&field(name)).unwrap_or_default().is_empty();
        if empty("starts_on") && empty("ends_on") {
            continue;
        }
        let from = day(&field("starts_on"));
        let to = day(&field("ends_on"));
        let name = raw.get(&field("name")).unwrap_or(&it.name).to_owned();
        holidays.push(from.zip(to).map(|(starts_on, ends_on)| HolidayRow {
            name,
            starts_on,
            ends_on,
            ..it.clone()
        }));
    }
    Some(NewYear {
        dates: YearDates {
            starts_on: starts_on?,
            ends_on: ends_on?,
            days_a_week: proposal.dates.days_a_week,
        },
        periods: periods.into_iter().collect::<Option<_>>()?,
        holidays: holidays.into_iter().collect::<Option<_>>()?,
    })
}

impl Pages {
    pub(super) async fn year(
        &self,
        member: &Member,
        refused: Option<Refused>,
    ) -> Result<Response, Failure> {
        let today = self.today(member);
        let (scene, card, proposal) = self.rollover.year_step(&member.actor, today).await?;
        let stands = card.is_some();
        let refused = refused.as_ref();
        let (periods, holidays) = card
            .as_ref()
            .map_or((&proposal.periods, &proposal.holidays), |it| {
                (&it.periods, &it.holidays)
            });
        let dates = card
            .as_ref()
            .map_or((proposal.dates.starts_on, proposal.dates.ends_on), |it| {
                (it.year.starts_on, it.year.ends_on)
            });
        let page = YearPage {
            frame: Frame::of(member, &scene, Some(Step::Year), false),
            form: refused.map(|it| it.form.clone()).unwrap_or_default(),
            error: refused.and_then(|it| it.error.clone()),
            stands,
            open: !is_done(&scene),
            year_href: scene
                .to
                .as_ref()
                .map(|it| member.path(&format!("/study/years/{}", it.id))),
            days_a_week: proposal.dates.days_a_week,
            starts_on: typed(refused, "starts_on", dates.0),
            ends_on: typed(refused, "ends_on", dates.1),
            periods: periods
                .iter()
                .enumerate()
                .map(|(at, it)| period_line(refused, at, it))
                .collect(),
            holidays: holidays
                .iter()
                .enumerate()
                .map(|(at, it)| holiday_line(refused, at, it))
                .collect(),
        };
        self.answered(member, TEMPLATE, &page, refused.is_some())
    }

    pub(super) async fn prepare_year(
        &self,
        member: &Member,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let today = self.today(member);
        let (_, _, proposal) = self.rollover.year_step(&member.actor, today).await?;
        let mut form = FormState::new();
        let error = match read(raw, &proposal, today, &mut form) {
            None => None,
            Some(new) => match self.rollover.prepare_year(&member.actor, today, &new).await {
                Ok(()) => {
                    let to = member.path("/settings/rollover/classes");
                    let flash = Flash::done("rollover.flash.year");
                    return Ok(Go::to(to).say(&flash).into_response());
                }
                Err(Error::Curriculum(error)) => Some(self.said(error.into())?),
                Err(error) => Some(self.said(error)?),
            },
        };
        let refused = Refused {
            raw: raw.clone(),
            error,
            form,
        };
        self.year(member, Some(refused)).await
    }
}
