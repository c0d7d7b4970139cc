//! «Звонки»: when the lessons of each shift begin and end.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{NaiveDate, NaiveTime};
use kernel::{
    Fault, Kind, Right,
    dates::{parse_time, show_time},
};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member,
    form::{Raw, invalid},
};

use super::Pages;
use crate::{Bell, Bells};

const TEMPLATE: &str = "schedule/bells.html";
const SHIFTS: [i16; 2] = [1, 2];
/// The hours that may be filled: 0 and 1 … 10.
const HOURS: std::ops::RangeInclusive<i16> = 0..=10;

#[derive(Serialize)]
struct Page {
    base: String,
    may_edit: bool,
    form: FormState,
    /// What the bells were when the page was made.
    seen: String,
    shifts: [i16; 2],
    hours: Vec<i16>,
}

/// A form whose fields are read one by one.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

pub(super) async fn edit(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let bells = it.timetable.bells(&member.actor).await?;
    let page = page(&member, &bells, stored(&bells));
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let today = NaiveDate::default();
    let mut form = Checked::<AnyFields>::read(&raw, today, Some(it.views.clone())).form;
    let seen = raw.get("seen").unwrap_or_default();
    let mut stale = false;
    if let Some(wish) = wish(&raw, &mut form) {
        let done = match Bells::new(wish) {
            Ok(wish) => it.timetable.change_bells(&member.actor, seen, &wish).await,
            Err(refusal) => Err(refusal),
        };
        match done {
            Ok(()) => {
                let flash = Flash::done("schedule.bells.saved");
                return Ok(Go::to(member.path("/timetable/bells"))
                    .say(&flash)
                    .into_response());
            }
            Err(refusal) if refusal.kind() == Kind::Conflict => stale = true,
            Err(refusal) if refusal.kind() == Kind::Invalid => form.fault("", &refusal),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let bells = it.timetable.bells(&member.actor).await?;
    if stale {
        form.refuse("", "stale");
        let page = page(&member, &bells, form);
        let html = it.views.page(&member.visit, TEMPLATE, &page)?;
        return Ok((StatusCode::CONFLICT, html).into_response());
    }
    let page = page(&member, &bells, form);
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// The bells as the form says them; a line without times is no hour.
fn wish(raw: &Raw, form: &mut FormState) -> Option<Vec<Bell>> {
    let mut bells = vec![];
    for (shift, number) in SHIFTS
        .into_iter()
        .flat_map(|it| HOURS.map(move |hour| (it, hour)))
    {
        let [from, to] = ["from", "to"].map(|it| format!("bell.{shift}.{number}.{it}"));
        if [&from, &to]
            .iter()
            .all(|it| raw.get(it).unwrap_or_default().is_empty())
        {
            continue;
        }
        let (starts_at, ends_at) = (time(raw, form, &from), time(raw, form, &to));
        if let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at) {
            bells.push(Bell {
                shift,
                number,
                starts_at,
                ends_at,
            });
        }
    }
    form.errors().is_empty().then_some(bells)
}

fn time(raw: &Raw, form: &mut FormState, field: &str) -> Option<NaiveTime> {
    let time = parse_time(raw.get(field).unwrap_or_default()).ok();
    if time.is_none() {
        form.refuse(field, "time");
    }
    time
}

fn stored(bells: &Bells) -> FormState {
    bells.iter().fold(FormState::new(), |form, it| {
        let name = |end: &str| format!("bell.{}.{}.{end}", it.shift, it.number);
        form.with(&name("from"), &show_time(it.starts_at))
            .with(&name("to"), &show_time(it.ends_at))
    })
}

fn page(member: &Member, bells: &Bells, form: FormState) -> Page {
    Page {
        base: member.path("/timetable"),
        may_edit: member.actor.may_in_org(Right::TimetableEdit).is_ok(),
        form,
        seen: bells.fingerprint(),
        shifts: SHIFTS,
        hours: HOURS.collect(),
    }
}
