//! One result: its history, and the appeals against it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{PersonId, Right};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, Path, form::Raw};

use super::{
    Around, Pages,
    opened::ExamView,
    sent::{Sent, again, form_of, show},
};
use crate::{Appeal, AppealId, AppealWish, Card, Decision, Error, ExamId};

const TEMPLATE: &str = "exams/card.html";

#[derive(Serialize)]
struct Page {
    around: Around,
    exam: ExamView,
    name: String,
    class: String,
    turnout: &'static str,
    variant: String,
    primary: Option<i16>,
    test: Option<i16>,
    mark: Option<i16>,
    passed: Option<bool>,
    keeps: bool,
    form: FormState,
    appeals: Vec<AppealView>,
    history: Vec<ChangeView>,
    action: String,
}

#[derive(Serialize)]
pub(super) struct AppealView {
    id: AppealId,
    about: &'static str,
    filed_on: NaiveDate,
    state: &'static str,
    decided_on: Option<NaiveDate>,
    before: Option<i16>,
    after: Option<i16>,
    note: String,
    version: i32,
}

impl AppealView {
    pub(super) fn of(it: &Appeal) -> Self {
        Self {
            id: it.id,
            about: if it.about_score { "score" } else { "procedure" },
            filed_on: it.filed_on,
            state: it.state.code(),
            decided_on: it.decided_on,
            before: it.before,
            after: it.after,
            note: it.note.clone(),
            version: it.version,
        }
    }
}

#[derive(Serialize)]
struct ChangeView {
    at: DateTime<Utc>,
    by: String,
    turnout: &'static str,
    primary: Option<i16>,
    test: Option<i16>,
    mark: Option<i16>,
}

impl Pages {
    async fn card_page(
        &self,
        member: &Member,
        (exam, pupil): (ExamId, PersonId),
        form: FormState,
    ) -> Result<Page, Failure> {
        let card = self.exams.card(&member.actor, exam, pupil).await?;
        let Card { exam, subject, .. } = &card;
        let view = ExamView::of(member, exam, subject.clone());
        let section = super::section_of(exam.fields.kind);
        let history = card.history.iter().map(|it| ChangeView {
            at: it.at,
            by: it.by.clone(),
            turnout: it.turnout.code(),
            primary: it.primary,
            test: it.test,
            mark: it.mark,
        });
        Ok(Page {
            around: Around::of(member, section, None),
            action: format!("{}/pupils/{pupil}/appeals", view.href),
            class: card.class.name(),
            turnout: card.entry.turnout.code(),
            variant: card.entry.variant.clone(),
            primary: card.entry.primary,
            test: card.outcome.test,
            mark: card.outcome.mark,
            passed: card.outcome.passed,
            keeps: card.keeps,
            form,
            appeals: card.appeals.iter().map(AppealView::of).collect(),
            history: history.collect(),
            exam: view,
            name: card.name,
        })
    }

    async fn card_again(
        &self,
        member: &Member,
        of: (ExamId, PersonId),
        form: FormState,
        stale: bool,
    ) -> Result<Response, Failure> {
        let page = self.card_page(member, of, form).await?;
        again(&self.views, &member.visit, TEMPLATE, &page, stale)
    }
}

fn back(member: &Member, (exam, pupil): (ExamId, PersonId), code: &str) -> Response {
    let path = member.path(&format!("/study/exams/{exam}/pupils/{pupil}"));
    Go::to(path).say(&Flash::done(code)).into_response()
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, exam, pupil)): Path<(String, ExamId, PersonId)>,
) -> Result<Response, Failure> {
    let form = form_of(&Raw::default(), &it.views).with("about", "score");
    let page = it.card_page(&member, (exam, pupil), form).await?;
    show(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn file(
    member: Member,
    State(it): State<Pages>,
    Path((_, exam, pupil)): Path<(String, ExamId, PersonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::ExamEdit)?;
    let of = (exam, pupil);
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let filed_on = sent.date("filed_on");
    let note = sent.text("note", 500);
    let wish = filed_on
        .filter(|_| sent.is_right())
        .map(|filed_on| AppealWish {
            about_score: sent.typed("about") != "procedure",
            filed_on,
            note,
        });
    let mut stale = false;
    if let Some(wish) = wish {
        match it.exams.file_appeal(&member.actor, exam, pupil, wish).await {
            Ok(()) => return Ok(back(&member, of, "exams.flash.appeal-filed")),
            Err(error) => stale = sent.note(error, "filed_on")?,
        }
    }
    it.card_again(&member, of, sent.form, stale).await
}

pub(super) async fn decide(
    member: Member,
    State(it): State<Pages>,
    Path((_, exam, pupil, appeal)): Path<(String, ExamId, PersonId, AppealId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::ExamEdit)?;
    let of = (exam, pupil);
    let card = it.exams.card(&member.actor, exam, pupil).await?;
    if card.appeals.iter().all(|it| it.id != appeal) {
        return Err(Error::NotFound.into());
    }
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let field = |name: &str| format!("{name}.{appeal}");
    let decided_on = sent.date(&field("decided_on"));
    let primary = sent.optional(&field("primary"), "number");
    let mut stale = false;
    if let Some(decided_on) = decided_on.filter(|_| sent.is_right()) {
        let wish = Decision {
            seen: sent.seen(),
            granted: sent.typed("decision") == "granted",
            decided_on,
            primary,
        };
        match it
            .exams
            .decide_appeal(&member.actor, of, appeal, wish)
            .await
        {
            Ok(()) => return Ok(back(&member, of, "exams.flash.appeal-decided")),
            Err(error) => {
                let at = match error {
                    Error::BadFields => field("primary"),
                    _ => field("decided_on"),
                };
                stale = sent.note(error, &at)?;
            }
        }
    }
    it.card_again(&member, of, sent.form, stale).await
}
