//! Homework: the teacher's page with files and answers; the family's is in `answer`.

pub(super) mod answer;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::NaiveDate;
use db::files::FileId;
use kernel::{Fault, Kind, LessonId, PersonId};
use serde::Deserialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
    import::Upload,
};

use super::{Pages, lesson::form_id, view};
use crate::{AnswerState, AnswerWish, Error};

const TEMPLATE: &str = "journal/homework.html";

/// The parameters of a lesson's own paths.
#[derive(Deserialize)]
pub(super) struct Address {
    lesson: LessonId,
    file: Option<FileId>,
    pupil: Option<PersonId>,
}

/// A form whose fields are not known before.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

impl Pages {
    /// The form as it was sent, ready to be told its mistakes.
    pub(super) fn sent(&self, raw: &Raw) -> FormState {
        Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(self.views.clone())).form
    }
}

/// The file of a form, where one was chosen.
pub(super) fn file_of(upload: &Upload) -> Option<(&str, Bytes)> {
    (!upload.bytes.is_empty()).then(|| (upload.name.as_str(), upload.bytes.clone()))
}

/// What the form can say itself; anything else is a failure of its own.
fn said(form: &mut FormState, field: &str, error: Error) -> Result<(), Failure> {
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    form.fault(field, &error);
    Ok(())
}

pub(super) async fn homework(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let page = it
        .homework_page(&member, address.lesson, FormState::new())
        .await?;
    let html = it.views.page(&member.visit, TEMPLATE, &page)?;
    Ok(html.into_response())
}

pub(super) async fn set_minutes(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let lesson = address.lesson;
    let minutes = match raw.get("minutes").unwrap_or_default() {
        "" => Ok(None),
        text => text.parse::<i16>().map(Some).map_err(|_| Error::BadMinutes),
    };
    let saved = match minutes {
        Ok(minutes) => {
            it.journal
                .set_minutes(&member.actor, lesson, minutes, today)
                .await
        }
        Err(error) => Err(error),
    };
    it.homework_answer(
        &member,
        lesson,
        (&raw, "minutes"),
        saved,
        "diary.minutes-saved",
    )
    .await
}

pub(super) async fn attach(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    upload: Upload,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let lesson = address.lesson;
    let file = (upload.name.as_str(), upload.bytes.clone());
    let id = form_id(&upload.fields);
    let saved = it
        .journal
        .attach(&member.actor, lesson, today, id, file)
        .await;
    let form = (&upload.fields, "file");
    it.homework_answer(&member, lesson, form, saved, "diary.file-added")
        .await
}

pub(super) async fn detach(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let file = address.file.ok_or(Error::NotFound)?;
    it.journal
        .detach(&member.actor, address.lesson, file, today)
        .await?;
    let flash = Flash::done("diary.file-removed");
    Ok(Go::to(homework_path(&member, address.lesson)).say(&flash))
}

pub(super) async fn copy(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let to: Vec<LessonId> = raw.all("to").filter_map(|it| it.parse().ok()).collect();
    let copied = it
        .journal
        .copy_homework(
            &member.actor,
            address.lesson,
            &to,
            raw.get("works").is_some(),
            today,
        )
        .await?;
    let flash = match copied {
        0 => Flash::warning("diary.copy-nowhere"),
        n => Flash::done("diary.copied").with("n", &n),
    };
    Ok(Go::to(homework_path(&member, address.lesson)).say(&flash))
}

pub(super) async fn check(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let lesson = address.lesson;
    let pupil = address.pupil.ok_or(Error::NotFound)?;
    let number = raw.get("version").and_then(|it| it.parse().ok());
    let state = raw.get("state").and_then(AnswerState::from_code);
    let wish = AnswerWish {
        state: state.unwrap_or(AnswerState::Accepted),
        comment: raw.get("comment").unwrap_or_default().to_owned(),
        seen: number.unwrap_or_default(),
    };
    let checked = it
        .journal
        .check_answer(&member.actor, lesson, pupil, today, &wish)
        .await;
    let word = match wish.state {
        AnswerState::Returned => "diary.answer-returned",
        _ => "diary.answer-accepted",
    };
    let field = format!("comment-{pupil}");
    it.homework_answer(&member, lesson, (&raw, &field), checked, word)
        .await
}

fn homework_path(member: &Member, lesson: LessonId) -> String {
    member.path(&format!("/journal/lesson/{lesson}/homework"))
}

impl Pages {
    async fn homework_page(
        &self,
        member: &Member,
        lesson: LessonId,
        form: FormState,
    ) -> Result<view::HomeworkView, Failure> {
        let today = self.today(&member.visit);
        let found = self.journal.homework(&member.actor, lesson, today).await?;
        Ok(view::homework(found, &self.views, member, form))
    }

    /// Back to the page with a word; or the page once more, with what is wrong
    /// at that field of its form.
    async fn homework_answer(
        &self,
        member: &Member,
        lesson: LessonId,
        (raw, field): (&Raw, &str),
        done: Result<(), Error>,
        word: &str,
    ) -> Result<Response, Failure> {
        let Err(error) = done else {
            let to = homework_path(member, lesson);
            return Ok(Go::to(to).say(&Flash::done(word)).into_response());
        };
        let mut form = self.sent(raw);
        said(&mut form, field, error)?;
        let page = self.homework_page(member, lesson, form).await?;
        invalid(&self.views, &member.visit, TEMPLATE, &page)
    }
}
