//! Any people beside a slow count: §1.10, 1.11 and 1.23 (RPT-1).

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use curriculum::Class;
use kernel::dates::show_date;
use people::{Card, Citizenship, Gender, KinshipKind, ParentFacts, PupilFacts, RestrictedField};
use proptest::prelude::*;

use super::{birthdays, class_pupils, pupil_figures, social_passport, tests::day};
use crate::{ClassRoll, Label, PupilPage, Report, Roll, Value};

/// A pupil as it is drawn: class, gender, day of birth, shift, language, family,
/// citizenship, teaching at home.
type Drawn = (
    usize,
    usize,
    Option<NaiveDate>,
    i16,
    usize,
    usize,
    usize,
    Option<bool>,
);

const CLASSES: [(i16, &str); 4] = [(3, "А"), (7, "А"), (7, "Б"), (10, "А")];
const LANGUAGES: [&str; 3] = ["", "Английский язык", "Немецкий язык"];
const FAMILIES: [&str; 3] = ["", "Полная", "Неполная"];
const CITIZENSHIPS: [(Option<Citizenship>, &str); 4] = [
    (Some(Citizenship::Russian), ""),
    (Some(Citizenship::Foreign), "foreign"),
    (Some(Citizenship::Stateless), "stateless"),
    (None, "unknown"),
];
const GENDERS: [Option<Gender>; 3] = [Some(Gender::Male), Some(Gender::Female), None];

fn any_pupil() -> impl Strategy<Value = Drawn> {
    // The 29th of February is among them.
    let born = (0..1600_u64).prop_map(|it| day("2011-10-01") + chrono::Days::new(it));
    let born = prop::option::weighted(0.9, born);
    (
        0..4_usize,
        0..3_usize,
        born,
        1..3_i16,
        0..3_usize,
        0..3_usize,
        0..4_usize,
        any::<Option<bool>>(),
    )
}

fn facts(id: usize, it: &Drawn) -> PupilFacts {
    PupilFacts {
        card: Card {
            id: i64::try_from(id).unwrap().into(),
            last_name: format!("Ученик{id:03}"),
            first_name: "Иван".to_owned(),
            middle_name: None,
            born_on: it.2,
        },
        gender: GENDERS[it.1],
        file_number: format!("У-{id}"),
        shift: it.3,
        foreign_language: LANGUAGES[it.4].to_owned(),
        family: FAMILIES[it.5].to_owned(),
        citizenship: CITIZENSHIPS[it.6].0,
        taught_at_home: it.7,
        address: String::new(),
    }
}

/// The pupils in their classes; so many of them with a sealed mark each.
fn roll_of(pupils: &[Drawn], marks: &[(usize, usize, u32)]) -> Roll {
    let class = |(at, (grade, letter)): (usize, &(i16, &str))| ClassRoll {
        class: Class {
            id: i64::try_from(at).unwrap().into(),
            year: 1.into(),
            grade: *grade,
            letter: (*letter).to_owned(),
            shift: 1,
            teacher: None,
            room: None,
        },
        teacher: "Сидорова А. А.".to_owned(),
        pupils: pupils
            .iter()
            .enumerate()
            .filter(|it| it.1.0 == at)
            .map(|(id, it)| facts(id, it))
            .collect(),
        marks: marks
            .iter()
            .filter(|it| it.0 == at)
            .map(|it| {
                (
                    RestrictedField::SocialStatus,
                    POSITIONS[it.1].to_owned(),
                    it.2,
                )
            })
            .collect(),
    };
    Roll {
        on: day("2026-09-20"),
        forms: HashMap::new(),
        classes: CLASSES.iter().enumerate().map(class).collect(),
    }
}

const POSITIONS: [&str; 2] = ["Малообеспеченная семья", "Многодетная семья"];

/// The figure of a column in a line; none where there is no such column.
fn figure(report: &Report, line: usize, group: Option<&str>, head: &str) -> Option<u32> {
    let word = |it: &Label| match it {
        Label::Word(word) => (*word).to_owned(),
        Label::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let at = report.columns.iter().position(|it| {
        word(&it.label) == head && it.group.as_ref().map(word).as_deref() == group
    })?;
    match report.sections[0].lines[line].cells[at].value {
        Value::Count(count) => Some(count),
        _ => None,
    }
}

/// Which classes a line of the table adds up: each, parallels of several,
/// levels of several, all.
const LINES: [&[usize]; 7] = [&[0], &[1], &[2], &[1, 2], &[1, 2], &[3], &[0, 1, 2, 3]];

fn count(it: usize) -> u32 {
    u32::try_from(it).unwrap()
}

proptest! {
    /// §1.10, line by line and column by column.
    #[test]
    fn figures_of_pupils_are_those_of_a_slow_count(
        pupils in prop::collection::vec(any_pupil(), 0..40),
        marks in prop::collection::vec((0..4_usize, 0..2_usize, 1..4_u32), 0..6),
    ) {
        let report = pupil_figures(&roll_of(&pupils, &marks));
        prop_assert_eq!(report.sections[0].lines.len(), LINES.len());
        for (line, classes) in LINES.iter().enumerate() {
            let of = |is: &dyn Fn(&Drawn) -> bool| {
                count(pupils.iter().filter(|it| classes.contains(&it.0) && is(it)).count())
            };
            let at = |group: Option<&str>, head: &str| figure(&report, line, group, head);
            prop_assert_eq!(at(None, "classes"), Some(count(classes.len())));
            prop_assert_eq!(at(None, "pupils"), Some(of(&|_| true)));
            prop_assert_eq!(at(None, "boys"), Some(of(&|it| it.1 == 0)));
            prop_assert_eq!(at(None, "girls"), Some(of(&|it| it.1 == 1)));
            prop_assert_eq!(at(None, "gender-unknown").unwrap_or(0), of(&|it| it.1 == 2));
            for year in 2011..=2016 {
                let born = of(&|it| it.2.is_some_and(|it| it.year() == year));
                prop_assert_eq!(at(Some("born"), &year.to_string()).unwrap_or(0), born);
            }
            prop_assert_eq!(at(Some("born"), "born-unknown").unwrap_or(0), of(&|it| it.2.is_none()));
            for (head, shift) in [("I", 1), ("II", 2)] {
                prop_assert_eq!(at(Some("shift"), head), Some(of(&|it| it.3 == shift)));
            }
            for (place, language) in LANGUAGES.iter().enumerate().skip(1) {
                let learn = of(&|it| it.4 == place);
                prop_assert_eq!(at(Some("language"), language).unwrap_or(0), learn);
            }
            prop_assert_eq!(at(None, "at-home"), Some(of(&|it| it.7 == Some(true))));
            for (place, (_, head)) in CITIZENSHIPS.iter().enumerate().skip(1) {
                let found = at(Some("citizenship"), head);
                let are = of(&|it| it.6 == place);
                prop_assert_eq!(found.unwrap_or(0), are);
                prop_assert!(found.is_some() || *head == "unknown");
            }
            prop_assert_eq!(at(Some("citizenship"), ""), None);
            for (place, position) in POSITIONS.iter().enumerate() {
                let mut sum = 0;
                for it in &marks {
                    if classes.contains(&it.0) && it.1 == place {
                        sum += it.2;
                    }
                }
                prop_assert_eq!(at(Some("social"), position).unwrap_or(0), sum);
            }
        }
    }

    /// «Социальный паспорт», line by line.
    #[test]
    fn the_social_passport_is_that_of_a_slow_count(
        pupils in prop::collection::vec(any_pupil(), 0..40),
        marks in prop::collection::vec((0..4_usize, 0..2_usize, 1..3_u32), 0..6),
    ) {
        let report = social_passport(&roll_of(&pupils, &marks));
        for (line, classes) in LINES.iter().enumerate() {
            let here = || pupils.iter().filter(|it| classes.contains(&it.0));
            prop_assert_eq!(figure(&report, line, None, "pupils"), Some(count(here().count())));
            for (place, family) in FAMILIES.iter().enumerate() {
                let head = if family.is_empty() { "unknown" } else { family };
                let found = count(here().filter(|it| it.5 == place).count());
                prop_assert_eq!(figure(&report, line, Some("family"), head).unwrap_or(0), found);
            }
            // A class cannot have more marks than pupils and still lack some.
            let mut unknown = 0;
            for class in *classes {
                let pupils = count(pupils.iter().filter(|it| it.0 == *class).count());
                let known: u32 = marks.iter().filter(|it| it.0 == *class).map(|it| it.2).sum();
                unknown += pupils.saturating_sub(known);
            }
            prop_assert_eq!(figure(&report, line, Some("social"), "unknown"), Some(unknown));
        }
    }

    /// «Список именинников»: each month has those who were born in it, by day.
    #[test]
    fn birthdays_stand_in_their_months(pupils in prop::collection::vec(any_pupil(), 0..30)) {
        let roll = roll_of(&pupils, &[]);
        for month in 1..=12 {
            let year = 2027;
            let mut expected = vec![];
            for on in 1..=31 {
                for (id, it) in pupils.iter().enumerate() {
                    let Some(born) = it.2.filter(|it| it.month() == month) else {
                        continue;
                    };
                    let is_leap = (born.month(), born.day()) == (2, 29);
                    let day = if is_leap { 28 } else { born.day() };
                    if day == on {
                        let (grade, letter) = CLASSES[it.0];
                        let turns = year - born.year();
                        expected.push(format!("{day:02}.{month:02}.{year} Ученик{id:03} Иван {grade}{letter} {turns}"));
                    }
                }
            }
            let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
            let report = birthdays(&roll.birthdays(first));
            let told = report.sections[0].lines.iter().map(|line| {
                let texts = line.cells.iter().map(|it| match &it.value {
                    Value::Date(day) => show_date(*day),
                    Value::Text(text) => text.clone(),
                    Value::Count(count) => count.to_string(),
                    other => format!("{other:?}"),
                });
                texts.collect::<Vec<_>>().join(" ")
            });
            prop_assert_eq!(told.collect::<Vec<_>>(), expected);
        }
    }

    /// §1.11: everybody with the own family, and what is not filled stands out.
    #[test]
    fn pages_of_a_class_journal_hold_each_family(
        pupils in prop::collection::vec(any_pupil(), 0..12),
        kin in prop::collection::vec((0..12_usize, 0..4_usize), 0..20),
        lacks in prop::collection::vec((0..12_usize, prop::sample::select(vec!["gender", "lives_at", "parents"])), 0..9),
    ) {
        let page = |(id, it): (usize, &Drawn)| {
            let mut own: Vec<&'static str> = lacks.iter().filter(|it| it.0 == id).map(|it| it.1).collect();
            own.sort_unstable();
            own.dedup();
            PupilPage {
                facts: facts(id, it),
                papers: movement::SchoolPapers::default(),
                parents: kin
                    .iter()
                    .enumerate()
                    .filter(|it| it.1.0 == id)
                    .map(|(at, it)| ParentFacts {
                        pupil: i64::try_from(id).unwrap().into(),
                        parent: i64::try_from(100 + at).unwrap().into(),
                        kind: KinshipKind::ALL[it.1],
                        name: format!("Родитель {at}"),
                        workplace: String::new(),
                        phone: String::new(),
                    })
                    .collect(),
                lacks: own,
            }
        };
        let pages: Vec<PupilPage> = pupils.iter().enumerate().map(page).collect();
        let report = class_pupils(&pages);
        prop_assert_eq!(report.sections[0].lines.len(), pupils.len());
        for (id, line) in report.sections[0].lines.iter().enumerate() {
            let family = |kinds: &[usize]| {
                let own = kin.iter().enumerate().filter(|it| it.1.0 == id && kinds.contains(&it.1.1));
                own.map(|it| format!("Родитель {}", it.0)).collect::<Vec<_>>().join("; ")
            };
            let is_lacking = |code: &str| lacks.contains(&(id, match code {
                "gender" => "gender",
                "lives_at" => "lives_at",
                _ => "parents",
            }));
            let text = |at: usize| match &line.cells[at].value {
                Value::Text(text) => text.clone(),
                Value::Missing => "!".to_owned(),
                other => format!("{other:?}"),
            };
            prop_assert_eq!(&line.cells[0].value, &Value::Count(count(id + 1)));
            prop_assert_eq!(text(2), format!("Ученик{id:03} Иван"));
            prop_assert_eq!(text(4) == "!", is_lacking("gender"));
            prop_assert_eq!(text(6) == "!", is_lacking("lives_at"));
            let mother = if is_lacking("parents") { "!".to_owned() } else { family(&[0]) };
            prop_assert_eq!(text(7), mother);
            prop_assert_eq!(text(8), family(&[1]));
            prop_assert_eq!(text(9), family(&[2, 3]));
        }
        let named = pages.iter().filter(|it| !it.lacks.is_empty()).count();
        prop_assert_eq!(report.notes.len(), named);
    }
}
