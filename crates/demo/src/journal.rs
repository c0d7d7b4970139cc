//! What teachers wrote: topics, homework, works, marks, absences.

mod absences;
mod finals;
mod homework;
mod marks;
pub(crate) mod voices;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Days as Span, Duration, NaiveDate, Utc};

use crate::{
    dice::Dice,
    ids::Ids,
    lessons::Lesson,
    model::{Days, Kit, School},
    rows::{Batch, Rows},
    subjects,
};
use absences::Absences;
use finals::Finals;

pub use homework::{DemoFile, FILE};

/// How much stands in the journals.
#[derive(Clone, Copy)]
pub(crate) struct Density {
    /// Of 100,000 pupils in a lesson so many have a mark; none: as the subject has it.
    marks: Option<usize>,
    /// Of 100,000 pupils who are there so many have a row that says so.
    present: usize,
}

impl Density {
    /// As teachers do it.
    pub(crate) const USUAL: Self = Self {
        marks: None,
        present: 0,
    };

    /// So that a little more than so many rows come out of these lessons.
    pub(crate) fn reaching(
        marks: usize,
        attendance: usize,
        school: &School,
        days: &Days,
        lessons: &[Lesson],
    ) -> Self {
        let mut seats = 0;
        let mut marked = 0;
        for it in lessons.iter().filter(|it| it.ends <= days.until) {
            let load = &school.loads[it.load];
            let class = &school.classes[load.class];
            let pupils = load
                .group
                .map_or(class.size, |it| school.groups[it].members.len());
            seats += pupils;
            marked += if class.grade > 1 { pupils } else { 0 };
        }
        // Some seven of a hundred are absent; ОРКСЭ has no marks.
        let there = |seats: usize| (seats * 93 / 100).max(1);
        let absent = seats * 5 / 100;
        Self {
            marks: Some(marks * 100_000 * 102 / 100 / there(marked)),
            present: attendance.saturating_sub(absent) * 100_000 * 102 / 100 / there(seats),
        }
    }
}

/// So long journals look as if they were filled every day.
const DAILY_FOR_DAYS: i64 = 11;

/// Lessons that somebody still has to fill.
pub(crate) struct Unfilled {
    /// These lessons.
    pub(crate) lessons: HashSet<i64>,
    /// These teachers are behind with their last days, by place.
    pub(crate) teachers: Vec<usize>,
    pub(crate) since: NaiveDate,
}

impl Unfilled {
    fn holds(&self, dice: &mut Dice, lesson: &Lesson, teacher: usize) -> bool {
        let behind =
            self.since <= lesson.day && self.teachers.contains(&teacher) && dice.percent(60);
        behind || self.lessons.contains(&lesson.id)
    }
}

/// What happened so far.
#[derive(Clone, Copy)]
pub(crate) struct History<'a> {
    /// All lessons of the year, by time.
    pub(crate) lessons: &'a [Lesson],
    pub(crate) unfilled: &'a Unfilled,
    pub(crate) density: Density,
}

/// Who filled a lesson, and when.
#[derive(Clone, Copy)]
struct Hand {
    teacher: i64,
    set_at: DateTime<Utc>,
}

/// How many rows of marks and attendance were written.
#[derive(Clone, Copy, Default)]
pub(crate) struct Written {
    pub(crate) marks: usize,
    pub(crate) attendance: usize,
}

/// What a day of a teacher left in the journals.
struct Page {
    entries: Rows,
    works: Rows,
    marks: Rows,
    attendance: Rows,
    rolled: Rows,
}

impl Page {
    const fn new() -> Self {
        Self {
            entries: Rows::new(
                "journal.entry (org_id, lesson_id, topic, plan_item_id, homework, no_homework, homework_at, set_by, set_at)",
            ),
            works: Rows::new(
                "journal.work (org_id, work_id, lesson_id, kind_id, weight, topic, position)",
            ),
            marks: Rows::new(
                "journal.mark (org_id, work_id, pupil_id, lesson_id, value, points, points_count, set_by, set_at)",
            ),
            attendance: Rows::new(
                "journal.attendance (org_id, lesson_id, pupil_id, code, minutes, document_id, set_by, set_at)",
            ),
            rolled: Rows::new("journal.rolled (org_id, lesson_id, rolled_by, rolled_at)"),
        }
    }
}

struct Journal<'a> {
    kit: &'a Kit,
    school: &'a School,
    days: &'a Days,
    density: Density,
    dice: Dice,
    absences: Absences,
    finals: Finals,
    /// Pupils of each load, by place.
    pupils: Vec<Vec<usize>>,
    kinds: HashMap<i16, (i64, &'static str)>,
}

/// Fills the journals up to the moment, in the order in which it happened.
pub(crate) fn fill(
    kit: &Kit,
    ids: &mut Ids,
    school: &School,
    days: &Days,
    history: &History<'_>,
    seed: u64,
    batch: &mut Batch,
) -> Written {
    let History {
        lessons,
        unfilled,
        density,
    } = *history;
    let mut dice = Dice::new(seed, 0x70b + school.site.org as u64);
    let absences = Absences::of(&mut dice, ids, school, days);
    absences.hand_in(school, days, batch);
    let kinds = kit
        .kinds
        .iter()
        .zip(&school.kind_ids)
        .map(|(it, id)| (it.code, (*id, it.weight)));
    let kinds = kinds.collect();
    let pupils = (0..school.loads.len())
        .map(|it| taught(school, it))
        .collect();
    let mut journal = Journal {
        kit,
        school,
        days,
        density,
        dice,
        absences,
        finals: Finals::default(),
        pupils,
        kinds,
    };
    let mut written = Written::default();
    let over = lessons.iter().take_while(|it| it.day <= days.current);
    let over: Vec<&Lesson> = over.filter(|it| it.ends <= days.until).collect();
    for together in over.chunk_by(|one, other| evening(days, one.day) == evening(days, other.day)) {
        let mut pages: BTreeMap<usize, Page> = BTreeMap::new();
        for lesson in together {
            let teacher = school.loads[lesson.load].teacher;
            if !unfilled.holds(&mut journal.dice, lesson, teacher) {
                let page = pages.entry(teacher).or_insert_with(Page::new);
                journal.write(ids, lesson, page);
            }
        }
        let written_at = evening(days, together[0].day);
        for (teacher, page) in pages {
            written.marks += page.marks.count;
            written.attendance += page.attendance.count;
            batch.at(
                written_at + Duration::seconds(teacher as i64),
                Some(school.workers[teacher].person.id),
            );
            batch.copy([
                page.entries,
                page.works,
                page.marks,
                page.attendance,
                page.rolled,
            ]);
        }
    }
    journal.set_homework_ahead(lessons, &over, unfilled, batch);
    // A measured school has what was asked for, and nothing besides.
    if density.marks.is_none() {
        journal.set_homework_around(ids, lessons, &over, batch);
    }
    let open = lessons
        .iter()
        .filter(|it| unfilled.lessons.contains(&it.id));
    let open = open
        .map(|it| &school.loads[it.load])
        .map(|it| (it.class, it.subject))
        .collect();
    let Journal { finals, dice, .. } = &mut journal;
    finals.write(kit, school, days, &open, dice, batch);
    written
}

/// The pupils of the class, or of its half.
fn taught(school: &School, load: usize) -> Vec<usize> {
    let load = &school.loads[load];
    match load.group {
        Some(group) => school.groups[group].members.clone(),
        None => (0..school.pupils.len())
            .filter(|it| school.pupils[*it].class == load.class)
            .collect(),
    }
}

/// When the teachers sat down with the journals of the day: in the evening,
/// and in the weeks that are long over on Friday for the whole week, so
/// that a year takes no more statements than needed. Never in the future.
fn evening(days: &Days, day: NaiveDate) -> DateTime<Utc> {
    let is_old = (days.current - day).num_days() > DAILY_FOR_DAYS;
    let to_friday = 4_u32.saturating_sub(day.weekday().num_days_from_monday());
    let day = if is_old {
        day + Span::new(to_friday.into())
    } else {
        day
    };
    let evening = crate::school::noon(day) + Duration::hours(7);
    evening.min(moment(days.until))
}

impl Journal<'_> {
    fn write(&mut self, ids: &mut Ids, lesson: &Lesson, page: &mut Page) {
        let school = self.school;
        let load = &school.loads[lesson.load];
        let teacher = school.workers[load.teacher].person.id;
        let grade = school.classes[load.class].grade;
        let set_at = (evening(self.days, lesson.day)
            - Duration::minutes(self.dice.between(0, 200)))
        .max(moment(lesson.ends));
        let (item, topic, homework, control) =
            match self.school.plans[load.plan].items.get(lesson.count) {
                Some((id, it)) => (
                    Some(*id),
                    it.topic.as_str(),
                    it.homework.as_str(),
                    it.control,
                ),
                None => (None, "Повторение", "", None),
            };
        let given = self.kit.subjects[load.subject].has_homework(grade) && !homework.is_empty();
        let homework = if given { homework } else { "" };
        page.entries.add(&[
            &school.site.org,
            &lesson.id,
            &topic,
            &item,
            &homework,
            &!given,
            &given.then_some(set_at),
            &teacher,
            &set_at,
        ]);
        page.rolled
            .add(&[&school.site.org, &lesson.id, &teacher, &set_at]);
        let marked = grade > 1 && self.kit.subjects[load.subject].marks > 0;
        let hand = Hand { teacher, set_at };
        let there = self.write_attendance(lesson, hand, page);
        if marked {
            self.write_marks(ids, lesson, control, there, hand, page);
        }
    }

    /// Who is not there; returns the places of those who are.
    fn write_attendance(&mut self, lesson: &Lesson, hand: Hand, page: &mut Page) -> Vec<usize> {
        let school = self.school;
        let mut there = Vec::new();
        for at in 0..self.pupils[lesson.load].len() {
            let place = self.pupils[lesson.load][at];
            let pupil = &school.pupils[place];
            if !pupil.is_here(lesson.day) {
                continue;
            }
            let absence = self.absences.at(&mut self.dice, place, lesson);
            if !absence.is_some_and(|it| it.missed) {
                there.push(place);
            }
            let (code, minutes) = match absence {
                Some(it) => (it.code, it.minutes),
                None if self.dice.rarely(self.density.present) => ("", None),
                None => continue,
            };
            page.attendance.add(&[
                &school.site.org,
                &lesson.id,
                &pupil.person.id,
                &code,
                &minutes,
                &absence.and_then(|it| it.document),
                &hand.teacher,
                &hand.set_at,
            ]);
        }
        there
    }

    fn write_marks(
        &mut self,
        ids: &mut Ids,
        lesson: &Lesson,
        control: Option<i16>,
        there: Vec<usize>,
        hand: Hand,
        page: &mut Page,
    ) {
        let school = self.school;
        let org = school.site.org;
        let usual = self.kit.subjects[school.loads[lesson.load].subject].marks as usize * 1000;
        let kind = control.unwrap_or_else(|| self.usual_kind());
        let rate = match (self.density.marks, control) {
            (Some(it), _) => it,
            (None, Some(_)) => 94_000,
            // A test of its own gets a mark for most, answers for some.
            (None, None) if matches!(kind, 5 | 25) => 85_000,
            (None, None) => usual,
        };
        let mut chosen: Vec<usize> = Vec::with_capacity(there.len());
        for place in there {
            if self.dice.rarely(rate) {
                chosen.push(place);
            }
        }
        if chosen.is_empty() {
            return;
        }
        let (kind_id, weight) = self
            .kinds
            .get(&kind)
            .copied()
            .unwrap_or((school.kind_ids[0], "1"));
        let work = ids.next("journal.work");
        page.works
            .add(&[&org, &work, &lesson.id, &kind_id, &weight, &"", &1_i16]);
        let recent = (self.days.current - lesson.day).num_days() < 8;
        for place in chosen {
            let pupil = &school.pupils[place];
            let mark = marks::mark(&mut self.dice, pupil.ability, kind, recent);
            self.finals
                .note(school, self.days, lesson, place, (&mark, weight));
            page.marks.add(&[
                &org,
                &work,
                &pupil.person.id,
                &lesson.id,
                &mark.value,
                &mark.points,
                &mark.count,
                &hand.teacher,
                &hand.set_at,
            ]);
        }
    }

    fn usual_kind(&mut self) -> i16 {
        match self.dice.below(100) {
            0..=64 => subjects::ANSWER,
            65..=84 => 21,
            85..=92 => 3,
            93..=96 => 5,
            _ => 25,
        }
    }

    /// The homework for the next lesson stands there already, where the last
    /// one was filled.
    fn set_homework_ahead(
        &mut self,
        lessons: &[Lesson],
        over: &[&Lesson],
        unfilled: &Unfilled,
        batch: &mut Batch,
    ) {
        let school = self.school;
        let done: HashSet<i64> = over.iter().map(|it| it.id).collect();
        let begun: HashSet<usize> = over.iter().map(|it| it.load).collect();
        let mut next: BTreeMap<usize, &Lesson> = BTreeMap::new();
        for it in lessons {
            let open = it.day == self.days.current && unfilled.lessons.contains(&it.id);
            let waits = !done.contains(&it.id) || open;
            if waits && begun.contains(&it.load) {
                next.entry(it.load).or_insert(it);
            }
        }
        let mut page = Page::new();
        let set_at = evening(self.days, self.days.current) - Duration::minutes(15);
        for (load, lesson) in next {
            let load = &school.loads[load];
            let item = school.plans[load.plan].items.get(lesson.count);
            let homework = item.map_or("", |it| it.1.homework.as_str());
            if !homework.is_empty() && self.dice.percent(92) {
                let teacher = school.workers[load.teacher].person.id;
                let none: Option<i64> = None;
                page.entries.add(&[
                    &school.site.org,
                    &lesson.id,
                    &"",
                    &none,
                    &homework,
                    &false,
                    &set_at,
                    &teacher,
                    &set_at,
                ]);
            }
        }
        batch.at(set_at, None);
        batch.copy([page.entries]);
    }
}

/// A local time of the schools as a moment.
fn moment(local: chrono::NaiveDateTime) -> DateTime<Utc> {
    local.and_utc() - Duration::hours(3)
}
