//! §1.10 «Итоговые данные по учащимся»: how many pupils there are, by gender,
//! year of birth, shift, form of study, citizenship, language and social position.

use std::collections::BTreeSet;

use chrono::Datelike;
use movement::StudyForm;
use people::{Citizenship, Gender, PupilFacts, RestrictedField};

use super::{
    columns_of,
    tally::{self, Row},
};
use crate::{ClassRoll, Column, Note, Report, Roll, Section};

/// A column, and whom it counts.
type Counted<'a> = (Column, Box<dyn Fn(&PupilFacts) -> bool + 'a>);

/// What a social position says besides: a column, and the part of a word that
/// stands in it.
const SPECIAL: [(&str, &str); 2] = [("special-needs", "овз"), ("disabled", "инвалид")];

pub(crate) fn pupil_figures(roll: &Roll) -> Report {
    let counted = columns(roll);
    let all = || roll.classes.iter().flat_map(|it| &it.marks);
    let social = all().filter(|it| it.0 == RestrictedField::SocialStatus);
    let (social, others) = columns_of(social.flat_map(|it| repeated(&it.1, it.2)));
    let mut columns = vec![Column::text("class"), Column::number("classes")];
    columns.extend(counted.iter().map(|it| it.0.clone()));
    columns.extend(social.iter().map(|it| Column::named(it).under("social")));
    if others {
        columns.push(Column::number("others").under("social"));
    }
    let special: Vec<_> = SPECIAL
        .into_iter()
        .filter(|it| {
            roll.classes
                .iter()
                .any(|class| in_position(class, it.1) > 0)
        })
        .collect();
    let of_position = special.iter();
    columns.extend(of_position.map(|it| Column::number(it.0).under("by-position")));
    let row = |class: &ClassRoll| {
        let count = |is: &dyn Fn(&PupilFacts) -> bool| {
            tally::count(class.pupils.iter().filter(|it| is(it)).count())
        };
        let mut counts = vec![1];
        counts.extend(counted.iter().map(|it| count(&it.1)));
        counts.extend(tally::marks(
            class,
            RestrictedField::SocialStatus,
            &social,
            others,
        ));
        counts.extend(special.iter().map(|it| in_position(class, it.1)));
        Row {
            class: class.class.clone(),
            teacher: String::new(),
            counts,
        }
    };
    let rows: Vec<Row> = roll.classes.iter().map(row).collect();
    Report {
        notes: notes(roll),
        columns,
        sections: vec![Section {
            title: None,
            lines: tally::lines(&rows, false, "/reports/class-list"),
        }],
        ..Report::default()
    }
}

fn repeated(value: &str, count: u32) -> impl Iterator<Item = &str> {
    (0..count).map(move |_| value)
}

/// In how many cards of the class the social position says so.
fn in_position(class: &ClassRoll, part: &str) -> u32 {
    let social = class.marks.iter();
    let social = social.filter(|it| it.0 == RestrictedField::SocialStatus);
    let found = social.filter(|it| it.1.to_lowercase().contains(part));
    found.map(|it| it.2).sum()
}

/// The forms of study that orders name, and pupils of whom they name none.
fn forms(roll: &Roll) -> Vec<Counted<'_>> {
    let form = |it: &PupilFacts| roll.forms.get(&it.card.id).copied();
    let all = || roll.classes.iter().flat_map(|it| &it.pupils).map(form);
    let mut columns: Vec<Counted<'_>> = vec![];
    for of in StudyForm::ALL {
        if all().any(|it| it == Some(*of)) {
            let column = Column::number(of.code()).under("study");
            columns.push((column, Box::new(move |it| form(it) == Some(*of))));
        }
    }
    if !columns.is_empty() && all().any(|it| it.is_none()) {
        let column = Column::number("unknown").under("study");
        columns.push((column, Box::new(move |it| form(it).is_none())));
    }
    columns
}

/// Who is not a citizen of Russia, and of whom nobody asked.
fn citizenships(roll: &Roll) -> Vec<Counted<'_>> {
    let mut columns: Vec<Counted<'_>> = vec![];
    for (name, of) in [
        ("foreign", Citizenship::Foreign),
        ("stateless", Citizenship::Stateless),
    ] {
        let column = Column::number(name).under("citizenship");
        columns.push((column, Box::new(move |it| it.citizenship == Some(of))));
    }
    if of_unknown_citizenship(roll) > 0 {
        let column = Column::number("unknown").under("citizenship");
        columns.push((column, Box::new(|it| it.citizenship.is_none())));
    }
    columns
}

fn of_unknown_citizenship(roll: &Roll) -> usize {
    let all = roll.classes.iter().flat_map(|it| &it.pupils);
    all.filter(|it| it.citizenship.is_none()).count()
}

fn columns(roll: &Roll) -> Vec<Counted<'_>> {
    let all = || roll.classes.iter().flat_map(|it| &it.pupils);
    let mut columns: Vec<Counted<'_>> = vec![
        (Column::number("pupils"), Box::new(|_| true)),
        (
            Column::number("boys"),
            Box::new(|it| it.gender == Some(Gender::Male)),
        ),
        (
            Column::number("girls"),
            Box::new(|it| it.gender == Some(Gender::Female)),
        ),
    ];
    if all().any(|it| it.gender.is_none()) {
        columns.push((
            Column::number("gender-unknown"),
            Box::new(|it| it.gender.is_none()),
        ));
    }
    let years: BTreeSet<i32> = all()
        .filter_map(|it| Some(it.card.born_on?.year()))
        .collect();
    for year in years {
        columns.push((
            Column::named(&year.to_string()).under("born"),
            Box::new(move |it| it.card.born_on.is_some_and(|it| it.year() == year)),
        ));
    }
    if all().any(|it| it.card.born_on.is_none()) {
        columns.push((
            Column::number("born-unknown").under("born"),
            Box::new(|it| it.card.born_on.is_none()),
        ));
    }
    for (shift, name) in [(1, "I"), (2, "II")] {
        columns.push((
            Column::named(name).under("shift"),
            Box::new(move |it| it.shift == shift),
        ));
    }
    columns.extend(forms(roll));
    columns.push((
        Column::number("at-home"),
        Box::new(|it| it.taught_at_home == Some(true)),
    ));
    columns.extend(citizenships(roll));
    let (languages, others) = columns_of(all().map(|it| it.foreign_language.as_str()));
    let known = languages.clone();
    for language in languages {
        columns.push((
            Column::named(&language).under("language"),
            Box::new(move |it| it.foreign_language == language),
        ));
    }
    if others {
        columns.push((
            Column::number("others").under("language"),
            Box::new(move |it| {
                !it.foreign_language.is_empty() && !known.contains(&it.foreign_language)
            }),
        ));
    }
    columns
}

fn notes(roll: &Roll) -> Vec<Note> {
    let mut notes = Vec::new();
    for (word, is_unknown) in [
        (
            "no-gender",
            (|it| it.gender.is_none()) as fn(&PupilFacts) -> bool,
        ),
        ("no-birth", |it| it.card.born_on.is_none()),
    ] {
        for class in &roll.classes {
            let unknown = class.pupils.iter().filter(|it| is_unknown(it));
            let names: Vec<String> = unknown.map(|it| it.card.listed()).collect();
            if !names.is_empty() {
                notes.push(Note {
                    word,
                    args: vec![("class", class.class.name()), ("names", names.join(", "))],
                    path: Some("/people/completeness".to_owned()),
                });
            }
        }
    }
    // Where nobody was asked yet, names would fill pages: the list tells them.
    let unknown = of_unknown_citizenship(roll);
    if unknown > 0 {
        notes.push(Note {
            word: "no-citizenship",
            args: vec![("count", unknown.to_string())],
            path: Some("/people/pupils?cols=name,class,citizenship&sort=citizenship".to_owned()),
        });
    }
    notes.push(Note {
        word: "not-kept",
        args: vec![],
        path: None,
    });
    notes
}
