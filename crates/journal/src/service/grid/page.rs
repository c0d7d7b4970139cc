use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Frame, Scale};
use kernel::{Actor, GroupId, LessonId, PersonId, decimal::weighted_average};
use movement::Member;
use org::Options;
use people::Card;
use rust_decimal::Decimal;
use schedule::Lesson;

use super::{Column, GridCell, GridRow, Locked, Sheet, WorkHead, earned::median};
use crate::{
    Attendance, Averaging, Closed, EXEMPT, Earned,
    finals::{FAILED, PASSED},
    locks::Locks,
    operation::WorkId,
    service::{access, operations},
    store::{Beside, Entry, StoredSheet},
};

/// What rows and columns are made of.
pub(super) struct Page<'a> {
    pub(super) actor: &'a Actor,
    pub(super) frame: &'a Frame,
    pub(super) stored: &'a StoredSheet,
    pub(super) beside: &'a Beside,
    pub(super) today: NaiveDate,
    pub(super) locks: &'a Locks,
    pub(super) options: &'a Options,
    pub(super) scale: Scale,
    /// Whose marks of the school before the actor may look at.
    pub(super) former: HashSet<PersonId>,
}

/// The stays in the class and the groups of everybody.
struct Belonging<'a> {
    stays: HashMap<PersonId, Vec<&'a Member>>,
    groups: HashSet<(GroupId, PersonId)>,
}

impl Belonging<'_> {
    fn stays(&self, pupil: PersonId) -> &[&Member] {
        self.stays.get(&pupil).map_or(&[], Vec::as_slice)
    }

    fn is_in(&self, group: Option<GroupId>, pupil: PersonId) -> bool {
        group.is_none_or(|it| self.groups.contains(&(it, pupil)))
    }

    /// Whether the lesson was given to the pupil.
    fn had(&self, lesson: &Lesson, pupil: PersonId) -> bool {
        self.stays(pupil).iter().any(|it| it.on(lesson.held_on)) && self.is_in(lesson.group, pupil)
    }
}

impl Page<'_> {
    pub(super) fn columns(&self, lessons: &[Lesson]) -> Vec<Column> {
        lessons
            .iter()
            .map(|it| {
                let Entry {
                    topic,
                    homework,
                    no_homework,
                    ..
                } = self.stored.entry(it.id);
                Column {
                    lesson: it.id,
                    held_on: it.held_on,
                    number: it.number,
                    topic,
                    homework,
                    no_homework,
                    files: self.beside.files.contains(&it.id),
                    remark: self.beside.remarks.contains(&it.id),
                    cancelled: it.cancelled,
                    works: self.works(it),
                }
            })
            .collect()
    }

    fn works(&self, lesson: &Lesson) -> Vec<WorkHead> {
        let kinds = &self.frame.work_kinds;
        let heads: Vec<WorkHead> = self
            .stored
            .works(lesson.id)
            .iter()
            .map(|work| {
                let kind = kinds.iter().find(|it| it.id == work.kind);
                WorkHead {
                    work: Some(work.id),
                    name: kind.map_or_else(String::new, |it| it.name.clone()),
                    abbr: kind.map_or_else(String::new, |it| it.abbr.clone()),
                    weight: work.weight,
                    topic: work.topic.clone(),
                    version: work.version,
                    answer: kind.is_some_and(operations::is_answer),
                    owed: self.owed(work.due_on),
                }
            })
            .collect();
        if !heads.is_empty() {
            return heads;
        }
        let kind = operations::default_kind(kinds);
        vec![WorkHead {
            work: None,
            name: kind.map_or_else(String::new, |it| it.name.clone()),
            abbr: String::new(),
            weight: kind.map_or(Decimal::ONE, |it| it.weight),
            topic: String::new(),
            version: 0,
            answer: true,
            owed: self.owed(None),
        }]
    }

    /// Whether «•» counts as «2» in a work that is due on that day.
    fn owed(&self, due_on: Option<NaiveDate>) -> bool {
        Averaging::of(self.options).owed(self.scale, due_on, self.today)
    }

    pub(super) fn rows(
        &self,
        sheet: &Sheet<'_>,
        members: &[Member],
        cards: Vec<Card>,
    ) -> Vec<GridRow> {
        let mut stays: HashMap<PersonId, Vec<&Member>> = HashMap::new();
        for it in members {
            stays.entry(it.pupil).or_default().push(it);
        }
        let groups = self.frame.group_members.iter();
        let belonging = Belonging {
            stays,
            groups: groups.map(|it| (it.group, it.pupil)).collect(),
        };
        let locks: Vec<Option<Locked>> = sheet.lessons[sheet.shown.clone()]
            .iter()
            .map(|it| self.lock(it))
            .collect();
        cards
            .into_iter()
            .filter(|it| belonging.is_in(sheet.group, it.id))
            .map(|card| self.row(&card, sheet, &belonging, &locks))
            .collect()
    }

    fn row(
        &self,
        card: &Card,
        sheet: &Sheet<'_>,
        belonging: &Belonging<'_>,
        locks: &[Option<Locked>],
    ) -> GridRow {
        let shown = &sheet.columns[sheet.shown.clone()];
        let lessons = &sheet.lessons[sheet.shown.clone()];
        let mut cells = Vec::with_capacity(shown.len());
        for ((lesson, column), lock) in lessons.iter().zip(shown).zip(locks) {
            let locked = if belonging.had(lesson, card.id) {
                *lock
            } else {
                Some(Locked::NotEnrolled)
            };
            for head in &column.works {
                let locked = self.still(locked, lesson.id, head.work, card.id);
                cells.push(self.cell(lesson.id, head.work, card.id, locked));
            }
        }
        let (before, rest) = sheet.columns.split_at(sheet.shown.start);
        let hidden = before.iter().chain(&rest[sheet.shown.len()..]);
        let average = self.average(sheet.columns.iter(), card.id);
        let missed = |lessons: &[Lesson]| self.missed(lessons, card.id);
        let earned = sheet.ranks.earned(
            sheet.lessons,
            |lesson| belonging.had(lesson, card.id),
            |lesson| belonging.is_in(lesson.group, card.id),
        );
        let all = missed(sheet.lessons);
        let earned = self.counted(earned, sheet.columns, card.id, (average, all));
        let hours = self.hours(sheet, card.id);
        GridRow {
            pupil: card.id,
            name: card.listed(),
            left_on: left_on(belonging.stays(card.id)),
            average,
            rest: self.marks_in(hidden, card.id),
            median: median(self.points(sheet.columns, card.id)),
            missed: (all, all - missed(lessons)),
            proposal: sheet.ranks.proposal(&earned, hours),
            ground: sheet.ranks.ground(&earned, hours),
            final_mark: self
                .beside
                .finals
                .get(&card.id)
                .cloned()
                .unwrap_or_default(),
            former: self.former.contains(&card.id),
            cells,
        }
    }

    /// Lessons that took place without the pupil.
    fn missed(&self, lessons: &[Lesson], pupil: PersonId) -> u32 {
        let absent = |it: &&Lesson| {
            let noted = self.stored.attendance.get(&(it.id, pupil));
            !it.cancelled && noted.is_some_and(|it| it.value.missed())
        };
        u32::try_from(lessons.iter().filter(absent).count()).unwrap_or(u32::MAX)
    }

    /// Adds up the marks of the period, as final marks are proposed from them.
    fn counted(
        &self,
        mut earned: Earned,
        columns: &[Column],
        pupil: PersonId,
        (average, missed): (Option<Decimal>, u32),
    ) -> Earned {
        for column in columns {
            for head in &column.works {
                let place = (column.lesson, head.work, pupil);
                let Some(mark) = self.stored.marks.get(&place) else {
                    continue;
                };
                earned.marks += mark.value.counted(head.owed).1;
                match mark.value.text().to_lowercase().as_str() {
                    PASSED => earned.passed += 1,
                    FAILED => earned.failed += 1,
                    EXEMPT => earned.exempt += 1,
                    _ => {}
                }
            }
            let noted = self.stored.attendance.get(&(column.lesson, pupil));
            earned.exempt += u32::from(noted.is_some_and(|it| it.value == Attendance::Exempt));
        }
        earned.marks += earned.passed + earned.failed;
        Earned {
            average,
            missed,
            ..earned
        }
    }

    /// Hours a week of the subject for the pupil.
    fn hours(&self, sheet: &Sheet<'_>, pupil: PersonId) -> Decimal {
        let loads = sheet.ranks.loads.iter();
        let theirs = loads.filter(|it| self.frame.taught(pupil, it.0));
        theirs.map(|it| it.1).sum()
    }

    /// Every number that enters the average.
    fn points(&self, columns: &[Column], pupil: PersonId) -> Vec<Decimal> {
        let mut points = vec![];
        for column in columns {
            for head in &column.works {
                let place = (column.lesson, head.work, pupil);
                if let Some(mark) = self.stored.marks.get(&place)
                    && !head.weight.is_zero()
                {
                    points.extend(mark.value.numbers(head.owed));
                }
            }
        }
        points
    }

    fn lock(&self, lesson: &Lesson) -> Option<Locked> {
        if self.frame.year.archived {
            Some(Locked::Archived)
        } else if lesson.cancelled {
            Some(Locked::Cancelled)
        } else if lesson.held_on > self.today {
            Some(Locked::Ahead)
        } else if !access::may_edit(self.actor, self.frame, lesson, self.today) {
            Some(Locked::NotYours)
        } else {
            let window = self.options.edit_window_days;
            self.locks
                .closed(self.frame, lesson, self.today, window)
                .map(|it| match it {
                    Closed::Signed => Locked::Signed,
                    Closed::WindowOver => Locked::WindowOver,
                })
        }
    }

    /// A correction opens one closed cell (JRN-7).
    fn still(
        &self,
        locked: Option<Locked>,
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
    ) -> Option<Locked> {
        let closed = matches!(locked, Some(Locked::Signed | Locked::WindowOver));
        if closed && self.locks.opened(lesson, work, pupil).is_some() {
            return None;
        }
        locked
    }

    fn cell(
        &self,
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
        locked: Option<Locked>,
    ) -> GridCell {
        let mark = self.stored.marks.get(&(lesson, work, pupil));
        let attendance = self.stored.attendance.get(&(lesson, pupil));
        GridCell {
            mark: mark.map_or_else(String::new, |it| it.value.text().to_owned()),
            mark_version: mark.map_or(0, |it| it.version),
            attendance: attendance.map_or(Attendance::Present, |it| it.value),
            attendance_version: attendance.map_or(0, |it| it.version),
            commented: self.stored.comments.contains_key(&(lesson, work, pupil)),
            locked,
        }
    }

    fn average<'c>(
        &self,
        columns: impl Iterator<Item = &'c Column>,
        pupil: PersonId,
    ) -> Option<Decimal> {
        weighted_average(columns.flat_map(|column| {
            column.works.iter().filter_map(move |head| {
                let place = (column.lesson, head.work, pupil);
                let (points, count) = self.stored.marks.get(&place)?.value.counted(head.owed);
                let weight = Averaging::of(self.options).weight(head.weight);
                Some((points, count, weight))
            })
        }))
    }

    /// What counts in the average outside of the columns shown.
    fn marks_in<'c>(
        &self,
        columns: impl Iterator<Item = &'c Column>,
        pupil: PersonId,
    ) -> Vec<(String, Decimal)> {
        let mut marks = vec![];
        for column in columns {
            for head in &column.works {
                let place = (column.lesson, head.work, pupil);
                let value = self.stored.marks.get(&place).map(|it| &it.value);
                if let Some(value) = value.filter(|it| it.counted(head.owed).1 > 0) {
                    let weight = Averaging::of(self.options).weight(head.weight);
                    marks.push((value.text().to_owned(), weight));
                }
            }
        }
        marks
    }
}

/// The day after the last one in the class, where there was a last one.
fn left_on(stays: &[&Member]) -> Option<NaiveDate> {
    let lasts: Option<Vec<NaiveDate>> = stays.iter().map(|it| it.until).collect();
    lasts?.into_iter().max()?.succ_opt()
}
