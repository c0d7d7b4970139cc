//! §1.19 «Отчёт о доступе к классному журналу»: who changed what, from the
//! kept history.

use chrono_tz::Tz;
use std::collections::HashMap;

use curriculum::Class;
use journal::JournalChange;
use kernel::{PersonId, SubjectId};

use crate::{Cell, Column, Line, Report, Section, Verb, report::Value};

/// A page of the changes, and names for what they name.
pub(crate) struct Access<'a> {
    pub(crate) class: &'a Class,
    pub(crate) zone: Tz,
    pub(crate) changes: &'a [JournalChange],
    pub(crate) names: &'a HashMap<PersonId, String>,
    pub(crate) subjects: &'a HashMap<SubjectId, String>,
    /// Of one pupil, for the family.
    pub(crate) of_child: bool,
}

pub(crate) fn journal_access(it: &Access) -> Report {
    let words = [
        "class",
        "subject",
        "moment",
        "user",
        "lesson-on",
        "period",
        "pupil",
        "action",
        "was",
        "became",
    ];
    // A family knows whose journal it looks into.
    let is_shown = |word: &&str| !(it.of_child && ["class", "pupil"].contains(word));
    let name = |id: Option<PersonId>| {
        let name = id.and_then(|id| it.names.get(&id));
        name.map_or(Cell::EMPTY, Cell::text)
    };
    let line = |change: &JournalChange| {
        let subject = it.subjects.get(&change.subject);
        let cells = [
            Cell::text(it.class.name()),
            subject.map_or(Cell::EMPTY, Cell::text),
            Cell::of(Value::Moment(
                change.at.with_timezone(&it.zone).naive_local(),
            )),
            if change.by.is_some() {
                name(change.by)
            } else {
                Cell::word("system")
            },
            change.on.map_or(Cell::EMPTY, Cell::date),
            change
                .slot
                .map_or(Cell::EMPTY, |it| Cell::of(Value::Slot(it))),
            name(change.pupil),
            Cell::of(Value::Words(vec![format!(
                "reporting.action.{}-{}",
                change.field.code(),
                Verb::of(change).code()
            )])),
            Cell::text(&change.old),
            Cell::text(&change.new),
        ];
        let shown = words.iter().zip(cells).filter(|it| is_shown(it.0));
        Line::plain(shown.map(|it| it.1).collect())
    };
    Report {
        columns: words
            .into_iter()
            .filter(is_shown)
            .map(Column::text)
            .collect(),
        sections: vec![Section {
            title: None,
            lines: it.changes.iter().map(line).collect(),
        }],
        ..Report::default()
    }
}
