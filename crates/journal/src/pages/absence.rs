//! «Сообщить об отсутствии» (P3): the parent's form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};
use garde::Validate;
use kernel::{Actor, Fault, Kind, PersonId, Reach, Right};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Missing, Query, Signed};

use super::{Pages, view};
use crate::{Error, MyAbsence, NoticeWish, Reason};

const TEMPLATE: &str = "journal/absence_my.html";
/// From this hour on a parent rather means the next day.
const MORNING_ENDS: u32 = 12;

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    child: Option<String>,
}

/// The parent in the organisation of the child.
struct Parent {
    actor: Actor,
    code: String,
    zone: chrono_tz::Tz,
    child: Option<PersonId>,
}

/// `krymsk-g7:128`, or the first school where the person has children;
/// whoever is nobody's parent finds no such page.
fn parent(signed: &Signed, child: Option<&str>) -> Result<Parent, Missing> {
    let named = match child {
        None => None,
        Some(text) => {
            let (org, child) = text.split_once(':').ok_or(Missing)?;
            Some((org, child.parse::<PersonId>().map_err(|_| Missing)?))
        }
    };
    signed
        .me
        .memberships
        .iter()
        .map(|it| Parent {
            actor: Actor {
                account: signed.me.account,
                person: it.person,
                org: it.org,
                grants: std::sync::Arc::clone(&it.grants),
            },
            code: it.code.clone(),
            zone: it.zone.parse().unwrap_or(chrono_tz::Tz::Europe__Moscow),
            child: named.map(|it| it.1),
        })
        .filter(|it| it.actor.reaches(Right::DiaryView).has(Reach::OwnChild))
        .find(|it| named.is_none_or(|(org, _)| org == it.code))
        .ok_or(Missing)
}

#[derive(Serialize)]
struct AbsencePage {
    child: String,
    name: String,
    children: Vec<view::Tab>,
    names: Vec<String>,
    days: Vec<NaiveDate>,
    today: NaiveDate,
    reasons: [&'static str; 2],
    form: FormState,
    sent: Vec<SentView>,
    back: String,
}

#[derive(Serialize)]
struct SentView {
    first_on: NaiveDate,
    last_on: NaiveDate,
    reason: &'static str,
    text: String,
    state: &'static str,
    late: bool,
    answer: String,
}

/// Today and the next school day, to be chosen by one tap.
fn near(today: NaiveDate) -> Vec<NaiveDate> {
    let mut next = today + Days::new(1);
    if next.weekday() == Weekday::Sun {
        next = next + Days::new(1);
    }
    vec![today, next]
}

fn page(parent: &Parent, it: &MyAbsence, today: NaiveDate, form: FormState) -> AbsencePage {
    let key = |child: PersonId| format!("{}:{child}", parent.code);
    AbsencePage {
        child: key(it.child.pupil),
        name: it.child.name.clone(),
        children: it
            .children
            .iter()
            .map(|child| view::Tab {
                code: "",
                href: format!("/my/absence?child={}", key(child.pupil)),
                current: child.pupil == it.child.pupil,
            })
            .collect(),
        names: it.children.iter().map(|it| it.name.clone()).collect(),
        days: near(today),
        today,
        reasons: Reason::OF_PARENTS.map(Reason::code),
        form,
        sent: it
            .sent
            .iter()
            .map(|it| SentView {
                first_on: it.first_on,
                last_on: it.last_on,
                reason: it.reason.code(),
                text: it.text.clone(),
                state: it.state.code(),
                late: it.late,
                answer: it.answer.clone(),
            })
            .collect(),
        back: format!("/my/day?child={}", key(it.child.pupil)),
    }
}

pub(super) async fn form(
    signed: Signed,
    State(it): State<Pages>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let parent = parent(&signed, query.child.as_deref())?;
    let local = it.clock.now().with_timezone(&parent.zone);
    let today = local.date_naive();
    let found = it
        .journal
        .my_absence(&parent.actor, parent.child, today)
        .await?;
    let days = near(today);
    let day = if local.hour() < MORNING_ENDS {
        days.first()
    } else {
        days.last()
    };
    let day = day.copied().unwrap_or(today);
    let show = kernel::dates::show_date;
    let form = FormState::new()
        .with("day", &day)
        .with("first_on", &show(day))
        .with("last_on", &show(day));
    let page = page(&parent, &found, today, form);
    Ok(it
        .views
        .page(&signed.visit, TEMPLATE, &page)?
        .into_response())
}

/// What the parent typed: one of the days offered, or others.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeForm {
    #[garde(skip)]
    #[expect(
        dead_code,
        reason = "read from the form as sent, also where it is wrong"
    )]
    child: String,
    /// A day, or «other».
    #[garde(length(chars, max = 20))]
    day: String,
    #[garde(skip)]
    first_on: Option<NaiveDate>,
    #[garde(skip)]
    last_on: Option<NaiveDate>,
    #[garde(skip)]
    reason: Reason,
    #[garde(length(chars, max = 500))]
    text: String,
}

impl NoticeForm {
    /// First and last day.
    fn days(&self) -> Result<(NaiveDate, NaiveDate), &'static str> {
        if let Ok(day) = self.day.parse() {
            return Ok((day, day));
        }
        let first = self.first_on.ok_or("first_on")?;
        Ok((first, self.last_on.unwrap_or(first)))
    }
}

pub(super) async fn send(
    signed: Signed,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<NoticeForm>,
) -> Result<Response, Failure> {
    let child = Some(form.value("child")).filter(|it| !it.is_empty());
    let parent = parent(&signed, child)?;
    let now = it.clock.now();
    let today = now.with_timezone(&parent.zone).date_naive();
    let found = it
        .journal
        .my_absence(&parent.actor, parent.child, today)
        .await?;
    if let Some(typed) = value {
        match typed.days() {
            Err(field) => form.refuse(field, "required"),
            Ok((first_on, last_on)) => {
                let wish = NoticeWish {
                    reason: typed.reason,
                    first_on,
                    last_on,
                    text: typed.text,
                };
                let sent = it
                    .journal
                    .send_notice(&parent.actor, found.child.pupil, &wish, now, parent.zone)
                    .await;
                match sent {
                    Ok(()) => {
                        let to = format!("/my/absence?child={}:{}", parent.code, found.child.pupil);
                        let flash = Flash::done("journal.notice-sent");
                        return Ok(Go::to(to).say(&flash).into_response());
                    }
                    Err(Error::BadDays) => form.fault("first_on", &Error::BadDays),
                    Err(error) if error.kind() == Kind::Invalid => form.fault("", &error),
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
    let page = page(&parent, &found, today, form);
    web::form::invalid(&it.views, &signed.visit, TEMPLATE, &page)
}
