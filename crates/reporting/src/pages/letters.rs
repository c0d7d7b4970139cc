//! «Разослать письма»: who gets the letter by e-mail and who needs paper (RPT-6).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::ClassId;
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, Go, Member, Query, form::Raw};

use super::{Pages, wish::period_of};
use crate::{
    Asked, Error, Kind, Mailing, MarksWish, More, TypedDays, Way,
    output::{letters, slot_name, week_name},
};

#[derive(Serialize)]
struct Page {
    class: Option<String>,
    period: String,
    class_id: Option<i64>,
    slot: String,
    lines: Vec<LineView>,
    to_send: usize,
    sent: usize,
    /// Sheets to print: pupils without a single address.
    paper: usize,
    back: String,
}

#[derive(Serialize)]
struct LineView {
    name: String,
    paper: Option<String>,
    parents: Vec<ParentView>,
}

#[derive(Serialize)]
struct ParentView {
    name: String,
    /// mail, sent, paper
    way: &'static str,
    /// When it was sent, or the last one.
    at: Option<DateTime<Utc>>,
}

fn asked(class: Option<ClassId>, period: Option<&str>) -> Result<Asked, Error> {
    let kind = Kind::ParentLetter;
    let (period, week) = period_of(kind, period)?;
    Ok(Asked {
        kind,
        period,
        class,
        teacher: None,
        names: false,
        more: More::default(),
        of_marks: MarksWish {
            week,
            ..MarksWish::default()
        },
        days: TypedDays::default(),
    })
}

/// Whose letters, and of which period or week.
#[derive(Deserialize)]
pub(super) struct LettersWish {
    class: Option<ClassId>,
    period: Option<String>,
}

pub(super) async fn preview(
    member: Member,
    State(it): State<Pages>,
    Query(wish): Query<LettersWish>,
) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let asked = asked(wish.class, wish.period.as_deref())?;
    let mailing = it.reporting.mailing(&member.actor, asked, today).await?;
    let page = page(&mailing, &member, &it);
    let html = it
        .views
        .page(&member.visit, "reporting/letters.html", &page)?;
    Ok(html.into_response())
}

fn page(mailing: &Mailing, member: &Member, it: &Pages) -> Page {
    let made = &mailing.made;
    let class = made.class.as_ref();
    let class_id = class.map(|it| it.id.get());
    let slot = made.period_code().unwrap_or_default();
    let query = format!("class={}&period={slot}", class_id.unwrap_or_default());
    let back = member.path(&format!("/reports/parent-letter?{query}"));
    let ways = || mailing.lines.iter().flat_map(|it| &it.parents);
    Page {
        class: class.map(curriculum::Class::name),
        period: match made.more.week {
            Some(week) => week_name(&it.views, week),
            None => made
                .term
                .map(|term| slot_name(&it.views, term.slot))
                .unwrap_or_default(),
        },
        class_id,
        slot,
        to_send: mailing.to_send(),
        sent: ways().filter(|it| matches!(it.1, Way::Sent(_))).count(),
        paper: mailing.lines.iter().filter(|it| it.needs_paper()).count(),
        lines: mailing
            .lines
            .iter()
            .map(|line| LineView {
                name: line.name.clone(),
                paper: line
                    .needs_paper()
                    .then(|| format!("{back}&pupil={}&as=pdf", line.pupil)),
                parents: line
                    .parents
                    .iter()
                    .map(|(card, way)| {
                        let (way, at) = match way {
                            Way::Mail(at) => ("mail", *at),
                            Way::Sent(at) => ("sent", Some(*at)),
                            Way::Paper => ("paper", None),
                        };
                        ParentView {
                            name: card.short(),
                            way,
                            at,
                        }
                    })
                    .collect(),
            })
            .collect(),
        back,
    }
}

pub(super) async fn send(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    // A form names its class: nobody writes to «the first one».
    let class = raw.get("class").and_then(|it| it.parse::<i64>().ok());
    let class: ClassId = class.ok_or(Error::NotFound)?.into();
    let slot = raw.get("period").unwrap_or_default();
    let asked = asked(Some(class), Some(slot))?;
    let today = member.visit.day_of(it.clock.now());
    let by = &member.me.initials;
    let count = it
        .reporting
        .mail(&member.actor, asked, today, by, |made| {
            letters(made, &it.views)
        })
        .await?;
    let flash = if count == 0 {
        Flash::warning("reporting.letters-none")
    } else {
        Flash::done("reporting.letters-sent").with("count", &count)
    };
    let to = format!("/reports/parent-letter/send?class={class}&period={slot}");
    Ok(Go::to(member.path(&to)).say(&flash).into_response())
}
