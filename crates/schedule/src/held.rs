use chrono::NaiveDate;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId};

/// Lessons that are over, and what the timetable has in a week.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By day and number; cancelled ones are not among them.
    pub lessons: Vec<HeldLesson>,
    /// The version in force, or in summer the next one to come.
    pub week: Vec<WeekHours>,
}

/// A lesson that took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldLesson {
    pub id: LessonId,
    pub on: NaiveDate,
    pub number: i16,
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub teacher: PersonId,
}

/// So many hours a week of a subject stand in the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekHours {
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub hours: u32,
}
