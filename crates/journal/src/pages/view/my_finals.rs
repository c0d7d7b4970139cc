//! «Итоговые»: marks of periods by subject, and who has seen them.

use crate::{
    ChildFinal, ChildFinals, NotAttested,
    pages::finals_view::{SlotView, slot_view},
    service::{MyFinals, SlotSeen},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use web::diary::Whose as WhoseView;

#[derive(Serialize)]
pub(crate) struct MyFinalsView {
    whose: WhoseView,
    without_marks: bool,
    slots: Vec<SlotLine>,
    subjects: Vec<SubjectLine>,
}

/// A period with what parents said about it.
#[derive(Serialize)]
struct SlotLine {
    slot: SlotView,
    has_marks: bool,
    seen: Vec<SeenLine>,
    /// The reader is asked to say so.
    asks: bool,
    /// Which marks are on the page, for the form.
    changed_at: i64,
}

#[derive(Serialize)]
struct SeenLine {
    name: String,
    at: DateTime<Utc>,
    stale: bool,
}

#[derive(Serialize)]
struct SubjectLine {
    subject: String,
    marks: Vec<Option<FinalView>>,
}

#[derive(Serialize)]
struct FinalView {
    text: String,
    /// Why it is «н/а».
    reason: Option<&'static str>,
    set_at: DateTime<Utc>,
}

pub(crate) fn my_finals(page: MyFinals, whose: WhoseView) -> MyFinalsView {
    let Some(finals) = page.finals else {
        return MyFinalsView {
            whose,
            without_marks: false,
            slots: vec![],
            subjects: vec![],
        };
    };
    MyFinalsView {
        without_marks: finals.without_marks,
        slots: page
            .seen
            .into_iter()
            .enumerate()
            .filter_map(|(at, seen)| slot_line(&finals, at, seen))
            .collect(),
        subjects: finals
            .subjects
            .into_iter()
            .map(|it| SubjectLine {
                subject: it.subject,
                marks: it.marks.iter().map(|it| it.as_ref().map(mark)).collect(),
            })
            .collect(),
        whose,
    }
}

fn slot_line(finals: &ChildFinals, at: usize, seen: SlotSeen) -> Option<SlotLine> {
    let slot = *finals.slots.get(at)?;
    let changed_at = finals.changed_at.get(at).copied().flatten();
    Some(SlotLine {
        slot: slot_view(slot),
        has_marks: finals.has_marks(slot),
        seen: seen
            .by
            .into_iter()
            .map(|it| SeenLine {
                name: it.name,
                at: it.at,
                stale: it.stale,
            })
            .collect(),
        asks: seen.asks,
        changed_at: changed_at.map_or(0, |it| it.timestamp_micros()),
    })
}

fn mark(it: &ChildFinal) -> FinalView {
    FinalView {
        text: it.value.text().to_owned(),
        reason: it.value.reason().map(NotAttested::code),
        set_at: it.set_at,
    }
}
