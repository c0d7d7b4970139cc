//! Homework: the teacher's page with files and answers, the family's page,
//! and the files themselves.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::NaiveDate;
use db::files::FileId;
use kernel::{Fault, Kind, LessonId, PersonId};
use serde::Deserialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Missing, Path, Query, Signed,
    form::{Raw, invalid},
    import::Upload,
    safe_next,
};

use super::{Pages, diary::asked, lesson::form_id, view};
use crate::{AnswerState, AnswerWish, Error, HandIn};

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
    fn sent(&self, raw: &Raw) -> FormState {
        Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(self.views.clone())).form
    }
}

/// The file of a form, where one was chosen.
fn file_of(upload: &Upload) -> Option<(&str, Bytes)> {
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

// ------------------------------------------------------------------ teacher

pub(super) async fn homework(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let page = it
        .homework_page(&member, address.lesson, FormState::new())
        .await?;
    Ok(it
        .views
        .page(&member.visit, "journal/homework.html", &page)?
        .into_response())
}

pub(super) async fn set_minutes(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let typed = raw.get("minutes").unwrap_or_default();
    let minutes = match typed {
        "" => Ok(None),
        text => text.parse::<i16>().map(Some).map_err(|_| Error::BadMinutes),
    };
    let saved = match minutes {
        Ok(minutes) => {
            it.journal
                .set_minutes(&member.actor, address.lesson, minutes, today)
                .await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = saved {
        let mut form = it.sent(&raw);
        said(&mut form, "minutes", error)?;
        let page = it.homework_page(&member, address.lesson, form).await?;
        return invalid(&it.views, &member.visit, "journal/homework.html", &page);
    }
    Ok(homework_saved(&member, address.lesson, "diary.minutes-saved").into_response())
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
    let form = form_id(&upload.fields);
    let attached = it
        .journal
        .attach(&member.actor, lesson, today, form, file)
        .await;
    if let Err(error) = attached {
        let mut form = it.sent(&upload.fields);
        said(&mut form, "file", error)?;
        let page = it.homework_page(&member, lesson, form).await?;
        return invalid(&it.views, &member.visit, "journal/homework.html", &page);
    }
    Ok(homework_saved(&member, lesson, "diary.file-added").into_response())
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
    Ok(homework_saved(
        &member,
        address.lesson,
        "diary.file-removed",
    ))
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
        .check_answer(&member.actor, address.lesson, pupil, today, &wish)
        .await;
    if let Err(error) = checked {
        let mut form = it.sent(&raw);
        let field = format!("comment-{pupil}");
        said(&mut form, &field, error)?;
        let page = it.homework_page(&member, address.lesson, form).await?;
        return invalid(&it.views, &member.visit, "journal/homework.html", &page);
    }
    let said = match wish.state {
        AnswerState::Returned => "diary.answer-returned",
        _ => "diary.answer-accepted",
    };
    Ok(homework_saved(&member, address.lesson, said).into_response())
}

fn homework_path(member: &Member, lesson: LessonId) -> String {
    member.path(&format!("/journal/lesson/{lesson}/homework"))
}

fn homework_saved(member: &Member, lesson: LessonId, said: &str) -> Go {
    Go::to(homework_path(member, lesson)).say(&Flash::done(said))
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
        Ok(view::homework(found, member, form))
    }
}

// -------------------------------------------------------------------- files

pub(super) async fn file(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<FileAddress>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let (file, bytes) = it.journal.file(&member.actor, address.file, today).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&file.media_type);
    let media = media.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    if let Ok(value) = HeaderValue::from_str(&disposition(&file.name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct FileAddress {
    file: FileId,
}

/// RFC 6266: the name in UTF-8, and a plain one for whoever cannot read it.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|it| {
            if it.is_ascii_alphanumeric() || "-_.".contains(it) {
                it
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(it).to_string()
            }
            it => format!("%{it:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

// ------------------------------------------------------------------- family

#[derive(Deserialize)]
pub(super) struct ChildQuery {
    child: Option<String>,
}

pub(super) async fn my_homework(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let child = query.child.as_deref();
    let Some(page) = it
        .my_homework_page(&signed, child, address.lesson, FormState::new())
        .await?
    else {
        return Err(Missing.into());
    };
    Ok(it
        .views
        .page(&signed.visit, "journal/my_homework.html", &page)?
        .into_response())
}

pub(super) async fn hand_in(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    upload: Upload,
) -> Result<Response, Failure> {
    let child = upload.fields.get("child");
    let Some(asked) = asked(&it, &signed, child)? else {
        return Err(Missing.into());
    };
    let lesson = address.lesson;
    let sent = HandIn {
        text: upload.fields.get("text").unwrap_or_default(),
        file: file_of(&upload),
        form: form_id(&upload.fields),
    };
    let handed = it
        .journal
        .hand_in(&asked.actor, asked.child, lesson, asked.today(), sent)
        .await;
    if let Err(error) = handed {
        let field = if matches!(error, Error::TooLong) {
            "text"
        } else {
            "file"
        };
        let mut form = it.sent(&upload.fields);
        said(&mut form, field, error)?;
        let page = it.my_homework_page(&signed, child, lesson, form).await?;
        return match page {
            Some(page) => invalid(&it.views, &signed.visit, "journal/my_homework.html", &page),
            None => Err(Missing.into()),
        };
    }
    let to = my_path(lesson, child);
    Ok(Go::to(to)
        .say(&Flash::done("diary.handed-in"))
        .into_response())
}

pub(super) async fn take_back(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let child = raw.get("child");
    let Some(asked) = asked(&it, &signed, child)? else {
        return Err(Missing.into());
    };
    let file = address.file.ok_or(Error::NotFound)?;
    it.journal
        .take_back(
            &asked.actor,
            asked.child,
            address.lesson,
            file,
            asked.today(),
        )
        .await?;
    let to = my_path(address.lesson, child);
    Ok(Go::to(to)
        .say(&Flash::done("diary.file-removed"))
        .into_response())
}

pub(super) async fn tick(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let Some(asked) = asked(&it, &signed, raw.get("child"))? else {
        return Err(Missing.into());
    };
    let done = raw.get("done") == Some("1");
    it.journal
        .tick(&asked.actor, address.lesson, asked.today(), done)
        .await?;
    let back = raw.get("back").unwrap_or("/my/day");
    Ok(Go::to(safe_next(back)).into_response())
}

fn my_path(lesson: LessonId, child: Option<&str>) -> String {
    let child = child.map_or_else(String::new, |it| format!("?child={it}"));
    format!("/my/homework/{lesson}{child}")
}

impl Pages {
    async fn my_homework_page(
        &self,
        signed: &Signed,
        child: Option<&str>,
        lesson: LessonId,
        form: FormState,
    ) -> Result<Option<view::MyHomeworkView>, Failure> {
        let Some(asked) = asked(self, signed, child)? else {
            return Ok(None);
        };
        let found = self
            .journal
            .my_homework(&asked.actor, asked.child, lesson, asked.today())
            .await?;
        Ok(Some(view::my_homework(found, &asked.org_code, form)))
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_survives_the_header_and_cannot_leave_it() {
        assert_eq!(
            disposition("Тест 1.pdf"),
            "attachment; filename=\"_____1.pdf\"; filename*=UTF-8''%D0%A2%D0%B5%D1%81%D1%82%201.pdf"
        );
        assert!(!disposition("a\"\r\nx: y").contains('\n'));
    }
}
