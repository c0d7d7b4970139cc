//! S3:8.3: what a document changes, and what it leaves alone.

use super::*;

const PUPIL: i64 = 11;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap_or_default()
}

fn document(id: i64, reason: Reason, first: u32, last: u32) -> AbsenceDocument {
    AbsenceDocument {
        id: id.into(),
        pupil: PUPIL.into(),
        reason,
        first_on: day(first),
        last_on: day(last),
        basis: Basis::Certificate,
        received_on: day(last),
        note: String::new(),
        yields: false,
        set_by: 3.into(),
        set_at: DateTime::<Utc>::UNIX_EPOCH,
    }
}

fn absence(lesson: i64, on: u32, attendance: Attendance, by: Option<i64>) -> Absence {
    Absence {
        lesson: lesson.into(),
        held_on: day(on),
        attendance,
        document: by.map(Into::into),
    }
}

fn told(absences: &[Absence], documents: &[AbsenceDocument]) -> Vec<Absence> {
    retold(absences, PUPIL.into(), documents)
}

#[test]
fn only_absences_without_a_reason_inside_of_the_interval_change() {
    let ill = [document(1, Reason::Ill, 9, 13)];
    let absences = [
        absence(1, 6, Attendance::Absent, None),
        absence(2, 9, Attendance::Absent, None),
        absence(3, 10, Attendance::Truant, None),
        absence(4, 11, Attendance::Late, None),
        absence(5, 13, Attendance::Absent, None),
        absence(6, 16, Attendance::Absent, None),
    ];
    let changed = told(&absences, &ill);
    assert_eq!(
        changed,
        [
            absence(2, 9, Attendance::Ill, Some(1)),
            absence(5, 13, Attendance::Ill, Some(1)),
        ]
    );
    assert_eq!(told(&changed, &ill), [], "again changes nothing");
}

#[test]
fn a_withdrawn_document_leaves_what_was_before() {
    let by_document = [absence(2, 9, Attendance::Ill, Some(1))];
    assert_eq!(
        told(&by_document, &[]),
        [absence(2, 9, Attendance::Absent, None)]
    );
    let typed = [absence(2, 9, Attendance::Ill, None)];
    assert_eq!(told(&typed, &[]), [], "what was typed stays");
}

#[test]
fn of_two_documents_the_newer_tells_unless_it_yields() {
    let older = document(1, Reason::Ill, 9, 11);
    let newer = document(2, Reason::Excused, 11, 13);
    let both = [older.clone(), newer.clone()];
    let on = |documents: &[AbsenceDocument], number| {
        document_on(documents, PUPIL.into(), day(number)).map(|it| it.reason)
    };
    assert_eq!(on(&both, 10), Some(Reason::Ill));
    assert_eq!(on(&both, 11), Some(Reason::Excused));
    let yielding = [
        older,
        AbsenceDocument {
            yields: true,
            ..newer
        },
    ];
    assert_eq!(on(&yielding, 11), Some(Reason::Ill));
    assert_eq!(on(&yielding, 12), Some(Reason::Excused));
    assert_eq!(on(&yielding, 14), None);
    assert_eq!(
        document_on(&yielding, 12.into(), day(11)),
        None,
        "of another pupil"
    );
}
