//! From a weekly timetable to lessons of a year, and what that changes (SCH-2, BEY-1).

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate, NaiveTime};
use curriculum::Holiday;
use kernel::{ClassId, GroupId, LessonId, PersonId, RoomId, SubjectId};

use crate::{
    Error,
    bell::{Bells, days},
    slot::{Part, Slot},
};

/// A lesson that should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub held_on: NaiveDate,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub part: Part,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub room: Option<RoomId>,
}

/// A lesson that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    pub id: LessonId,
    pub lesson: Wanted,
    pub state: Standing,
    /// Whether it has marks, absences, a topic or homework.
    pub filled: bool,
}

/// Whether a lesson takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Planned,
    /// An earlier version of the timetable left it out; may be taken up again.
    Dropped,
    /// Somebody cancelled it and said why; it stays so.
    Cancelled,
}

/// On which days which classes are taught.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub days_a_week: i16,
    pub holidays: Vec<Holiday>,
    /// The parallel of every class.
    pub grades: HashMap<ClassId, i16>,
}

impl Calendar {
    /// Whether the class is taught on the day.
    pub fn is_taught(&self, class: ClassId, day: NaiveDate) -> bool {
        let Some(grade) = self.grades.get(&class) else {
            return false;
        };
        let is_weekend =
            i64::from(self.days_a_week) < i64::from(day.weekday().number_from_monday());
        let is_off =
            |it: &Holiday| it.grades.contains(grade) && it.starts_on <= day && day <= it.ends_on;
        !is_weekend && !self.holidays.iter().any(is_off)
    }
}

/// Every lesson of the range that the weekly hours ask for. Refuses an hour
/// that the bells do not know.
pub fn wanted(
    slots: &[Slot],
    bells: &Bells,
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Wanted>, Error> {
    let mut by_weekday: [Vec<(&Slot, &crate::Bell)>; 8] = Default::default();
    for slot in slots {
        let hour = slot.hour;
        let unknown = Error::NoBell {
            shift: hour.shift,
            number: hour.number,
        };
        let bell = bells.get(hour.shift, hour.number).ok_or(unknown)?;
        let day = usize::try_from(hour.weekday).unwrap_or_default().min(7);
        by_weekday[day].push((slot, bell));
    }
    let of_day = |day: NaiveDate| {
        let hours = &by_weekday[day.weekday().number_from_monday() as usize];
        hours
            .iter()
            .filter(move |it| calendar.is_taught(it.0.class, day))
            .map(move |(slot, bell)| Wanted {
                held_on: day,
                number: slot.hour.number,
                starts_at: bell.starts_at,
                ends_at: bell.ends_at,
                class: slot.class,
                group: slot.group,
                part: slot.part,
                subject: slot.subject,
                teacher: slot.teacher,
                room: slot.room,
            })
    };
    Ok(days(from, to).flat_map(of_day).collect())
}

/// What publishing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub create: Vec<Wanted>,
    /// Lessons that stay the same rows and change hour, teacher or room.
    pub change: Vec<(LessonId, Wanted)>,
    /// Lessons without any entry that the new timetable has no place for.
    pub cancel: Vec<LessonId>,
    /// Lessons with entries that the new timetable has no place for: they
    /// stay as they are.
    pub held: Vec<LessonId>,
    /// Lessons that cannot be, because one of `held` has their place.
    pub blocked: Vec<Wanted>,
    /// How many lessons stay as they are.
    pub kept: usize,
}

impl Changes {
    /// Compares what is with what should be. Nothing that was filled vanishes
    /// (BEY-1): such a lesson is found its place or keeps the one it has.
    pub fn of(wanted: &[Wanted], existing: &[Existing]) -> Self {
        let mut held: HashSet<LessonId> = HashSet::new();
        loop {
            let (possible, blocked): (Vec<&Wanted>, Vec<&Wanted>) =
                without_held(wanted, existing, &held);
            let matched = Matching::of(&possible, existing, &held);
            let homeless: Vec<LessonId> = matched.homeless(existing);
            if homeless.iter().all(|it| held.contains(it)) {
                let mut changes = matched.changes(&possible, existing);
                changes.blocked = blocked.into_iter().cloned().collect();
                changes.held = held_in_order(existing, &held);
                return changes;
            }
            held.extend(homeless);
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.create.is_empty() && self.change.is_empty() && self.cancel.is_empty()
    }
}

fn held_in_order(existing: &[Existing], held: &HashSet<LessonId>) -> Vec<LessonId> {
    existing
        .iter()
        .map(|it| it.id)
        .filter(|it| held.contains(it))
        .collect()
}

/// The lessons that leave the held ones in peace, and the others.
fn without_held<'a>(
    wanted: &'a [Wanted],
    existing: &[Existing],
    held: &HashSet<LessonId>,
) -> (Vec<&'a Wanted>, Vec<&'a Wanted>) {
    let mut by_day: HashMap<NaiveDate, Vec<&Wanted>> = HashMap::new();
    for it in existing.iter().filter(|it| held.contains(&it.id)) {
        by_day
            .entry(it.lesson.held_on)
            .or_default()
            .push(&it.lesson);
    }
    let is_free = |it: &&Wanted| {
        let there = by_day.get(&it.held_on);
        !there.is_some_and(|all| all.iter().any(|held| it.clashes(held)))
    };
    wanted.iter().partition(is_free)
}

impl Wanted {
    /// Whether both cannot be: a class, teacher or room in two lessons at once.
    pub fn clashes(&self, other: &Self) -> bool {
        let same_moment = self.held_on == other.held_on
            && self.starts_at < other.ends_at
            && other.starts_at < self.ends_at;
        same_moment
            && ((self.class == other.class && self.part.meets(other.part))
                || self.teacher == other.teacher
                || (self.room.is_some() && self.room == other.room))
    }

    fn course(&self) -> Course {
        (self.class, self.group, self.subject)
    }
}

/// What a lesson is a lesson of.
type Course = (ClassId, Option<GroupId>, SubjectId);

/// What a lesson that is and one that should be have in common, from near to far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearness {
    Hour,
    Day,
    Week,
}

impl Nearness {
    fn key(self, it: &Wanted) -> (Course, NaiveDate, i16) {
        match self {
            Self::Hour => (it.course(), it.held_on, it.number),
            Self::Day => (it.course(), it.held_on, -1),
            Self::Week => (it.course(), kernel::dates::week_start(it.held_on), -1),
        }
    }

    /// A lesson with entries never leaves its day.
    fn suits(self, it: &Existing) -> bool {
        self != Self::Week || !it.filled
    }
}

/// Lessons that take place come first, then those somebody cancelled, so that
/// a dropped one is taken up only where nothing else is there.
const ORDER: [(Standing, Nearness); 7] = [
    (Standing::Planned, Nearness::Hour),
    (Standing::Planned, Nearness::Day),
    (Standing::Cancelled, Nearness::Hour),
    (Standing::Cancelled, Nearness::Day),
    (Standing::Planned, Nearness::Week),
    (Standing::Dropped, Nearness::Hour),
    (Standing::Dropped, Nearness::Day),
];

/// Which existing lesson becomes which wanted one, by position.
struct Matching {
    of_wanted: Vec<Option<usize>>,
    of_existing: Vec<Option<usize>>,
}

impl Matching {
    fn of(wanted: &[&Wanted], existing: &[Existing], held: &HashSet<LessonId>) -> Self {
        let mut it = Self {
            of_wanted: vec![None; wanted.len()],
            of_existing: vec![None; existing.len()],
        };
        for (state, nearness) in ORDER {
            let fits =
                |it: &Existing| it.state == state && nearness.suits(it) && !held.contains(&it.id);
            it.pair(wanted, existing, nearness, fits);
        }
        it
    }

    /// Pairs what is free yet, the earlier with the earlier.
    fn pair(
        &mut self,
        wanted: &[&Wanted],
        existing: &[Existing],
        nearness: Nearness,
        fits: impl Fn(&Existing) -> bool,
    ) {
        let mut free: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, it) in existing.iter().enumerate().rev() {
            if self.of_existing[index].is_none() && fits(it) {
                free.entry(nearness.key(&it.lesson))
                    .or_default()
                    .push(index);
            }
        }
        for (index, it) in wanted.iter().enumerate() {
            if self.of_wanted[index].is_some() {
                continue;
            }
            if let Some(found) = free.get_mut(&nearness.key(it)).and_then(Vec::pop) {
                self.of_wanted[index] = Some(found);
                self.of_existing[found] = Some(index);
            }
        }
    }

    /// Filled lessons that take place and found no place.
    fn homeless(&self, existing: &[Existing]) -> Vec<LessonId> {
        let is_homeless = |it: &(&Existing, &Option<usize>)| {
            it.0.filled && it.0.state == Standing::Planned && it.1.is_none()
        };
        existing
            .iter()
            .zip(&self.of_existing)
            .filter(is_homeless)
            .map(|it| it.0.id)
            .collect()
    }

    fn changes(&self, wanted: &[&Wanted], existing: &[Existing]) -> Changes {
        let mut changes = Changes::default();
        for (it, found) in wanted.iter().zip(&self.of_wanted) {
            match found.map(|index| &existing[index]) {
                None => changes.create.push((*it).clone()),
                // Who cancelled it by hand decided against the timetable.
                Some(old) if old.state == Standing::Cancelled => changes.kept += 1,
                Some(old) if old.state == Standing::Planned && old.lesson == **it => {
                    changes.kept += 1;
                }
                Some(old) => changes.change.push((old.id, (*it).clone())),
            }
        }
        for (it, found) in existing.iter().zip(&self.of_existing) {
            if found.is_none() && it.state == Standing::Planned && !it.filled {
                changes.cancel.push(it.id);
            }
        }
        changes
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
