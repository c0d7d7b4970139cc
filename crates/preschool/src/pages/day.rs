//! One day of a group, as an educator enters it on a phone.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Days, NaiveDate};
use kernel::{ClassId, Fault, Kind, PersonId};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::{Pages, view::CodeView};
use crate::{CellChange, Error, Month, Saved, Told};

const TEMPLATE: &str = "preschool/day.html";

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a day has independent facts")]
struct Page {
    base: String,
    group: String,
    day: NaiveDate,
    month: String,
    today: bool,
    before: NaiveDate,
    after: Option<NaiveDate>,
    off: bool,
    enters: bool,
    closed: bool,
    codes: Vec<CodeView>,
    rows: Vec<ChildView>,
    attended: u32,
    missed: u32,
    blank: u32,
    fault: Option<String>,
    stale: Vec<StaleView>,
}

#[derive(Serialize)]
struct ChildView {
    id: PersonId,
    name: String,
    sign: String,
    was: String,
}

#[derive(Serialize)]
struct StaleView {
    child: String,
    mine: String,
    now: String,
    by: String,
}

fn asked_day(raw: &Raw, today: NaiveDate) -> NaiveDate {
    let asked = raw.get("date").filter(|it| !it.is_empty());
    asked
        .and_then(|it| kernel::dates::parse_date(it, today).ok())
        .unwrap_or(today)
}

fn page_of(member: &Member, told: &Told, day: NaiveDate, today: NaiveDate) -> Page {
    let sheet = &told.sheet;
    let at = sheet.days.iter().position(|it| it.day == day);
    let off = at.is_none_or(|at| sheet.days[at].off.is_some());
    let (attended, missed, blank) = at.map_or((0, 0, 0), |at| sheet.by_day()[at]);
    let child = |it: &crate::SheetRow| {
        let sign = it.cells[at?].clone()?;
        Some(ChildView {
            id: it.pupil,
            name: it.name.clone(),
            was: sign.clone(),
            sign,
        })
    };
    Page {
        base: member.path(&format!("/preschool/{}", sheet.class.id)),
        group: sheet.class.name(),
        month: sheet.month.code(),
        today: day == today,
        before: day - Days::new(1),
        after: (day < today).then(|| day + Days::new(1)),
        off,
        enters: told.enters && !off && day <= today,
        closed: told.state.as_ref().is_some_and(|it| it.closed),
        codes: sheet
            .codes
            .iter()
            .filter(|it| !it.archived)
            .map(CodeView::of)
            .collect(),
        rows: sheet.rows.iter().filter_map(child).collect(),
        attended,
        missed,
        blank,
        fault: None,
        stale: vec![],
        day,
    }
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let day = asked_day(&raw, today);
    let told = it
        .preschool
        .month(&member.actor, class, Some(Month::of(day)), today)
        .await?;
    let page = page_of(&member, &told, day, today);
    it.show(&member.visit, TEMPLATE, &page)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let day = asked_day(&raw, today);
    let month = Month::of(day);
    let told = it
        .preschool
        .month(&member.actor, class, Some(month), today)
        .await?;
    let mut page = page_of(&member, &told, day, today);
    let change = |it: &ChildView| {
        let typed = raw.get(&format!("c.{}", it.id))?.to_owned();
        let was = raw.get(&format!("w.{}", it.id)).unwrap_or_default();
        (typed != was).then(|| CellChange {
            pupil: it.id,
            day,
            typed,
            was: was.to_owned(),
        })
    };
    let changes: Vec<CellChange> = page.rows.iter().filter_map(change).collect();
    let saved = it
        .preschool
        .save(&member.actor, class, month, &changes, today)
        .await;
    let mut stale = true;
    match saved {
        Ok(Saved::Done(count)) => {
            let flash = Flash::done("preschool.flash.saved").with("count", &count);
            return Ok(back(&member, class, day, &flash));
        }
        Ok(Saved::Stale(cells)) => {
            let name = |id: PersonId| {
                let row = page.rows.iter().find(|it| it.id == id);
                row.map_or_else(String::new, |it| it.name.clone())
            };
            let told = cells.iter().map(|it| StaleView {
                child: name(it.pupil),
                mine: it.mine.clone(),
                now: it.now.clone(),
                by: it.by.clone(),
            });
            page.stale = told.collect();
            for it in &cells {
                if let Some(row) = page.rows.iter_mut().find(|row| row.id == it.pupil) {
                    it.now.clone_into(&mut row.was);
                }
            }
        }
        Ok(Saved::Wrong(cells)) => {
            stale = false;
            page.fault = cells.first().map(|it| it.2.code().to_owned());
        }
        Err(error) => match error.kind() {
            Kind::Conflict | Kind::Invalid => {
                page.fault = Some(error.code().to_owned());
            }
            _ => return Err(error.into()),
        },
    }
    for row in &mut page.rows {
        if let Some(it) = changes.iter().find(|it| it.pupil == row.id) {
            it.typed.clone_into(&mut row.sign);
        }
    }
    it.again(&member.visit, TEMPLATE, &page, stale)
}

/// «Все на месте».
pub(super) async fn present(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let day = asked_day(&raw, today);
    let done = it
        .preschool
        .all_present(&member.actor, class, day, today)
        .await;
    let flash = match done {
        Ok(count) => Flash::done("preschool.flash.present").with("count", &count),
        Err(Error::NoSuchDay) => Flash::warning("preschool.flash.no-such-day"),
        Err(error) => return Err(error.into()),
    };
    if raw.get("back") == Some("month") {
        let path = format!("/preschool/{class}?month={}", Month::of(day).code());
        return Ok(Go::to(member.path(&path)).say(&flash).into_response());
    }
    Ok(back(&member, class, day, &flash))
}

fn back(member: &Member, class: ClassId, day: NaiveDate, flash: &Flash) -> Response {
    let path = format!("/preschool/{class}/day?date={day}");
    Go::to(member.path(&path)).say(flash).into_response()
}
