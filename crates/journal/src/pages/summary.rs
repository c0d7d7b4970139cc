//! «Сводная ведомость учёта успеваемости»: screen, paper and files (JRN-3, S3:10.4).

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate};
use kernel::{ClassId, decimal::show2};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{
    Failure, Member, Path, Views,
    form::Raw,
    table::{Book, Value},
};

use super::{
    Pages,
    finals_view::{SlotView, slot_view},
};
use crate::{Error, FinalValue, Shares, Slot, Summary};

#[derive(Serialize)]
struct Page {
    class: String,
    year: String,
    teacher: Option<String>,
    slots: Vec<SlotChoice>,
    average: bool,
    subjects: Vec<SubjectView>,
    rows: Vec<RowView>,
    shares: Vec<SlotShares>,
    without_marks: bool,
    finals_href: Option<String>,
    action: String,
    /// The same view as a file or on paper; ends in `as=`.
    export: String,
}

#[derive(Serialize)]
struct SlotChoice {
    slot: SlotView,
    shown: bool,
}

#[derive(Serialize)]
struct SubjectView {
    name: String,
    short: String,
}

#[derive(Serialize)]
struct RowView {
    name: String,
    left_on: Option<NaiveDate>,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    slot: SlotView,
    marks: Vec<MarkView>,
    average: String,
    category: Option<&'static str>,
}

#[derive(Serialize)]
struct MarkView {
    text: String,
    /// `bad` for «2» and «н/а», `off` where the subject is not taught.
    class: &'static str,
}

#[derive(Serialize)]
struct SlotShares {
    slot: SlotView,
    lines: Vec<ShareLine>,
}

#[derive(Serialize)]
struct ShareLine {
    code: &'static str,
    values: Vec<String>,
}

/// What of the sheet is wanted.
struct Wanted {
    slots: Vec<Slot>,
    average: bool,
    shown_as: String,
    query: String,
}

impl Wanted {
    fn read(query: &str) -> Result<Self, Failure> {
        let raw = Raw::parse(query.as_bytes())?;
        let slots: Option<Vec<Slot>> = raw.all("slot").map(Slot::from_code).collect();
        let slots = slots.ok_or(Error::NotFound)?;
        // The form of the page says `set`, so that an empty box is an answer.
        let average = raw.get("set").is_none() || raw.get("average").is_some();
        let mut parts: Vec<String> = slots
            .iter()
            .map(|it| format!("slot={}&", it.code()))
            .collect();
        if raw.get("set").is_some() {
            parts.push("set=1&".to_owned());
            parts.push(if average { "average=1&" } else { "" }.to_owned());
        }
        Ok(Self {
            slots,
            average,
            shown_as: raw.get("as").unwrap_or_default().to_owned(),
            query: parts.concat(),
        })
    }
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let wanted = Wanted::read(query.as_deref().unwrap_or_default())?;
    let summary = it
        .journal
        .summary(&member.actor, class, &wanted.slots, today)
        .await?;
    let book = || book(&summary, &wanted, &it.views);
    let template = match wanted.shown_as.as_str() {
        "xlsx" => return book().xlsx(&it.views, &member.visit),
        "csv" => return book().csv(),
        "print" => "journal/summary_print.html",
        _ => "journal/summary.html",
    };
    let page = view(&summary, &wanted, &member);
    Ok(it
        .views
        .page(&member.visit, template, &page)?
        .into_response())
}

fn view(it: &Summary, wanted: &Wanted, member: &Member) -> Page {
    let action = member.path(&format!("/journal/{}/summary", it.class.id));
    let whole = member.actor.reaches(kernel::Right::JournalView);
    let sees_class = whole.has(kernel::Reach::Org)
        || whole.has(kernel::Reach::OwnClass) && it.class.teacher == Some(member.actor.person);
    Page {
        class: it.class.name(),
        year: format!("{}/{}", it.year.0.year(), it.year.1.year()),
        teacher: it.teacher.clone(),
        slots: it
            .slots
            .iter()
            .map(|slot| SlotChoice {
                slot: slot_view(*slot),
                shown: it.shown.contains(slot),
            })
            .collect(),
        average: wanted.average,
        subjects: it
            .subjects
            .iter()
            .map(|it| SubjectView {
                name: it.name.clone(),
                short: if it.short_name.is_empty() {
                    it.name.clone()
                } else {
                    it.short_name.clone()
                },
            })
            .collect(),
        rows: it
            .rows
            .iter()
            .map(|row| RowView {
                name: row.name.clone(),
                left_on: row.left_on,
                lines: row
                    .lines
                    .iter()
                    .zip(&it.shown)
                    .map(|(line, slot)| LineView {
                        slot: slot_view(*slot),
                        marks: line.marks.iter().map(|it| mark(it.as_ref())).collect(),
                        average: shown(line.average),
                        category: line.category.map(crate::Category::code),
                    })
                    .collect(),
            })
            .collect(),
        shares: it
            .shares
            .iter()
            .zip(&it.shown)
            .map(|(shares, slot)| SlotShares {
                slot: slot_view(*slot),
                lines: share_lines(shares),
            })
            .collect(),
        without_marks: it.without_marks(),
        finals_href: sees_class.then(|| member.path(&format!("/journal/{}/finals", it.class.id))),
        export: format!("{action}?{}as=", wanted.query),
        action,
    }
}

fn mark(value: Option<&FinalValue>) -> MarkView {
    match value {
        None => MarkView {
            text: String::new(),
            class: "off",
        },
        Some(value) => MarkView {
            text: value.text().to_owned(),
            class: match value.text() {
                "2" | crate::NOT_ATTESTED => "bad",
                _ => "",
            },
        },
    }
}

fn shown(number: Option<Decimal>) -> String {
    number.map(show2).unwrap_or_default()
}

/// The lines under the sheet in the order of §1.6.
fn share_lines(shares: &[Shares]) -> Vec<ShareLine> {
    let count = |code, of: fn(&Shares) -> u32| ShareLine {
        code,
        values: shares.iter().map(|it| of(it).to_string()).collect(),
    };
    let share = |code, of: fn(&Shares) -> Option<Decimal>| ShareLine {
        code,
        values: shares
            .iter()
            .map(|it| of(it).map_or_else(|| "—".to_owned(), show2))
            .collect(),
    };
    vec![
        count("5", |it| it.five),
        count("4", |it| it.four),
        count("3", |it| it.three),
        count("2", |it| it.two),
        count("not-attested", |it| it.not_attested),
        count("exempt", |it| it.exempt),
        count("none", |it| it.none),
        share("success", Shares::success),
        share("quality", Shares::quality),
        share("degree", Shares::degree),
        share("average", Shares::average),
    ]
}

/// The sheet as a workbook: a line for each pupil and period, then the lines of §1.6.
fn book(it: &Summary, wanted: &Wanted, views: &Views) -> Book {
    let word = |key: &str| views.word(&format!("journal.summary.{key}"));
    let mut head = vec![word("number"), word("pupil"), word("period")];
    head.extend(it.subjects.iter().map(|it| it.name.clone()));
    if wanted.average {
        head.push(word("average"));
    }
    head.push(word("category"));
    let mut rows = vec![];
    for (number, row) in it.rows.iter().enumerate() {
        for (line, slot) in row.lines.iter().zip(&it.shown) {
            let mut cells = vec![
                Value::Number(Decimal::from(number + 1)),
                Value::Text(row.name.clone()),
                Value::Text(slot_name(*slot, views)),
            ];
            cells.extend(line.marks.iter().map(|it| cell(it.as_ref())));
            if wanted.average {
                cells.push(number_of(line.average));
            }
            let category = line
                .category
                .map(|it| word(&format!("category.{}", it.code())));
            cells.push(category.map_or(Value::Empty, Value::Text));
            rows.push(cells);
        }
    }
    for (shares, slot) in it.shares.iter().zip(&it.shown) {
        for line in share_lines(shares) {
            let label = word(&format!("share.{}", line.code));
            let mut cells = vec![
                Value::Empty,
                Value::Text(label),
                Value::Text(slot_name(*slot, views)),
            ];
            cells.extend(line.values.iter().map(|it| typed(it)));
            cells.resize(head.len(), Value::Empty);
            rows.push(cells);
        }
    }
    Book {
        name: format!("summary-{}", it.class.id),
        title: format!("{}, {}", word("title"), it.class.name()),
        head,
        rows,
        pinned: 3,
        keys: vec![],
    }
}

fn cell(value: Option<&FinalValue>) -> Value {
    match value {
        Some(value) if !value.is_none() => typed(value.text()),
        _ => Value::Empty,
    }
}

/// A number is one in the workbook too.
fn typed(text: &str) -> Value {
    match text.replace(',', ".").parse() {
        Ok(number) => Value::Number(number),
        Err(_) => Value::Text(text.to_owned()),
    }
}

fn number_of(number: Option<Decimal>) -> Value {
    number.map_or(Value::Empty, |it| {
        let mut shown = kernel::decimal::round2_half_up(it);
        shown.rescale(2);
        Value::Number(shown)
    })
}

pub(super) fn slot_name(slot: Slot, views: &Views) -> String {
    let it = slot_view(slot);
    if it.is_term {
        let word = views.word(&format!("journal.term.{}", it.kind));
        word.replace("{number}", &it.number.to_string())
    } else {
        views.word(&format!("journal.finals.slot.{}", it.kind))
    }
}
