//! What the template of final marks sees.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Fault, SubjectId, decimal::show2};
use serde::Serialize;
use web::{Member, Views};

use super::{corrections::ask, lesson::fresh};
use crate::{
    CorrectionOf, Doubt, Error, FinalCell, FinalColumn, FinalLock, FinalOperation, FinalPlace,
    FinalResult, FinalRow, FinalWhy, Finals, Proposal, Signing, Slot, Status,
};

/// What was not taken from a form, and what stands in the way of signing.
#[derive(Default)]
pub(super) struct Refusals {
    cells: HashMap<FinalPlace, Refused>,
    blanks: Option<(Slot, Vec<(String, FinalPlace)>)>,
    lessons_ahead: usize,
    fault: Option<&'static str>,
}

struct Refused {
    typed: String,
    why: FinalWhy,
    status: Status,
    now: String,
    by: Option<String>,
}

impl Refusals {
    pub(super) fn of(ops: &[FinalOperation], results: &[FinalResult]) -> Self {
        let cells = ops.iter().zip(results).filter_map(|(op, result)| {
            let why = result.answer.why?;
            let refused = Refused {
                typed: op.value.clone(),
                why,
                status: result.answer.status,
                now: result.answer.value.clone(),
                by: result.by.clone(),
            };
            Some((op.place(), refused))
        });
        Self {
            cells: cells.collect(),
            ..Self::default()
        }
    }

    pub(super) fn of_signing(signing: Signing, subject: SubjectId, slot: Slot) -> Self {
        match signing {
            Signing::Done => Self::default(),
            Signing::LessonsAhead(count) => Self {
                lessons_ahead: count,
                ..Self::default()
            },
            Signing::Blanks(blanks) => {
                let links = blanks.into_iter().map(|it| {
                    let place = FinalPlace {
                        pupil: it.pupil,
                        subject,
                        slot,
                    };
                    (it.name, place)
                });
                Self {
                    blanks: Some((slot, links.collect())),
                    ..Self::default()
                }
            }
        }
    }

    pub(super) fn said(why: &Error) -> Self {
        Self {
            fault: Some(why.code()),
            ..Self::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
            && self.blanks.is_none()
            && self.lessons_ahead == 0
            && self.fault.is_none()
    }

    pub(super) fn is_conflict(&self) -> bool {
        self.cells.values().any(|it| it.status == Status::Conflict)
    }
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
pub(super) struct FinalsPage {
    class: String,
    class_id: i64,
    account: i64,
    summary_href: Option<String>,
    /// None on the page of all subjects.
    subject: Option<String>,
    slot: Option<SlotView>,
    tabs: Vec<Tab>,
    action: String,
    ops_url: String,
    grid_href: Option<String>,
    class_href: Option<String>,
    corrections_href: String,
    form: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    actions: Vec<Action>,
    signed: Vec<Column>,
    without_marks: bool,
    archived: bool,
    writable: bool,
    may_reopen: bool,
    complaints: Vec<Complaint>,
    blanks_of: Option<SlotView>,
    blanks: Vec<Complaint>,
    lessons_ahead: usize,
    fault: Option<String>,
}

#[derive(Clone, Serialize)]
pub(super) struct SlotView {
    code: String,
    pub(super) kind: &'static str,
    pub(super) number: i16,
    roman: &'static str,
    pub(super) is_term: bool,
}

pub(super) fn slot_view(slot: Slot) -> SlotView {
    const ROMAN: [&str; 13] = [
        "", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
    ];
    let number = usize::try_from(slot.number()).unwrap_or(0);
    SlotView {
        code: slot.code(),
        kind: slot.kind().code(),
        number: slot.number(),
        roman: ROMAN.get(number).copied().unwrap_or(""),
        is_term: slot.is_term(),
    }
}

#[derive(Serialize)]
struct Tab {
    href: String,
    slot: SlotView,
    current: bool,
}

#[derive(Clone, Serialize)]
struct Column {
    subject: String,
    href: String,
    slot: SlotView,
    /// `4.quarter-1`: what the buttons of the column send.
    wish: String,
    signed_by: Option<String>,
    signed_at: Option<DateTime<Utc>>,
}

/// What may be done with the marks of a period whose end has come.
#[derive(Serialize)]
struct Action {
    slot: SlotView,
    accept: String,
    certain: usize,
    blank: usize,
    sign: Option<String>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    left_on: Option<NaiveDate>,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    id: String,
    value: String,
    /// The name of the field; none where the cell is closed.
    field: Option<String>,
    version: i32,
    reason: Option<&'static str>,
    proposal: Option<ProposalView>,
    /// The proposal in words, beside a mark that differs from it.
    differs: Option<String>,
    lock: Option<&'static str>,
    ask_href: Option<String>,
    asked: bool,
    opened: bool,
    wrong: bool,
}

#[derive(Serialize)]
struct ProposalView {
    value: String,
    wish: String,
    certain: bool,
    why: String,
}

#[derive(Serialize)]
struct Complaint {
    href: String,
    text: String,
}

pub(super) fn finals(
    it: &Finals,
    member: &Member,
    views: &Views,
    refused: &Refusals,
) -> FinalsPage {
    let of_class = member.path(&format!("/journal/{}", it.class.id));
    let class_href = format!("{of_class}/finals");
    let grid = |subject: SubjectId| format!("{of_class}/{subject}");
    let subject = it.subject.as_ref();
    let action = subject.map_or_else(
        || class_href.clone(),
        |it| format!("{}/finals", grid(it.id)),
    );
    let columns: Vec<Column> = it.columns.iter().map(|it| column(it, &of_class)).collect();
    let signed = columns.iter().filter(|it| it.signed_by.is_some());
    let (complaints, blanks) = complaints(it, views, refused);
    let tab = |slot: &Slot| Tab {
        href: format!("{class_href}?slot={}", slot.code()),
        slot: slot_view(*slot),
        current: it.slot == Some(*slot),
    };
    FinalsPage {
        class: it.class.name(),
        class_id: it.class.id.get(),
        account: member.actor.account.get(),
        summary_href: (!it.without_marks()).then(|| format!("{of_class}/summary")),
        subject: subject.map(|it| it.name.clone()),
        slot: it.slot.map(slot_view),
        tabs: match it.slot {
            Some(_) => it.slots.iter().map(tab).collect(),
            None => vec![],
        },
        action,
        ops_url: member.path("/journal/finals/ops"),
        grid_href: subject.map(|it| grid(it.id)),
        class_href: (it.sees_class && subject.is_some()).then_some(class_href),
        corrections_href: member.path("/journal/corrections"),
        form: fresh().to_string(),
        signed: signed.cloned().collect(),
        rows: it
            .rows
            .iter()
            .map(|row| self::row(row, it, member, views, refused))
            .collect(),
        columns,
        actions: actions(it),
        without_marks: it.without_marks(),
        archived: it.archived,
        writable: it.columns.iter().any(|it| it.writable > 0),
        may_reopen: it.may_reopen && !it.archived,
        complaints,
        blanks_of: refused.blanks.as_ref().map(|it| slot_view(it.0)),
        blanks,
        lessons_ahead: refused.lessons_ahead,
        fault: refused.fault.map(|it| views.word(&format!("fault.{it}"))),
    }
}

fn column(it: &FinalColumn, of_class: &str) -> Column {
    Column {
        subject: it.subject_name.clone(),
        href: format!("{of_class}/{}/finals", it.subject),
        slot: slot_view(it.slot),
        wish: format!("{}.{}", it.subject, it.slot.code()),
        signed_by: it.signed.as_ref().map(|it| it.name.clone()),
        signed_at: it.signed.as_ref().map(|it| it.at),
    }
}

/// A row of buttons for each period of the subject, or one for the class.
fn actions(it: &Finals) -> Vec<Action> {
    let open = |it: &&FinalColumn| it.closing && it.signed.is_none() && it.writable > 0;
    if let Some(slot) = it.slot {
        let open: Vec<&FinalColumn> = it.columns.iter().filter(open).collect();
        if open.is_empty() {
            return vec![];
        }
        return vec![Action {
            slot: slot_view(slot),
            accept: format!("*.{}", slot.code()),
            certain: open.iter().map(|it| it.certain).sum(),
            blank: open.iter().map(|it| it.blank).sum(),
            sign: None,
        }];
    }
    it.columns
        .iter()
        .filter(open)
        .filter(|it| it.slot != Slot::EXAM)
        .map(|it| {
            let wish = format!("{}.{}", it.subject, it.slot.code());
            Action {
                slot: slot_view(it.slot),
                certain: it.certain,
                blank: it.blank,
                sign: it.may_sign.then(|| wish.clone()),
                accept: wish,
            }
        })
        .collect()
}

fn row(row: &FinalRow, it: &Finals, member: &Member, views: &Views, refused: &Refusals) -> Row {
    let cells = row.cells.iter().zip(&it.columns).map(|(cell, column)| {
        let place = FinalPlace {
            pupil: row.pupil,
            subject: column.subject,
            slot: column.slot,
        };
        let of = CorrectionOf::Final {
            class: it.class.id,
            subject: column.subject,
            pupil: row.pupil,
            slot: column.slot,
        };
        let ask_href = (cell.locked == Some(FinalLock::Signed)).then(|| ask(member, of));
        self::cell(cell, place, ask_href, views, refused.cells.get(&place))
    });
    Row {
        name: row.name.clone(),
        left_on: row.left_on,
        cells: cells.collect(),
    }
}

fn cell(
    it: &FinalCell,
    place: FinalPlace,
    ask_href: Option<String>,
    views: &Views,
    refused: Option<&Refused>,
) -> Cell {
    let free = it.locked.is_none();
    let wish = format!("{}.{}.{}", place.pupil, place.subject, place.slot.code());
    let proposal = it.proposal.as_ref();
    let shown = proposal.filter(|_| free && it.value.is_none());
    Cell {
        id: id(place),
        value: match refused {
            Some(refused) => refused.typed.clone(),
            None => it.value.typed(),
        },
        field: free.then(|| format!("f.{wish}.{}", it.version)),
        version: it.version,
        reason: it.value.reason().map(crate::NotAttested::code),
        proposal: shown.map(|found| ProposalView {
            value: found.value.text().to_owned(),
            wish,
            certain: found.is_certain(),
            why: why(found, it, views),
        }),
        differs: proposal.filter(|_| it.differs).map(|found| {
            let text = views.word("journal.finals.differs");
            let text = text.replace("{value}", found.value.text());
            format!("{text}: {}", why(found, it, views))
        }),
        lock: it.locked.map(|it| FinalWhy::from(it).code()),
        ask_href,
        asked: it.asked,
        opened: it.opened,
        wrong: refused.is_some(),
    }
}

fn id(place: FinalPlace) -> String {
    format!("f-{}-{}-{}", place.pupil, place.subject, place.slot.code())
}

/// «средний 4,52, отметок 9, пропусков 2 из 24; спорная: решите сами»
fn why(found: &Proposal, cell: &FinalCell, views: &Views) -> String {
    let say = |key: &str, numbers: &[(&str, String)]| {
        let text = views.word(&format!("journal.finals.why.{key}"));
        numbers.iter().fold(text, |text, (name, number)| {
            text.replace(&format!("{{{name}}}"), number)
        })
    };
    let mut facts = vec![];
    if let Some(average) = found.average {
        facts.push(say("average", &[("average", show2(average))]));
    }
    if let Some(earned) = &cell.earned {
        facts.push(say("marks", &[("n", earned.marks.to_string())]));
        if earned.missed > 0 {
            let (n, of) = (earned.missed.to_string(), earned.lessons.to_string());
            facts.push(say("missed", &[("n", n), ("of", of)]));
        }
    }
    let doubts = found.doubts.iter().map(|it| match *it {
        Doubt::Borderline => say("borderline", &[]),
        Doubt::FewMarks { least, .. } => say("few-marks", &[("least", least.to_string())]),
        Doubt::ManyMissed { .. } => say("many-missed", &[]),
        Doubt::CameLater => say("came-later", &[]),
        Doubt::Exempt => say("exempt", &[]),
        Doubt::TermNotAttested => say("term-not-attested", &[]),
        Doubt::NothingBefore => say("nothing-before", &[]),
    });
    let doubts: Vec<String> = doubts.collect();
    let mut parts = vec![facts.join(", ")];
    parts.extend(doubts);
    parts.retain(|it| !it.is_empty());
    parts.join("; ")
}

/// A line with a link for each cell that was not taken, and for each that is blank.
fn complaints(it: &Finals, views: &Views, refused: &Refusals) -> (Vec<Complaint>, Vec<Complaint>) {
    let name = |place: &FinalPlace| {
        let row = it.rows.iter().find(|it| it.pupil == place.pupil);
        row.map_or("", |it| it.name.as_str())
    };
    let mut complaints: Vec<Complaint> = refused
        .cells
        .iter()
        .map(|(place, refused)| {
            let mut text = format!(
                "{}, «{}»: {}",
                name(place),
                refused.typed,
                views.word(refused.why.code())
            );
            if refused.status == Status::Conflict {
                let stands = views.word("journal.finals.stands-now");
                let by = refused.by.clone().unwrap_or_default();
                text = format!(
                    "{text} {}",
                    stands.replace("{value}", &refused.now).replace("{by}", &by)
                );
            }
            Complaint {
                href: format!("#{}", id(*place)),
                text,
            }
        })
        .collect();
    complaints.sort_by(|one, other| one.text.cmp(&other.text));
    let blanks = refused.blanks.iter().flat_map(|it| &it.1);
    let blanks = blanks.map(|(name, place)| Complaint {
        href: format!("#{}", id(*place)),
        text: name.clone(),
    });
    (complaints, blanks.collect())
}
