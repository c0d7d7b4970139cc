//! Any class beside a slow count: §1.3, 1.6, 1.19 and 1.21 (RPT-1).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use journal::{ChangedField, FinalPlace, FinalValue, JournalChange, Missed, Slot};
use kernel::{PersonId, SubjectId, dates::show_date, decimal::show2};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Access, Fill, Year,
    any_classes_tests::{category_of, figures, share, times},
    any_marks_tests::{SUBJECTS, Slow, any_entry, likely, name, progress},
    class_marks, filling, journal_access, preliminary,
    tests::{books, class, day, lines, quarter, subject_id},
};
use crate::{ClassBook, More, PupilBook, Verb, Weight};

const PUPILS: usize = 7;

/// A mark of a pupil in a subject, as things stand.
struct Stand {
    subject: String,
    /// Set, or what comes out by the usual thresholds.
    mark: &'static str,
    /// Of what is not set yet, with the sum of its works.
    average: Option<Decimal>,
    is_set: bool,
    works: usize,
    missed: usize,
    debts: usize,
}

impl Stand {
    /// From which average the next mark is given, and which it is.
    fn next(&self) -> Option<(i64, Decimal)> {
        let better = [(3, 25), (4, 35), (5, 45)];
        let better = better.map(|(mark, tenths)| (mark, Decimal::new(tenths, 1)));
        better
            .into_iter()
            .find(|it| self.average.is_some_and(|average| average < it.1))
    }

    /// «Алгебра: to-next[3,46 3,50 0,04]»
    fn told(&self) -> String {
        match (self.average, self.next()) {
            (None, _) => self.subject.clone(),
            (Some(average), None) => format!("{}: {}", self.subject, show2(average)),
            (Some(average), Some((_, next))) => format!(
                "{}: to-next[{} {} {}]",
                self.subject,
                show2(average),
                show2(next),
                show2(next - average),
            ),
        }
    }

    fn almost(&self) -> Option<String> {
        let (average, (mark, next)) = (self.average?, self.next()?);
        let lacks = next - average;
        let is_near = lacks <= Decimal::new(2, 1);
        is_near.then(|| {
            format!(
                "almost[{} {} {mark} {}]",
                self.subject,
                show2(average),
                show2(lacks)
            )
        })
    }

    /// Three marks are the fewest, half of the eight lessons may be missed.
    fn risks(&self) -> Vec<String> {
        let mut risks = vec![];
        if !self.is_set && self.works < 3 {
            risks.push(format!("few-marks[{} {} 3]", self.subject, self.works));
        }
        if !self.is_set && self.missed > 4 {
            risks.push(format!("many-missed[{} {} 8]", self.subject, self.missed));
        }
        risks
    }
}

/// A block below the figures: who is in it, and with what.
fn block(word: &str, of: Vec<Vec<String>>) -> Vec<String> {
    let found = of.into_iter().enumerate().filter(|it| !it.1.is_empty());
    let found: Vec<String> = found
        .map(|(at, told)| format!("Ученик {at} | {} | {}", told.len(), told.join("; ")))
        .collect();
    let head = format!("{word} | {} | ", found.len());
    std::iter::once(head).chain(found).collect()
}

/// The class of these pupils as its book has it, with so many lessons missed each.
fn book_of(missed: u32) -> ClassBook {
    let pupil = |at: usize| PupilBook {
        id: i64::try_from(at).unwrap().into(),
        name: format!("Ученик {at}"),
        marks: vec![],
        missed: Missed {
            ill: missed,
            ..Missed::default()
        },
    };
    ClassBook {
        pupils: (0..PUPILS).map(pupil).collect(),
        ..class(7, "Б", &[])
    }
}

const TAUGHT: [&str; 4] = ["Русский", "Литература", "Алгебра", "Физкультура"];

proptest! {
    /// §1.3: marks as they come out, who lacks a little, who risks «н/а», who owes.
    #[test]
    fn a_preliminary_report_adds_up(
        all in prop::collection::vec(any_entry(), 0..80),
        set in prop::collection::hash_map(
            (0..PUPILS, 0..SUBJECTS),
            prop::sample::select(vec!["5", "4", "3", "2", "осв", "н/а"]),
            0..12,
        ),
        missed in 0..9_u32,
    ) {
        let stand = |pupil: usize, subject: usize| {
            let own = Slow::of(&all, |it| it.pupil == pupil && it.subject == subject);
            let set = set.get(&(pupil, subject)).copied();
            Stand {
                subject: name(subject),
                mark: set.unwrap_or_else(|| likely(own.average())),
                average: own.average().filter(|_| set.is_none()),
                is_set: set.is_some(),
                works: own.numbers().len(),
                missed: own.missed(),
                debts: own.noted(&["."]),
            }
        };
        let pupils: Vec<Vec<Stand>> =
            (0..PUPILS).map(|pupil| (0..SUBJECTS).map(|it| stand(pupil, it)).collect()).collect();
        let marks = |of: &[Stand]| of.iter().map(|it| it.mark).collect::<Vec<_>>();
        let categories: Vec<&str> = pupils.iter().map(|it| category_of(&marks(it))).collect();
        let how_many = |wanted: &[&str]| categories.iter().filter(|it| wanted.contains(it)).count();
        let mut expected = vec![format!("line.at-end | {PUPILS} | ")];
        for (word, code, counted, level) in [
            ("line.excellent", "excellent", &["excellent"][..], ""),
            ("line.fours", "good", &["good", "one-four"], ""),
            ("line.one-four", "one-four", &["one-four"], "4"),
            ("line.one-three", "one-three", &["one-three"], "3"),
            ("line.threes", "threes", &["threes"], ""),
            ("line.fails-1", "fails-1", &["fails-1"], "2"),
            ("line.fails-2", "fails-2", &["fails-2"], "2"),
            ("line.fails-more", "fails-more", &["fails-more"], "2"),
            ("line.not-attested", "not-attested", &["not-attested"], ""),
        ] {
            let mut who = vec![];
            for at in (0..PUPILS).filter(|at| categories[*at] == code) {
                let told = pupils[at].iter().filter(|it| it.mark == level).map(Stand::told);
                let told = told.collect::<Vec<_>>().join("; ");
                who.push(if told.is_empty() { format!("Ученик {at}") } else { format!("Ученик {at} ({told})") });
            }
            expected.push(format!("{word} | {} | {}", how_many(counted), who.join(", ")));
        }
        let mut blank = vec![];
        for (at, of) in pupils.iter().enumerate() {
            let subjects = of.iter().filter(|it| it.mark.is_empty()).map(|it| it.subject.clone());
            let subjects = subjects.collect::<Vec<_>>().join(", ");
            if !subjects.is_empty() {
                blank.push(format!("Ученик {at} ({subjects})"));
            }
        }
        expected.push(format!("line.without-marks | {} | {}", how_many(&["no-mark"]), blank.join(", ")));
        let good = how_many(&["excellent", "good", "one-four"]);
        let succeed = good + how_many(&["one-three", "threes"]);
        let counted = PUPILS - how_many(&["no-mark", ""]);
        let percent = |part: usize| {
            share(i64::try_from(part * 100).unwrap(), i64::try_from(counted).unwrap())
        };
        expected.push(format!("line.success | {} | {succeed} / {counted}", percent(succeed)));
        expected.push(format!("line.quality | {} | {good} / {counted}", percent(good)));
        let every: Vec<&str> = pupils.iter().flat_map(|it| marks(it)).collect();
        let degree = figures(&every).split(" | ").nth(8).unwrap().to_owned();
        expected.push(format!("line.degree | {degree} | "));
        expected.push(format!("line.missed | {} | ", u32::try_from(PUPILS).unwrap() * missed));
        let each = |of: fn(&Stand) -> Vec<String>| {
            pupils.iter().map(|it| it.iter().flat_map(of).collect()).collect::<Vec<Vec<String>>>()
        };
        expected.extend(block("line.almost", each(|it| it.almost().into_iter().collect())));
        expected.extend(block("line.risk", each(Stand::risks)));
        let owed = |it: &Stand| format!("{}: {}", it.subject, it.debts);
        expected.extend(block("line.debts", pupils.iter().map(|it| {
            it.iter().filter(|it| it.debts > 0).map(owed).collect()
        }).collect()));
        let report = preliminary(&book_of(missed), &progress(&all, &set));
        prop_assert_eq!(lines(&report), expected);
        for line in report.sections[0].lines.iter().filter(|it| it.weight == Weight::Plain) {
            prop_assert!(line.cells[1].path.is_some(), "each figure opens what it is made of");
        }
    }

    /// §1.6: each mark under its subject beside its period, and ten figures of
    /// each subject below.
    #[test]
    fn the_sheet_of_marks_adds_up(
        taught in prop::collection::vec(prop::collection::hash_set(0..4_usize, 0..5), 0..6),
        marks in prop::collection::hash_map(
            (0..6_usize, 0..4_usize, 0..4_usize),
            prop::sample::select(vec!["5", "4", "3", "2", "осв", "н/а"]),
            0..60,
        ),
        shown in prop::sample::subsequence(vec![0_usize, 1, 2, 3], 1..4),
        averages: bool,
    ) {
        let slots = [quarter().slot, Slot::from_code("quarter-2").unwrap(), Slot::YEAR, Slot::EXAM];
        let by_name = |of: HashSet<usize>| {
            let mut of: Vec<usize> = of.into_iter().collect();
            of.sort_by_key(|it| TAUGHT[*it]);
            of
        };
        let own: Vec<Vec<usize>> = taught.iter().cloned().map(by_name).collect();
        let every = by_name(taught.iter().flatten().copied().collect());
        let text = |pupil: usize, subject: usize, slot: usize| {
            let is_taught = own[pupil].contains(&subject);
            marks.get(&(pupil, subject, slot)).copied().filter(|_| is_taught).unwrap_or("")
        };
        let id = |at: usize| PersonId::from(i64::try_from(at).unwrap());
        let place = |pupil, subject, slot: usize| FinalPlace {
            pupil: id(pupil),
            subject: subject_id(subject),
            slot: slots[slot],
        };
        let mut kept = HashMap::new();
        for pupil in 0..own.len() {
            for (subject, slot) in every.iter().flat_map(|it| (0..4).map(|slot| (*it, slot))) {
                let text = text(pupil, subject, slot);
                if !text.is_empty() {
                    kept.insert(place(pupil, subject, slot), FinalValue::parse(text, curriculum::Scale::Five).unwrap());
                }
            }
        }
        let year = Year {
            class: class(7, "Б", &[]).class,
            slots: slots.into(),
            pupils: (0..own.len()).map(|it| (id(it), format!("Ученик {it}"))).collect(),
            taught: own.iter().enumerate().map(|(at, of)| {
                (id(at), of.iter().map(|it| subject_id(*it)).collect::<Vec<SubjectId>>())
            }).collect(),
            subjects: books(vec![]).subjects,
            marks: kept,
            missed: HashMap::new(),
        };
        let mut expected = vec![];
        for (pupil, subjects) in own.iter().enumerate() {
            for (at, slot) in shown.iter().enumerate() {
                let listed = if at == 0 { format!("Ученик {pupil}") } else { String::new() };
                let mut cells = vec![listed, slots[*slot].code()];
                cells.extend(every.iter().map(|it| text(pupil, *it, *slot).to_owned()));
                let of_slot: Vec<&str> = subjects.iter().map(|it| text(pupil, *it, *slot)).collect();
                if averages {
                    let average = figures(&of_slot).rsplit(" | ").next().unwrap().to_owned();
                    cells.push(if average == "—" { String::new() } else { average });
                }
                let any = *slot < 3 && of_slot.iter().any(|it| !it.is_empty());
                cells.push(if any { category_of(&of_slot).to_owned() } else { String::new() });
                expected.push(cells.join(" | "));
            }
        }
        for slot in shown.iter().filter(|_| !own.is_empty()) {
            let of = |subject: usize| {
                let here = (0..own.len()).filter(|pupil| own[*pupil].contains(&subject));
                figures(&here.map(|pupil| text(pupil, subject, *slot)).collect::<Vec<_>>())
            };
            let of: Vec<String> = every.iter().map(|it| of(*it)).collect();
            let words = [
                "five", "four", "three", "two", "not-attested", "exempt", "success", "quality", "degree", "average",
            ];
            for (at, word) in words.into_iter().enumerate() {
                let mut cells = vec![word.to_owned(), slots[*slot].code()];
                cells.extend(of.iter().map(|it| it.split(" | ").nth(at).unwrap().to_owned()));
                cells.extend(vec![String::new(); 1 + usize::from(averages)]);
                expected.push(cells.join(" | "));
            }
        }
        let shown: Vec<Slot> = shown.iter().map(|it| slots[*it]).collect();
        prop_assert_eq!(lines(&class_marks(&year, &shown, averages)), expected);
    }

    /// §1.19: each change that is looked for stands there by itself, in its order.
    #[test]
    fn changes_of_a_journal_stand_one_by_one(
        changes in prop::collection::vec(
            (
                0..100_000_i64,
                prop::option::of(1..4_i64),
                0..4_usize,
                prop::option::of(0..60_i64),
                prop::option::of(1..4_i64),
                prop::sample::select(ChangedField::ALL.to_vec()),
                prop::sample::select(vec![("", "4"), ("4", "5"), ("ОТ", "")]),
            ),
            0..30,
        ),
        field in prop::option::of(prop::sample::select(ChangedField::ALL.to_vec())),
        verb in prop::option::of(prop::sample::select(Verb::ALL.to_vec())),
        of_child: bool,
    ) {
        let start: DateTime<Utc> = "2026-09-07T09:15:00Z".parse().unwrap();
        let quarter = quarter().slot;
        let made: Vec<JournalChange> = changes
            .iter()
            .map(|(at, by, subject, lesson, pupil, field, (old, new))| JournalChange {
                at: start + Duration::minutes(*at),
                by: by.map(Into::into),
                subject: subject_id(*subject),
                on: lesson.map(|it| day("2026-09-01") + Duration::days(it)),
                slot: lesson.is_none().then_some(quarter),
                pupil: pupil.map(Into::into),
                field: *field,
                old: (*old).to_owned(),
                new: (*new).to_owned(),
            })
            .collect();
        let mut expected = vec![];
        for (at, by, subject, lesson, pupil, of, (old, new)) in &changes {
            let done = match (*old, *new) {
                ("", _) => Verb::Set,
                (_, "") => Verb::Removed,
                _ => Verb::Changed,
            };
            if field.is_some_and(|it| it != *of) || verb.is_some_and(|it| it != done) {
                continue;
            }
            // Moscow is three hours ahead.
            let moment = (start + Duration::minutes(*at + 180)).naive_utc().to_string();
            let person = |id: &i64| format!("Человек {id}");
            let on = lesson.map(|it| show_date(day("2026-09-01") + Duration::days(it)));
            let action = format!("reporting.action.{}-{}", of.code(), done.code());
            let mut cells = vec![
                TAUGHT[*subject].to_owned(),
                moment,
                by.as_ref().map_or("system".to_owned(), person),
                on.unwrap_or_default(),
                if lesson.is_none() { quarter.code() } else { String::new() },
            ];
            if !of_child {
                cells.insert(0, "7Б".to_owned());
                cells.push(pupil.as_ref().map(person).unwrap_or_default());
            }
            cells.extend([action, (*old).to_owned(), (*new).to_owned()]);
            expected.push(cells.join(" | "));
        }
        let wanted = More { field, verb, ..More::default() };
        let found: Vec<JournalChange> = made.into_iter().filter(|it| wanted.takes(it)).collect();
        let report = journal_access(&Access {
            class: &class(7, "Б", &[]).class,
            zone: chrono_tz::Europe::Moscow,
            changes: &found,
            names: &(1..4).map(|it| (it.into(), format!("Человек {it}"))).collect(),
            subjects: &(0..4).map(|it| (subject_id(it), TAUGHT[it].to_owned())).collect(),
            of_child,
        });
        prop_assert_eq!(lines(&report), expected);
    }

    /// §1.21: each class, and what parallels, levels and the school come to.
    #[test]
    fn the_filling_of_classes_adds_up(
        drawn in prop::collection::vec(
            (
                1..12_i16,
                (0..30_u32, 0..30_u32, 0..3_u32),
                prop::option::weighted(0.9, 0..60_u32),
                prop::option::of(0..40_i16),
            ),
            0..9,
        )
    ) {
        let mut drawn = drawn;
        drawn.sort_by_key(|it| it.0);
        let fill = |(grade, (boys, girls, unknown), counted, seats): &(i16, (u32, u32, u32), Option<u32>, Option<i16>)| Fill {
            class: class(*grade, "А", &[]).class,
            teacher: "Сидорова А. А.".to_owned(),
            profile: "Лингвистический".to_owned(),
            room: seats.map(|it| ("12".to_owned(), it)),
            counted: *counted,
            now: boys + girls + unknown,
            boys: *boys,
            girls: *girls,
        };
        let fills: Vec<Fill> = drawn.iter().map(fill).collect();
        let figures = |of: &[&Fill]| {
            let (mut now, mut boys, mut girls) = (0, 0, 0);
            let mut counted = Some(0);
            for it in of {
                (now, boys, girls) = (now + it.now, boys + it.boys, girls + it.girls);
                counted = counted.and_then(|sum| Some(sum + it.counted?));
            }
            let change = counted.map(|it| i64::from(now) - i64::from(it));
            let shown = |it: Option<String>| it.unwrap_or_default();
            format!(
                "{} | {now} | {boys} | {girls} | {}",
                shown(counted.map(|it| it.to_string())), shown(change.map(|it| it.to_string())),
            )
        };
        let sum = |name: &str, of: &[&Fill]| {
            let now: u32 = of.iter().map(|it| it.now).sum();
            let each = share(now.into(), i64::try_from(of.len()).unwrap());
            format!("{name} |  |  |  |  |  | {} | {each}", figures(of))
        };
        let between = |from: i16, to: i16| -> Vec<&Fill> {
            fills.iter().filter(|it| (from..=to).contains(&it.class.grade)).collect()
        };
        let mut expected = vec![];
        for (from, to, level) in [(1, 4, "level-primary"), (5, 9, "level-basic"), (10, 11, "level-secondary")] {
            for grade in from..=to {
                let parallel = between(grade, grade);
                for it in &parallel {
                    let (room, seats) = it.room.clone().map_or((String::new(), String::new()), |it| (it.0, it.1.to_string()));
                    expected.push(format!(
                        "{grade}А | Сидорова А. А. | Лингвистический | 1 | {room} | {seats} | {} | ", figures(&[it]),
                    ));
                }
                if parallel.len() > 1 {
                    expected.push(sum(&grade.to_string(), &parallel));
                }
            }
            if between(from, to).len() > 1 {
                expected.push(sum(level, &between(from, to)));
            }
        }
        if fills.len() > 1 {
            expected.push(sum("all", &between(1, 11)));
        }
        let report = filling(&fills);
        prop_assert_eq!(lines(&report), expected);
        let crowded = fills.iter().filter(|it| it.room.as_ref().is_some_and(|room| {
            room.1 > 0 && i64::from(room.1) < i64::from(it.now)
        }));
        let unknown = fills.iter().any(|it| it.now > it.boys + it.girls);
        prop_assert_eq!(report.notes.len(), crowded.count() + usize::from(unknown));
    }
}

/// The slow way sees a category as people name it.
#[test]
fn the_slow_count_knows_the_categories() {
    for (marks, category) in [
        (&["5", "5", "осв"][..], "excellent"),
        (&["5", "4"], "one-four"),
        (&["3", "4"], "one-three"),
        (&["2", "н/а"], "not-attested"),
        (&["", "2"], "no-mark"),
        (&["осв"], ""),
    ] {
        assert_eq!(category_of(marks), category, "{marks:?}");
    }
    assert_eq!(times(&["5", "4", "5"], "5"), 2);
}
