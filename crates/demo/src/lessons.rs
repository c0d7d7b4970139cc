//! The timetable as rows, and a lesson for every hour of every school day.

use std::collections::HashMap;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use kernel::Role;

use crate::{
    ids::Ids,
    model::{Days, School},
    rows::{Batch, Rows},
    school::{BELLS, bell, noon},
};

/// A lesson on a day.
pub(crate) struct Lesson {
    pub(crate) id: i64,
    pub(crate) day: NaiveDate,
    pub(crate) load: usize,
    pub(crate) begins: NaiveDateTime,
    pub(crate) ends: NaiveDateTime,
    /// Which lesson of its load it is, from 0.
    pub(crate) count: usize,
}

/// Publishes the timetable and returns the lessons of the year by time.
pub(crate) fn publish(
    ids: &mut Ids,
    school: &School,
    days: &Days,
    batch: &mut Batch,
) -> Vec<Lesson> {
    let org = school.site.org;
    let deputy = school.of_role(Role::Deputy).person.id;
    let published = noon(days.calendar.starts_on - Duration::days(3));
    let mut bells = Rows::new("schedule.bell (org_id, shift, number, starts_at, ends_at)");
    for (shift, number, ..) in BELLS {
        let (from, to) = bell(shift, number);
        bells.add(&[&org, &shift, &number, &from.to_string(), &to.to_string()]);
    }
    let version = ids.next("schedule.version");
    let mut versions = Rows::new(
        "schedule.version (org_id, version_id, year_id, valid, state, name, published_by, published_at, created_at)",
    );
    let valid = format!("[{},{}]", days.calendar.starts_on, days.calendar.ends_on);
    versions.add(&[
        &org,
        &version,
        &school.year,
        &valid,
        &"published",
        &"Основное расписание",
        &deputy,
        &published,
        &published,
    ]);
    let mut slots = Rows::new(
        "schedule.slot (org_id, version_id, weekday, number, shift, class_id, group_id, parts, subject_id, \
         teacher_id, room_id)",
    );
    for (load, hours) in school.timetable.iter().enumerate() {
        let it = Columns::of(school, load);
        for slot in hours {
            slots.add(&[
                &org,
                &version,
                &(slot.weekday + 1),
                &slot.number,
                &it.shift,
                &it.class,
                &it.group,
                &it.parts,
                &it.subject,
                &it.teacher,
                &it.room,
            ]);
        }
    }
    let lessons = all(ids, school, days);
    batch.at(published, Some(deputy));
    batch.copy([bells, versions, slots]);
    batch.copy(rows(school, &lessons));
    lessons
}

/// What a slot and a lesson have in common.
struct Columns {
    class: i64,
    group: Option<i64>,
    parts: String,
    subject: i64,
    teacher: i64,
    room: Option<i64>,
    shift: i16,
}

impl Columns {
    fn of(school: &School, load: usize) -> Self {
        let load = &school.loads[load];
        let class = &school.classes[load.class];
        let teacher = &school.workers[load.teacher];
        let parts = load
            .part
            .map_or_else(|| "[0,1000)".to_owned(), |it| format!("[{it},{})", it + 1));
        Self {
            class: class.id,
            group: load.group.map(|it| school.groups[it].id),
            parts,
            subject: school.subject_ids[load.subject],
            teacher: teacher.person.id,
            room: teacher.room,
            shift: class.shift,
        }
    }
}

fn all(ids: &mut Ids, school: &School, days: &Days) -> Vec<Lesson> {
    let mut lessons = Vec::new();
    let mut counts = vec![0; school.loads.len()];
    for day in days.calendar.school_days() {
        let weekday = day.weekday().num_days_from_monday();
        let mut of_day = Vec::new();
        for (load, hours) in school.timetable.iter().enumerate() {
            let class = &school.classes[school.loads[load].class];
            if !days.calendar.is_school_day(day, class.grade) {
                continue;
            }
            for slot in hours.iter().filter(|it| u32::from(it.weekday) == weekday) {
                let (from, to) = bell(class.shift, slot.number);
                let (begins, ends) = (day.and_time(from), day.and_time(to));
                of_day.push(Lesson {
                    id: 0,
                    day,
                    load,
                    begins,
                    ends,
                    count: 0,
                });
            }
        }
        of_day.sort_by_key(|it| (it.begins, it.load));
        for it in &mut of_day {
            it.id = ids.next("schedule.lesson");
            it.count = counts[it.load];
            counts[it.load] += 1;
        }
        lessons.append(&mut of_day);
    }
    lessons
}

/// In portions: progress shows, and no statement has too much to check at its end.
fn rows(school: &School, lessons: &[Lesson]) -> Vec<Rows> {
    let columns: Vec<Columns> = (0..school.loads.len())
        .map(|it| Columns::of(school, it))
        .collect();
    let mut ranges: HashMap<(NaiveDateTime, NaiveDateTime), String> = HashMap::new();
    let portion = |lessons: &[Lesson]| {
        let mut rows = Rows::new(
            "schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, group_id, parts, \
             subject_id, teacher_id, room_id)",
        );
        for lesson in lessons {
            let it = &columns[lesson.load];
            let during = ranges
                .entry((lesson.begins, lesson.ends))
                .or_insert_with(|| format!("[{},{})", lesson.begins, lesson.ends));
            let number = BELLS.iter().find(|bell| {
                bell.0 == it.shift && crate::school::bell(bell.0, bell.1).0 == lesson.begins.time()
            });
            rows.add(&[
                &school.site.org,
                &lesson.id,
                &school.year,
                &lesson.day,
                &number.map_or(0, |it| it.1),
                &*during,
                &it.class,
                &it.group,
                &it.parts,
                &it.subject,
                &it.teacher,
                &it.room,
            ]);
        }
        rows
    };
    lessons.chunks(5000).map(portion).collect()
}
