use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::slot::{Hour, SlotId, clashes};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Monday.
const FROM: &str = "2026-10-19";
const TO: &str = "2026-11-22";

fn calendar() -> Calendar {
    Calendar {
        days_a_week: 5,
        holidays: vec![Holiday {
            name: "осень".to_owned(),
            grades: 1..=12,
            starts_on: d("2026-10-31"),
            ends_on: d("2026-11-08"),
        }],
        grades: (1..=4).map(|it| (it.into(), 5)).collect(),
    }
}

/// Weekly timetables without clashes, with weekend hours that must not count.
fn week() -> impl Strategy<Value = Vec<Slot>> {
    let slot = (1i16..8, 1i16..5, 1i64..5, 0i16..3, 1i64..4, 1i64..6);
    prop::collection::vec(slot, 0..40).prop_map(|all| {
        let mut slots: Vec<Slot> = vec![];
        for (index, (weekday, number, class, part, subject, teacher)) in (1i64..).zip(all) {
            let group = (part > 0).then(|| (class * 100 + subject * 10 + i64::from(part)).into());
            let slot = Slot {
                id: SlotId::from(index),
                hour: Hour {
                    weekday,
                    shift: 1,
                    number,
                },
                class: class.into(),
                group,
                part: if part > 0 {
                    Part::group(part)
                } else {
                    Part::WHOLE
                },
                subject: subject.into(),
                teacher: teacher.into(),
                room: None,
            };
            slots.push(slot);
            if !clashes(&slots, &Bells::usual()).is_empty() {
                slots.pop();
            }
        }
        slots
    })
}

fn lessons(slots: &[Slot]) -> Vec<Wanted> {
    wanted(slots, &Bells::usual(), &calendar(), d(FROM), d(TO)).unwrap()
}

/// A school in which one timetable was published and some lessons were filled
/// or cancelled since.
fn school() -> impl Strategy<Value = Vec<Existing>> {
    (week(), any::<u64>()).prop_map(|(slots, seed)| {
        (1i64..)
            .zip(lessons(&slots))
            .map(|(id, lesson)| {
                let dice = (seed ^ id.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15)) >> 59;
                let state = match dice {
                    0 | 1 => Standing::Cancelled,
                    2 | 3 => Standing::Dropped,
                    _ => Standing::Planned,
                };
                let filled = (4..10).contains(&dice);
                Existing {
                    id: id.into(),
                    lesson,
                    state,
                    filled,
                }
            })
            .collect()
    })
}

/// What the database holds after the changes.
fn applied(existing: &[Existing], changes: &Changes) -> Vec<Existing> {
    let mut after: Vec<Existing> = existing
        .iter()
        .cloned()
        .map(|mut it| {
            if changes.cancel.contains(&it.id) {
                it.state = Standing::Dropped;
            }
            if let Some((_, lesson)) = changes.change.iter().find(|change| change.0 == it.id) {
                it.lesson = lesson.clone();
                it.state = Standing::Planned;
            }
            it
        })
        .collect();
    let next = existing.iter().map(|it| it.id.get()).max().unwrap_or(0) + 1;
    after.extend((next..).zip(&changes.create).map(|(id, lesson)| Existing {
        id: id.into(),
        lesson: lesson.clone(),
        state: Standing::Planned,
        filled: false,
    }));
    after
}

fn taking_place(all: &[Existing]) -> Vec<&Existing> {
    all.iter()
        .filter(|it| it.state == Standing::Planned)
        .collect()
}

proptest! {
    /// Publishing the same timetable twice does nothing the second time.
    #[test]
    fn publishing_is_idempotent(existing in school(), slots in week()) {
        let wanted = lessons(&slots);
        let changes = Changes::of(&wanted, &existing);
        let again = Changes::of(&wanted, &applied(&existing, &changes));
        prop_assert!(again.is_empty(), "{again:?}");
        prop_assert_eq!(again.held, changes.held);
    }

    /// BEY-1: a lesson with entries still takes place, on its day, in its
    /// course; nobody is in two places.
    #[test]
    fn filled_lessons_never_vanish(existing in school(), slots in week()) {
        let changes = Changes::of(&lessons(&slots), &existing);
        let after = applied(&existing, &changes);
        for old in existing.iter().filter(|it| it.filled && it.state == Standing::Planned) {
            let new = after.iter().find(|it| it.id == old.id).unwrap();
            prop_assert_eq!(new.state, Standing::Planned);
            prop_assert_eq!(new.lesson.held_on, old.lesson.held_on);
            prop_assert_eq!(new.lesson.course(), old.lesson.course());
        }
        let there = taking_place(&after);
        for (index, one) in there.iter().enumerate() {
            for other in &there[index + 1..] {
                prop_assert!(!one.lesson.clashes(&other.lesson), "{one:?} {other:?}");
            }
        }
    }

    /// Every hour of the new timetable is held, cancelled by hand, or blocked
    /// by a lesson with entries; nothing else takes place.
    #[test]
    fn what_takes_place_is_what_the_timetable_says(existing in school(), slots in week()) {
        let wanted = lessons(&slots);
        let changes = Changes::of(&wanted, &existing);
        let after = applied(&existing, &changes);
        let there = taking_place(&after);
        prop_assert_eq!(
            wanted.len(),
            changes.create.len() + changes.change.len() + changes.kept + changes.blocked.len()
        );
        for it in &there {
            prop_assert!(wanted.contains(&it.lesson) || changes.held.contains(&it.id));
        }
        for it in existing.iter().filter(|it| it.state == Standing::Cancelled) {
            let same = after.iter().find(|new| new.id == it.id).unwrap();
            prop_assert_eq!(same, it, "who cancelled by hand is not overruled");
        }
    }

    /// No lesson on holidays, nor on the weekend of a five-day week.
    #[test]
    fn holidays_and_weekends_are_free(slots in week()) {
        for it in lessons(&slots) {
            prop_assert!(it.held_on.weekday().number_from_monday() <= 5);
            prop_assert!(it.held_on < d("2026-10-31") || d("2026-11-08") < it.held_on);
        }
    }
}

#[test]
fn holidays_count_for_their_parallels_only() {
    let mut calendar = calendar();
    calendar.grades.insert(9.into(), 1);
    calendar.holidays[0].grades = 1..=1;
    let off = d("2026-11-03");
    assert!(!calendar.is_taught(9.into(), off));
    assert!(calendar.is_taught(1.into(), off));
    assert!(
        !calendar.is_taught(77.into(), off),
        "a class of another year"
    );
    let saturday = d("2026-10-24");
    assert!(!calendar.is_taught(1.into(), saturday));
    calendar.days_a_week = 6;
    assert!(calendar.is_taught(1.into(), saturday));
    assert!(!calendar.is_taught(1.into(), saturday + Days::new(1)));
}

#[test]
fn an_hour_without_a_bell_is_refused() {
    let slot = Slot {
        id: 1.into(),
        hour: Hour {
            weekday: 1,
            shift: 1,
            number: 11,
        },
        class: 1.into(),
        group: None,
        part: Part::WHOLE,
        subject: 1.into(),
        teacher: 1.into(),
        room: None,
    };
    let refused = wanted(&[slot], &Bells::usual(), &calendar(), d(FROM), d(TO));
    assert!(matches!(
        refused,
        Err(Error::NoBell {
            shift: 1,
            number: 11
        })
    ));
}
