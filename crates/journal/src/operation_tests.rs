use chrono::TimeZone;
use curriculum::Scale;
use proptest::prelude::*;

use super::*;

const LESSON: i64 = 7;
const WORK: i64 = 70;
const PUPIL: i64 = 700;
const ME: i64 = 1;
const OTHER: i64 = 2;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn sheet() -> Sheet {
    let facts = LessonFacts {
        held_on: day("2026-11-20"),
        cancelled: false,
        archived: false,
        closed: None,
        mine: true,
        rules: MarkRules {
            scale: Scale::Five,
            grade: 7,
            one_allowed: false,
        },
        pupils: vec![PUPIL.into()],
        works: vec![WORK.into()],
        keys: HashMap::new(),
    };
    Sheet {
        today: day("2026-11-20"),
        now: Utc.with_ymd_and_hms(2026, 11, 20, 8, 0, 0).unwrap(),
        actor: ME.into(),
        lessons: HashMap::from([(LESSON.into(), facts)]),
        marks: HashMap::new(),
        attendance: HashMap::new(),
        locks: Locks::default(),
        used: vec![],
        changed_marks: vec![],
        changed_attendance: vec![],
        documents: vec![],
        wanted: vec![],
    }
}

fn op(field: Field, base: i32, value: &str) -> Operation {
    Operation {
        op_id: Uuid::from_u128(1),
        lesson: LESSON.into(),
        work: None,
        pupil: PUPIL.into(),
        field,
        base,
        value: value.to_owned(),
        key: None,
    }
}

fn mark(base: i32, value: &str) -> Operation {
    op(Field::Mark, base, value)
}

#[test]
fn an_empty_cell_takes_a_mark_and_then_another_of_the_version_seen() {
    let mut sheet = sheet();
    let first = sheet.carry_out(&mark(0, "4"));
    assert_eq!(
        (first.status, first.version, first.work),
        (Status::Ok, 1, Some(WORK.into()))
    );
    let second = sheet.carry_out(&mark(1, "5"));
    assert_eq!((second.status, second.version), (Status::Ok, 2));
    assert_eq!(sheet.changed_marks.len(), 1, "one cell is written once");
}

/// JRN-1: nobody's mark is overwritten silently.
#[test]
fn a_stale_version_is_a_conflict_that_tells_whose_value_stands() {
    let mut sheet = sheet();
    let theirs = Cell {
        value: MarkValue::parse("4", sheet.lessons[&LESSON.into()].rules).unwrap(),
        version: 1,
        by: OTHER.into(),
        at: sheet.now,
    };
    sheet
        .marks
        .insert((LESSON.into(), Some(WORK.into()), PUPIL.into()), theirs);
    let answer = sheet.carry_out(&mark(0, "5"));
    assert_eq!(answer.status, Status::Conflict);
    assert_eq!(
        (answer.value.as_str(), answer.version, answer.by),
        ("4", 1, Some(OTHER.into()))
    );
    assert!(sheet.changed_marks.is_empty());
    let same = sheet.carry_out(&mark(0, "4"));
    assert_eq!(same.status, Status::Ok, "the same value is nobody's loss");
}

#[test]
fn a_mark_taken_back_keeps_its_version() {
    let mut sheet = sheet();
    sheet.carry_out(&mark(0, "4"));
    let gone = sheet.carry_out(&mark(1, ""));
    assert_eq!(
        (gone.status, gone.version, gone.value.as_str()),
        (Status::Ok, 2, "")
    );
    assert_eq!(sheet.carry_out(&mark(0, "3")).status, Status::Conflict);
}

#[test]
fn what_may_not_be_is_named() {
    let refusal = |change: &dyn Fn(&mut LessonFacts), op: &Operation| {
        let mut sheet = sheet();
        change(sheet.lessons.get_mut(&LESSON.into()).unwrap());
        let answer = sheet.carry_out(op);
        assert!(sheet.changed_marks.is_empty() && sheet.changed_attendance.is_empty());
        (answer.status, answer.why.unwrap())
    };
    let five = mark(0, "5");
    assert_eq!(
        refusal(&|it| it.mine = false, &five),
        (Status::Denied, Why::NotYours)
    );
    assert_eq!(
        refusal(&|it| it.archived = true, &five),
        (Status::Locked, Why::YearArchived)
    );
    assert_eq!(
        refusal(&|it| it.cancelled = true, &five),
        (Status::Locked, Why::LessonCancelled)
    );
    assert_eq!(
        refusal(&|it| it.held_on = day("2026-11-21"), &five),
        (Status::Locked, Why::LessonAhead)
    );
    assert_eq!(
        refusal(&|it| it.pupils.clear(), &five),
        (Status::Locked, Why::NotInClass)
    );
    assert_eq!(
        refusal(&|it| it.rules.grade = 1, &five),
        (Status::Invalid, Why::GradeOne)
    );
    assert_eq!(
        refusal(&|_| {}, &mark(0, "7")),
        (Status::Invalid, Why::OffScale)
    );
    let foreign = Operation {
        work: Some(99.into()),
        ..five.clone()
    };
    assert_eq!(
        refusal(&|_| {}, &foreign),
        (Status::Invalid, Why::NoSuchWork)
    );
    let stranger = Operation {
        lesson: 8.into(),
        ..five
    };
    assert_eq!(refusal(&|_| {}, &stranger), (Status::Denied, Why::NotYours));
    assert_eq!(
        refusal(&|_| {}, &op(Field::Attendance, 0, "5")),
        (Status::Invalid, Why::NoSuchCode)
    );
}

proptest! {
    /// Whatever is sent, the versions of a cell grow by one and the last
    /// accepted value stands.
    #[test]
    fn versions_have_no_gaps(ops in prop::collection::vec((0i32..4, "[2-5нб7]?", any::<bool>()), 0..40)) {
        let mut sheet = sheet();
        let mut last = [(0, String::new()), (0, String::new())];
        for (base, value, is_mark) in ops {
            let field = if is_mark { Field::Mark } else { Field::Attendance };
            let answer = sheet.carry_out(&op(field, base, &value));
            let known = &mut last[usize::from(is_mark)];
            match answer.status {
                Status::Ok => {
                    prop_assert!(answer.version == known.0 || answer.version == known.0 + 1);
                    *known = (answer.version, answer.value);
                }
                _ => prop_assert!(answer.version == 0 || answer.version == known.0),
            }
        }
        let mark = sheet.marks.values().next().map(|it| (it.version, it.value.text().to_owned()));
        prop_assert_eq!(mark.unwrap_or_default(), last[1].clone());
    }
}
