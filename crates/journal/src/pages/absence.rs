//! «Сообщить об отсутствии» (P3): the parent's form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};
use garde::Validate;
use kernel::{Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Missing, Query, Signed, diary};

use super::{Pages, asked::Asked, lesson::fresh, reason::Sent, view};
use crate::{Error, MyAbsence, NoticeWish, Reason};

const TEMPLATE: &str = "journal/absence_my.html";
/// From this hour on a parent rather means the next day.
const MORNING_ENDS: u32 = 12;

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    child: Option<String>,
}

/// The parent in the school of the child; whoever is nobody's parent finds no such page.
fn parent(it: &Pages, signed: &Signed, child: Option<&str>) -> Result<Asked, Missing> {
    let mut homes = diary::homes(signed);
    homes.retain(diary::Home::is_parent);
    it.asked(&homes, child)?.ok_or(Missing)
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
    form_id: String,
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
    files: Vec<String>,
}

/// Today and the next school day, to be chosen by one tap.
fn near(today: NaiveDate) -> Vec<NaiveDate> {
    let mut next = today + Days::new(1);
    if next.weekday() == Weekday::Sun {
        next = next + Days::new(1);
    }
    vec![today, next]
}

fn page(parent: &Asked, it: &MyAbsence, today: NaiveDate, form: FormState) -> AbsencePage {
    let key = |child: PersonId| format!("{}:{child}", parent.org_code);
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
        form_id: fresh().to_string(),
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
                files: it.files.iter().map(|it| it.name.clone()).collect(),
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
    let parent = parent(&it, &signed, query.child.as_deref())?;
    let today = parent.today();
    let found = it
        .journal
        .my_absence(&parent.actor, parent.child, today)
        .await?;
    let days = near(today);
    let day = if parent.now.hour() < MORNING_ENDS {
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
    /// The id of the form.
    #[garde(length(max = 36))]
    form: Option<String>,
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
    mut sent: Sent,
) -> Result<Response, Failure> {
    let child = sent.fields.get("child").filter(|it| !it.is_empty());
    let parent = parent(&it, &signed, child)?;
    let Checked { value, mut form } =
        Checked::<NoticeForm>::read(&sent.fields, parent.today(), Some(it.views.clone()));
    let now = it.clock.now();
    let today = parent.today();
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
                let done = it
                    .journal
                    .send_notice(
                        &parent.actor,
                        found.child.pupil,
                        &wish,
                        sent.scan(),
                        now,
                        parent.zone,
                    )
                    .await;
                match done {
                    Ok(()) => {
                        let to = format!(
                            "/my/absence?child={}:{}",
                            parent.org_code, found.child.pupil
                        );
                        let flash = Flash::done("journal.notice-sent");
                        return Ok(Go::to(to).say(&flash).into_response());
                    }
                    Err(Error::BadDays) => form.fault("first_on", &Error::BadDays),
                    Err(error @ (Error::FileKind | Error::FileTooLarge | Error::TooManyFiles)) => {
                        form.fault("file", &error);
                    }
                    Err(error) if error.kind() == Kind::Invalid => form.fault("", &error),
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
    let page = page(&parent, &found, today, form);
    web::form::invalid(&it.views, &signed.visit, TEMPLATE, &page)
}
