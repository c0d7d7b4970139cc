//! What the templates of corrections see.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use web::Member;

use super::finals_view::{SlotView, slot_view};
use crate::{CellState, CorrectionForm, CorrectionOf, CorrectionState, Corrections};

#[derive(Serialize)]
pub(super) struct FormPage {
    action: String,
    back_href: String,
    journal_href: String,
    class: String,
    subject: String,
    pupil: String,
    held_on: Option<NaiveDate>,
    slot: Option<SlotView>,
    old_value: String,
    state: &'static str,
    fields: Vec<(&'static str, String)>,
    wanted: String,
    reason: String,
    mistake: Option<Mistake>,
}

#[derive(Serialize)]
pub(super) struct Mistake {
    pub(super) field: &'static str,
    pub(super) text: String,
}

pub(super) fn form(
    it: &CorrectionForm,
    member: &Member,
    wanted: &str,
    reason: &str,
    mistake: Option<Mistake>,
) -> FormPage {
    let journal_href = member.path(&format!("/journal/{}/{}", it.class.id, it.subject));
    let fields = match it.of {
        CorrectionOf::Mark {
            lesson,
            work,
            pupil,
        } => {
            let mut fields = vec![("lesson", lesson.to_string()), ("pupil", pupil.to_string())];
            fields.extend(work.map(|it| ("work", it.to_string())));
            fields
        }
        CorrectionOf::Final {
            class,
            subject,
            pupil,
            slot,
        } => vec![
            ("class", class.to_string()),
            ("subject", subject.to_string()),
            ("pupil", pupil.to_string()),
            ("slot", slot.code()),
        ],
    };
    FormPage {
        action: member.path("/journal/corrections/new"),
        back_href: match it.of {
            CorrectionOf::Mark { .. } => journal_href.clone(),
            CorrectionOf::Final { .. } => format!("{journal_href}/finals"),
        },
        journal_href,
        class: it.class.name(),
        subject: it.subject_name.clone(),
        pupil: it.pupil.clone(),
        held_on: it.held_on,
        slot: it.slot.map(slot_view),
        old_value: it.old_value.clone(),
        state: match it.state {
            CellState::Open => "open",
            CellState::Asked => "asked",
            CellState::Closed => "closed",
        },
        fields,
        wanted: wanted.to_owned(),
        reason: reason.to_owned(),
        mistake,
    }
}

#[derive(Serialize)]
pub(super) struct ListPage {
    action: String,
    waiting: Vec<Row>,
    decided: Vec<Row>,
    all: bool,
    decides: bool,
    /// Where to say that the answers are read, while some are not.
    read_href: Option<String>,
    mistake: Option<String>,
    /// The row that the mistake is in; none for the form of all.
    mistake_in: Option<i64>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    href: String,
    class: String,
    subject: String,
    pupil: String,
    held_on: Option<NaiveDate>,
    slot: Option<SlotView>,
    old_value: String,
    wanted: String,
    reason: String,
    state: &'static str,
    asked_by: String,
    asked_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    answer: String,
    open_until: Option<DateTime<Utc>>,
    undoable: bool,
    unread: bool,
}

pub(super) fn list(
    found: &Corrections,
    member: &Member,
    mistake: Option<(Option<i64>, String)>,
) -> ListPage {
    let (waiting, decided) = found
        .rows
        .iter()
        .partition::<Vec<_>, _>(|it| it.state == CorrectionState::Asked);
    let rows = |of: Vec<&crate::CorrectionRow>| of.into_iter().map(|it| row(it, member)).collect();
    let (mistake_in, mistake) = match mistake {
        Some((one, text)) => (one, Some(text)),
        None => (None, None),
    };
    ListPage {
        action: member.path("/journal/corrections/decide"),
        read_href: found
            .rows
            .iter()
            .any(|it| it.unread)
            .then(|| member.path("/journal/corrections/read")),
        waiting: rows(waiting),
        decided: rows(decided),
        all: found.all,
        decides: found.decides,
        mistake,
        mistake_in,
    }
}

fn row(it: &crate::CorrectionRow, member: &Member) -> Row {
    let journal = member.path(&format!("/journal/{}/{}", it.class, it.subject));
    let (href, slot) = match it.of {
        CorrectionOf::Mark { lesson, .. } => {
            (member.path(&format!("/journal/lesson/{lesson}")), None)
        }
        CorrectionOf::Final { slot, .. } => (format!("{journal}/finals"), Some(slot_view(slot))),
    };
    Row {
        id: it.id.get(),
        href,
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        pupil: it.pupil.clone(),
        held_on: it.held_on,
        slot,
        old_value: it.old_value.clone(),
        wanted: it.wanted.clone(),
        reason: it.reason.clone(),
        state: it.state.code(),
        asked_by: it.asked_by.clone(),
        asked_at: it.asked_at,
        decided_by: it.decided_by.clone(),
        decided_at: it.decided_at,
        answer: it.answer.clone(),
        open_until: it.open_until,
        undoable: it.undoable,
        unread: it.unread,
    }
}
