//! The alphabet book and its lines.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{Fault, Kind, Right};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member, Missing, Path,
    form::invalid,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, Tab, tabs};
use crate::{
    Error, FileEntry, FileFormat, FileRecord, FileRecordId, FileState, Handing, RecordPage,
};

#[derive(Serialize)]
struct Beside {
    tabs: Vec<Tab>,
    may_edit: bool,
    missing: i64,
    fill: String,
    format_action: String,
    format: &'static str,
    formats: [&'static str; 2],
}

const fn tone(state: FileState) -> Tone {
    match state {
        FileState::Studies => Tone::Ok,
        FileState::Left | FileState::Graduated => Tone::Plain,
        FileState::Cancelled => Tone::Bad,
    }
}

fn row(member: &Member, it: &FileEntry) -> Row {
    let record = &it.record;
    let left = record.left.as_ref();
    let order = |id| member.path(&format!("/movement/orders/{id}"));
    let number =
        |it: &crate::Paper| Cell::text(it.number.clone().unwrap_or_default()).href(order(it.order));
    let state = record.state();
    let cells = vec![
        Cell::text(&record.number),
        Cell::text(it.card.as_ref().map(people::Card::full).unwrap_or_default()),
        Cell::text(&record.letter),
        Cell::or_empty(it.card.as_ref().and_then(|it| it.born_on), Cell::date),
        it.gender.map_or_else(Cell::empty, |it| {
            Cell::word(format!("movement.gender.{}", it.code()))
        }),
        Cell::badge(tone(state), format!("movement.file.{}", state.code())),
        Cell::date(record.enrolled_on),
        number(&record.enrolled),
        Cell::text(&it.to),
        Cell::text(&record.enrolled.place),
        Cell::or_empty(record.left_on, Cell::date),
        left.map_or_else(Cell::empty, number),
        Cell::text(&it.from),
        Cell::text(left.map(|it| it.place.clone()).unwrap_or_default()),
        left.and_then(|it| it.reason)
            .map_or_else(Cell::empty, |it| {
                Cell::word(format!("movement.reason.{}", it.code()))
            }),
        Cell::or_empty(record.handed_on, Cell::date),
        Cell::text(&record.handed_to),
    ];
    Row::new(&record.id, cells).href(member.path(&format!("/movement/alphabet/{}", record.id)))
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let book = it.books.alphabet(&member.actor).await?;
    let columns = [
        Column::text("number"),
        Column::text("name"),
        Column::text("letter").selectable().off(),
        Column::date("born_on"),
        Column::text("gender").off(),
        Column::badge("state").selectable(),
        Column::date("enrolled_on"),
        Column::text("enrolled_by"),
        Column::class("to"),
        Column::text("came_from").off(),
        Column::date("left_on"),
        Column::text("left_by"),
        Column::class("from").off(),
        Column::text("went_to").off(),
        Column::text("reason").off(),
        Column::date("handed_on"),
        Column::text("handed_to").off(),
    ];
    let list = List::new("movement.alphabet", columns)
        .rows(book.entries.iter().map(|it| row(&member, it)));
    let beside = Beside {
        tabs: tabs(&member, "alphabet"),
        may_edit: member.actor.may_in_org(Right::MovementEdit).is_ok(),
        missing: book.missing,
        fill: member.path("/movement/alphabet/fill"),
        format_action: member.path("/movement/alphabet/format"),
        format: book.format.code(),
        formats: FileFormat::ALL.map(FileFormat::code),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/alphabet.html",
        &list,
        &query,
        &beside,
    )
}

#[derive(Serialize)]
struct RecordView {
    path: String,
    back: String,
    form: FormState,
    may_edit: bool,
    name: String,
    card: String,
    /// Where a certificate is written for the pupil.
    certificate: String,
    born_on: Option<NaiveDate>,
    line: LineView,
    others: Vec<LineView>,
}

/// One line of the book.
#[derive(Serialize)]
struct LineView {
    href: String,
    number: String,
    state: &'static str,
    enrolled_on: NaiveDate,
    enrolled_by: Option<String>,
    enrolled_order: String,
    to: String,
    came_from: String,
    left_on: Option<NaiveDate>,
    left_by: Option<String>,
    left_order: Option<String>,
    from: String,
    went_to: String,
    reason: Option<&'static str>,
    handed_on: Option<NaiveDate>,
    handed_to: String,
    version: i32,
}

fn line(member: &Member, it: FileRecord, to: String, from: String) -> LineView {
    let order = |id| member.path(&format!("/movement/orders/{id}"));
    LineView {
        href: member.path(&format!("/movement/alphabet/{}", it.id)),
        state: it.state().code(),
        enrolled_on: it.enrolled_on,
        enrolled_order: order(it.enrolled.order),
        enrolled_by: it.enrolled.number,
        to,
        came_from: it.enrolled.place,
        left_on: it.left_on,
        left_order: it.left.as_ref().map(|it| order(it.order)),
        reason: it
            .left
            .as_ref()
            .and_then(|it| it.reason)
            .map(crate::LeavingReason::code),
        went_to: it
            .left
            .as_ref()
            .map(|it| it.place.clone())
            .unwrap_or_default(),
        left_by: it.left.and_then(|it| it.number),
        from,
        number: it.number,
        handed_on: it.handed_on,
        handed_to: it.handed_to,
        version: it.version,
    }
}

impl RecordView {
    fn of(member: &Member, it: RecordPage, form: Option<FormState>) -> Self {
        let entry = it.entry;
        let form = form.unwrap_or_else(|| {
            let on = entry.record.handed_on.map(kernel::dates::show_date);
            FormState::new()
                .with("on", &on.unwrap_or_default())
                .with("to", &entry.record.handed_to)
        });
        let others = it.others.into_iter();
        let others = others.map(|it| line(member, it, String::new(), String::new()));
        Self {
            path: member.path(&format!("/movement/alphabet/{}", entry.record.id)),
            back: member.path("/movement/alphabet"),
            form,
            may_edit: member.actor.may_in_org(Right::MovementEdit).is_ok(),
            name: entry
                .card
                .as_ref()
                .map(people::Card::full)
                .unwrap_or_default(),
            card: member.path(&format!("/people/pupils/{}", entry.record.pupil)),
            certificate: member.path(&format!(
                "/movement/certificates/new?pupil={}",
                entry.record.pupil
            )),
            born_on: entry.card.and_then(|it| it.born_on),
            others: others.collect(),
            line: line(member, entry.record, entry.to, entry.from),
        }
    }
}

const TEMPLATE: &str = "movement/alphabet_line.html";

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FileRecordId)>,
) -> Result<Response, Failure> {
    let record = it.books.record(&member.actor, id).await?;
    let page = RecordView::of(&member, record, None);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// When and to whom the personal file was handed; both empty: it was not.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct HandForm {
    #[serde(default)]
    #[garde(skip)]
    on: Option<NaiveDate>,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    to: String,
    #[garde(skip)]
    seen: i32,
}

pub(super) async fn hand(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FileRecordId)>,
    Checked { value, mut form }: Checked<HandForm>,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let Some(sent) = value else {
        return again(&member, &it, id, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let handing = Handing {
        on: sent.on,
        to: sent.to,
    };
    match it.books.hand(&member.actor, id, sent.seen, handing).await {
        Ok(()) => {
            let to = member.path(&format!("/movement/alphabet/{id}"));
            Ok(Go::to(to)
                .say(&Flash::done("movement.alphabet.handed"))
                .into_response())
        }
        Err(error) => {
            let status = match error.kind() {
                Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                Kind::Conflict => StatusCode::CONFLICT,
                _ => return Err(error.into()),
            };
            let field = match error {
                Error::NobodyTook => "to",
                _ => "",
            };
            form.fault(field, &error);
            again(&member, &it, id, form, status).await
        }
    }
}

/// The line again, with what was refused above it.
async fn again(
    member: &Member,
    it: &Pages,
    id: FileRecordId,
    form: FormState,
    status: StatusCode,
) -> Result<Response, Failure> {
    let record = it.books.record(&member.actor, id).await?;
    let page = RecordView::of(member, record, Some(form));
    let mut response = invalid(&it.views, &member.visit, TEMPLATE, &page)?;
    *response.status_mut() = status;
    Ok(response)
}

pub(super) async fn fill(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let entered = it.books.fill_alphabet(&member.actor).await?;
    let flash = Flash::done("movement.alphabet.filled").with("count", &entered.to_string());
    Ok(Go::to(member.path("/movement/alphabet"))
        .say(&flash)
        .into_response())
}

/// How numbers are written.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct FormatForm {
    #[garde(skip)]
    format: String,
}

pub(super) async fn format(
    member: Member,
    State(it): State<Pages>,
    Checked { value, .. }: Checked<FormatForm>,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let format = value.and_then(|it| FileFormat::from_code(&it.format));
    it.books
        .set_file_format(&member.actor, format.ok_or(Missing)?)
        .await?;
    Ok(Go::to(member.path("/movement/alphabet"))
        .say(&Flash::done("movement.alphabet.format-saved"))
        .into_response())
}
