//! The family's page of one homework, with the answer (U2, U5).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::LessonId;
use serde::Deserialize;
use web::{
    Failure, Flash, FormState, Go, Path, Query, Signed, form::Raw, import::Upload, safe_next,
};

use super::{
    super::{Pages, asked::Diary, lesson::form_id, view},
    Address, file_of, said,
};
use crate::{Error, HandIn};

const TEMPLATE: &str = "journal/my_homework.html";

#[derive(Deserialize)]
pub(in crate::pages) struct ChildQuery {
    child: Option<String>,
}

pub(in crate::pages) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    Query(query): Query<ChildQuery>,
) -> Result<Response, Failure> {
    let diary = it.diary(signed, query.child.as_deref())?;
    let page = diary.homework(address.lesson, FormState::new()).await?;
    diary.page(TEMPLATE, &page)
}

pub(in crate::pages) async fn hand_in(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    upload: Upload,
) -> Result<Response, Failure> {
    let child = upload.fields.get("child");
    let diary = it.diary(signed, child)?;
    let lesson = address.lesson;
    let sent = HandIn {
        text: upload.fields.get("text").unwrap_or_default(),
        file: file_of(&upload),
        form: form_id(&upload.fields),
    };
    let journal = diary.journal();
    let handed = journal
        .hand_in(diary.actor(), diary.child(), lesson, diary.today(), sent)
        .await;
    let Err(error) = handed else {
        let flash = Flash::done("diary.handed-in");
        return Ok(Go::to(path(lesson, child)).say(&flash).into_response());
    };
    let field = match error {
        Error::TooLong => "text",
        _ => "file",
    };
    let mut form = it.sent(&upload.fields);
    said(&mut form, field, error)?;
    let page = diary.homework(lesson, form).await?;
    diary.invalid(TEMPLATE, &page)
}

pub(in crate::pages) async fn take_back(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Go, Failure> {
    let child = raw.get("child");
    let diary = it.diary(signed, child)?;
    let lesson = address.lesson;
    let file = address.file.ok_or(Error::NotFound)?;
    let journal = diary.journal();
    journal
        .take_back(diary.actor(), diary.child(), lesson, file, diary.today())
        .await?;
    Ok(Go::to(path(lesson, child)).say(&Flash::done("diary.file-removed")))
}

pub(in crate::pages) async fn tick(
    signed: Signed,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Go, Failure> {
    let diary = it.diary(signed, raw.get("child"))?;
    let done = raw.get("done") == Some("1");
    let journal = diary.journal();
    journal
        .tick(diary.actor(), address.lesson, diary.today(), done)
        .await?;
    let back = raw.get("back").unwrap_or("/my/day");
    Ok(Go::to(safe_next(back)))
}

fn path(lesson: LessonId, child: Option<&str>) -> String {
    let child = child.map_or_else(String::new, |it| format!("?child={it}"));
    format!("/my/homework/{lesson}{child}")
}

impl Diary {
    async fn homework(
        &self,
        lesson: LessonId,
        form: FormState,
    ) -> Result<view::MyHomeworkView, Failure> {
        let found = self
            .journal()
            .my_homework(self.actor(), self.child(), lesson, self.today())
            .await?;
        Ok(view::my_homework(found, self.org(), form))
    }
}
