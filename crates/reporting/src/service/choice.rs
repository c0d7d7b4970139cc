//! What reports of marks are asked for beside class, period and teacher, and
//! what may be chosen there.

use chrono::NaiveDate;
use curriculum::{Class, Subject};
use journal::{Slot, Step};
use kernel::{PersonId, SubjectId};
use people::Card;

use super::{Asked, Made};
use crate::{Error, Field, Kind, Label};

/// What is wanted beside class, period and teacher.
#[derive(Clone, Debug, Default)]
pub struct MarksWish {
    pub pupil: Option<PersonId>,
    pub subject: Option<SubjectId>,
    /// Periods of «Сводная ведомость»; none for those that have marks.
    pub slots: Vec<Slot>,
    /// Instead of a period: the Monday of a week (§1.18).
    pub week: Option<NaiveDate>,
    pub works: WorkChoice,
    pub by_week: bool,
    pub without_averages: bool,
}

impl MarksWish {
    /// In which steps a report goes on.
    pub(crate) const fn step(&self, kind: Kind) -> Step {
        match (kind.has_steps(), self.by_week) {
            (true, true) => Step::Week,
            (true, false) => Step::Month,
            (false, _) => Step::Whole,
        }
    }
}

/// «Тип оценок» (§1.0.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkChoice {
    #[default]
    All,
    /// Срезовые, контрольные.
    Control,
    /// All others.
    Current,
}

impl WorkChoice {
    pub const ALL: [Self; 3] = [Self::All, Self::Control, Self::Current];

    /// In addresses and keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Control => "control",
            Self::Current => "current",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What may be chosen, and what is.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Of the class; only for those who may choose.
    pub pupils: Vec<Card>,
    pub pupil: Option<Card>,
    pub subjects: Vec<Subject>,
    pub subject: Option<Subject>,
    /// Periods of «Сводная ведомость», and those of them that are shown.
    pub slots: Vec<Slot>,
    pub shown: Vec<Slot>,
    /// Mondays of the weeks that may be chosen beside the periods, newest first.
    pub weeks: Vec<NaiveDate>,
    pub week: Option<NaiveDate>,
    /// The days looked at.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Whose sheets the sections are.
    pub sheets: Vec<PersonId>,
}

/// Reports of the own child.
#[derive(Clone, Debug)]
pub struct Own {
    /// Whose reports the actor may have.
    pub children: Vec<Card>,
    pub child: Option<Card>,
    /// The class of the child; none before the first one.
    pub class: Option<curriculum::Class>,
    /// The report, where one was asked for.
    pub made: Option<Made>,
}

/// One parallel may be chosen; only its classes are left then.
pub(super) fn choose_grade(
    asked: &Asked,
    classes: &mut Vec<Class>,
    made: &mut Made,
) -> Result<(), Error> {
    let mut grades: Vec<i16> = classes.iter().map(|it| it.grade).collect();
    // The first grade has no marks.
    grades.retain(|it| *it > 1);
    grades.sort_unstable();
    grades.dedup();
    let every = (String::new(), Label::Word("every-grade"));
    let choices = grades
        .iter()
        .map(|it| (it.to_string(), Label::Text(it.to_string())));
    let chosen = asked.more.grade.map(|it| it.to_string());
    made.fields.push(Field::choice(
        "grade",
        &chosen.unwrap_or_default(),
        std::iter::once(every).chain(choices).collect(),
    ));
    if let Some(grade) = asked.more.grade {
        if !grades.contains(&grade) {
            return Err(Error::NotFound);
        }
        classes.retain(|it| it.grade == grade);
    }
    Ok(())
}

/// Whether places in the class stand in the report.
pub(super) fn places_field(asked: &Asked) -> Field {
    choice_of(
        "places",
        asked.more.places.then_some("with"),
        "without",
        "with",
    )
}

/// One period, or all that have begun one below the other.
pub(super) fn periods_field(asked: &Asked) -> Field {
    choice_of(
        "periods",
        asked.more.side.then_some("every"),
        "one-period",
        "every",
    )
}

/// Something that is left out, or is there.
fn choice_of(
    name: &'static str,
    chosen: Option<&str>,
    without: &'static str,
    with: &'static str,
) -> Field {
    let choices = vec![
        (String::new(), Label::Word(without)),
        (with.to_owned(), Label::Word(with)),
    ];
    Field::choice(name, chosen.unwrap_or_default(), choices)
}
