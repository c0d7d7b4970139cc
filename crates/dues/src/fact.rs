use chrono::NaiveDate;
use kernel::{ClassId, GroupId, PersonId, Role, SubjectId};

/// One thing that is owed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Which kind: one of the source's [`duties`](crate::DeadlineSource::duties).
    pub duty: &'static str,
    /// Names the thing within its duty and organisation, for ever: `lesson/4711`.
    /// What comes again every year has the year in it: `2026/load/55`.
    pub key: String,
    /// The day the rule counts from: of the lesson, of the order, the last day
    /// of the period. The first day of the academic year where the rule itself
    /// names a date («до 15 сентября»).
    pub on: NaiveDate,
    pub owner: Owner,
    pub about: About,
    /// The page where it is done, inside the organisation: `/lessons/4711`.
    pub place: String,
    /// How much of the thing is done, of how much: (24, 28) marks of a class.
    pub parts: Option<(u32, u32)>,
}

/// Who has to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    Person(PersonId),
    /// Whoever leads the class on the day of asking.
    ClassTeacher(ClassId),
    /// Everybody who has the role in the organisation.
    Role(Role),
}

/// What a fact is about: names are looked up when it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub class: Option<ClassId>,
    pub group: Option<GroupId>,
    pub subject: Option<SubjectId>,
    /// The pupil, parent or member of the staff whose card, account or mark it is.
    pub person: Option<PersonId>,
    /// The number of the lesson on its day.
    pub lesson: Option<i16>,
    /// Data that is shown as it is: number of an order, name of the holidays,
    /// codes of missing fields. No sentences.
    pub text: String,
}

/// How many things there were to do, done or not: what «n из m» and the
/// share done in time are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    pub duty: &'static str,
    /// Any day of the calendar month to which [`Fact::on`] of these belongs.
    pub month: NaiveDate,
    pub owner: Owner,
    pub class: Option<ClassId>,
    pub things: u32,
}
