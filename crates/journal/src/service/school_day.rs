//! Who is in school on a day (JRN-4): a line for each class.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Days, NaiveDate};
use curriculum::Class;
use kernel::{Actor, ClassId, LessonId, PersonId, Right};
use schedule::Lesson;

use super::{Journal, Moment, control::last_school_day};
use crate::{
    Attendance, Error,
    absence::Tally,
    store::{self, StoredAttendance},
};

/// A school day is looked for so far back: over all holidays but those of summer.
const LOOK_BACK_DAYS: u64 = 21;

/// The day of the school.
#[derive(Clone, Debug)]
pub struct SchoolDay {
    pub day: NaiveDate,
    /// Whether the lessons of the day go on now.
    pub now: bool,
    pub classes: Vec<ClassDay>,
    /// On a day without lessons: the last day that had some.
    pub last: Option<NaiveDate>,
    /// School days around it, as far as the year goes.
    pub before: NaiveDate,
    pub after: NaiveDate,
}

/// One class on the day.
#[derive(Clone, Debug)]
pub struct ClassDay {
    pub class: Class,
    pub pupils: usize,
    /// Absent from the lesson that goes on, or that was last; `None` where
    /// nobody looked.
    pub absent_now: Option<usize>,
    /// Absent from every lesson that was rolled, by reason.
    pub whole_day: usize,
    /// Absent from at least one lesson.
    pub absent: usize,
    /// People by the reason of their absence; the late are those of any lesson.
    pub reasons: Tally,
    /// Lessons that began and were not rolled, of those that began.
    pub not_rolled: usize,
    pub begun: usize,
    /// The lesson to go to: the one that goes on or was last.
    pub lesson: Option<LessonId>,
}

impl Journal {
    /// Attendance of the whole school on a day.
    #[tracing::instrument(name = "journal.school_day", skip_all)]
    pub async fn school_day(
        &self,
        actor: &Actor,
        day: NaiveDate,
        moment: Moment,
    ) -> Result<SchoolDay, Error> {
        actor.may_in_org(Right::JournalView)?;
        let day = day.min(moment.today());
        let mut tx = self.db.begin(actor).await?;
        let mut lessons = self.lessons.of_school(&mut tx, day, day).await?;
        lessons.retain(|it| !it.cancelled);
        let last = if lessons.is_empty() {
            let from = day - Days::new(LOOK_BACK_DAYS);
            last_school_day(&self.lessons.of_school(&mut tx, from, day).await?)
        } else {
            None
        };
        let members = self.register.enrolled(&mut tx, day).await?;
        let ids: BTreeSet<ClassId> = members.iter().map(|it| it.class).collect();
        let ids: Vec<ClassId> = ids.into_iter().collect();
        let classes = self.curriculum.classes_by_id(&mut tx, &ids).await?;
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let stored = store::attendance(&mut tx, &ids).await?;
        tx.commit().await?;

        let mut pupils: HashMap<ClassId, usize> = HashMap::new();
        for it in &members {
            *pupils.entry(it.class).or_default() += 1;
        }
        let local = moment.now.with_timezone(&moment.zone).naive_local();
        let noted = by_lesson(&stored);
        let mut of_class: HashMap<ClassId, Vec<&Lesson>> = HashMap::new();
        for it in &lessons {
            if day.and_time(it.starts_at) <= local {
                of_class.entry(it.class).or_default().push(it);
            }
        }
        let now = lessons
            .iter()
            .any(|it| day.and_time(it.starts_at) <= local && local < day.and_time(it.ends_at));
        Ok(SchoolDay {
            day,
            now,
            last,
            classes: classes
                .into_iter()
                .map(|class| {
                    let begun = of_class.remove(&class.id).unwrap_or_default();
                    let pupils = pupils.get(&class.id).copied().unwrap_or_default();
                    class_day(class, pupils, &begun, &stored.rolled, &noted)
                })
                .collect(),
            before: weekday(day, -1),
            after: weekday(day, 1),
        })
    }
}

type Noted = HashMap<LessonId, Vec<(PersonId, Attendance)>>;

fn by_lesson(stored: &StoredAttendance) -> Noted {
    let mut noted = Noted::new();
    for (lesson, pupil, it) in &stored.noted {
        noted.entry(*lesson).or_default().push((*pupil, *it));
    }
    noted
}

/// The next day in that direction that is no Sunday.
fn weekday(day: NaiveDate, step: i64) -> NaiveDate {
    use chrono::{Datelike, TimeDelta, Weekday};
    let next = day + TimeDelta::days(step);
    if next.weekday() == Weekday::Sun {
        next + TimeDelta::days(step)
    } else {
        next
    }
}

fn class_day(
    class: Class,
    pupils: usize,
    begun: &[&Lesson],
    rolled: &HashSet<LessonId>,
    noted: &Noted,
) -> ClassDay {
    let of = |it: &Lesson| noted.get(&it.id).map_or(&[][..], Vec::as_slice);
    // Subgroups have lessons at the same hour: what counts is the hour.
    let hours: BTreeSet<i16> = begun
        .iter()
        .filter(|it| rolled.contains(&it.id))
        .map(|it| it.number)
        .collect();
    let mut missed: BTreeMap<PersonId, BTreeSet<i16>> = BTreeMap::new();
    let mut reason: BTreeMap<PersonId, Attendance> = BTreeMap::new();
    let mut late: BTreeSet<PersonId> = BTreeSet::new();
    for lesson in begun {
        for (pupil, it) in of(lesson) {
            if it.missed() {
                missed.entry(*pupil).or_default().insert(lesson.number);
                reason.insert(*pupil, *it);
            } else if *it == Attendance::Late {
                late.insert(*pupil);
            }
        }
    }
    let mut reasons = Tally::default();
    for it in reason.into_values() {
        reasons.add(it);
    }
    reasons.late = u32::try_from(late.len()).unwrap_or(u32::MAX);
    let last_hour = begun.iter().map(|it| it.number).max();
    let last: Vec<&&Lesson> = begun
        .iter()
        .filter(|it| Some(it.number) == last_hour)
        .collect();
    let known = last.iter().any(|it| rolled.contains(&it.id));
    let away = last
        .iter()
        .flat_map(|it| of(it))
        .filter(|it| it.1.missed())
        .count();
    ClassDay {
        class,
        pupils,
        absent_now: known.then_some(away),
        whole_day: missed
            .values()
            .filter(|it| !hours.is_empty() && it.len() >= hours.len())
            .count(),
        absent: missed.len(),
        reasons,
        not_rolled: begun.iter().filter(|it| !rolled.contains(&it.id)).count(),
        begun: begun.len(),
        lesson: last.first().map(|it| it.id),
    }
}
