//! What a row says, and which rows belong together.

use std::collections::BTreeSet;

use intake::{Record, Rows};
use kernel::{ClassId, PersonId, SubjectId};

use crate::{ItemRow, Names};

/// Rows that belong to one plan, or to one for each teacher of a parallel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) subject: SubjectId,
    pub(super) classes: BTreeSet<ClassId>,
    pub(super) grade: i16,
    pub(super) teacher: Option<PersonId>,
}

pub(super) fn read(
    record: &Record,
    index: usize,
    names: &Names,
    rows: &mut Rows<'_>,
) -> Option<(Group, ItemRow)> {
    let subject = names.subject(record.text("subject"));
    if subject.is_none() {
        rows.refuse(index, "subject", "intake.no-such-subject");
    }
    let classes = classes(record, index, names, rows);
    let teacher = match record.text("teacher") {
        "" => None,
        name => names
            .teacher(name)
            .map_err(|code| rows.refuse(index, "teacher", code))
            .ok(),
    };
    let number = record
        .integer("number")
        .and_then(|it| i16::try_from(it).ok());
    let number = number.filter(|it| (1..=1000).contains(it));
    if number.is_none() {
        rows.refuse(index, "number", "intake.bad-number");
    }
    let (grade, classes) = classes?;
    let text = |key: &str| record.text(key).to_owned();
    let item = ItemRow {
        id: None,
        number: number?,
        section: text("section"),
        topic: text("topic"),
        homework: text("homework"),
    };
    Some((
        Group {
            subject: subject?,
            classes,
            grade,
            teacher,
        },
        item,
    ))
}

/// The parallel and the classes that the row says.
fn classes(
    record: &Record,
    index: usize,
    names: &Names,
    rows: &mut Rows<'_>,
) -> Option<(i16, BTreeSet<ClassId>)> {
    let list = record.text("classes");
    if list.is_empty() {
        let grade = record
            .integer("grade")
            .and_then(|it| i16::try_from(it).ok());
        let Some(grade) = grade.filter(|it| (1..=12).contains(it)) else {
            rows.refuse(index, "grade", "intake.no-grade");
            return None;
        };
        return Some((grade, names.of_grade(grade).map(|it| it.id).collect()));
    }
    let mut found = vec![];
    for name in list
        .split([',', ';'])
        .map(str::trim)
        .filter(|it| !it.is_empty())
    {
        match names.class(name) {
            Ok(class) => found.push(class),
            Err(code) => {
                rows.refuse(index, "classes", code);
                return None;
            }
        }
    }
    let grade = found.first()?.grade;
    if found.iter().any(|it| it.grade != grade) {
        rows.refuse(index, "classes", "intake.classes-of-one-grade");
        return None;
    }
    Some((grade, found.iter().map(|it| it.id).collect()))
}
