//! Remarks to the keeping of journals (JRN-6, Z7).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{ClassId, Fault, Kind, LessonId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Missing, Path, form::Raw, form::invalid,
};

use super::{Pages, control};
use crate::{About, Error, JournalLacks, Lack, RemarkId, RemarkLine, RemarkTarget};

const FORM: &str = "journal/remarks_new.html";

#[derive(Serialize)]
struct RemarksPage {
    school: bool,
    automatic: Vec<AutomaticView>,
    made: Vec<RemarkView>,
    open: usize,
}

/// What one journal lacks by itself.
#[derive(Serialize)]
struct AutomaticView {
    class: String,
    subject: String,
    teacher: String,
    oldest: NaiveDate,
    topic: usize,
    homework: usize,
    roll: usize,
    grid_href: String,
    remark_href: String,
    lessons: Vec<control::LessonView>,
}

#[derive(Serialize)]
struct RemarkView {
    id: i64,
    class: String,
    subject: String,
    teacher: String,
    made_by: String,
    made_at: String,
    held_on: Option<NaiveDate>,
    href: String,
    text: String,
    answer: String,
    answered_at: Option<String>,
    closed: bool,
    to_me: bool,
    answer_to: String,
    close_to: String,
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Html<String>, Failure> {
    let moment = control::moment(&it, &member);
    let found = it.journal.remarks(&member.actor, moment).await?;
    let made: Vec<RemarkView> = found.made.iter().map(|it| remark(it, &member)).collect();
    let page = RemarksPage {
        school: found.school,
        automatic: found
            .automatic
            .iter()
            .map(|it| automatic(it, &member))
            .collect(),
        open: made.iter().filter(|it| !it.closed).count(),
        made,
    };
    Ok(it
        .views
        .page(&member.visit, "journal/remarks.html", &page)?)
}

fn automatic(it: &JournalLacks, member: &Member) -> AutomaticView {
    AutomaticView {
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        teacher: it.teacher_name.clone(),
        oldest: it.oldest,
        topic: it.count(Lack::Topic),
        homework: it.count(Lack::Homework),
        roll: it.count(Lack::Roll),
        grid_href: member.path(&format!("/journal/{}/{}", it.class, it.subject)),
        remark_href: member.path(&format!(
            "/journal/remarks/new?class={}&subject={}",
            it.class, it.subject
        )),
        lessons: it
            .lessons
            .iter()
            .map(|it| control::lesson(it, member))
            .collect(),
    }
}

fn remark(it: &RemarkLine, member: &Member) -> RemarkView {
    let href = match it.remark.lesson {
        Some(lesson) => format!("/journal/lesson/{lesson}"),
        None => format!("/journal/{}/{}", it.remark.class, it.remark.subject),
    };
    let path = member.path(&format!("/journal/remarks/{}", it.remark.id));
    RemarkView {
        id: it.remark.id.get(),
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        teacher: it.teacher_name.clone(),
        made_by: it.made_by.clone(),
        made_at: it.remark.made_at.to_rfc3339(),
        held_on: it.held_on,
        href: member.path(&href),
        text: it.remark.text.clone(),
        answer: it.remark.answer.clone(),
        answered_at: it.remark.answered_at.map(|it| it.to_rfc3339()),
        closed: it.remark.closed_at.is_some(),
        to_me: it.to_me,
        answer_to: format!("{path}/answer"),
        close_to: format!("{path}/close"),
    }
}

/// The lesson of the query, or its class and subject.
fn about(value: impl Fn(&str) -> Option<i64>) -> Result<About, Missing> {
    if let Some(lesson) = value("lesson") {
        return Ok(About::Lesson(LessonId::from(lesson)));
    }
    match (value("class"), value("subject")) {
        (Some(class), Some(subject)) => Ok(About::Journal(
            ClassId::from(class),
            SubjectId::from(subject),
        )),
        _ => Err(Missing),
    }
}

#[derive(Serialize)]
struct NewPage {
    action: String,
    back: String,
    class: String,
    subject: String,
    teacher: String,
    held_on: Option<NaiveDate>,
    fields: Vec<(&'static str, i64)>,
    form: FormState,
}

fn new_page(it: &RemarkTarget, member: &Member, form: FormState) -> NewPage {
    let fields = match it.lesson {
        Some(lesson) => vec![("lesson", lesson.get())],
        None => vec![("class", it.class.get()), ("subject", it.subject.get())],
    };
    NewPage {
        action: member.path("/journal/remarks/new"),
        back: member.path("/journal/remarks"),
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        teacher: it.teacher_name.clone(),
        held_on: it.held_on,
        fields,
        form,
    }
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let about = about(|name| raw.get(name)?.parse().ok())?;
    let today = it.today(&member.visit);
    let target = it
        .journal
        .remark_target(&member.actor, about, today)
        .await?;
    let page = new_page(&target, &member, FormState::new());
    Ok(it.views.page(&member.visit, FORM, &page)?)
}

/// A remark as it is typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct RemarkForm {
    #[garde(skip)]
    #[expect(
        dead_code,
        reason = "read from the form as sent, also where it is wrong"
    )]
    lesson: Option<i64>,
    #[garde(skip)]
    #[expect(
        dead_code,
        reason = "read from the form as sent, also where it is wrong"
    )]
    class: Option<i64>,
    #[garde(skip)]
    #[expect(
        dead_code,
        reason = "read from the form as sent, also where it is wrong"
    )]
    subject: Option<i64>,
    #[garde(length(chars, min = 1, max = 1000))]
    text: String,
}

pub(super) async fn make(
    member: Member,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<RemarkForm>,
) -> Result<Response, Failure> {
    let about = about(|name| form.value(name).parse().ok())?;
    let today = it.today(&member.visit);
    let target = it
        .journal
        .remark_target(&member.actor, about, today)
        .await?;
    if let Some(typed) = value {
        let made = it
            .journal
            .make_remark(&member.actor, about, &typed.text, today)
            .await;
        match made {
            Ok(()) => {
                let to = member.path("/journal/remarks");
                let flash = Flash::done("control.remark-made");
                return Ok(Go::to(to).say(&flash).into_response());
            }
            Err(error) if error.kind() == Kind::Invalid => form.fault("text", &error),
            Err(error) => return Err(error.into()),
        }
    }
    let page = new_page(&target, &member, form);
    invalid(&it.views, &member.visit, FORM, &page)
}

pub(super) async fn answer(
    member: Member,
    State(it): State<Pages>,
    Path((_, remark)): Path<(String, RemarkId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let text = raw.get("answer").unwrap_or_default();
    let flash = match it.journal.answer_remark(&member.actor, remark, text).await {
        Ok(()) => Flash::done("control.remark-answered"),
        Err(error @ (Error::Empty | Error::TooLong)) => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to(member.path("/journal/remarks"))
        .say(&flash)
        .into_response())
}

pub(super) async fn close(
    member: Member,
    State(it): State<Pages>,
    Path((_, remark)): Path<(String, RemarkId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let closed = raw.get("open").is_none();
    it.journal
        .close_remark(&member.actor, remark, closed)
        .await?;
    let flash = if closed {
        Flash::done("control.remark-closed")
    } else {
        Flash::done("control.remark-opened")
    };
    Ok(Go::to(member.path("/journal/remarks"))
        .say(&flash)
        .into_response())
}
