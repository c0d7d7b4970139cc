//! Any final marks and any piles of marks beside a slow count (RPT-1).

use std::collections::HashSet;

use journal::{FinalPlace, FinalValue, Missed, Slot};
use kernel::{ClassId, PersonId, decimal::show2};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Hours, Pile, PupilPile, Taught, Year, class_average, mark_piles, report_cards, teacher_average,
    teacher_average_course,
    tests::{any_class, books, class, lines, quarter, subject_id},
};
use crate::{Books, ClassBook};

fn share(of: Option<Decimal>) -> String {
    of.map_or("—".to_owned(), show2)
}

/// What stands in a subject in these classes, one text after another.
fn texts<'a>(classes: &[&'a ClassBook], subject: usize) -> Vec<&'a str> {
    let pupils = classes.iter().flat_map(|it| &it.pupils);
    let marks = pupils.flat_map(|it| &it.marks);
    let of_subject = marks.filter(|it| it.subject == subject_id(subject));
    of_subject.map(|it| it.value.text()).collect()
}

/// The plain mean of what is a number.
fn average(texts: &[&str]) -> Option<Decimal> {
    let numbers: Vec<i64> = texts.iter().filter_map(|it| it.parse().ok()).collect();
    Decimal::from(numbers.iter().sum::<i64>()).checked_div(numbers.len().into())
}

fn how_many(texts: &[&str]) -> usize {
    texts.iter().filter(|it| it.parse::<i64>().is_ok()).count()
}

/// Some classes, each with an identity of its own.
fn any_books() -> impl Strategy<Value = Books> {
    prop::collection::vec(any_class(), 1..5).prop_map(|mut classes| {
        for (it, id) in classes.iter_mut().zip(1_i64..) {
            it.class.id = id.into();
            // Two parallels, so that some classes share one.
            it.class.grade = 7 + i16::try_from(id % 2).unwrap();
        }
        books(classes)
    })
}

const NAMES: [&str; 4] = ["Русский", "Литература", "Алгебра", "Физкультура"];

proptest! {
    /// «Средний балл класса»: each subject beside the parallel.
    #[test]
    fn averages_of_a_class_add_up(books in any_books()) {
        for one in &books.classes {
            let parallel: Vec<&ClassBook> =
                books.classes.iter().filter(|it| it.class.grade == one.class.grade).collect();
            let mut expected = vec![];
            let (mut own, mut beside) = (vec![], vec![]);
            let row = |name: &str, own: &[&str], beside: &[&str]| {
                let of = |wanted: &[&str]| own.iter().filter(|it| wanted.contains(it)).count();
                let all = of(&["5", "4", "3", "2", "н/а"]);
                let percent = |part: usize| share(Decimal::from(part * 100).checked_div(all.into()));
                let averages = [own, beside].map(|it| share(average(it))).join(" | ");
                let (success, quality) = (percent(of(&["5", "4", "3"])), percent(of(&["5", "4"])));
                format!("{name} | {} | {averages} | {success} | {quality}", how_many(own))
            };
            for (at, name) in NAMES.iter().enumerate() {
                let (of_class, of_parallel) = (texts(&[one], at), texts(&parallel, at));
                expected.push(row(name, &of_class, &of_parallel));
                own.extend(of_class);
                beside.extend(of_parallel);
            }
            expected.push(row("all-subjects", &own, &beside));
            prop_assert_eq!(lines(&class_average(&books, one.class.id)), expected);
        }
    }

    /// §1.20: every class that a teacher has, whole or in part, and the course
    /// over two periods.
    #[test]
    fn averages_of_a_teacher_add_up(
        first in any_books(),
        second in any_books(),
        load in prop::collection::vec((0..4_usize, 0..4_usize, prop::option::of(0..5_i64)), 1..5),
    ) {
        let taught = |books: &Books| -> Vec<Taught> {
            let known = load.iter().filter(|it| it.0 < books.classes.len());
            let taught = known.map(|(class, subject, most)| Taught {
                class: *class,
                subject: subject_id(*subject),
                group: most.map(|most| (1..=most).map(PersonId::from).collect::<HashSet<_>>()),
                hours: Hours::default(),
            });
            taught.collect()
        };
        let own = |books: &Books, it: &Taught| -> Vec<String> {
            let class = &books.classes[it.class];
            let here = class.pupils.iter().filter(|pupil| match &it.group {
                None => true,
                Some(group) => group.contains(&pupil.id),
            });
            let marks = here.flat_map(|it| it.marks.clone());
            let of_subject = marks.filter(|mark| mark.subject == it.subject);
            of_subject.map(|it| it.value.text().to_owned()).collect()
        };
        let parallel = |books: &Books, grades: &HashSet<i16>, subject: usize| -> String {
            let classes = books.classes.iter().filter(|it| grades.contains(&it.class.grade));
            share(average(&texts(&classes.collect::<Vec<_>>(), subject)))
        };
        let grade = |books: &Books, it: &Taught| books.classes[it.class].class.grade;
        let mut order: Vec<usize> = (0..4).collect();
        order.sort_by_key(|it| NAMES[*it]);
        let mut expected = vec![];
        for subject in order.clone() {
            let of_subject: Vec<Taught> =
                taught(&first).into_iter().filter(|it| it.subject == subject_id(subject)).collect();
            let (mut all, mut grades) = (vec![], HashSet::new());
            for it in &of_subject {
                let marks = own(&first, it);
                let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
                let grade = grade(&first, it);
                grades.insert(grade);
                expected.push(format!(
                    "{} | {} | {} | {}",
                    first.classes[it.class].class.name(),
                    how_many(&marks),
                    share(average(&marks)),
                    parallel(&first, &HashSet::from([grade]), subject)
                ));
                all.extend(own(&first, it));
            }
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            if !of_subject.is_empty() {
                let average = share(average(&all));
                expected.push(format!(
                    "by-teacher | {} | {average} | {}", how_many(&all), parallel(&first, &grades, subject)
                ));
            }
        }
        prop_assert_eq!(lines(&teacher_average(&first, &taught(&first))), expected);

        let mut expected = vec![];
        for subject in order {
            let mut told = vec![];
            let mut is_taught = false;
            for books in [&first, &second] {
                let (mut all, mut grades) = (vec![], HashSet::new());
                for it in taught(books).iter().filter(|it| it.subject == subject_id(subject)) {
                    is_taught = true;
                    grades.insert(grade(books, it));
                    all.extend(own(books, it));
                }
                let all: Vec<&str> = all.iter().map(String::as_str).collect();
                let average = share(average(&all));
                let parallel = parallel(books, &grades, subject);
                told.push(format!("quarter-1 | {} | {average} | {parallel}", how_many(&all)));
            }
            if is_taught {
                expected.extend(told);
            }
        }
        let both = [taught(&first), taught(&second)];
        prop_assert_eq!(lines(&teacher_average_course(&[first, second], &both)), expected);
    }

    /// §1.14: each mark stands in the period and the subject that it is of.
    #[test]
    fn report_cards_hold_what_was_set(
        marks in prop::collection::hash_map(
            (1..4_i64, 0..4_usize, 0..3_usize),
            prop::sample::select(vec!["5", "4", "3", "2", "осв", "н/а"]),
            0..20,
        ),
        missed in prop::collection::hash_map((1..4_i64, 0..2_usize), (0..9_u32, 0..9_u32), 0..6),
    ) {
        let slots = [quarter().slot, Slot::from_code("quarter-2").unwrap(), Slot::YEAR];
        let year = Year {
            class: class(7, "Б", &[]).class,
            slots: slots.into(),
            pupils: (1..4).map(|it| (it.into(), format!("Ученик {it}"))).collect(),
            taught: (1..4).map(|it| (it.into(), (0..4).map(subject_id).collect())).collect(),
            subjects: books(vec![]).subjects,
            marks: marks
                .iter()
                .map(|((pupil, subject, slot), text)| {
                    let place = FinalPlace {
                        pupil: (*pupil).into(),
                        subject: subject_id(*subject),
                        slot: slots[*slot],
                    };
                    (place, FinalValue::parse(text, curriculum::Scale::Five).unwrap())
                })
                .collect(),
            missed: missed
                .iter()
                .map(|((pupil, at), (ill, truant))| {
                    let missed = Missed { ill: *ill, truant: *truant, ..Missed::default() };
                    (((*pupil).into(), *at), missed)
                })
                .collect(),
        };
        let mut expected = vec![];
        for pupil in 1..4 {
            for (at, name) in NAMES.iter().enumerate() {
                let cells = [0, 1, 2].map(|slot| marks.get(&(pupil, at, slot)).copied().unwrap_or(""));
                expected.push(format!("{name} | {}", cells.join(" | ")));
            }
            let of = |at| missed.get(&(pupil, at)).copied().unwrap_or((0, 0));
            let all = [0, 1].map(|at| (of(at).0 + of(at).1).to_string());
            expected.push(format!("missed-all | {} | ", all.join(" | ")));
            let ill = [0, 1].map(|at| of(at).0.to_string());
            expected.push(format!("missed-ill | {} | ", ill.join(" | ")));
        }
        prop_assert_eq!(lines(&report_cards(&year)), expected);
    }

    /// «Накопляемость отметок»: every figure and every sum.
    #[test]
    fn piles_add_up(
        piles in prop::collection::vec(
            (
                1..4_i64,
                0..30_u32,
                0..30_u32,
                prop::collection::vec((0..9_u32, prop::bool::weighted(0.1)), 0..9),
                prop::option::of(1..6_u32),
            ),
            0..12,
        )
    ) {
        let mut piles = piles;
        piles.sort_by_key(|it| it.0);
        let made: Vec<Pile> = piles
            .iter()
            .map(|(class, lessons, marked, pupils, needed)| {
                let pupils = pupils.iter().map(|(marks, exempt)| PupilPile {
                    marks: if *exempt { 0 } else { *marks },
                    exempt: *exempt,
                });
                pile(*class, (*lessons, *marked.min(lessons)), pupils.collect(), *needed)
            })
            .collect();
        let row = |of: &[&Pile]| -> String {
            let (mut lessons, mut marked, mut marks, mut asked) = (0, 0, 0, 0);
            let (mut least, mut few): (Option<u32>, Option<u32>) = (None, None);
            for pile in of {
                lessons += pile.lessons;
                marked += pile.marked;
                let waits = pile.needed.filter(|_| pile.lessons > 0);
                if waits.is_some() {
                    few = Some(few.unwrap_or(0));
                }
                for pupil in &pile.pupils {
                    if pupil.exempt {
                        continue;
                    }
                    asked += 1;
                    marks += pupil.marks;
                    if least.is_none_or(|it| pupil.marks < it) {
                        least = Some(pupil.marks);
                    }
                    if let Some(needed) = waits
                        && pupil.marks < needed
                    {
                        few = few.map(|it| it + 1);
                    }
                }
            }
            let percent = share(Decimal::from(marked * 100).checked_div(lessons.into()));
            let each = share(Decimal::from(marks).checked_div(asked.into()));
            let known = |it: Option<u32>| it.map_or("—".to_owned(), |it| it.to_string());
            format!("{lessons} | {marked} | {percent} | {marks} | {each} | {} # {}", known(least), known(few))
        };
        let mut expected = vec![];
        for class in 1..4 {
            let own: Vec<&Pile> = made.iter().filter(|it| it.class == ClassId::from(class)).collect();
            for it in &own {
                let exempt = it.pupils.iter().filter(|it| it.exempt).count();
                let needed = it.needed.map_or("—".to_owned(), |it| it.to_string());
                let rest = row(&[it]).replace('#', &format!("| {needed} |"));
                let counts = format!("{} | {exempt}", it.pupils.len());
                expected.push(format!("Алгебра | Сидорова А. А. | {counts} | {rest}"));
            }
            if !own.is_empty() {
                expected.push(format!("all-subjects |  |  |  | {}", row(&own).replace('#', "|  |")));
            }
        }
        let classes: HashSet<i64> = piles.iter().map(|it| it.0).collect();
        if classes.len() > 1 {
            let all: Vec<&Pile> = made.iter().collect();
            expected.push(format!("all-subjects |  |  |  | {}", row(&all).replace('#', "|  |")));
        }
        prop_assert_eq!(lines(&mark_piles(&made)), expected);
    }
}

fn pile(
    class: i64,
    (lessons, marked): (u32, u32),
    pupils: Vec<PupilPile>,
    needed: Option<u32>,
) -> Pile {
    Pile {
        class: class.into(),
        class_name: class.to_string(),
        subject: subject_id(2),
        subject_name: "Алгебра".to_owned(),
        teachers: "Сидорова А. А.".to_owned(),
        lessons,
        marked,
        pupils,
        needed,
        journal: "/journal/7/3?period=1".to_owned(),
        by_pupils: "/reports/subject-results?class=7&subject=3&period=quarter-1".to_owned(),
    }
}

/// Seven pupils who need five marks each, and one who is exempt: 24 lessons,
/// marks on 18 of them; 7 + 6 + 5 + 5 + 4 + 3 + 2 = 32 marks.
#[test]
fn marks_of_a_class_pile_up() {
    let marks = [7, 6, 5, 5, 4, 3, 2].map(|marks| PupilPile {
        marks,
        exempt: false,
    });
    let exempt = PupilPile {
        marks: 0,
        exempt: true,
    };
    let pupils: Vec<PupilPile> = marks.into_iter().chain([exempt]).collect();
    let algebra = pile(7, (24, 18), pupils, Some(5));
    let report = mark_piles(std::slice::from_ref(&algebra));
    assert_eq!(
        lines(&report),
        [
            "Алгебра | Сидорова А. А. | 8 | 1 | 24 | 18 | 75,00 | 32 | 4,57 | 2 | 5 | 3",
            "all-subjects |  |  |  | 24 | 18 | 75,00 | 32 | 4,57 | 2 |  | 3",
        ]
    );
    // Each figure opens what it is made of.
    let cells = &report.sections[0].lines[0].cells;
    let paths: Vec<bool> = cells.iter().map(|it| it.path.is_some()).collect();
    let opened = paths.iter().filter(|it| **it).count();
    assert_eq!(opened, 7, "{paths:?}");
    // Of a year the school asks for nothing; before the first lesson nobody waits.
    let of_year = Pile {
        needed: None,
        ..algebra.clone()
    };
    assert!(lines(&mark_piles(&[of_year]))[0].ends_with("| 2 | — | —"));
    let not_begun = Pile {
        lessons: 0,
        marked: 0,
        ..algebra
    };
    assert!(lines(&mark_piles(&[not_begun]))[0].contains("| 0 | 0 | — |"));
}
